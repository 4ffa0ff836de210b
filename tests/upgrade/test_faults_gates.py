"""Gates that are shut: nothing is touched, and what is missing is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.end_to_end.desk import Done, Written
from tests.services.fixtures import running
from tests.services.upgradable import Upgradable
from tests.upgrade.faults import GATES, Book
from tests.upgrade.ground import APP, APPROVER, CHINA, SUPERVISOR, Ground, shell, verify, window
from tests.upgrade.short import Short, short_steps

BOOK = Book(GATES)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One machine, and a SQLite database on the laptop with a backup."""
    folder = tmp_path_factory.mktemp("upgrade")
    with ExitStack() as stack:
        machine = stack.enter_context(running(Upgradable(folder / "a")))
        made = Ground(folder / "ground", {"a": machine}, **_beside(folder))
        yield made


def _beside(folder: Path) -> Written:
    import sqlite3  # noqa: PLC0415 - one use

    for name in ("main", "other"):
        link = sqlite3.connect(folder / f"{name}.db")
        link.executescript("create table patient (id integer primary key, alias text);")
        link.close()
    databases = {name: {"engine": "sqlite", "path": str(folder / f"{name}.db")} for name in ("main", "other")}
    (folder / "backups").mkdir()
    backups = {
        "nightly": {"path": str(folder / "backups" / "main-%Y%m%d.db"), "of": "main", "max_age": "26h"}
    }
    return {"databases": databases, "backups": backups}


def _copy(ground: Ground) -> None:
    """Make the backup of this very moment."""
    name = f"main-{datetime.now(CHINA):%Y%m%d}.db"
    (ground.folder.parent / "backups" / name).write_bytes((ground.folder.parent / "main.db").read_bytes())


def _refused(fault: str, short: Short, done: Done, *words: str) -> None:
    before = len(short.ground.journals())
    BOOK.ends(fault, done.code)
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err, done.err
    short.is_old()
    assert short.ground.ledger("a") == []
    assert len(short.ground.journals()) == before


def _approve_and_run(short: Short, plan: str) -> Done:
    approved = short.ground.approve(plan)
    assert approved.code == 0, approved.err
    return short.ground.run(plan)


@pytest.mark.matrix
def test_before_and_after_the_window_by_the_hosts_clock(short: Short) -> None:
    machine = short.ground.machines["a"]
    plan = short.plan(name="windowed", window=window(-30, 30))
    # A window begins at a whole minute: at :59 that is nearly a minute earlier than half an hour ago.
    machine.set_clock(-32 * 60)
    _refused("UF20 early", short, _approve_and_run(short, plan))
    machine.set_clock(31 * 60)
    _refused("UF20 late", short, short.ground.run(plan))
    machine.set_clock(0)
    good = short.ground.run(plan)
    assert good.code == 0, good.err
    short.is_new()


