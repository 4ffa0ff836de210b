"""Data put right where the database does more than it was told to, or shows less than there is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine

from hmaint.app import data_fix
from hmaint.app.upgrade_plan import prepare
from hmaint.database.fix_mysql import rights
from hmaint.database.fix_mysql_children import followers
from hmaint.database.fix_words import without_values
from hmaint.errors import CouldNotLook
from tests.app.fixing import DELETE, PATIENT, UPDATE, Bench, mariadb_bench, postgresql_bench, sqlite_bench
from tests.app.test_data_fix_plan import a_plan

OTHER = "N20269999"
"""A patient the request does not name."""


@pytest.fixture(params=("mysql", "postgresql"))
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    if request.param == "mysql":
        return mariadb_bench(tmp_path, request.getfixturevalue("mariadb"))
    return postgresql_bench(tmp_path, request.getfixturevalue("postgresql"))


@pytest.mark.parametrize("column", ["patient_no", "state"])
def test_an_error_of_a_server_tells_no_value(served: Bench, column: str) -> None:
    served.run("delete from note where id in (4472, 4473)")
    served.run("create unique index one on note (patient_no)")
    sql = f"update note set {column} = :v where id = 4471"  # noqa: S608 - a name of the test
    with pytest.raises(CouldNotLook) as failed:
        served.do(served.fix({"sql": sql, "with": {"v": OTHER}, "rows": 1}))
    assert OTHER not in failed.value.reason
    assert "（" in failed.value.reason


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "服务器报错：Duplicate entry 'O'Brien' for key 'one'（1062）",
            "服务器报错：Duplicate entry *** for key 'one'（1062）",
        ),
        ("Data too long for column 'patient_no' at row 1", "Data too long for column 'patient_no' at row 1"),
        ('relation "note" and column "x y", value "7"（22P02）', "relation ***（22P02）"),
        ("Access denied near 'N2026", "Access denied near ***"),
    ],
)
def test_names_are_told_and_values_are_not(said: str, told: str) -> None:
    assert without_values(said) == told


def test_a_time_the_database_writes_itself_comes_back_behind_two_statements(
    tmp_path: Path, mariadb: Any
) -> None:
    bench = mariadb_bench(tmp_path, mariadb)
    bench.run(
        "alter table note add at timestamp not null default current_timestamp on update current_timestamp"
    )
    bench.run("update note set at = '2026-01-01 00:00:00'")
    before = bench.rows()
    fix = bench.fix(UPDATE, {**UPDATE, "with": {"new": 2, "no": PATIENT}})
    assert bench.do(fix).ok
    time.sleep(1.1)  # the database writes whole seconds
    assert bench.undo(fix).ok
    assert bench.rows() == before


def test_triggers_that_the_account_may_not_see_are_not_none(tmp_path: Path, mariadb: Any) -> None:
    bench = mariadb_bench(tmp_path, mariadb)
    mariadb.admin("revoke trigger on icu.* from hmaint_fix@'127.0.0.1'")
    before = bench.rows()
    done = bench.do(bench.fix(UPDATE))
    assert not done.ok
    assert "TRIGGER" in done.words
    assert bench.rows() == before


_OWN = "grant select, insert, update, delete, trigger on icu.* to hmaint_fix@'127.0.0.1'"
_ONE = "grant select, insert, update, delete, trigger on icu.note to hmaint_fix@'127.0.0.1'"
_PROCESS = "grant process on *.* to hmaint_fix@'127.0.0.1'"
_RELOAD = "grant reload on *.* to hmaint_fix@'127.0.0.1'"
_READ = "grant select on *.* to hmaint_fix@'127.0.0.1'"
_WRITE = "grant delete on *.* to hmaint_fix@'127.0.0.1'"


@pytest.mark.parametrize(
    ("grants", "says"),
    [
        ((_OWN,), "PROCESS"),
        ((_OWN, _RELOAD), "PROCESS"),
        ((_OWN, _PROCESS), "his-1.bill 单.of_note"),
        ((_ONE, _PROCESS), "his-1.bill 单.of_note"),
        ((_OWN, _READ), "PROCESS"),
        ((_OWN, _WRITE), "his-1.bill 单.of_note"),
    ],
)
def test_rows_that_another_database_hangs_on_are_not_deleted(
    tmp_path: Path, mariadb: Any, grants: tuple[str, ...], says: str
) -> None:
    bench = mariadb_bench(tmp_path, mariadb)
    mariadb.admin(
        "drop database if exists `his-1`", "create database `his-1` character set utf8mb4",
        "create table `his-1`.`bill 单` (id bigint primary key, note bigint, constraint of_note"
        " foreign key (note) references icu.note(id) on delete cascade on update cascade) engine=innodb",
        "insert into `his-1`.`bill 单` values (1, 4471)",
        "revoke all, grant option from hmaint_fix@'127.0.0.1'", *grants,
    )  # fmt: skip
    done = bench.do(bench.fix(DELETE))
    kept = mariadb.admin("select count(*) from `his-1`.`bill 单`")
    mariadb.admin("drop database `his-1`")
    assert not done.ok
    assert says in done.words
    assert kept == [(1,)]


def test_a_column_that_another_database_may_point_at_is_not_changed_unseen(
    tmp_path: Path, mariadb: Any
) -> None:
    bench = mariadb_bench(tmp_path, mariadb)
    mariadb.admin("revoke all, grant option from hmaint_fix@'127.0.0.1'", _OWN)
    assert bench.do(bench.fix(UPDATE)).ok, "no index: no foreign key can point at it"
    bench.run("alter table note add key by_state (state, id)")
    before = bench.rows()
    done = bench.do(bench.fix(UPDATE))
    assert not done.ok
    assert "PROCESS" in done.words
    assert bench.rows() == before
    mariadb.admin(_PROCESS)
    assert bench.do(bench.fix(UPDATE)).ok


def test_children_that_the_account_may_not_see_are_not_none(tmp_path: Path, mariadb: Any) -> None:
    bench = mariadb_bench(tmp_path, mariadb)
    bench.run(
        "create table child (id bigint primary key, note bigint,"
        " foreign key (note) references note(id) on delete cascade) engine=innodb"
    )
    bench.run("insert into child values (1, 4471)")
    mariadb.admin(
        "revoke all, grant option from hmaint_fix@'127.0.0.1'",
        _ONE,
    )
    assert not bench.do(bench.fix(DELETE)).ok
    assert len(bench.rows("child")) == 1
    assert bench.do(bench.fix(UPDATE)).ok


@pytest.mark.parametrize(
    ("grant", "whole", "one"),
    [
        ("GRANT USAGE ON *.* TO `a`@`%`", set(), set()),
        ("GRANT ALL PRIVILEGES ON *.* TO `a`@`%` WITH GRANT OPTION", {"ALL PRIVILEGES"}, {"ALL PRIVILEGES"}),
        ("GRANT SELECT (a, b), TRIGGER ON `icu_a`.`note` TO `a`@`%`", set(), {"SELECT", "TRIGGER"}),
        ("GRANT TRIGGER ON `icu\\_a`.* TO `a`@`%`", {"TRIGGER"}, {"TRIGGER"}),
        ("GRANT TRIGGER ON `ic%`.* TO `a`@`%`", {"TRIGGER"}, {"TRIGGER"}),
        ("GRANT TRIGGER ON `icu\\_b`.* TO `a`@`%`", set(), set()),
        ("GRANT TRIGGER ON `icu_a`.`other` TO `a`@`%`", set(), set()),
        ("GRANT `role`@`%` TO `a`@`%`", set(), set()),
    ],
)
def test_what_an_account_may_do_is_read_from_its_grants(grant: str, whole: set[str], one: set[str]) -> None:
    assert rights([grant], "icu_a", "") == whole
    assert rights([grant], "icu_a", "note") == one
    everywhere = whole if "ON *.*" in grant else set()
    assert rights([grant], None, "") == everywhere


def test_triggers_of_a_partition_are_seen(tmp_path: Path, postgresql: Any) -> None:
    bench = postgresql_bench(tmp_path, postgresql)
    for sql in (
        "create table part (id bigint, patient_no text, state int, primary key (id)) partition by range (id)",
        "create table part_1 partition of part for values from (0) to (100)",
        "create function f() returns trigger language plpgsql as 'begin return new; end'",
        "create trigger t after update on part_1 for each row execute function f()",
        f"insert into part values (1, '{PATIENT}', 0)",  # noqa: S608 - a number of the tests
        "grant all on all tables in schema public to hmaint_fix",
    ):
        bench.run(sql)
    fix = bench.fix({**UPDATE, "sql": str(UPDATE["sql"]).replace("note", "part"), "rows": 1})
    assert not bench.do(fix).ok
    bench.run("drop trigger t on part_1")
    assert bench.do(fix).ok


def test_a_table_that_others_inherit_from_is_refused(tmp_path: Path, postgresql: Any) -> None:
    bench = postgresql_bench(tmp_path, postgresql)
    bench.run("create table heir () inherits (note)")
    before = bench.rows()
    assert not bench.do(bench.fix(UPDATE)).ok
    assert bench.rows() == before


def test_a_table_that_replaces_rows_by_itself_is_refused(tmp_path: Path) -> None:
    bench = sqlite_bench(tmp_path)
    bench.run("create table bed (id integer primary key, no text unique on conflict replace)")
    bench.run("insert into bed values (1, 'a'), (2, 'b')")
    told = {"sql": "update bed set no = :no where id = 1", "with": {"no": "b"}, "rows": 1}
    assert not bench.do(bench.fix(told)).ok
    assert bench.rows("bed") == [(1, "a"), (2, "b")]


def test_an_approval_does_not_hold_for_another_database_of_the_same_server(
    tmp_path: Path, mariadb: Any
) -> None:
    bench = mariadb_bench(tmp_path, mariadb)
    bench.serve(mariadb)
    mariadb.admin(
        "drop database if exists icu_copy", "create database icu_copy", "create table icu_copy.note like icu.note",
        "insert into icu_copy.note select * from icu.note",
        "grant select, insert, update, delete, trigger on icu_copy.* to hmaint_fix@'127.0.0.1'",
    )  # fmt: skip
    plan = a_plan(bench)
    approved = prepare(bench.fresh(), plan).rendered().digest
    assert prepare(bench.fresh(), plan).rendered().digest == approved
    path = bench.world.workspace.inventory_path
    path.write_text(path.read_text("utf-8").replace("name: icu,", "name: icu_copy,"), "utf-8")
    assert prepare(bench.fresh(), plan).rendered().digest != approved


def test_rows_that_are_not_changed_stay_free_for_others(served: Bench) -> None:
    """No index helps this WHERE: it passes every row, and must not hold them from the wards."""
    shortly = {"mysql": "set innodb_lock_wait_timeout=1", "postgresql": "set lock_timeout='1s'"}
    written: list[int] = []

    def others_write(_facts: Mapping[str, object]) -> None:
        other = served.hold()
        cursor = other.cursor()
        cursor.execute(shortly[served.engine])
        cursor.execute("update note set state = 5 where id = 9001")
        cursor.execute("insert into note (id, patient_no, state) values (7777, 'N9', 0)")
        written.append(cursor.rowcount)
        other.rollback()
        other.close()

    fix = served.fix(UPDATE)
    assert data_fix.do(served.world, "fix@icu-main", served.database, fix, others_write).ok
    assert written == [1]


def test_rights_that_are_excepted_for_a_schema_are_none_there() -> None:
    """As MySQL 8 tells them with partial_revokes."""
    told = [
        "GRANT SELECT, INSERT, TRIGGER ON *.* TO `fix`@`%`",
        "REVOKE INSERT, TRIGGER ON `his-1`.* FROM `fix`@`%`",
    ]
    assert rights(told, None, "") == {"SELECT"}
    assert rights(told, "his-1", "note") == {"SELECT"}
    assert rights(told, "icu", "") == {"SELECT", "INSERT", "TRIGGER"}


def test_the_list_of_foreign_keys_knows_a_table_however_it_is_spelt(mariadb: Any) -> None:
    mariadb.admin(
        "create database if not exists spelt", "create database if not exists spelt_other",
        "drop table if exists spelt_other.kid", "drop table if exists spelt.bill",
        "create table spelt.bill (id bigint primary key) engine=innodb",
        "create table spelt_other.kid (id bigint primary key, bill bigint, constraint of_bill"
        " foreign key (bill) references spelt.bill(id) on delete cascade) engine=innodb",
        "create or replace user spelt@'127.0.0.1' identified by 'Sp3lt word'",
        "grant process on *.* to spelt@'127.0.0.1'", "grant select, delete on spelt.* to spelt@'127.0.0.1'",
    )  # fmt: skip
    line = URL.create("mysql+pymysql", "spelt", "Sp3lt word", mariadb.address, mariadb.port, "spelt")
    engine = create_engine(line)
    with engine.connect() as connection:
        for name in ("bill", "BILL"):
            seen = followers(connection, "spelt", name, here={"SELECT", "DELETE"}, everywhere={"PROCESS"})
            assert seen == ({"delete": ("spelt_other.kid.of_bill",)}, ())
    engine.dispose()
    mariadb.admin("drop database spelt_other", "drop database spelt", "drop user spelt@'127.0.0.1'")
