"""SQLite backups restored on trial, on this laptop alone."""

from __future__ import annotations

import gzip
import os
import sqlite3
import time
from pathlib import Path

import pytest

from tests.end_to_end.desk import Written, words_of

from .conftest import Room


def hospital(path: Path) -> Path:
    line = sqlite3.connect(path)
    line.executescript(
        "create table dept (id integer primary key, name text);"
        "create table bed (id integer primary key, dept integer references dept(id), note text);"
        "insert into dept values (1, '重症医学科'), (2, '儿科');"
        "insert into bed values (1, 1, '空床'), (2, 2, '占用');"
        "create view beds as select * from bed;"
    )
    line.commit()
    line.close()
    return path


_DRILL = {
    "source": "rows",
    "chinese": [{"title": "科室名称", "sql": "select name from dept where id = 1", "equals": "重症医学科"}],
}


def write(room: Room) -> Written:
    hospital(room.desk.root / "main.db")
    databases = {"main": {"engine": "sqlite", "path": "main.db"}}
    room.write(databases, "main", drill=_DRILL)
    return databases


@pytest.mark.parametrize("packed", [True, False])
def test_a_good_copy_passes_and_the_original_is_not_touched(room: Room, packed: bool) -> None:  # noqa: FBT001 - two cases
    write(room)
    whole = (room.desk.root / "main.db").read_bytes()
    (room.backups / "main.db.gz").write_bytes(gzip.compress(whole) if packed else whole)
    done = room.drill("--report")
    assert (done.code, done.object["findings"]) == (0, []), done.err
    assert room.left() == []
    assert (room.desk.root / "main.db").read_bytes() == whole
    assert len(done.object["reports"]) == 1
    if packed:
        again = room.desk.run("report", "render", "restore-report", "--site", "icu", lang="en")
        manual = room.desk.run("report", "render", "restore-manual", "--site", "icu", lang="en")
        assert (again.code, manual.code) == (0, 0), again.err + manual.err
        (path,) = (room.desk.root / "reports").rglob("数据恢复操作手册*.docx")
        told = words_of(path)
        assert done.object["run"] in told
        assert "没有恢复演练记录" in told  # the scenarios no drill has measured say so


def test_a_damaged_copy_and_a_missing_row_are_told(room: Room) -> None:
    write(room)
    whole = (room.desk.root / "main.db").read_bytes()
    copy = room.backups / "main.db"
    copy.write_bytes(whole[: len(whole) // 2])
    assert room.checks(room.drill())["restore"] == "critical"
    copy.write_bytes(whole)
    line = sqlite3.connect(copy)
    line.execute("delete from dept where id = 2")
    line.commit()
    line.close()
    told = room.checks(room.drill())
    assert (told["rows"], told["orphans"]) == ("critical", "critical")
    copy.write_bytes(gzip.compress(whole)[:300])
    assert room.checks(room.drill())["restore"] == "critical"
    assert room.left() == []


def test_a_script_may_not_reach_for_another_file(room: Room) -> None:
    write(room)
    whole = (room.desk.root / "main.db").read_bytes()
    trace = room.scratch / "trace.db"
    (room.backups / "main.sql").write_text(f"attach '{trace}' as other; create table other.t (a); ")
    assert room.checks(room.drill())["restore"] == "critical"
    assert not trace.exists()
    (room.backups / "main.sql").write_text(
        "create table dept (id, name); insert into dept values (1, '重症医学科');"
    )
    told = room.checks(room.drill())
    assert told["tables"] == "critical"
    assert "restore" not in told
    assert (room.desk.root / "main.db").read_bytes() == whole


def test_what_a_killed_drill_left_is_cleared_by_the_next(room: Room) -> None:
    write(room)
    (room.backups / "main.db").write_bytes((room.desk.root / "main.db").read_bytes())
    left = room.scratch / "hmaint-drill.dead"
    left.mkdir()
    (left / "keeper").write_text("999999 1")
    mine = room.scratch / "hmaint-drill.alive"
    mine.mkdir()
    begun = Path(f"/proc/{os.getpid()}/stat").read_text().rpartition(")")[2].split()[19]
    (mine / "keeper").write_text(f"{os.getpid()} {begun}")
    assert room.drill().code == 0
    assert not left.exists()
    assert mine.exists()


def test_data_and_files_dated_ahead_tell_no_loss(room: Room) -> None:
    write(room)
    newest = "select '2099-01-01 08:00:00' from dept limit 1"
    databases = {"main": {"engine": "sqlite", "path": "main.db"}}
    room.write(databases, "main", drill={**_DRILL, "newest": newest, "rpo": "10m"})
    copy = room.backups / "main.db"
    copy.write_bytes((room.desk.root / "main.db").read_bytes())
    # Appointments lie ahead: the time of the copy itself counts.
    os.utime(copy, (time.time() - 3600, time.time() - 3600))
    assert room.checks(room.drill()) == {"rpo": "critical"}
    ahead = time.time() + 7 * 86_400
    os.utime(copy, (ahead, ahead))
    assert room.checks(room.drill()) == {"rpo": "unknown"}
