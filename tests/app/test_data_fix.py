"""Data put right on request, on real databases: all rows or none, known before, and put back as they were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hmaint.app import data_fix
from hmaint.app.data_fix import FixDone, InDoubt
from hmaint.errors import CouldNotLook
from hmaint.model.look import Seen
from tests.app.fixing import (
    DELETE,
    INSERT,
    PATIENT,
    SECRET,
    UPDATE,
    Bench,
    changed,
    mariadb_bench,
    postgresql_bench,
    sqlite_bench,
)

ENGINES = ("sqlite", "mysql", "postgresql")


def _bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    if request.param == "mysql":
        return mariadb_bench(tmp_path, request.getfixturevalue("mariadb"))
    if request.param == "postgresql":
        return postgresql_bench(tmp_path, request.getfixturevalue("postgresql"))
    return sqlite_bench(tmp_path)


@pytest.fixture(params=ENGINES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    return _bench(request, tmp_path)


@pytest.fixture(params=ENGINES[1:])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    """Of a server: with an account, and columns that have a length."""
    return _bench(request, tmp_path)


def test_rows_are_changed_kept_as_they_were_and_put_back(bench: Bench) -> None:
    before, fix = bench.rows(), bench.fix(UPDATE)
    done = bench.do(fix)
    assert (done.ok, done.facts["counted"]) == (True, [3])
    assert bench.rows() == changed(before, r4471=1, r4472=1, r4473=1)
    assert bench.probe(fix) == "there"
    assert bench.undo(fix).ok
    assert bench.rows() == before
    assert bench.probe(fix) == "absent"


def test_deleted_rows_come_back_bit_by_bit(bench: Bench) -> None:
    before, fix = bench.rows(), bench.fix(DELETE)
    assert bench.do(fix).ok
    assert [row[0] for row in bench.rows()] == [9001]
    assert bench.undo(fix).ok
    assert bench.rows() == before


def test_hostile_values_are_bound_and_inserted_rows_are_taken_out_again(bench: Bench) -> None:
    before, fix = bench.rows(), bench.fix(INSERT)
    assert bench.do(fix).ok
    words = {row[0]: row[3] for row in bench.rows()}
    assert (words[5001], words[5002]) == ("'; drop table note; --", "\\' :id %s %(id)s 😀")
    assert bench.undo(fix).ok
    assert bench.rows() == before


def test_several_statements_over_the_same_rows_are_put_back_in_reverse(bench: Bench) -> None:
    before = bench.rows()
    second = {"sql": "delete from note where id = :id", "with": {"id": 4472}, "rows": 1}
    fix = bench.fix(UPDATE, second, INSERT)
    assert bench.do(fix).ok
    assert bench.probe(fix) == "there"
    assert bench.undo(fix).ok
    assert bench.rows() == before


@pytest.mark.parametrize("rows", [2, 4])
def test_another_number_of_rows_than_expected_changes_nothing(bench: Bench, rows: int) -> None:
    before = bench.rows()
    other = {**INSERT, "each": [{**INSERT["each"][0], "no": "N1"}], "rows": 1}
    done = bench.do(bench.fix(other, {**UPDATE, "rows": rows}))
    assert not done.ok
    assert "3" in done.words
    assert bench.rows() == before
    assert not bench.noted


def test_what_was_changed_by_others_since_is_never_put_back(bench: Bench) -> None:
    fix = bench.fix(UPDATE)
    assert bench.do(fix).ok
    bench.run("update note set state = 7 where id = 4472")
    now = bench.rows()
    undone = bench.undo(fix)
    assert not undone.ok
    assert bench.rows() == now
    assert bench.probe(fix) == "unknown"


def test_rows_changed_since_the_approval_are_not_touched(bench: Bench) -> None:
    fix = bench.fix(UPDATE)
    seen = data_fix.preview(bench.world, bench.database, fix)
    assert not seen.problems
    bench.run("update note set state = 5 where id = 4471")
    now = bench.rows()
    done = bench.do(fix, seen.fingerprint)
    assert not done.ok
    assert bench.rows() == now
    bench.run("update note set state = 0 where id = 4471")
    assert bench.do(fix, seen.fingerprint).ok


def test_what_nobody_writes_over_may_change_meanwhile(bench: Bench) -> None:
    fix = bench.fix(UPDATE)
    seen = data_fix.preview(bench.world, bench.database, fix)
    bench.run("update note set words = 'neu' where id = 4471")
    assert bench.do(fix, seen.fingerprint).ok


def test_rows_held_by_another_session_are_waited_for_shortly_and_left(bench: Bench) -> None:
    before = bench.rows()
    other = bench.hold()
    cursor = other.cursor()
    if bench.engine == "sqlite":
        cursor.execute("begin immediate")
    cursor.execute("update note set state = 3 where id = 4472")
    try:
        with pytest.raises(CouldNotLook) as failed:
            bench.do(bench.fix(UPDATE, lock_wait="1s"))
        assert failed.value.seen is Seen.TIMED_OUT
    finally:
        other.rollback()
        other.close()
    assert bench.rows() == before
    assert bench.do(bench.fix(UPDATE)).ok


def test_a_look_beforehand_changes_nothing_and_shows_no_patient(bench: Bench) -> None:
    before = bench.rows()
    seen = data_fix.preview(bench.world, bench.database, bench.fix(UPDATE, DELETE))
    assert bench.rows() == before
    told = "\n".join(seen.lines)
    assert "***71" in told
    assert "state=0" in told
    assert PATIENT not in told
    assert "4471" not in told


def test_a_wrong_count_and_rows_that_are_there_already_are_told_beforehand(bench: Bench) -> None:
    few = data_fix.preview(bench.world, bench.database, bench.fix({**UPDATE, "rows": 5}))
    there = {**INSERT, "each": [{**INSERT["each"][0], "id": 4471}], "rows": 1}
    taken = data_fix.preview(bench.world, bench.database, bench.fix(there))
    assert few.problems
    assert taken.problems


def test_a_killed_act_before_its_commit_is_seen_to_have_done_nothing(bench: Bench) -> None:
    fix = bench.fix(UPDATE)

    def die(facts: Mapping[str, object]) -> None:
        bench.noted.append(facts)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        data_fix.do(bench.world, "fix@icu-main", bench.database, fix, die)
    assert bench.probe(fix) == "absent"
    assert bench.undo(fix).ok


def test_the_evidence_holds_every_row_and_its_file_is_private(bench: Bench) -> None:
    bench.do(bench.fix(DELETE))
    digest = str(bench.noted[0]["rows"])
    told = json.loads(data_fix.rows_of(bench.world).get(digest))
    assert digest not in set(bench.world.records.evidence.digests())  # which is shared and exported
    assert [row["patient_no"] for row in told["changes"][0]["before"]] == [PATIENT] * 3
    files = [each for each in bench.world.workspace.private.rglob("*") if each.name == digest]
    assert [each.stat().st_mode & 0o777 for each in files] == [0o600]


_CUT: dict[str, str] = {
    "mysql": "select id from information_schema.processlist where user = 'hmaint_fix'",
    "postgresql": "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'hmaint_fix'",
}


def test_a_line_cut_at_the_very_end_is_doubt_that_the_rows_settle(served: Bench) -> None:
    before, fix = served.rows(), served.fix(UPDATE)

    def cut(facts: Mapping[str, object]) -> None:
        served.noted.append(facts)
        for (session,) in served.run(_CUT[served.engine]):
            if served.engine == "mysql":
                served.run(f"kill {session}")

    with pytest.raises(InDoubt):
        data_fix.do(served.world, "fix@icu-main", served.database, fix, cut)
    assert served.probe(fix) == "absent"
    assert served.rows() == before


def test_triggers_are_refused_unless_the_plan_says_why_they_do_no_harm(bench: Bench) -> None:
    bench.run(_TRIGGER[bench.engine][0])
    for sql in _TRIGGER[bench.engine][1:]:
        bench.run(sql)
    before = bench.rows()
    assert not bench.do(bench.fix(UPDATE)).ok
    assert bench.rows() == before
    assert bench.do(bench.fix(UPDATE, triggers="只写入日志表")).ok


_TRIGGER: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "create table log (id integer)",
        "create trigger t after update on note begin insert into log values (new.id); end",
    ),
    "mysql": (
        "create table log (id bigint)",
        "create trigger t after update on note for each row insert into log values (new.id)",
    ),
    "postgresql": (
        "create function f() returns trigger language plpgsql as 'begin return new; end'",
        "create trigger t after update on note for each row execute function f()",
    ),
}


def test_rows_others_hang_on_by_cascade_are_not_deleted(bench: Bench) -> None:
    tail = " engine=innodb" if bench.engine == "mysql" else ""
    bench.run(
        "create table child (id bigint primary key, note bigint,"
        f" foreign key (note) references note(id) on delete cascade){tail}"
    )
    before = bench.rows()
    done = bench.do(bench.fix(DELETE))
    assert not done.ok
    assert "child" in done.words
    assert bench.rows() == before
    assert bench.do(bench.fix(UPDATE)).ok


@pytest.mark.parametrize(
    "sql",
    [
        "update nowhere set state = :new where patient_no = :no",
        "update keyless set state = :new where patient_no = :no",
        "update seen set state = :new where patient_no = :no",
        "update note set id = :new where patient_no = :no",
    ],
)
def test_rows_that_could_not_be_found_again_are_refused(bench: Bench, sql: str) -> None:
    bench.run("create table keyless (state int, patient_no varchar(40))")
    bench.run("create view seen as select * from note")
    if bench.engine == "postgresql":
        bench.run("grant all on all tables in schema public to hmaint_fix")
    before = bench.rows()
    done = bench.do(bench.fix({**UPDATE, "sql": sql}))
    assert not done.ok
    assert bench.rows() == before


def test_a_wrong_password_is_a_refusal_that_shows_none(served: Bench) -> None:
    bench = served
    bench.world.environ["FIX_PASSWORD"] = "another"  # type: ignore[index]  # a dict in tests
    with pytest.raises(CouldNotLook) as failed:
        bench.do(bench.fix(UPDATE))
    assert "another" not in failed.value.reason
    assert SECRET not in failed.value.reason


def test_myisam_is_refused_as_nothing_could_be_rolled_back(tmp_path: Path, mariadb: Any) -> None:
    bench = mariadb_bench(tmp_path, mariadb)
    bench.run("alter table note engine=myisam")
    before = bench.rows()
    done: FixDone = bench.do(bench.fix(UPDATE))
    assert not done.ok
    assert "InnoDB" in done.words
    assert bench.rows() == before


MYSQL_TYPES = """
create table kinds (id bigint unsigned primary key, a decimal(20,6), b double, c datetime(6), d date, e time(3),
 f json, g bit(9), h set('x','y'), i timestamp(3) null, j year, k char(3), l mediumblob,
 m int generated always as (a + 1) virtual,
 n timestamp(6) default current_timestamp(6) on update current_timestamp(6)) engine=innodb
