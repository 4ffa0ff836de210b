"""Secrets given to steps are nowhere afterwards, and never in a command line meanwhile."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tests.end_to_end.desk import Tagged
from tests.services.processlist import ProcessList
from tests.upgrade.faults import SECRETS, Book
from tests.upgrade.ground import APP, shell
from tests.upgrade.short import Short, short_steps

BOOK = Book(SECRETS)
FIRST, SECOND = "Pl4nted'$HOME\"密码 one", "pl4nted-two-0123456789"


def test_planted_secrets_are_found_nowhere(short: Short) -> None:
    desk = short.ground.desk
    desk.environ |= {"HMAINT_SECRET_APP_ONE": FIRST, "HMAINT_SECRET_APP_TWO": SECOND}
    given = {"ONE": Tagged("!secret app-one"), "TWO": Tagged("!secret app-two")}
    told = (
        f'printf "%s" "$ONE" | sha256sum > {APP}/one\nprintf "%s" "$TWO" | sha256sum > {APP}/two\nsleep 0.5'
    )
    loud = shell(
        "loud",
        f'{told}\necho "out $ONE $TWO"; echo "err $ONE $TWO" >&2',
        f'[ -e {APP}/one ] && echo "$TWO" && [ -e {APP}/two ]',
        f'rm -f {APP}/one {APP}/two; echo "$ONE"',
        secrets=given,
    )
    plan = short.plan(name="secret", steps=[*short_steps(), loud])
    with ProcessList(FIRST, SECOND) as seen:
        done = short.ground.upgrade(plan)
    BOOK.ends("UF37", done.code, short.state())
    app = short.ground.machines["a"].at(APP)
    assert app.joinpath("one").read_text().split()[0] == sha256(FIRST.encode()).hexdigest()
    assert app.joinpath("two").read_text().split()[0] == sha256(SECOND.encode()).hexdigest()
    assert seen.looks > 5
    assert seen.seen == set()
    report = desk.run("upgrade", "report")
    assert report.code == 0, report.err
    _nowhere(short)


@pytest.mark.matrix
def test_planted_secrets_are_found_nowhere_when_the_step_that_prints_them_fails(short: Short) -> None:
    desk = short.ground.desk
    desk.environ |= {"HMAINT_SECRET_APP_ONE": FIRST, "HMAINT_SECRET_APP_TWO": SECOND}
    given = {"ONE": Tagged("!secret app-one"), "TWO": Tagged("!secret app-two")}
    broken = shell(
        "broken", 'echo "refused $ONE $TWO" >&2; exit 4', "false", 'echo "$ONE $TWO"', secrets=given
    )
    with ProcessList(FIRST, SECOND) as seen:
        done = short.ground.upgrade(short.plan(name="secret-broken", steps=[*short_steps()[:2], broken]))
    assert (done.code, short.state()) == (1, "rolled_back"), done.err
    assert "refused" in done.err
    assert seen.seen == set()
    short.is_old()
    _nowhere(short)


def _nowhere(short: Short) -> None:
    """In no file of the laptop or of a machine, Word files unpacked, nor in anything that was said."""
    words = [secret.encode() for secret in (FIRST, SECOND)]
    looked = 0
    for name, content in short.ground.desk.bytes_kept():
        looked += 1
        assert not any(word in content for word in words), name
    for machine in short.ground.machines.values():
        for path in machine.tree.rglob("*"):
            if path.is_file() and not path.is_symlink():
                looked += 1
                assert not any(word in path.read_bytes() for word in words), path
    assert looked > 20
