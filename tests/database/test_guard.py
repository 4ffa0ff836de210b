"""The statement guard: what may be sent, and the tricks that may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.database.guard import refusal

ENGINES = ("mysql", "postgresql", "sqlite")

INNOCENT = [
    "select 1",
    "SELECT 1;",
    "  select 'insert into t; drop table x' as note -- delete everything",
    "select 'it''s; fine' from t where a = 'update'",
    'select "update" from t',
    "with a as (select 1) select * from a",
    "(select 1) union all (select 2)",
    "values (1), (2)",
    "select replace(name, 'a', 'b'), insert_time, n_tup_upd, last_analyze from t",
    "select t.delete from t",
    "explain select * from t",
    "select count(*) from t where name like 'sleep(%'",
    "select sleep_hours from beds",
    "select /* sleep(5); */ 1",
    "select 12 as x where '12:30' < '13:00'",
    "select substring(name from 1 for 3) from t",
]

INNOCENT_OF = [
    ("mysql", "show create table icu.bed"),
    ("mysql", "show replica status"),
    ("mysql", "select 'a;b' # it's; a comment\n from dual"),
    ("mysql", "select 3--1"),
    ("mysql", "select `delete` from `t;u`"),
    ("mysql", "select @@global.max_connections"),
    ("mysql", "describe icu.bed"),
    ("mysql", "explain for connection 5"),
    ("postgresql", "show server_version"),
    ("postgresql", "select $$it's; drop table x$$, $a$b$a$"),
    ("postgresql", "select a::text, b #>> '{x}', @ -5 /* a /* nested; */ b; */ from t"),
    ("postgresql", "select pg_last_wal_replay_lsn(), pg_is_wal_replay_paused()"),
    ("postgresql", "table pg_stat_archiver"),
    ("sqlite", "pragma integrity_check(20)"),
    ("sqlite", "pragma main.freelist_count"),
    ("sqlite", "select * from pragma_index_list('t')"),
    ("sqlite", "select [a;b] from [it's]"),
]

GUILTY = [
    "",
    ";",
    "delete from t",
    "insert into t values (1)",
    "set transaction read write",
    "begin",
    "select 1; select 2",
    "select 1; set transaction read write",
    "select 1;;drop table t",
    "select /*!50000 sleep(9) */ 1",
    "select /*M!100100 sleep(9) */ 1",
    "select /*+ set_var(max_execution_time=0) */ 1",
    "select * into outfile '/tmp/x' from t",
    "select * into dumpfile '/tmp/x' from t",
    "select 1 into @x",
    "select * into newtable from t",
    "select * from t for update",
    "select * from t FOR  /* x */ UPDATE",
    "select * from t for no key update",
    "select * from t for share",
    "select * from t lock in share mode",
    "with x as (delete from t returning *) select * from x",
    "with x as (select 1) delete from t",
    "with x as (select 1) update t set a = 1",
    "explain analyze select * from t",
    "explain (analyze, buffers) delete from t",
    "explain delete from t",
    "desc analyze select 1",
    "select sleep(9)",
    "select Sleep /* x */ (9)",
    "select SLÈEP(9)",
    "select `sleep`(9)",
    "select benchmark(1e9, 1)",
    "select load_file('/etc/passwd')",
    "select get_lock('x', 9)",
    "select pg_sleep(9)",
    "select pg_catalog.pg_sleep(9)",
    'select "pg_sleep"(9)',
    "select pg_terminate_backend(1)",
    "select pg_cancel_backend(1)",
    "select pg_read_file('/etc/passwd')",
    "select lo_export(1, '/tmp/x')",
    "select * from dblink('x', 'delete from t') as t(a int)",
    "select set_config('transaction_read_only', 'off', false)",
    "select nextval('s')",
    "select setval('s', 1)",
    "select next value for s",
    "select pg_switch_wal()",
    "select pg_reload_conf()",
    "select query_to_xml('delete from t', true, true, '')",
    "select pg_advisory_lock(1)",
    "select load_extension('x')",
    "copy t to '/tmp/x'",
    "call p()",
    "do sleep(1)",
    "attach database 'x' as y",
    "vacuum",
    "pragma journal_mode",
    "pragma synchronous",
    "pragma journal_mode = wal",
    "pragma journal_mode(wal)",
    "pragma wal_checkpoint",
    "pragma optimize",
    "select 'open",
    "select /* open",
    "select '\\'; drop table t; --'",
    "select 'a\\''; drop table t; -- '",
    'select "a\\""; drop table t; -- "',
    "select 1\x00",
    "select 1 -- x\rdrop table t",
]

GUILTY_OF = [
    ("mysql", "select 1 --; drop table t"),
    ("mysql", "select 1 --\u00a0; drop table t"),
    ("mysql", "select 1 /* /* */ ; drop table t /* */"),
    ("mysql", "select 1 /* /* */ ; drop table t /* */ */"),
    ("sqlite", "select 1 /* /* */ ; drop table t /* */ */"),
    ("mysql", "select 1 # harmless\n; drop table t"),
    ("mysql", "pragma integrity_check"),
    ("postgresql", "select @pg_sleep(9)"),
    ("postgresql", 'select U&"\\0070g_sleep"(9)'),
    ("postgresql", "select u&\"pg!005fsleep\" uescape '!' (9)"),
    ("postgresql", "select 1 # '; drop table t; --"),
    ("postgresql", "select `; drop table t; select `"),
    ("postgresql", "select $a$ $b$ $a$; drop table t; select $b$ $b$"),
    ("postgresql", "select a$b$; drop table t; select $b$ from t"),
    ("sqlite", "select ['], load_extension('x'), [']"),
    ("sqlite", "select 1 # '\n; drop table t"),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("sql", INNOCENT)
def test_reading_passes_on_every_engine(sql: str, engine: str) -> None:
    assert refusal(sql, engine) is None


@pytest.mark.parametrize("sql", INNOCENT)
def test_reading_passes_where_the_engine_is_not_known_yet(sql: str) -> None:
    assert refusal(sql, None) is None


@pytest.mark.parametrize(("engine", "sql"), INNOCENT_OF)
def test_an_engines_own_ways_of_writing_pass(engine: str, sql: str) -> None:
    assert refusal(sql, engine) is None


@pytest.mark.parametrize("engine", [*ENGINES, None])
@pytest.mark.parametrize("sql", GUILTY)
def test_what_changes_waits_or_hides_is_refused_on_every_engine(sql: str, engine: str | None) -> None:
    assert refusal(sql, engine)


@pytest.mark.parametrize(("engine", "sql"), GUILTY_OF)
def test_an_engines_own_tricks_are_refused(engine: str, sql: str) -> None:
    assert refusal(sql, engine)


@given(
    st.sampled_from(ENGINES),
    st.text("'\"`;-#/*$[]() \n\\aé", max_size=12),
    st.sampled_from(["drop table t", "select sleep(9)", "delete from t"]),
)
def test_no_prefix_hides_a_second_statement(engine: str, noise: str, second: str) -> None:
    """Whatever stands before it: the second statement is refused, or it is inside one quote or comment to the end."""
    verdict = refusal(f"select 1 {noise}; {second}", engine)
    alone = refusal(f"select 1 {noise} select 2", engine)
    assert verdict or alone is None


@given(st.text(max_size=200), st.sampled_from([*ENGINES, None]))
def test_any_text_gets_an_answer(sql: str, engine: str | None) -> None:
    answer = refusal(sql, engine)
    assert answer is None or answer