"""
POSTGRESQL_TYPES = """
create table kinds (id bigint generated always as identity primary key, a numeric(20,6), b double precision,
 c real, d timestamptz, e interval, f jsonb, g json, h int[], i bytea, j inet, k int4range, l char(3), m boolean,
 n text[], o int generated always as (1) stored)
"""
POSTGRESQL_VALUES = """
insert into kinds (a, b, c, d, e, f, g, h, i, j, k, l, m, n) values (1.5, 0.1, 0.1,
 '2026-11-18 22:00:00.123456+08', '1 mon 2 days 03:04:05.6', '{"a": [1, null]}', '{"b" :  1}', '{1,null,3}',
 '\\x00ff', '10.0.0.0/8', '[1,5)', 'a', true, '{"a,b",""}')
"""


def test_every_type_of_mysql_comes_back_as_it_was(tmp_path: Path, mariadb: Any) -> None:
    bench = mariadb_bench(tmp_path, mariadb)
    bench.run(MYSQL_TYPES)
    bench.run("set sql_mode=''")
    bench.run(
        "insert into kinds (id, a, b, c, d, e, f, g, h, i, j, k, l) values (18446744073709551615, -1.5, 0.1,"
        " '2026-11-18 22:00:00.123456', '2026-02-28', '-838:59:59', '{\"a\": \"\\u4e2d '' \"}', b'101010101', 'x,y',"
        " '2026-11-18 22:00:00.123', 2026, 'a', x'00ff27')"
    )
    before = bench.rows("kinds")
    fix = bench.fix(
        {"sql": "update kinds set a = a + 1, f = :f where b < 1", "with": {"f": "{}"}, "rows": 1},
        {"sql": "delete from kinds where b < 1", "rows": 1},
    )
    assert bench.do(fix).ok
    assert bench.rows("kinds") == []
    assert bench.undo(fix).ok
    assert bench.rows("kinds") == before


def test_a_single_precision_number_of_mysql_is_not_written_over(tmp_path: Path, mariadb: Any) -> None:
    bench = mariadb_bench(tmp_path, mariadb)
    bench.run("alter table note add weight float")
    assert not bench.do(bench.fix(DELETE)).ok
    assert bench.do(bench.fix(UPDATE)).ok


def test_every_type_of_postgresql_comes_back_as_it_was(tmp_path: Path, postgresql: Any) -> None:
    bench = postgresql_bench(tmp_path, postgresql)
    bench.run(POSTGRESQL_TYPES)
    bench.run("grant all on all tables in schema public to hmaint_fix")
    bench.run(POSTGRESQL_VALUES)
    before = bench.run("select k::text, * from kinds")
    fix = bench.fix({"sql": "delete from kinds where m", "rows": 1})
    assert bench.do(fix).ok
    assert bench.rows("kinds") == []
    assert bench.undo(fix).ok
    assert bench.run("select k::text, * from kinds") == before


def test_a_value_that_does_not_fit_is_an_error_and_not_cut(served: Bench) -> None:
    bench = served
    before = bench.rows()
    long = {
        **UPDATE,
        "sql": "update note set patient_no = :new where patient_no = :no",
        "with": {"new": "长" * 41, "no": PATIENT},
    }
    with pytest.raises(CouldNotLook):
        bench.do(bench.fix(long))
    assert bench.rows() == before
