"""The SQLite catalogue on real files: every planted fault is found, and the healthy twin has none."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from hmaint.model.inventory import Database
from hmaint.model.playbook import Level
from tests.checks.catalogues import Inspection, catalogue, inspect

BAD = (Level.WARNING, Level.CRITICAL, Level.UNKNOWN)

HEALTHY = """
pragma journal_mode = wal;
create table patient (id integer primary key, alias text);
create table vital (id integer primary key, patient_id integer references patient, taken text);
create index vital_patient on vital (patient_id, taken);
insert into patient values (1, '样例一'), (2, '样例二');
insert into vital values (1, 1, '2026-01-01'), (2, 2, '2026-01-01');
analyze;
"""

ILL = """
create table patient (id integer primary key, alias text);
create table vital (id integer primary key, patient_id integer references patient, taken text);
create index vital_patient on vital (patient_id);
create index vital_patient_taken on vital (patient_id, taken);
create unique index vital_once on vital (patient_id, taken);
insert into vital values (1, 1, '2026-01-01'), (2, 9, '2026-01-02');
create table device_log (said text);
create table patient_bak (id integer primary key);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
insert into device_log select hex(randomblob(500)) from n;
delete from device_log;
"""


def look(folder: Path, script: str, **variables: object) -> Inspection:
    path = folder / "icu.db"
    if not path.exists():
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.close()
    target = Database("main", "icu", "sqlite", path="icu.db")
    return inspect(catalogue("sqlite"), target, None, folder, **variables)


def test_nothing_is_reported_on_the_healthy_twin_and_no_file_appears(tmp_path: Path) -> None:
    first = look(tmp_path, HEALTHY)
    assert first.levels(*BAD) == {}
    assert set(first.levels(Level.SKIPPED)) == {"sqlite.size.growth"}
    second = inspect(
        catalogue("sqlite"),
        Database("main", "icu", "sqlite", path="icu.db"),
        None,
        tmp_path,
        before=first.rows,
    )
    assert second.levels(*BAD, Level.SKIPPED) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["icu.db"]


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("foreign_keys", ["表 vital 有 2 条记录找不到上级（表 patient）"]),
        ("tables.no_key", ["表 device_log 没有主键"]),
        ("freelist", ["空闲"]),
        ("statistics", ["从未收集统计信息"]),
        ("tables.stray", ["patient_bak"]),
        ("indexes.redundant", ["vital_patient 的列", "vital_patient_taken 的列"]),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, check: str, words: list[str]) -> None:
    found = look(tmp_path, ILL).checks[f"sqlite.{check}"]
    assert found.level is Level.WARNING
    assert len(found.findings) == len(words)
    assert all(any(word in finding.summary for finding in found.findings) for word in words)


def test_a_damaged_page_is_critical(tmp_path: Path) -> None:
    look(tmp_path, ILL)
    path = tmp_path / "icu.db"
    raw = bytearray(path.read_bytes())
    connection = sqlite3.connect(path)
    (page,) = connection.execute(
        "select rootpage from sqlite_master where name = 'vital_patient_taken'"
    ).fetchone()
    connection.close()
    start = (page - 1) * 4096
    raw[start + 8 : start + 4096] = bytes(4088)
    path.write_bytes(bytes(raw))
    seen = look(tmp_path, ILL)
    assert seen.checks["sqlite.integrity.full"].level is Level.CRITICAL
    assert seen.checks["sqlite.integrity.quick"].level in (Level.CRITICAL, Level.UNKNOWN)


def test_growth_is_told_by_the_next_inspection(tmp_path: Path) -> None:
    first = look(tmp_path, HEALTHY)
    connection = sqlite3.connect(tmp_path / "icu.db")
    connection.execute("insert into patient select null, hex(zeroblob(1000000))")
    connection.commit()
    connection.close()
    target = Database("main", "icu", "sqlite", path="icu.db")
    variables = {"sqlite_growth_mb": 1}
    seen = inspect(catalogue("sqlite"), target, None, tmp_path, first.rows, **variables)
    assert seen.checks["sqlite.size.growth"].level is Level.WARNING
