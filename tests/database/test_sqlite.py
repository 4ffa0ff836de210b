"""SQLite files are read without leaving a trace beside them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from hmaint.database.session import Session, open_session
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Database
from hmaint.model.look import Query, Seen


def look(folder: Path, name: str = "icu 重症#1?.db") -> Session:
    return open_session(Database("d", "icu", "sqlite", path=name), None, folder)


def make(folder: Path, name: str = "icu 重症#1?.db", journal: str = "delete") -> sqlite3.Connection:
    connection = sqlite3.connect(folder / name)
    connection.execute(f"pragma journal_mode = {journal}")
    connection.execute("create table bed (id integer primary key, note text)")
    connection.execute("insert into bed values (1, '一床')")
    connection.commit()
    return connection


def state(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in sorted(folder.iterdir()) if not path.name.endswith("-shm")
    }


def test_a_missing_file_is_an_error_and_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(CouldNotLook, match="不存在") as failure:
        look(tmp_path)
    assert failure.value.seen == Seen.UNREACHABLE
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_closed_file_is_read_and_nothing_appears_beside_it(tmp_path: Path, journal: str) -> None:
    make(tmp_path, journal=journal).close()
    before = state(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    session = look(tmp_path)
    assert session.ask(Query("select note from bed")).rows == ({"note": "一床"},)
    assert session.ask(Query("pragma integrity_check")).rows == ({"integrity_check": "ok"},)
    session.close()
    assert (state(tmp_path), sorted(path.name for path in tmp_path.iterdir())) == (before, names)


def test_a_log_left_by_a_crash_is_read_and_left_as_it_was(tmp_path: Path) -> None:
    script = "import os, sqlite3; c = sqlite3.connect('a.db'); c.execute('pragma journal_mode=wal');"
    script += (
        "c.execute('create table t (a)'); c.execute('insert into t values (7)'); c.commit(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)  # noqa: S603 - a script of our own
    before = state(tmp_path)
    session = look(tmp_path, "a.db")
    assert session.ask(Query("select a from t")).rows == ({"a": 7},)
    session.close()
    assert state(tmp_path) == before


def test_a_file_somebody_has_open_is_read_beside_him(tmp_path: Path) -> None:
    writer = make(tmp_path, journal="wal")
    session = look(tmp_path)
    writer.execute("insert into bed values (2, '二床')")
    writer.commit()
    assert session.ask(Query("select count(*) as n from bed")).rows == ({"n": 2},)
    session.close()
    writer.execute("insert into bed values (3, '三床')")
    writer.commit()
    writer.close()


def test_a_file_that_is_opened_and_written_during_the_look_is_not_believed(tmp_path: Path) -> None:
    make(tmp_path, journal="wal").close()
    session = look(tmp_path)
    writer = sqlite3.connect(tmp_path / "icu 重症#1?.db")
    writer.execute("insert into bed values (2, '二床')")
    writer.commit()
    writer.execute("pragma wal_checkpoint(truncate)").fetchall()
    assert session.ask(Query("select count(*) as n from bed")).seen is Seen.UNREACHABLE
    assert session.ask(Query("select count(*) as n from bed")).rows == ({"n": 2},)
    session.close()
    writer.close()


def test_a_file_that_is_no_database_is_garbled(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database" * 100)
    with pytest.raises(CouldNotLook) as failure:
        look(tmp_path, "a.db")
    assert failure.value.seen == Seen.GARBLED


def test_a_value_too_large_for_memory_is_an_answer_and_no_flood(tmp_path: Path) -> None:
    make(tmp_path).close()
    session = look(tmp_path)
    assert session.ask(Query("select zeroblob(1000000000) as x")).seen is Seen.GARBLED
    assert session.ask(Query("select 1 as a")).seen is Seen.OBSERVED
    session.close()
