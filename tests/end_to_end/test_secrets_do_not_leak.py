"""What must never be kept reaches no file, no screen and no format."""

from __future__ import annotations

import base64
import re
import urllib.parse
import zlib
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.end_to_end.desk import Desk, Done
from tests.end_to_end.leaky import CREDENTIALS, EVERYTHING, PEOPLE, RUN_SECRETS, leaky

FORMATS = ("table", "plain", "markdown", "json", "nagios", "junit", "prometheus")
PLANTED_IN = {"inspect/leaky.yaml", "inventory.yaml", "demo.db"}
"""Files the test itself wrote secrets into."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with leaky(tmp_path_factory.mktemp("leaky")) as made:
        yield made


@pytest.fixture(scope="module")
def run(desk: Desk) -> Done:
    """One inspection, and everything that can be asked about it afterwards, in every format."""
    words = ("inspect", "--site", "icu", "--playbook", "inspect/leaky")
    done = desk.run(*words, "--report", "-vv", "--format", "json", limit=90)
    findings = done.object["findings"]
    for form in FORMATS:
        desk.run("runs", "show", "--format", form)
    for form in ("table", "json"):
        desk.run("finding", "list", "--format", form)
        desk.run("audit", "list", "-n", "100000", "--format", form)
    for number in {f["check"]: f["id"] for f in findings if f["check"].startswith("own.")}.values():
        desk.run("finding", "show", number)
    return done


def kept(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """Everything hmaint wrote or said, as plain as it can be made."""
    for name, content in desk.bytes_kept():
        if not any(name.endswith(planted) for planted in PLANTED_IN):
            yield name, content
            with suppress(zlib.error):
                yield f"{name} unpacked", zlib.decompress(content)


def disguises(secret: str) -> set[bytes]:
    """A secret as it could stand in a file."""
    raw = secret.encode()
    escaped = secret.encode("unicode_escape")
    quoted = urllib.parse.quote(secret).encode(), urllib.parse.quote_plus(secret).encode()
    doubled = secret.replace("'", "''").encode(), secret.replace('"', '\\"').encode()
    xml = secret.replace("&", "&amp;").replace('"', "&quot;").encode()
    wide = secret.encode("utf-16-le")
    return {raw, escaped, *quoted, *doubled, xml, wide, raw.hex().encode(), base64.b64encode(raw)}


def test_the_leaks_were_really_looked_at(run: Done) -> None:
    found = {(f["target"], f["check"]) for f in run.object["findings"]}
    assert {
        ("icu-app", "own.config"),
        ("icu-app", "own.command"),
        ("icu-app", "own.argv"),
        ("icu-app", "own.complaint"),
        ("icu-app", "own.garbled"),
        ("icu-app", "linux.log.application"),
        ("main", "own.query"),
        ("demo", "own.query"),
        ("wrong", "target.contact"),
    } <= found
    assert run.target("icu-app")["error"] is None


@pytest.mark.parametrize("what", EVERYTHING)
def test_what_must_not_be_kept_is_nowhere(desk: Desk, run: Done, what: str) -> None:
    assert run.code in (2, 3)
    marks = disguises(EVERYTHING[what])
    places = [name for name, content in kept(desk) if any(mark in content for mark in marks)]
    assert places == []


def test_a_number_that_was_cut_in_half_is_not_kept_by_half(desk: Desk, run: Done) -> None:
    (torn,) = [f for f in run.object["findings"] if f["check"] == "own.torn"]
    assert torn["summary"].endswith("[身份证]…")
    half = PEOPLE["身份证"][:10].encode()
    assert [name for name, content in kept(desk) if half in content] == []


def test_the_grep_itself_can_find_something(desk: Desk, run: Done) -> None:
    words = {"看到".encode(), run.object["run"].encode()}
    found = [name for name, content in kept(desk) if any(word in content for word in words)]
    for kind in ("records.db", "audit.jsonl", "document.xml", "unpacked", "out"):
        assert [name for name in found if kind in name], kind


def test_every_hit_is_counted(run: Done) -> None:
    counted = run.object["redacted"]
    assert {"id_card", "mobile", "password", "token", "private_key", "custom"} <= counted.keys(), counted
    assert all(number > 0 for number in counted.values())


def test_what_is_left_still_tells_what_was_wrong(run: Done) -> None:
    said = "\n".join(f["summary"] for f in run.object["findings"])
    assert "login failed" in said
    assert re.search(r"看到 2026-11-20 08:00:00 FATAL 患者 \S+ 电话 \S+ 住院号：\S+ 病历 \S+", said)


def test_a_note_with_a_number_in_it_is_masked(desk: Desk, run: Done) -> None:
    finding = run.object["findings"][0]["id"]
    desk.run("finding", "note", finding, "--feedback", "已电话通知 13700001111 张主任")
    shown = desk.run("finding", "show", finding)
    assert "已电话通知" in shown.out
    assert not [name for name, content in kept(desk) if b"13700001111" in content]


def test_a_secret_given_by_stdin_is_kept_encrypted_alone(desk: Desk, run: Done) -> None:
    assert run.code in (2, 3)
    value = "Neu-es-Wort-12"
    desk.environ["HMAINT_PASSPHRASE_FILE"] = str(desk.folder / "phrase")
    (desk.folder / "phrase").write_text("eine lange Parole\n")
    (desk.folder / "phrase").chmod(0o600)
    done = desk.run("secret", "set", "new-one", stdin=value.encode() + b"\n")
    assert done.code == 0, done.err
    assert "new-one" in desk.run("secret", "list").out
    named = {name for name, content in kept(desk) if value.encode() in content}
    assert {name.rsplit("/", 1)[-1] for name in named} == set()


def test_a_password_of_the_wrong_type_is_not_shown_by_its_error(desk: Desk, run: Done) -> None:
    assert run.code in (2, 3)
    bad = desk.root / "bad.yaml"
    text = (desk.root / "inventory.yaml").read_text("utf-8")
    bad.write_text(text.replace("!secret icu-main", "[Falscher-Typ-9]").replace("port:", "prt:"), "utf-8")
    done = desk.run("inventory", "check", "-i", str(bad), "-vv")
    assert done.code == 78
    assert "Falscher-Typ-9" not in done.out + done.err
    bad.unlink()


def test_the_address_of_a_team_server_shows_no_password_even_with_a_traceback(desk: Desk) -> None:
    secret = CREDENTIALS["in the records' address"]
    desk.environ["HMAINT_STORE"] = f"postgresql://hmaint:{secret}@127.0.0.1:1/records"
    try:
        done = desk.run("runs", "list", "-vv")
    finally:
        del desk.environ["HMAINT_STORE"]
    assert done.code != 0
    assert "Traceback" in done.err
    assert secret not in done.err


@pytest.mark.parametrize("what", RUN_SECRETS)
def test_no_secret_is_in_any_argument_of_a_process(desk: Desk, what: str) -> None:
    """What hmaint starts is seen by everybody who may run ps; the trail tells what was sent."""
    sent = desk.run("audit", "list", "-n", "100000", "--format", "json")
    assert RUN_SECRETS[what] not in sent.out