@pytest.mark.matrix
def test_a_window_across_midnight(short: Short) -> None:
    now = datetime.now(CHINA)
    start, end = now - timedelta(minutes=2), now - timedelta(minutes=5)
    across = {"day": f"{start:%Y-%m-%d}", "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}
    done = _approve_and_run(short, short.plan(name="midnight", window=across))
    BOOK.ends("UF20 midnight", done.code, short.state())
    short.is_new()


@pytest.mark.matrix
def test_a_plan_longer_than_what_is_left_of_the_window(short: Short) -> None:
    steps = [{**each, "estimate": "10m"} for each in short_steps()]
    _refused(
        "UF20 estimate",
        short,
        _approve_and_run(short, short.plan(name="long", steps=steps, window=window(-10, 30))),
    )


@pytest.mark.matrix
def test_nobody_or_the_wrong_one_approved_or_said_nothing(short: Short) -> None:
    plan = short.plan(name="unapproved")
    _refused("UF22 nobody", short, short.ground.run(plan))
    desk = short.ground.desk
    assert short.ground.approval
    stranger = desk.run(
        "upgrade", "approve", plan, "--by", "路人甲", "--text", "同意", "--evidence", "approval.txt"
    )
    _refused("UF22 stranger", short, stranger, "路人甲")
    silent = desk.run(
        "upgrade", "approve", plan, "--by", APPROVER, "--text", "  ", "--evidence", "approval.txt"
    )
    _refused("UF22 silent", short, silent)
    assert short.ground.run(plan).code == 77


def test_what_changes_after_the_approval_voids_it_and_the_difference_is_shown(short: Short) -> None:
    plan = short.plan(name="changed")
    assert short.ground.approve(plan).code == 0
    path = short.ground.desk.root / plan
    whole = path.read_text("utf-8")
    path.write_text(whole.replace("n + 1", "n + 2"), "utf-8")
    _refused("UF23 plan", short, short.ground.run(plan), "n + 2", "n + 1")
    path.write_text(whole, "utf-8")
    artefact = short.ground.plans / "release.bin"
    content = artefact.read_bytes()
    artefact.write_bytes(content[:-1] + b"x")
    _refused("UF23 artefact", short, short.ground.run(plan), "release.bin")
    artefact.write_bytes(content)
    machine = short.ground.machines["a"].at("/").joinpath("machine-id")
    own = machine.read_text()
    machine.write_text("0" * 32 + "\n")
    _refused("UF23 host", short, short.ground.run(plan))
    machine.write_text(own)
    good = short.ground.run(plan)
    assert good.code == 0, good.err


def test_preflight_that_is_not_good_refuses_the_run(short: Short) -> None:
    look = {**verify(f"cat {APP}/current/VERSION", "0.9")[0], "id": "app.before"}
    before = len(short.ground.journals())
    done = _approve_and_run(short, short.plan(name="unfit", preflight=[look]))
    assert done.code == 77, done.err
    assert "0.9" in done.err
    short.is_old()
    assert short.ground.ledger("a") == []
    assert len(short.ground.journals()) == before


@pytest.mark.matrix
def test_no_supervisor_is_named_as_present(short: Short) -> None:
    plan = short.plan(name="alone")
    assert short.ground.approve(plan).code == 0
    _refused("UF26", short, short.ground.desk.run("upgrade", "run", plan, "--yes"), SUPERVISOR)
    other = short.ground.desk.run("upgrade", "run", plan, "--supervisor", "路人甲", "--yes")
    assert other.code == 77, other.err


def test_backups_unverified_old_or_of_another_database(short: Short) -> None:
    wanted = [{"name": "nightly", "max_age": "1h", "of": "main"}]
    plan = short.plan(name="backed", backups=wanted)
    _copy(short.ground)
    _refused("UF27", short, _approve_and_run(short, plan), "nightly")
    verified = short.ground.desk.run("backup-verify", "--site", "icu", "--quiet")
    assert verified.code == 0, verified.out
    good = short.ground.run(plan)
    assert good.code == 0, good.err
    short.reset()
    copy = next((short.ground.folder.parent / "backups").iterdir())
    import os  # noqa: PLC0415 - one use

    then = copy.stat().st_mtime - 3 * 3600
    os.utime(copy, (then, then))
    assert short.ground.desk.run("backup-verify", "--site", "icu", "--quiet").code == 0
    _refused("UF28", short, _approve_and_run(short, short.plan(name="aged", backups=wanted)), "nightly")
    other = [{"name": "nightly", "max_age": "9h", "of": "other"}]
    crossed = short.ground.desk.run("upgrade", "check", short.plan(name="crossed", backups=other))
    _refused("UF28 other", short, crossed, "nightly")


@pytest.mark.matrix
def test_a_clock_ahead_puts_the_host_beyond_the_windows_end_and_both_are_shown(short: Short) -> None:
    plan = short.plan(name="skewed", window=window(-30, 5))
    short.ground.machines["a"].set_clock(7 * 60)
    done = _approve_and_run(short, plan)
    short.ground.machines["a"].set_clock(0)
    _refused("UF29", short, done, "420")


@pytest.mark.matrix
def test_a_step_that_cannot_be_taken_back_wants_a_point_of_no_return(short: Short) -> None:
    burn = {**shell("burn", "true", "true", ":"), "undo": "none"}
    plan = short.plan(name="burning", steps=[*short_steps(), burn])
    _refused("UF35", short, short.ground.desk.run("upgrade", "check", plan), "point_of_no_return")
    good = short.plan(name="declared", steps=[*short_steps(), burn], point_of_no_return="burn")
    assert short.ground.upgrade(good).code == 0
