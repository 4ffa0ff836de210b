"""A small hospital's database on real servers, with everything a dump can lose, and dumps of it by the real tools."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

PATIENTS, EXAMS, OLD = 300, 4000, 500
TABLES = {
    "patient": {"min_rows": PATIENTS, "max_rows": PATIENTS},
    "exam": {"min_rows": EXAMS},
    "exam_2019": {"min_rows": OLD},
    "dict_item": {},
}

# ruff: noqa: ISC004, E501 - statements of SQL, one an item
_MYSQL = (
    "create table dict_item (id int primary key, name varchar(40) not null)",
    "create table patient (id int primary key, name varchar(40) not null, unit varchar(80) not null)",
    "create table exam (id int primary key, patient_id int not null, item int not null, result varchar(60), "
    "made_at datetime not null, note text, constraint exam_patient foreign key (patient_id) references patient (id), "
    "constraint exam_item foreign key (item) references dict_item (id))",
    "create table exam_2019 (id int primary key, patient_id int not null, result varchar(60), made_at datetime)",
    "create table trace (id int primary key, said varchar(80))",
    "insert into dict_item values (1, '血常规'), (2, '肝功能'), (3, '心电图'), (4, '胸片')",
    "insert into patient select seq, concat('体检者', seq), '某某市第一人民医院体检中心' from seq_1_to_{patients}",
    "insert into exam select seq, 1 + seq % {patients}, 1 + seq % 4, elt(1 + seq % 3, '正常', '偏高，复查', '阳性'), "
    "date_add('2026-01-01', interval seq minute), concat('备注（第', seq, '次），', sha1(seq)) from seq_1_to_{exams}",
    "insert into exam_2019 select seq, 1 + seq % {patients}, '正常', date_add('2019-01-01', interval seq minute) "
    "from seq_1_to_500",
    "insert into trace values (1, '启用')",
    "create view v_exam as select e.id, p.name, d.name as item, e.result from exam e join patient p on p.id = "
    "e.patient_id join dict_item d on d.id = e.item",
    "create view v_positive as select * from exam where result = '阳性'",
    "create trigger exam_trace after insert on exam for each row insert into trace select max(id) + 1, '新增' from trace",
    "create function exams_of(who int) returns int reads sql data return (select count(*) from exam where patient_id = who)",
    "create procedure tidy() delete from trace where id < 0",
    "create event nightly on schedule every 1 day do delete from trace where id < 0",
)
_POSTGRESQL = (
    "create table dict_item (id int primary key, name varchar(40) not null)",
    "create table patient (id int primary key, name varchar(40) not null, unit varchar(80) not null)",
    "create table exam (id int primary key, patient_id int not null references patient (id), item int not null "
    "references dict_item (id), result varchar(60), made_at timestamp not null, note text)",
    "create table exam_2019 (id int primary key, patient_id int not null, result varchar(60), made_at timestamp)",
    "insert into dict_item values (1, '血常规'), (2, '肝功能'), (3, '心电图'), (4, '胸片')",
    "insert into patient select n, '体检者' || n, '某某市第一人民医院体检中心' from generate_series(1, {patients}) n",
    "insert into exam select n, 1 + n % {patients}, 1 + n % 4, (array['正常', '偏高，复查', '阳性'])[1 + n % 3], "
    "timestamp '2026-01-01' + n * interval '1 minute', '备注（第' || n || '次），' || md5(n::text) "
    "from generate_series(1, {exams}) n",
    "insert into exam_2019 select n, 1 + n % {patients}, '正常', timestamp '2019-01-01' + n * interval '1 minute' "
    "from generate_series(1, 500) n",
    "create view v_exam as select e.id, p.name, e.result from exam e join patient p on p.id = e.patient_id",
    "create function exams_of(who int) returns bigint language sql as 'select count(*) from exam where patient_id = who'",
    "create function traced() returns trigger language plpgsql as 'begin return new; end'",
    "create trigger exam_trace before insert on exam for each row execute function traced()",
)


@dataclass(frozen=True)
class Hospital:
    """A database of the hospital on a server, and the words that dump it."""

    server: MariaDB | PostgreSQL
    name: str

    def dump(self, target: Path, *options: str, pack: Sequence[str] = ()) -> Path:
        """Write a dump with the tool of the server, through a packer where one is named."""
        with target.open("wb") as out:
            if not pack:
                subprocess.run(self._words(options), stdout=out, env=self._environment(), check=True)  # noqa: S603 - the server's own tool
                return target
            with subprocess.Popen(  # noqa: S603 - the server's own tool
                self._words(options), stdout=subprocess.PIPE, env=self._environment()
            ) as made:
                subprocess.run(list(pack), stdin=made.stdout, stdout=out, check=True)  # noqa: S603 - a packer
        assert made.returncode == 0
        return target

    def _words(self, options: Sequence[str]) -> list[str]:
        if isinstance(self.server, MariaDB):
            login = ["--no-defaults", f"--socket={self.server.socket}", "--user=root"]
            named = [] if {"--databases", "--all-databases"} & set(options) else [self.name]
            return ["mariadb-dump", *login, "--routines", "--events", *options, *named]
        login = ["-h", self.server.address, "-p", str(self.server.port), "-U", "postgres"]
        return ["pg_dump", *login, *options, self.name]

    def _environment(self) -> dict[str, str]:
        secret = str(self.server.password)
        return {**os.environ, "MYSQL_PWD": secret, "PGPASSWORD": secret, "LC_ALL": "C.UTF-8"}


def on_mariadb(server: MariaDB, name: str, patients: int = PATIENTS, exams: int = EXAMS) -> Hospital:
    """Fill a database of that name."""
    server.admin(f"create database `{name}` character set utf8mb4")
    said = [each.format(patients=patients, exams=exams) for each in _MYSQL]
    server.admin(f"use `{name}`", *said, "do 0")
    return Hospital(server, name)


def on_postgresql(server: PostgreSQL, name: str, patients: int = PATIENTS, exams: int = EXAMS) -> Hospital:
    """Fill a database of that name."""
    server.admin(f"create database {name}")
    said = [each.format(patients=patients, exams=exams) for each in _POSTGRESQL]
    server.admin(*said, "select 1", database=name)
    return Hospital(server, name)
