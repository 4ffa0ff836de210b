"""The harness itself: what it must object to, and what must keep its meaning when it is run elsewhere."""

from __future__ import annotations

import pytest

from hmaint.load.playbook import load_playbook
from hmaint.model.look import Query
from hmaint.model.playbook import Step
from hmaint.step.sql import KIND
from tests.dialects.embedded import Fixture
from tests.dialects.oracle import ORACLE
from tests.dialects.static import faults, versions_of, with_query

_PLAYBOOK = """
name: checks/demo
title: 示例
steps:
  - {id: demo.x, title: 示例, do: sql, on: {databases: {engine: oracle}}, with: {query: select 1 from dual}, keep: true}
"""


@pytest.fixture(scope="module")
def step(tmp_path_factory) -> Step:
    path = tmp_path_factory.mktemp("demo") / "demo.yaml"
    path.write_text(_PLAYBOOK, encoding="utf-8")
    return load_playbook(path, workspace=None, kinds={"sql": KIND}).steps[0]


@pytest.mark.parametrize(
    ("sql", "when", "fault"),
    [
        ("select status from v$instances", "", "no view v$instances"),
        ("select state from v$instance", "", "state"),
        ("select i.state from v$instance i", "", "state"),
        ("select version_full from v$instance", "", "11.2.0.4: "),
        ("select status as s from v$instance where s = 'OPEN'", "", "s"),
        (
            "select count(*) as n, status as s from v$instance group by s",
            "",
            "Column 's' could not be resolved",
        ),
        ("select i.* from v$instance i", "", "names its columns by *"),
        ("select wait_for(1) from dual", "", "no function wait_for"),
        (
            "select event from v$active_session_history",
            "",
            "v$active_session_history, which must be licensed",
        ),
        ("select 1 from dba_hist_sysstat", "database.diagnostics_pack", "no view dba_hist_sysstat"),
        ("select 1 from dual union all select 2 from dba_hist_sysstat", "", "licensed"),
        ("select status from v$instance", "database.version < '10'", "applies to no version"),
        ("select from where", "", "cannot be read"),
    ],
)
def test_a_query_that_does_not_hold_is_objected_to(step: Step, sql: str, when: str, fault: str) -> None:
    found = faults(ORACLE, with_query(step, sql, when))
    assert any(fault in each for each in found), found


@pytest.mark.parametrize(
    ("sql", "when"),
    [
        ("select status from v$instance", ""),
        ("select i.version_full v, 1 as one from v$instance i order by v", "database.version >= '18'"),
        ("with x as (select status from v$instance) select count(*) as n from x", ""),
        ("select event from v$active_session_history", "database.diagnostics_pack"),
        ("select i.thread# from v$instance i where i.status in (select j.status from v$instance j)", ""),
    ],
)
def test_a_query_that_holds_is_not(step: Step, sql: str, when: str) -> None:
    assert faults(ORACLE, with_query(step, sql, when)) == []


def test_a_condition_decides_the_versions(step: Step) -> None:
    newer = with_query(step, "select 1 from dual", "database.version >= '12.2' and database.version < '21'")
    assert versions_of(ORACLE, newer) == ["12.2.0.1", "18.3", "19.22"]
    packed = with_query(step, "select 1 from dual", "database.diagnostics_pack")
    assert (versions_of(ORACLE, packed, pack=False), len(versions_of(ORACLE, packed))) == ([], 7)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("sysdate - startup_time", 2.5),
        ("round((sysdate - startup_time) * 24, 1)", 60),
        ("to_char(sysdate - 1, 'YYYY-MM-DD HH24:MI:SS')", "2026-11-20 09:30:00"),
        ("to_char(trunc(sysdate), 'HH24:MI')", "00:00"),
        ("to_char(trunc(startup_time), 'HH24:MI')", "00:00"),
        ("to_char(cast(systimestamp as date), 'HH24:MI')", "09:30"),
        ("round(trunc(sysdate) - to_date('2026-11-20', 'YYYY-MM-DD'))", 1),
        ("'a' || shutdown_pending || 'b'", "ab"),
        ("nvl(shutdown_pending, '')", None),
        ("decode(shutdown_pending, null, 'none', 'some')", "none"),
        ("greatest(1, instance_number, 3)", 3),
        ("greatest(1, thread#)", None),
        ("case when regexp_like(host_name, '^HIS', 'i') then 1 else 0 end", 1),
        ("instance_number / 4", 0.5),
        ("floor(instance_number * 1.6)", 3),
        ("nullif(instance_number, 2)", None),
        ("substr(host_name, 1, instr(host_name, '-') - 1)", "his"),
    ],
)
def test_what_oracle_means_is_what_comes_out(expression: str, value: object) -> None:
    row = {"instance_number": 2, "host_name": "his-db-1", "startup_time": "2026-11-18 21:30:00"}
    session = Fixture(ORACLE, "19.22", {"v$instance": [row]})
    (got,) = session.ask(Query(f"select {expression} as x from v$instance")).rows  # noqa: S608 - the test's own table
    assert got == {"x": value}


def test_a_division_by_nothing_is_an_error_as_it_is_there() -> None:
    session = Fixture(ORACLE, "19.22", {"v$instance": [{"instance_number": 0}]})
    with pytest.raises(AssertionError, match="ORA-01476"):
        session.ask(Query("select 1 / instance_number as x from v$instance"))


def test_rows_are_bounded_and_binds_are_bound() -> None:
    rows = [{"instance_number": n} for n in range(5)]
    session = Fixture(ORACLE, "11.2.0.4", {"v$instance": rows})
    query = Query(
        "select instance_number as n from v$instance where instance_number > :least", (("least", 1),), rows=2
    )
    reply = session.ask(query)
    assert (len(reply.rows), reply.cut) == (2, True)
