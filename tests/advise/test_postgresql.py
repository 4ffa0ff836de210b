"""PostgreSQL's rules on a real server with defects of forty kinds, and on its healthy twin."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from hmaint.advise.engines import advise, book_of
from hmaint.advise.facts import Facts
from hmaint.advise.limits import DAY, DEFAULT
from hmaint.database.guard import refusal
from hmaint.database.session import open_session
from hmaint.database.tune_guard import refuse_tuning
from hmaint.model.advice import Act, Advice
from hmaint.model.inventory import Database, Scalar
from hmaint.model.look import Query, Rows, Seen
from tests.advise.collected import facts_of, seen_as, told
from tests.advise.postgresql_lab import (
    HEALTHY,
    HEALTHY_SETTINGS,
    ILL,
    ILL_SETTINGS,
    PASSWORD,
    build,
    leave_an_invalid_index,
    work,
)
from tests.services.fixtures import running
from tests.services.guest import Guest
from tests.services.postgresql import PostgreSQL
from tests.services.process import Here

SHOWN = {
    "config.fsync": ["fsync"],
    "config.full_page_writes": ["full_page_writes"],
    "config.zero_damaged_pages": ["zero_damaged_pages"],
    "config.ignore_checksum_failure": ["ignore_checksum_failure"],
    "config.synchronous_commit": ["synchronous_commit"],
    "config.autovacuum": ["autovacuum"],
    "config.effective_cache_size": ["effective_cache_size"],
    "config.default_statistics_target": ["default_statistics_target"],
    "config.random_page_cost": ["random_page_cost"],
    "config.max_connections": ["max_connections"],
    "config.checkpoint_completion_target": ["checkpoint_completion_target"],
    "config.checkpoint_timeout": ["checkpoint_timeout"],
    "config.log_min_duration_statement": ["log_min_duration_statement"],
    "config.log_lock_waits": ["log_lock_waits"],
    "config.log_checkpoints": ["log_checkpoints"],
    "config.log_autovacuum_min_duration": ["log_autovacuum_min_duration"],
    "config.idle_in_transaction_session_timeout": ["idle_in_transaction_session_timeout"],
    "config.enable_hashjoin": ["enable_hashjoin"],
    "index.duplicate": ["his.vital.vital_taken_again"],
    "index.prefix": ["his.vital.vital_taken", "his.vital.vital_taken_again"],
    "index.invalid": ["his.bed.bed_ward"],
    "index.parted_invalid": ["his.event.event_id"],
    "index.low_selectivity": ["his.vital.vital_kind"],
    "index.foreign_key": ["his.doctor_order.doctor_order_bed_fkey"],
    "index.type_mismatch": ["his.bill.bill_code_fkey"],
    "index.missing": ["his.vital (name)"],
    "index.expression": ["his.vital lower(name)"],
    "table.constraint_not_valid": ["his.bill.paid"],
    "table.no_key": ["his.device_log"],
    "table.wide": ["his.panel"],
    "table.unlogged": ["his.queue"],
    "table.autovacuum_off": ["his.doctor_order"],
    "table.no_statistics": ["his.wound.at"],
    "table.dead": ["his.churn", "his.gone"],
    "table.never_vacuumed": [
        "his.device_log",
        "his.doctor_order",
        "his.event_rest",
        "his.idle",
        "his.vital",
        "his.wound",
    ],
    "table.stale_statistics": ["his.doctor_order"],
    "table.never_analyzed": ["his.fresh", "his.gone"],
    "table.sequence": ["his.vital_id_seq"],
    "table.partition_ahead": ["his.pump"],
    "table.partition_rest": ["his.event"],
}
"""What is planted and seen on the first visit to a server that has just begun."""


@pytest.fixture(scope="module")
def house() -> Here | Guest:
    return Here()


@pytest.fixture(scope="module")
def ill(house: Here | Guest) -> Iterator[PostgreSQL]:
    with running(PostgreSQL(ILL_SETTINGS, house=house)) as server:
        build(server, ILL)
        leave_an_invalid_index(server)
        work(server)
        yield server


@pytest.fixture(scope="module")
def healthy(house: Here | Guest) -> Iterator[PostgreSQL]:
    with running(PostgreSQL(HEALTHY_SETTINGS, house=house)) as server:
        build(server, HEALTHY)
        work(server)
        server.admin("select pg_stat_reset_shared('wal')")
        yield server


@pytest.fixture(scope="module")
def sick(ill: PostgreSQL) -> Facts:
    return facts_of(database(ill), PASSWORD)


@pytest.fixture(scope="module")
def well(healthy: PostgreSQL) -> Facts:
    return facts_of(database(healthy), PASSWORD)


def database(server: PostgreSQL, name: str = "his", user: str = "hmaint_ro") -> Database:
    return Database(
        "main", "icu", "postgresql", address=server.address, port=server.port, user=user, database=name
    )


def aged(facts: Facts, days: float) -> Facts:
    """As if the counters had counted so long."""
    seconds = round(days * DAY)
    for look in ("server", "checkpoints", "wal", "lost"):
        facts = seen_as(facts, look, {"counted": seconds}) if facts.was_seen(look) else facts
    return replace(facts, uptime=seconds)


def items(facts: Facts, rule: str) -> tuple[Advice, ...]:
    [judged] = [each for each in advise(facts).judged if each.rule == f"postgresql.{rule}"]
    assert not judged.unexamined, judged
    return judged.advice


def unexamined(facts: Facts) -> Mapping[str, str]:
    judged = advise(facts).judged
    return {each.rule.split(".", 1)[1]: each.unexamined for each in judged if each.unexamined}


def test_every_planted_defect_is_found_and_nothing_else(sick: Facts) -> None:
    assert told(advise(sick)) == SHOWN


def test_nothing_is_advised_on_the_healthy_twin(well: Facts) -> None:
    for facts in (well, aged(well, 40), replace(aged(well, 40), before=remembered(well, 50))):
        assert told(advise(facts)) == {}


def test_every_look_is_answered_and_reads_no_value_of_anybody(sick: Facts) -> None:
    assert {name: rows.reason for name, rows in sick.looks.items() if rows.reason} == {}
    found = advise(sick)
    assert "name 1" not in str(found)
    assert "name 1" not in str(book_of("postgresql").remember(sick))


def test_young_counters_are_told_and_nothing_is_guessed_over_them(sick: Facts) -> None:
    assert set(unexamined(sick)) == {
        "index.unused",
        "statement.full_scans",
        "statement.regression",
        "config.work_mem",
        "table.fillfactor",
        "concurrency.deadlocks",
        "concurrency.rollbacks",
        "config.max_wal_size",
        "config.bgwriter_lru_maxpages",
        "config.wal_buffers",
    }
    assert any("只有 0.0 小时" in each for each in advise(sick).cautions)


def remembered(facts: Facts, days: float) -> Mapping[str, tuple[dict[str, Scalar], ...]]:
    """What a run so many days ago kept."""
    assert facts.now is not None
    kept = book_of("postgresql").remember(replace(facts, now=round(facts.now - days * DAY)))
    return {name: tuple(dict(row) for row in rows) for name, rows in kept.items()}


def test_an_index_is_unused_only_when_two_runs_saw_it_over_a_month_end(sick: Facts) -> None:
    old = aged(sick, 60)
    assert "下次再判断" in unexamined(old)["index.unused"]
    for days, expected in ((50, {"his.idle.idle_code"}), (20, set())):
        found = items(replace(old, before=remembered(sick, days)), "index.unused")
        assert {item.object for item in found if item.object == "his.idle.idle_code"} == expected
    beside = seen_as(old, "server", {"standbys": 1})
    assert "备库" in unexamined(replace(beside, before=remembered(sick, 50)))["index.unused"]


def test_an_index_that_was_used_meanwhile_begins_anew(sick: Facts) -> None:
    [oid] = [row["oid"] for row in sick.looks["indexes"].rows if row["name"] == "idle_code"]
    own: dict[str, Scalar] = {"index": "his.idle.idle_code", "oid": oid, "first": 1}
    before = {"unused": (own,)}
    used = seen_as(sick, "indexes", {"scans": 1}, {"name": "idle_code"})
    kept = book_of("postgresql").remember(replace(used, before=before))
    assert "his.idle.idle_code" not in str(kept["unused"])
    kept = book_of("postgresql").remember(replace(sick, before=before))
    assert own in kept["unused"]
    another = book_of("postgresql").remember(replace(sick, before={"unused": ({**own, "oid": 1},)}))
    assert own not in another["unused"]


def test_room_is_only_reckoned_where_statistics_are_known(sick: Facts) -> None:
    small = replace(sick, limits=replace(DEFAULT, wasted_bytes=1024 * 1024))
    assert [item.object for item in items(small, "table.bloat")] == ["his.churn"]
    assert [item.object for item in items(small, "index.bloat")] == ["his.churn.churn_body"]
    hidden = replace(small, looks={**small.looks, "statistics": replace(small.looks["statistics"], rows=())})
    blind = unexamined(replace(hidden, memo={}))
    assert {"table.bloat", "index.bloat", "index.low_selectivity"} <= blind.keys()


def test_a_table_never_updated_wastes_the_room_it_keeps(sick: Facts) -> None:
    assert [item.object for item in items(aged(sick, 40), "table.fillfactor")] == ["his.device_log"]


WORSE: tuple[tuple[str, str, Mapping[str, Scalar], Mapping[str, Scalar]], ...] = (
    ("config.work_mem", "server", {"temp_bytes": 5 * 1024**3}, {}),
    ("concurrency.deadlocks", "server", {"deadlocks": 60}, {}),
    ("concurrency.rollbacks", "server", {"rollbacks": 50_000}, {}),
    ("config.shared_buffers", "server", {"size": 9 * 1024**3, "blks_read": 10**7}, {}),
    ("config.maintenance_work_mem", "server", {"size": 20 * 1024**3}, {}),
    ("storage.wraparound", "server", {"age": 1_900_000_000}, {}),
    ("table.wraparound", "tables", {"age": 400_000_000}, {"name": "bed"}),
    ("table.huge", "tables", {"pages": 8 * 1024**2}, {"name": "bed"}),
    ("table.scale_factor", "tables", {"tuples": 20_000_000}, {"name": "bed"}),
    ("config.max_wal_size", "checkpoints", {"requested": 400, "timed": 20}, {}),
    ("config.bgwriter_lru_maxpages", "checkpoints", {"stopped": 5000}, {}),
    ("config.wal_buffers", "wal", {"full": 90_000}, {}),
    ("config.statements_max", "lost", {"lost": 5000}, {}),
    ("config.pending_restart", "settings", {"pending": True}, {"name": "wal_buffers"}),
)


@pytest.mark.parametrize(("rule", "look", "change", "where"), WORSE, ids=[each[0] for each in WORSE])
def test_figures_that_no_test_can_wait_for(
    well: Facts, rule: str, look: str, change: Mapping[str, Scalar], where: Mapping[str, Scalar]
) -> None:
    facts = aged(well, 3)
    assert items(facts, rule) == ()
    assert len(items(seen_as(facts, look, change, where), rule)) == 1


def test_statements_are_weighed_by_what_they_take(sick: Facts) -> None:
    [each, *_] = [row for row in sick.looks["statements"].rows if "lower" in str(row["query"])]
    where = {"id": each["id"]}
    slow = seen_as(sick, "statements", {"calls": 1000, "mean_ms": 90, "total_ms": 90_000}, where)
    assert [item.digests for item in items(slow, "statement.slow")] == [(each["id"],)]
    uneven = seen_as(slow, "statements", {"deviation_ms": 900}, where)
    assert len(items(uneven, "statement.unsteady")) == 1
    spilling = seen_as(slow, "statements", {"temp": 900_000}, where)
    assert len(items(spilling, "statement.temp")) == 1
    earlier = {"statements": ({"digest": each["id"], "calls": 500, "total_ms": 5000},)}
    assert len(items(replace(slow, before=earlier), "statement.regression")) == 1
    restarted = {"statements": ({"digest": each["id"], "calls": 5000, "total_ms": 50_000},)}
    assert len(items(replace(slow, before=restarted), "statement.regression")) == 1
    as_ever = {"statements": ({"digest": each["id"], "calls": 500, "total_ms": 45_000},)}
    assert items(replace(slow, before=as_ever), "statement.regression") == ()


def test_without_statement_statistics_the_scans_of_tables_are_told(ill: PostgreSQL) -> None:
    ill.admin("create database bare")
    ill.admin(
        "create table big (id int primary key, body text)",
        "insert into big select i, 'x' from generate_series(1, 12000) i",
        database="bare",
    )
    ill.admin("vacuum analyze big", *["select count(*) from big"] * 110, database="bare")
    facts = aged(facts_of(database(ill, "bare"), PASSWORD), 1)
    assert [item.object for item in items(facts, "statement.full_scans")] == ["public.big"]
    assert len(items(facts, "config.pg_stat_statements")) == 1
    assert "没有这张表或视图" in unexamined(facts)["index.missing"]


def test_sessions_in_the_way_are_told_with_who_blocks_whom(healthy: PostgreSQL) -> None:
    with healthy.connect("his") as idle, healthy.connect("his") as waiting:
        idle.execute("begin")
        idle.execute("lock table his.bed in access exclusive mode")
        waiter = threading.Thread(target=lambda: waiting.execute("select count(*) from his.bed"))
        waiter.start()
        try:
            facts = facts_of(database(healthy), PASSWORD)
            while not any(row["wait"] == "Lock" for row in facts.looks["sessions"].rows):
                facts = facts_of(database(healthy), PASSWORD)
        finally:
            idle.execute("rollback")
            waiter.join(timeout=30)
    late = seen_as(facts, "sessions", {"query_s": 70, "state_s": 700, "transaction_s": 700})
    [wait] = items(late, "concurrency.lock_wait")
    assert str(wait.evidence[0]["blockers"]) in wait.summary
    assert len(items(late, "concurrency.idle_transaction")) == 1
    assert len(items(late, "concurrency.long_transaction")) == 1
    assert facts.looks["indexes"].seen == "observed", "the catalogue is read while a table is locked"
    crowd = seen_as(late, "settings", {"value": "5"}, {"name": "max_connections"})
    assert len(items(crowd, "concurrency.connections")) == 1


def test_transactions_left_prepared_and_slots_left_behind(ill: PostgreSQL) -> None:
    ill.admin("begin", "insert into his.fresh values (-1, 1)", "prepare transaction 'left'", database="his")
    ill.admin("select pg_create_physical_replication_slot('left', true)")
    try:
        facts = facts_of(database(ill), PASSWORD)
    finally:
        ill.admin("rollback prepared 'left'", database="his")
        ill.admin("select pg_drop_replication_slot('left')")
    assert items(facts, "concurrency.prepared") == ()
    assert len(items(seen_as(facts, "prepared", {"seconds": 400}), "concurrency.prepared")) == 1
    assert items(facts, "storage.slot") == ()
    assert len(items(seen_as(facts, "slots", {"retained": 20 * 1024**3}), "storage.slot")) == 1


def test_an_account_that_sees_less_says_so(ill: PostgreSQL) -> None:
    ill.admin("create role stranger login password 'long enough'")
    facts = facts_of(database(ill, user="stranger"), PASSWORD)
    blind = unexamined(facts)
    assert {"table.bloat", "index.bloat", "index.low_selectivity", "table.sequence"} <= blind.keys()
    assert "table.sequence" not in told(advise(facts))
    with ill.connect("his") as other:
        other.execute("begin")
        seen = unexamined(facts_of(database(ill, user="stranger"), PASSWORD))
    assert {"concurrency.lock_wait", "concurrency.idle_transaction"} <= seen.keys()


def test_what_the_tool_sends_by_itself_its_own_guard_lets_pass(sick: Facts) -> None:
    for item in advise(sick).advice:
        fix = item.fix
        if fix is None or fix.act is Act.MANUAL:
            continue
        for statement in (*fix.statements, *fix.undo):
            assert refuse_tuning(statement, "postgresql") is None, statement
        assert not fix.safe or fix.online, item


def test_safe_statements_and_their_undo_run_and_leave_the_schema_as_it_was(ill: PostgreSQL) -> None:
    def drawn() -> list[tuple[object, ...]]:
        return ill.admin(
            "select c.relname, c.reloptions::text, pg_get_indexdef(c.oid) from pg_class c"
            " left join pg_index x on x.indexrelid = c.oid where c.relnamespace = 'his'::regnamespace"
            " and coalesce(x.indisvalid, true) order by 1, 3",
            database="his",
        )

    before = drawn()
    found = advise(facts_of(database(ill), PASSWORD)).advice
    fixes = [item.fix for item in found if item.fix is not None and item.fix.act is not Act.MANUAL]
    assert len(fixes) >= 15
    for fix in fixes:
        ill.admin(*fix.statements, database="his")
        ill.admin(*fix.undo, database="his")
    assert [row for row in drawn() if row not in before] == []
    assert [row for row in before if row not in drawn()] == []


def test_an_index_is_written_out_from_the_catalogue_as_the_server_writes_it(ill: PostgreSQL) -> None:
    ill.admin("create database odd")
    ill.admin(
        'create table "病 床" (id int primary key, "na""me" text, b text collate "C", c int, d varchar(20))',
        'create index "奇 怪" on "病 床" ("na""me" desc, b nulls first, c desc nulls last)',
        """create index pattern on "病 床" (b text_pattern_ops, d collate "C") include (c) with (fillfactor = 70)""",
        'create index found on "病 床" using hash (c)',
        'create unique index only_one on "病 床" (c, d) nulls not distinct',
        'create index brin on "病 床" using brin (c) with (pages_per_range = 16)',
        'create index partial on "病 床" (c) where c > 1',
        'create index spoken on "病 床" (lower(d))',
        database="odd",
    )
    rows = facts_of(database(ill, "odd"), PASSWORD).rows("indexes")
    ours = {row["name"]: row["definition"] for row in rows}
    spelt = (
        "select relname, pg_get_indexdef(oid) from pg_class"
        " where relkind = 'i' and relnamespace = 'public'::regnamespace"
    )
    theirs = dict(ill.admin(spelt, database="odd"))
    assert {name for name, text in ours.items() if not text} == {"partial", "spoken"}
    plain = {name: str(text).replace("pg_catalog.", "") for name, text in ours.items() if text}
    assert plain == {name: theirs[name] for name in plain}


@pytest.mark.parametrize("flavour", ["opengauss", "kingbase"])
def test_rules_do_not_speak_of_kin(well: Facts, flavour: str) -> None:
    judged = advise(replace(well, flavour=flavour)).judged
    assert all(each.skipped and not each.advice for each in judged)


PLAN = '[{"Plan": {"Total Cost": %s}}]'


def missing_with(facts: Facts, answers: Mapping[str, Rows]) -> tuple[list[Advice], list[str]]:
    """The missing indexes when HypoPG is installed and answers so, and what was asked of it."""
    own = facts.looks["extensions"]
    there = replace(own, rows=(*own.rows, {"name": "hypopg", "version": "1.4"}))
    asked: list[str] = []

    def ask(query: Query) -> Rows:
        assert refusal(query.sql, "postgresql") is None
        asked.append(query.sql)
        made = any("create_index" in each for each in asked)
        word = (
            "create" if "create_index" in query.sql else "reset" if "reset" in query.sql else f"plan {made}"
        )
        return answers.get(word, Rows(Seen.OBSERVED, ({"x": "made"},)))

    found = advise(replace(facts, looks={**facts.looks, "extensions": there}), ask).advice
    return [item for item in found if item.rule == "postgresql.index.missing"], asked


def plan(cost: float) -> Rows:
    return Rows(Seen.OBSERVED, ({"query plan": PLAN % cost},))


def test_a_missing_index_is_put_to_hypopg_where_it_is_installed(sick: Facts) -> None:
    [helps], asked = missing_with(sick, {"plan False": plan(1000), "plan True": plan(8)})
    assert "1000 → 8" in helps.checked
    assert asked[-1] == "select hypopg_reset()"
    useless, _ = missing_with(sick, {"plan False": plan(1000), "plan True": plan(900)})
    assert useless == []


@pytest.mark.parametrize("step", ["plan False", "create", "plan True"])
def test_what_hypopg_cannot_be_asked_stays_advised_and_says_so(sick: Facts, step: str) -> None:
    answers = {"plan False": plan(1000), "plan True": plan(8), step: Rows(Seen.DENIED, reason="没有权限")}
    [item], asked = missing_with(sick, answers)
    assert "没有用假设索引核对：没有权限" in item.checked
    assert step == "plan False" or asked[-1] == "select hypopg_reset()"


@pytest.mark.matrix
def test_hypopg_itself_says_what_the_index_saves(ill: PostgreSQL) -> None:
    ill.admin("create extension hypopg", database="his")
    session = open_session(database(ill), PASSWORD, Path())
    try:
        facts = facts_of(database(ill), PASSWORD)
        items = [
            item for item in advise(facts, session.ask).advice if item.rule == "postgresql.index.missing"
        ]
    finally:
        session.close()
        ill.admin("drop extension hypopg", database="his")
    assert "HypoPG 的假设索引核对" in items[0].checked


def test_a_value_set_for_the_account_alone_is_not_taken_for_the_servers(ill: PostgreSQL) -> None:
    ill.admin("alter role hmaint_ro set random_page_cost = 1.5")
    try:
        facts = facts_of(database(ill), PASSWORD)
    finally:
        ill.admin("alter role hmaint_ro reset random_page_cost")
    assert "看不到服务器的值" in unexamined(facts)["config.random_page_cost"]


def test_what_stands_on_the_command_line_is_for_a_person(sick: Facts) -> None:
    started = seen_as(sick, "settings", {"source": "command line"}, {"name": "log_lock_waits"})
    [item] = items(started, "config.log_lock_waits")
    assert item.fix is not None
    assert (item.fix.act, item.fix.safe) == (Act.MANUAL, False)


def test_names_with_quotes_and_semicolons_stay_names(ill: PostgreSQL) -> None:
    hostile = "奇'怪\"; drop table x; --"
    quoted = hostile.replace('"', '""')
    ill.admin("create database hostile")
    ill.admin(
        f'create table "{quoted}" (a int, "b:c" text)',
        f'create index "{quoted}1" on "{quoted}" (a)',
        f'create index "{quoted}2" on "{quoted}" (a)',
        database="hostile",
    )
    [item] = items(facts_of(database(ill, "hostile"), PASSWORD), "index.duplicate")
    assert item.fix is not None
    for statement in (*item.fix.statements, *item.fix.undo):
        assert refuse_tuning(statement, "postgresql") is None
        ill.admin(statement, database="hostile")


@pytest.mark.parametrize(
    ("version", "safe"), [("13.4", True), ("14.2", False), ("14.4", True), ("15.1", True)]
)
def test_an_index_is_not_built_beside_others_where_the_version_loses_rows(
    sick: Facts, version: str, *, safe: bool
):
    own = replace(sick, version=version, memo={})
    for rule in ("index.duplicate", "index.foreign_key"):
        [item] = items(own, rule)
        assert item.fix is not None
        assert (item.fix.safe, item.fix.act is not Act.MANUAL, "14.4" not in item.checked) == (
            safe,
            safe,
            safe,
        )


def test_what_a_standby_cannot_do_is_for_a_person_on_the_primary(sick: Facts) -> None:
    standby = seen_as(sick, "server", {"standby": True})
    fixes = [
        item.fix for item in advise(standby).advice if item.fix is not None and item.fix.act is not Act.MANUAL
    ]
    assert {fix.act for fix in fixes} == {Act.SET}
    [item] = items(standby, "config.max_connections")
    assert "起不来" in item.checked


def test_an_index_that_would_refuse_long_values_is_not_built_by_itself(sick: Facts) -> None:
    [long] = items(sick, "index.missing")
    bounded = tuple(
        {**row, "columns": str(row["columns"]).replace(":text:-1:", ":varchar:80:")}
        for row in sick.looks["columns"].rows
    )
    short = replace(
        sick, memo={}, looks={**sick.looks, "columns": replace(sick.looks["columns"], rows=bounded)}
    )
    [fits] = items(short, "index.missing")
    assert long.fix is not None
    assert fits.fix is not None
    assert (long.fix.safe, fits.fix.safe) == (False, True)
    assert "写不进去" in long.risk
    [query] = [
        str(row["query"]) for row in sick.looks["statements"].rows if "where name =" in str(row["query"])
    ]
    counting = seen_as(
        short, "statements", {"query": query.replace("id, taken", "count(*)")}, {"query": query}
    )
    [adds_up] = items(counting, "index.missing")
    assert adds_up.fix is not None
    assert not adds_up.fix.safe
    assert "无法证实" in adds_up.risk


def test_a_statement_of_two_accounts_is_one_statement(sick: Facts) -> None:
    own = sick.looks["statements"]
    [each, *_] = [row for row in own.rows if "lower" in str(row["query"])]
    quick = {**each, "calls": 5000, "total_ms": 5000.0, "mean_ms": 1.0}
    report = {**each, "calls": 200, "total_ms": 60_000.0, "mean_ms": 300.0, "blocks": 9_000_000}
    both = replace(sick, memo={}, looks={**sick.looks, "statements": replace(own, rows=(report, quick))})
    assert items(replace(both, before=remembered(both, 40)), "statement.regression") == ()
    found = advise(both).advice
    assert len({item.id for item in found}) == len(found)
    [row] = [row for item in found if item.rule == "postgresql.index.expression" for row in item.evidence]
    assert (row["calls"], row["total_s"]) == (5200, 65.0)


def test_statements_nobody_counted_are_not_taken_for_good_ones(sick: Facts) -> None:
    none = replace(
        sick, memo={}, looks={**sick.looks, "statements": replace(sick.looks["statements"], rows=())}
    )
    blind = unexamined(none)
    for rule in (
        "index.missing",
        "index.expression",
        "statement.slow",
        "statement.temp",
        "statement.unsteady",
    ):
        assert "没有统计到" in blind[rule]
    assert "没有上一次" in unexamined(sick)["statement.regression"]
    assert "statements" not in book_of("postgresql").remember(none)


def test_a_cost_is_not_advised_that_would_be_as_wrong(sick: Facts) -> None:
    assert len(items(sick, "config.random_page_cost")) == 1
    dear = seen_as(sick, "settings", {"value": "4"}, {"name": "seq_page_cost"})
    assert items(dear, "config.random_page_cost") == ()


def test_what_a_table_was_told_already_is_kept(well: Facts) -> None:
    big: dict[str, Scalar] = {"tuples": 20_000_000, "options": "autovacuum_analyze_scale_factor=0.05"}
    [item] = items(seen_as(well, "tables", big, {"name": "bed"}), "table.scale_factor")
    assert item.fix is not None
    assert "analyze" not in "".join((*item.fix.statements, *item.fix.undo))
    frequent = seen_as(well, "settings", {"value": "0.02"}, {"name": "autovacuum_vacuum_scale_factor"})
    assert items(seen_as(frequent, "tables", big, {"name": "bed"}), "table.scale_factor") == ()
    off = seen_as(well, "tables", {"options": "autovacuum_enabled=off"}, {"name": "bed"})
    [item] = items(off, "table.autovacuum_off")
    assert item.fix is not None
    assert item.fix.undo[0].endswith("SET (autovacuum_enabled = off)")


def test_a_value_whose_file_is_not_shown_is_not_set_without_an_undo(sick: Facts) -> None:
    [item] = items(
        seen_as(sick, "settings", {"auto": None}, {"name": "log_lock_waits"}), "config.log_lock_waits"
    )
    assert item.fix is not None
    assert (item.fix.act, item.fix.safe, item.fix.undo) == (Act.MANUAL, False, ())


def test_indexes_that_differ_in_what_they_refuse_are_no_duplicates(ill: PostgreSQL) -> None:
    ill.admin("create database alike")
    ill.admin(
        "create table bed (id int, ward int, code int)",
        "create unique index strict on bed (ward) nulls not distinct",
        "create unique index loose on bed (ward)",
        "alter table bed add constraint later unique (code) deferrable initially deferred",
        "create unique index at_once on bed (code)",
        "create index one on bed (id)",
        "create index two on bed (id)",
        "comment on index two is '夜间''统计'",
        database="alike",
    )
    found = items(facts_of(database(ill, "alike"), PASSWORD), "index.duplicate")
    assert [item.object for item in found] == ["public.bed.two"]
    assert found[0].fix is not None
    ill.admin(*found[0].fix.statements, *found[0].fix.undo, database="alike")
    told = "select obj_description('two'::regclass, 'pg_class')"
    assert ill.admin(told, database="alike") == [("夜间'统计",)]


def test_an_index_that_is_just_being_built_is_not_called_broken(ill: PostgreSQL) -> None:
    with ill.connect("his") as building:
        building.execute("begin")
        building.execute("lock table his.bed in share update exclusive mode")
        assert items(facts_of(database(ill), PASSWORD), "index.invalid") == ()
        building.execute("rollback")
    [broken] = items(facts_of(database(ill), PASSWORD), "index.invalid")
    assert broken.object == "his.bed.bed_ward"
