"""Slow logs that real servers wrote, read over SSH and from this machine, told, judged and kept without a literal."""

# ruff: noqa: S608 - statements of a test, for a server of its own

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.services.fixtures import running
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.services.sshd import Sshd
from tests.slowlog.logs import entry, write

from .desk import Desk, Done, ssh_host

SECRET = "SECRET张三"


class Icu:
    """A site with a host that is reached by SSH, and this machine."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def read(self, *places: str | Path, **how: str) -> Done:
        words = [word for place in places for word in ("--slow-log", str(place))]
        return self.desk.run("db-tune", "--site", "icu", *words, "--format", "json", **how)  # type: ignore[arg-type]

    def everything(self) -> bytes:
        """All that was kept: records, trail, evidence."""
        files = [path for path in (self.desk.root / ".hmaint").rglob("*") if path.is_file()]
        return b"".join(path.read_bytes() for path in files)


@pytest.fixture(scope="module")
def icu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Icu]:
    with ExitStack() as stack:
        server = stack.enter_context(running(Sshd()))
        desk = Desk(tmp_path_factory.mktemp("icu"))
        desk.trust(server.known_hosts_line())
        hosts = {"icu-db-1": ssh_host(server), "windows": {"address": "127.0.0.1", "platform": "windows"}}
        desk.write_inventory({"icu": {"name": "重症监护系统", "hosts": hosts}})
        yield Icu(desk)


def work(server: MariaDB, log: Path) -> None:
    server.admin("create database his", f"set global slow_query_log_file = '{log}'")
    server.admin(
        "create table bed (id int primary key auto_increment, ward varchar(40), note text)",
        "set session long_query_time = 0",
        *(f"insert into bed (ward, note) values ('{SECRET}{n}', 'it''s \\'{SECRET}\\'')" for n in range(20)),
        *(f"select * from bed where ward = '{SECRET}{n}'" for n in range(7)),
        f"select /* {SECRET} */ id from bed where id in (1, 2, 3) -- {SECRET}",
        database="his",
    )


@pytest.fixture(scope="module")
def mariadb_log() -> Iterator[Path]:
    """A slow log a real server wrote."""
    settings = ("slow-query-log=ON", "long-query-time=10", "log-slow-verbosity=query_plan,explain")
    with running(MariaDB(settings)) as server:
        log = server.folder / "slow.log"
        work(server, log)
        yield log


def test_what_a_real_mariadb_logged_is_told_over_ssh_as_from_the_file(icu: Icu, mariadb_log: Path) -> None:
    there, here = icu.read(f"icu-db-1:{mariadb_log}"), icu.read(mariadb_log)
    assert (there.code, here.code) == (0, 0), there.out + there.err
    [one], [other] = there.object["slow_logs"], here.object["slow_logs"]
    assert {**one, "place": "", "target": ""} == {**other, "place": "", "target": ""}
    calls = {each["text"]: (each["calls"], each["schemas"]) for each in one["statements"]}
    assert calls["insert into bed(ward, note) values (?+)"] == (20, ["his"])
    assert calls["select * from bed where ward = ?"] == (7, ["his"])
    assert calls["select id from bed where id in (?+)"] == (1, ["his"])
    assert one["unread"] == one["doubtful"] == 0
    assert SECRET.encode() in mariadb_log.read_bytes()
    kept = icu.everything()
    for told in (there.out, here.out, there.err):
        assert "SECRET" not in told
    assert b"SECRET" not in kept.upper().replace(b"HMAINT_SECRET", b"")
    assert "张三".encode() not in kept


@pytest.mark.parametrize("form", ["stderr", "csvlog", "jsonlog"])
def test_what_a_real_postgresql_logged_is_told(icu: Icu, form: str) -> None:
    settings = (
        "logging_collector = on", f"log_destination = '{form}'", "log_directory = 'log'", "log_filename = 'pg.log'",
        "log_min_duration_statement = 0", "log_line_prefix = '%m [%p] %q%u@%d '", "log_timezone = 'Asia/Shanghai'",
    )  # fmt: skip
    with running(PostgreSQL(settings)) as server:
        server.admin("create table bed (id int, ward text)")
        with server.connect() as connection:
            for number in range(5):
                connection.execute("select *\n  from bed where ward = %s", (f"{SECRET}{number}",))
                connection.execute(f"insert into bed values ({number}, E'it\\'s {SECRET}')")
        ending = {"stderr": "log", "csvlog": "csv", "jsonlog": "json"}[form]
        log = server.folder / "data" / "log" / f"pg.{ending}"
        until = time.monotonic() + 20
        while b"insert into bed values (4" not in log.read_bytes() and time.monotonic() < until:
            time.sleep(0.05)
        told = icu.read(f"icu-db-1:{log}")
    assert told.code == 0, told.out + told.err
    [found] = told.object["slow_logs"]
    assert found["formats"] == [form]
    calls = {each["text"]: each for each in found["statements"]}
    assert calls["select * from bed where ward = ?"]["calls"] == 5
    assert calls["insert into bed values (?+)"]["calls"] == 5
    assert re.match(r"20\d\d-\d\d-\d\dT.*\+08:00", calls["insert into bed values (?+)"]["first_seen"])
    assert "SECRET" not in told.out


def test_a_statement_that_reads_far_more_than_it_returns_is_a_finding_and_gone_when_it_is(
    icu: Icu, tmp_path: Path
) -> None:
    wasteful = [entry(f"select * from bed where note like '%{n}%'", 3, examined=90_000) for n in range(6)]
    fine = [entry(f"select * from bed where id = {n}", 1) for n in range(60)]
    log = write(tmp_path / "slow.log", [*wasteful, *fine])
    told = icu.read(f"icu-db-1:{log}")
    assert told.code == 1
    [finding] = told.object["findings"]
    assert finding["check"] == "tune.slow_log.examined"
    assert "select * from bed where note like ?" in finding["summary"]
    assert "90000 行" in finding["summary"]
    write(log, fine)
    assert icu.read(f"icu-db-1:{log}").code == 0
    listed = icu.desk.run("finding", "show", finding["id"], "--format", "json")
    assert '"resolved"' in listed.out, listed.out + listed.err


def test_what_could_not_be_read_is_neither_fine_nor_bad(icu: Icu, tmp_path: Path) -> None:
    torn = tmp_path / "torn.log"
    head = b"# User@Host: a[a] @  [b]\n# Query_time: 1.0  Lock_time: 0.0 Rows_sent: 0  Rows_examined: 0\n"
    torn.write_bytes(head * 9)
    text = tmp_path / "text.log"
    text.write_text("hello\n")
    missing = (f"icu-db-1:{tmp_path}/none.log", f"{tmp_path}/none.log", "windows:/x")
    for place in (*missing, f"icu-db-1:{text}", text, torn):
        told = icu.read(place)
        assert told.code == 3, (place, told.out)
        assert told.object["level"] == "unknown"
        assert told.object["findings"], place


def test_one_log_that_cannot_be_read_does_not_hide_the_other(icu: Icu, tmp_path: Path) -> None:
    log = write(tmp_path / "slow.log", [entry("select 1")])
    told = icu.read(f"icu-db-1:{log}", f"icu-db-1:{tmp_path}/none.log")
    assert told.code == 3
    assert [each["error"] is None for each in told.object["slow_logs"]] == [True, False]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--slow-log", "icu-db-9:/x.log"), "icu-db-9"),
        (("--slow-log", "icu-db-1:x.log"), "完整路径"),
        (("--slow-log", "/x.log", "--apply-safe"), "--slow-log"),
        (("--slow-log", "/x.log", "--database", "his"), "--slow-log"),
    ],
)
def test_a_wrong_word_is_told_before_anything_is_asked(icu: Icu, words: tuple[str, ...], said: str) -> None:
    told = icu.desk.run("db-tune", "--site", "icu", *words)
    assert told.code == 64
    assert said in told.err


def test_people_read_it_in_both_languages(icu: Icu, tmp_path: Path) -> None:
    log = write(
        tmp_path / "slow.log", [entry("select a from b where c = 'SECRET\x1b[31m'"), entry("broken 'x'y")]
    )
    for lang, word in (("zh", "合计"), ("en", "together")):
        told = icu.desk.run("db-tune", "--site", "icu", "--slow-log", str(log), lang=lang)
        assert told.code == 0, told.err
        assert word in told.out
        assert "select a from b where c = ?" in told.out
        assert "broken ...?" in told.out
        assert "\x1b[31m" not in told.out


def test_what_is_no_file_is_not_waited_for(icu: Icu, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for place in (f"icu-db-1:{fifo}", fifo, tmp_path):
        told = icu.read(place)
        assert told.code == 3
        assert "不是文件" in told.out


def test_the_records_keep_the_statements(icu: Icu, mariadb_log: Path) -> None:
    run = icu.read(mariadb_log).object["run"]
    database = sqlite3.connect(icu.desk.root / ".hmaint" / "records.db")
    try:
        [(kept,)] = database.execute(
            "select count(*) from observations where run = ? and step = 'tune.slow_log'", (run,)
        )
    finally:
        database.close()
    assert kept == 1


def test_logs_of_one_name_are_told_apart_and_names_of_no_file_say_so(icu: Icu, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "slow.log", [entry("select 1")])
    done = icu.read(tmp_path / "a" / "slow.log", tmp_path / "b" / "slow.log")
    assert done.code == 0, done.err
    assert len({each["target"] for each in done.object["slow_logs"]}) == 2
    for place in ("a**b", "/", "x" * 300):
        done = icu.read(place)
        assert done.code == 3, done.err
        assert done.object["slow_logs"][0]["error"]
