"""SQLite's rules on files with planted defects, on their healthy twin, and on the demonstration."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from demo.make_database import make

from hmaint.advise.engines import advise
from hmaint.advise.facts import Facts
from hmaint.database.tune_guard import refuse_tuning
from hmaint.model.advice import Act
from hmaint.model.inventory import Database
from hmaint.model.look import Rows, Seen
from tests.advise.collected import facts_of, seen_as, told

_MANY = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 12000)"
ILL = f"""
create table bed (id integer primary key, ward text);
create table stay (id integer primary key, bed integer references bed (id), code text, kind int);
create index stay_code on stay (code);
create index stay_code_again on stay (code);
create index stay_code_kind on stay (code, kind);
create index stay_kind on stay (kind);
create table note (stay text references stay (id), said text);
create table "奇 怪" (id integer primary key, {", ".join(f"c{n}" for n in range(110))});
create table lab (id integer primary key, patient text, value real);
create table patient (no text, name text);
create view results as select p.name, l.value from patient p join lab l on l.patient = p.no;
insert into stay (bed, code, kind) {_MANY} select i, 'code ' || i, i % 2 from n;
insert into note {_MANY} select i, printf('%0200d', i) from n;
analyze;
delete from note;
insert into lab (patient, value) {_MANY} select i, i from n;
"""  # noqa: S608 - constants of our own
HEALTHY = f"""
pragma journal_mode = wal;
create table bed (id integer primary key, ward text);
create table stay (id integer primary key, bed integer references bed (id), code text, kind int);
create index stay_bed on stay (bed);
create index stay_code_kind on stay (code, kind);
create index stay_open on stay (code) where kind = 0;
create index stay_down on stay (code desc);
create index stay_nocase on stay (code collate nocase);
create unique index stay_id_code on stay (id, code);
create table lab (id integer primary key, patient text references patient (no), value real);
create index lab_patient on lab (patient);
create table patient (no text primary key, name text) without rowid;
create view results as select p.name, l.value from patient p join lab l on l.patient = p.no;
insert into stay (bed, code, kind) {_MANY} select i, 'code ' || i, i % 2 from n;
analyze;
"""  # noqa: S608 - constants of the test


def made(path: Path, script: str) -> Facts:
    with closing(sqlite3.connect(path)) as file:
        file.executescript(script)
    return facts_of(Database("main", "icu", "sqlite", path=path.name), None, path.parent)


def test_every_planted_defect_is_found_and_nothing_else(tmp_path: Path) -> None:
    found = advise(made(tmp_path / "ill.db", ILL))
    assert told(found) == {
        "index.duplicate": ["stay.stay_code_again"],
        "index.prefix": ["stay.stay_code", "stay.stay_code_again"],
        "index.foreign_key": ["stay (bed)"],
        "index.automatic": ["lab (patient)"],
        "index.low_selectivity": ["stay.stay_kind"],
        "index.type_mismatch": ["note.stay"],
        "table.no_key": ["note", "patient"],
        "table.wide": ["奇 怪"],
        "table.stale_statistics": ["sqlite_stat1"],
        "storage.free_pages": ["file"],
        "config.journal_mode": ["journal_mode"],
    }
    assert [each.unexamined for each in found.judged if each.unexamined] == []


def test_nothing_is_advised_on_the_healthy_twin(tmp_path: Path) -> None:
    found = advise(made(tmp_path / "healthy.db", HEALTHY))
    assert told(found) == {}
    assert [each.unexamined for each in found.judged if each.unexamined] == []


def test_the_demonstration_has_something_sensible_to_say(tmp_path: Path) -> None:
    make(tmp_path / "demo.db", datetime(2026, 11, 25, tzinfo=UTC))
    found = advise(facts_of(Database("demo", "icu", "sqlite", path="demo.db"), None, tmp_path))
    assert told(found) == {
        "index.prefix": ["vital_sign.idx_vital_patient"],
        "table.no_key": ["device_log"],
        "table.never_analyzed": ["sqlite_stat1"],
        "storage.free_pages": ["file"],
        "config.journal_mode": ["journal_mode"],
    }
    assert found.cautions


def test_what_is_advised_runs_and_its_undo_restores_the_structure(tmp_path: Path) -> None:
    path = tmp_path / "ill.db"
    facts = made(path, ILL)
    with closing(sqlite3.connect(path)) as file:
        before = sorted(file.execute("select type, name, tbl_name, sql from sqlite_master").fetchall())
        fixes = [item.fix for item in advise(facts).advice if item.fix and item.fix.act is not Act.MANUAL]
        assert len(fixes) >= 5
        for fix in fixes:
            for statement in (*fix.statements, *fix.undo):
                assert refuse_tuning(statement, "sqlite") is None, statement
                file.execute(statement)
        assert (
            sorted(file.execute("select type, name, tbl_name, sql from sqlite_master").fetchall()) == before
        )


def test_a_file_too_big_to_go_through_is_not_judged_by_rows(tmp_path: Path) -> None:
    facts = made(tmp_path / "ill.db", ILL)
    late = {**facts.looks, "fill": Rows(Seen.TIMED_OUT, reason="超过了查询时限")}
    found = advise(replace(facts, looks=late))
    blind = {each.rule for each in found.judged if each.unexamined}
    assert blind == {"sqlite.index.foreign_key", "sqlite.table.stale_statistics"}
    assert any("逐页统计" in each for each in found.cautions)
    assert all(not item.fix.safe for item in found.advice if item.fix and item.fix.act is Act.CREATE_INDEX)


def test_small_pages_count_only_in_a_big_file(tmp_path: Path) -> None:
    facts = made(tmp_path / "small.db", "pragma page_size = 1024; create table t (id integer primary key)")
    assert "storage.page_size" not in told(advise(facts))
    assert "storage.page_size" in told(advise(seen_as(facts, "file", {"pages": 200_000})))


@pytest.mark.parametrize(
    "hostile",
    [
        'create table "a""b; drop table x" (id integer primary key, "c:d" text)',
        "create table t (id integer primary key, v as (id + 1))",
        "create table t (id integer primary key); create view v as select * from missing",
        "create view v as with recursive n(i) as (select 1 union all select i + 1 from n) select i from n",
        "create virtual table f using fts5 (body)",
        "create table t (id integer primary key, j text); create index j on t (json_extract(j, '$.a'))",
    ],
)
def test_odd_structures_are_looked_at_without_stumbling(tmp_path: Path, hostile: str) -> None:
    found = advise(made(tmp_path / "odd.db", hostile))
    assert [each.unexamined for each in found.judged if each.unexamined] == []


def test_an_index_for_the_few_rows_it_is_for_is_not_called_useless(tmp_path: Path) -> None:
    script = f"""
        create table bill (id integer primary key, state text, code text);
        insert into bill (state, code) {_MANY} select 'open', lower(i % 2) from n;
        create index bill_open on bill (state) where state = 'open';
        create index bill_lower on bill (lower(code)); analyze"""  # noqa: S608 - constants of the test
    facts = made(tmp_path / "few.db", script)
    assert "index.low_selectivity" not in told(advise(facts))


def test_an_index_that_a_view_names_is_dropped_by_a_person(tmp_path: Path) -> None:
    facts = made(
        tmp_path / "named.db",
        "create table bed (id integer primary key, ward text);"
        "create index one on bed (ward); create index two on bed (ward);"
        'create view wards as select id from bed indexed by "two" where ward = 1;',
    )
    [item] = [each for each in advise(facts).advice if each.rule == "sqlite.index.duplicate"]
    assert item.fix is not None
    assert (item.object, item.fix.act, item.fix.safe) == ("bed.two", Act.MANUAL, False)
