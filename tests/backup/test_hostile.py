"""Names, words and contents that mean harm, holders that lack tools, runs that are stopped."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.backup.ask import call
from hmaint.backup.place import name_pattern, places_of, shell_pattern
from hmaint.model.inventory import Backup
from tests.end_to_end.desk import Desk, ssh_host
from tests.services.fixtures import running
from tests.services.sshd import Sshd

from .verifying import Ward

DUMP = (
    "-- MariaDB dump 10.19\n-- Host: localhost    Database: tj\n/*!40101 SET NAMES utf8mb4 */;\n"
    "CREATE TABLE `exam` (\n  `id` int\n);\nINSERT INTO `exam` VALUES (1,'血常规'),(2,'正常');\n"
    "-- Dump completed on {now}\n"
)


def dump(extra: str = "") -> bytes:
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    return gzip.compress(DUMP.replace("{now}", now).replace("-- Dump", f"{extra}-- Dump").encode())


WORDS = [
    "$(touch hurt)",
    "`touch hurt`",
    "'; touch hurt; '",
    '"; touch hurt; "',
    "\\",
    "a\\'b",
    "-e x",
    "*",
    "#",
]


@pytest.mark.parametrize(
    "name",
    [
        "a b.gz",
        "it's.gz",
        'say "x".gz',
        "$(touch hurt).gz",
        "`touch hurt`.gz",
        "-rf.gz",
        "中文；备份.gz",
        "a\\b.gz",
    ],
)
def test_a_name_is_a_name_whatever_it_holds(
    name: str, tmp_path: Path, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "it's a $(folder)"
    folder.mkdir()
    (folder / name).write_bytes(dump())
    assert ward.verify(folder / name, of="tj").bad == {}
    assert ward.verify(f"{folder}/*", of="tj").bad == {}
    assert not list(tmp_path.rglob("hurt"))


def test_words_of_the_inventory_run_nothing(
    tmp_path: Path, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "tj.gz"
    path.write_bytes(dump())
    seen = ward.verify(
        path,
        contains=[*WORDS, "血常规"],
        lacks=["; touch hurt"],
        files=list(WORDS),
        immutable=list(WORDS),
        tables=list(WORDS),
        password="x' ; touch hurt; '",
        vars={"backup_openssl": "-aes-256-cbc; touch hurt", "backup_rate_mb": "1; touch hurt"},
        log=f"{tmp_path}/$(touch hurt)*.log",
        chain={"path": f"{tmp_path}/`touch hurt`[0-9]*"},
    )
    assert seen.level("container.complete") == "ok"
    assert not list(tmp_path.rglob("hurt"))


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=30))
def test_a_path_in_quotes_is_itself(text: str) -> None:
    path = "/no such/" + text
    told = subprocess.run(  # noqa: S603 - what is under test
        ["/bin/sh", "-c", f"printf '%s\\n' {shell_pattern(path)}"],
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    ).stdout.decode()
    if not set(text) & set("%*?["):
        assert told == path + "\n"


def test_odd_names_do_not_stop_it(tmp_path: Path, ward: Ward) -> None:
    (tmp_path / "a\nb.gz").write_bytes(dump())
    seen = ward.verify(f"{tmp_path}/a*.gz")
    assert seen.level("found.unreadable") == "unknown"
    (tmp_path / "tj.gz").write_bytes(
        dump("\x1b[31mmysqldump: not at the start\nmysqldump: Got error 张三 13800138000\x1b]0;x\x07\n")
    )
    seen = ward.verify(tmp_path / "tj.gz")
    told = seen.bad["structure.error_text"]
    assert "\x1b" not in told
    assert "13800138000" not in told


def test_a_holder_without_the_tool_is_unknown_and_names_it(
    tmp_path: Path, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    path = tmp_path / "tj.sql.xz"
    plain = gzip.decompress(dump())
    path.write_bytes(subprocess.run(["xz", "-c"], input=plain, capture_output=True, check=True).stdout)  # noqa: S607 - on the path
    assert ward.verify(path, of="tj").bad == {}
    text = call(places_of(Backup("full", "tj", str(path)))[0])
    assert "hb_look" in text
    # The transport puts the system's folders behind the path: a tool is missed only where it truly is not.
    for name in ("xz",):
        (tools / name).write_text("#!/bin/sh\necho 'xz: cannot run' >&2\nexit 127\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    seen = ward.verify(path, of="tj")
    assert seen.level("container.complete") != "ok"
    assert seen.bad


def test_the_time_limit_leaves_a_backup_unread_and_the_others_read(tmp_path: Path, ward: Ward) -> None:
    from hmaint.app.backup_verify import Request, verify  # noqa: PLC0415 - one test

    fifo = tmp_path / "slow"
    fifo.mkdir()
    big = fifo / "big.gz"
    big.write_bytes(gzip.compress(os.urandom(4_000_000)))
    small = tmp_path / "tj.gz"
    small.write_bytes(dump())
    slow = {"host": "laptop", "path": str(big), "vars": {"backup_limit_s": 1, "backup_rate_mb": 1}}
    world = ward.world({"slow": slow, "full": {"host": "laptop", "path": str(small)}})
    run = verify(world, Request("tj"), lambda _event: None)
    levels = {target.name: str(target.level) for target in run.targets}
    assert levels["slow"] in ("unknown", "critical")
    assert {c.level for c in run.checks if c.target == "slow" and c.id == "backup.container.complete"} <= {
        "unknown"
    }
    assert {
        str(c.level) for c in run.checks if c.target == "full" and c.id == "backup.container.complete"
    } == {"ok"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_over_ssh_by_the_command_itself(lang: str, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    path = folder / "full-20261101.sql.gz"
    path.write_bytes(dump())
    with running(Sshd()) as server:
        desk = Desk(tmp_path / "desk")
        desk.trust(server.known_hosts_line())
        hosts = {"db": ssh_host(server)}
        backups = {"full": {"host": "db", "path": f"{folder}/full-*.sql.gz", "tables": ["exam"]}}
        desk.write_inventory({"icu": {"hosts": hosts, "backups": backups, "vars": {"backup_pause": 0.05}}})
        done = desk.run("backup-verify", "--site", "icu", "--format", "json", lang=lang)
        assert done.code in (0, 1), done.err
        assert done.object["schema"] == "hmaint.run/1"
        assert done.object["targets"][0]["kind"] == "backup"
        assert any("未做内容比对" in words for words in done.object["not_verified"])
        path.write_bytes(path.read_bytes()[:-30])
        done = desk.run("backup-verify", "--site", "icu", "-b", "full", lang=lang)
        assert done.code == 2
        assert "压缩包" in done.out
        assert desk.run("backup-verify", "--site", "icu", "-b", "ful", lang=lang).code == 64
        trail = (desk.root / ".hmaint").rglob("audit*")
        assert any("hb_look" in found.read_text("utf-8", "replace") for found in trail if found.is_file())


def test_a_run_that_is_stopped_is_a_record_and_leaves_no_reader(tmp_path: Path) -> None:
    big = tmp_path / "big.gz"
    big.write_bytes(gzip.compress(os.urandom(8_000_000), 0))
    desk = Desk(tmp_path / "desk")
    slow = {"path": str(big), "vars": {"backup_rate_mb": 1, "backup_pause": 0.05}}
    desk.write_inventory({"icu": {"backups": {"slow": slow}}})
    going = desk.start("backup-verify", "--site", "icu", "-v")
    until = time.monotonic() + 60
    while not _is_read(big) and time.monotonic() < until:
        time.sleep(0.2)
    assert _is_read(big)
    going.send(signal.SIGTERM)
    assert going.wait(60).code in (143, 130, 3)
    runs = desk.run("runs", "list", "--format", "json")
    assert "backup-verify" in runs.out
    until = time.monotonic() + 60
    while time.monotonic() < until and _is_read(big):
        time.sleep(0.2)
    assert not _is_read(big)
    shutil.rmtree(desk.folder)


def test_a_run_that_is_killed_leaves_no_reader_for_hours(tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    big = folder / "big.gz"
    big.write_bytes(gzip.compress(os.urandom(120_000_000), 0))
    with running(Sshd()) as server:
        desk = Desk(tmp_path / "desk")
        desk.trust(server.known_hosts_line())
        slow = {"host": "db", "path": str(big), "vars": {"backup_rate_mb": 1, "backup_pause": 0.05}}
        desk.write_inventory({"icu": {"hosts": {"db": ssh_host(server)}, "backups": {"slow": slow}}})
        going = desk.start("backup-verify", "--site", "icu", "-v")
        until = time.monotonic() + 60
        while not _is_read(big) and time.monotonic() < until:
            time.sleep(0.2)
        assert _is_read(big)
        going.send(signal.SIGKILL)
        going.process.wait()
        until = time.monotonic() + 60  # it would read for two minutes
        while _is_read(big) and time.monotonic() < until:
            time.sleep(0.5)
        assert not _is_read(big)


def _is_read(path: Path) -> bool:
    """Whether any process has the file open."""
    found = []
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            found.append(link.readlink())
        except OSError:
            continue
    return path in found


def test_the_time_a_name_tells() -> None:
    fits = name_pattern("/b/full-%Y%m%d-*.sql.gz").fullmatch("/b/full-20261125-0200.sql.gz")
    assert fits is not None
    assert fits["Y"] + fits["m"] + fits["d"] == "20261125"
    assert name_pattern("/b/a+%Y(1).gz").fullmatch("/b/a+2026(1).gz")
