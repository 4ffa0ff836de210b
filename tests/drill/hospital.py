"""A small hospital as SQL, and its dumps with one thing wrong each."""

# ruff: noqa: S608, ISC004 - the SQL of a hospital made up here

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

MYSQL = (
    "create table dept (id int primary key, name varchar(40)) character set utf8mb4",
    "create table patient (id int primary key, name varchar(40), dept_id int,"
    " constraint patient_dept foreign key (dept_id) references dept(id)) character set utf8mb4",
    "create table exam (id int primary key, patient_id int, result varchar(60), created datetime,"
    " constraint exam_patient foreign key (patient_id) references patient(id)) character set utf8mb4",
    "insert into dept values (1, '重症医学科'), (2, '心内科'), (3, '儿科')",
    "create view ward as select p.id, d.name from patient p join dept d on d.id = p.dept_id",
    "create trigger exam_new before insert on exam for each row set new.created = coalesce(new.created, now())",
    "create procedure busy(n int) begin declare i int default 0; while i < n do set i = i + 1; end while; end",
)
POSTGRESQL = (
    "create table dept (id int primary key, name varchar(40))",
    "create table patient (id int primary key, name varchar(40), dept_id int references dept(id))",
    "create table exam (id int primary key, patient_id int references patient(id), result text, created timestamp)",
    "insert into dept values (1, '重症医学科'), (2, '心内科'), (3, '儿科')",
    "create view ward as select p.id, d.name from patient p join dept d on d.id = p.dept_id",
    "create function twice(n int) returns int language sql as $$ select n * 2 $$",
    "create function stamp() returns trigger language plpgsql as $$ begin return new; end $$",
    "create trigger exam_new before insert on exam for each row execute function stamp()",
)


def rows(patients: int, exams: int) -> list[str]:
    """Insert statements for that many patients and exams."""
    people = ", ".join(f"({n}, '测试{n}号', {n % 3 + 1})" for n in range(1, patients + 1))
    found = [f"insert into patient values {people}"]
    for start in range(1, exams + 1, 500):
        some = range(start, min(start + 500, exams + 1))
        values = ", ".join(
            f"({n}, {n % patients + 1}, '{'阳性' if n % 7 == 0 else '阴性'}，复查', '2026-11-25 {n % 19:02}:00:00')"
            for n in some
        )
        found.append(f"insert into exam values {values}")
    return found


def packed(path: Path, text: bytes) -> Path:
    """Keep a dump as cron jobs do."""
    path.write_bytes(gzip.compress(text, 1))
    return path


def without(dump: bytes, words: Sequence[bytes]) -> bytes:
    """The dump without the lines that begin with one of the words."""
    return b"".join(line for line in dump.splitlines(keepends=True) if not line.startswith(tuple(words)))
