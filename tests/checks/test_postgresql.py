"""The PostgreSQL catalogue on real servers: every planted fault is found, and the healthy twin has none."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from hmaint.database.session import open_session
from hmaint.expr.condition import compile_condition
from hmaint.expr.version import Version
from hmaint.model.inventory import Database
from hmaint.model.look import Query, Seen
from hmaint.model.playbook import Level
from tests.checks.catalogues import Inspection, catalogue, inspect
from tests.checks.documented import PASSWORD, statements
from tests.checks.postgresql_planted import CRON, HEALTHY, ILL
from tests.checks.servers import certificate, hanging
from tests.services.fixtures import running
from tests.services.guest import Guest
from tests.services.postgresql import PostgreSQL
from tests.services.process import Here

BAD = (Level.WARNING, Level.CRITICAL, Level.UNKNOWN)
QUICK = {
    "postgresql_transaction_warning": 1,
    "postgresql_idle_transaction_warning": 1,
    "postgresql_lock_wait_warning": 1,
    "postgresql_prepared_critical": 0,
    "postgresql_ready_warning": 1,
    "postgresql_rollback_least": 50,
    "postgresql_rollback_pct": 1,
    "postgresql_idle_seconds": 0,
    "postgresql_idle_sessions": 0,
}
"""Thresholds a test can wait for."""

ANY_AGE = {"postgresql_eol_days": -99_999}
"""A server that is supported today will not be one day; the twin is healthy all the same."""


@pytest.fixture(scope="module")
def house() -> Here | Guest:
    """Where the servers live; the matrix runs these same tests in another house."""
    return Here()


@pytest.fixture(scope="module")
def healthy(house: Here | Guest) -> Iterator[PostgreSQL]:
    with certificate("postgres") as (chain, key):
        lend(house, chain, key)
        settings = (
            *(
                "archive_mode = on",
                "archive_command = '/bin/true'",
                "idle_in_transaction_session_timeout = '20min'",
            ),
            *("log_min_duration_statement = 1000", "log_lock_waits = on"),
            *("log_connections = on", "log_disconnections = on"),
            *("timezone = 'Asia/Shanghai'", "wal_level = logical"),
            *("ssl = on", f"ssl_cert_file = '{chain}'", f"ssl_key_file = '{key}'"),
        )
        with running(PostgreSQL(settings, initdb=["--data-checksums"], house=house)) as server:
            server.admin(
                "create table bed (id bigint generated always as identity primary key, note text)",
                "insert into bed (note) values ('一床')",
                "select pg_create_physical_replication_slot('standby')",
                *HEALTHY,
                *statements("postgresql"),
                *CRON.format(status="succeeded").split(";"),
            )
            subscribe(server)
            yield server


def lend(house: Here | Guest, *files: Path) -> None:
    """Let the server of another house read files that belong to this one's."""
    if isinstance(house, Guest):
        for path in (files[0].parent, *files):
            os.chown(path, *map(int, house.user("postgres").split(":")))


def subscribe(server: PostgreSQL) -> None:
    """A second database of the same server gets the beds by logical replication."""
    server.admin(
        "create role feed login replication password 'long enough'",
        "grant select on bed to feed",
        "create publication beds for table bed",
        "select pg_create_logical_replication_slot('feed', 'pgoutput')",
        "create database reports",
    )
    words = f"host={server.address} port={server.port} dbname=postgres user=feed password=''long enough''"
    options = "create_slot = false, slot_name = 'feed', copy_data = false"
    server.admin(
        "create table bed (id bigint primary key, note text)",
        f"create subscription feed connection '{words}' publication beds with ({options})",
        database="reports",
    )
    wait_until(
        lambda: bool(server.admin("select 1 from pg_replication_slots where slot_name = 'feed' and active"))
    )


@pytest.fixture(scope="module")
def standby(healthy: PostgreSQL, house: Here | Guest) -> Iterator[PostgreSQL]:
    with running(PostgreSQL(("primary_slot_name = 'standby'",), primary=healthy, house=house)) as server:
        wait_until(lambda: bool(healthy.admin("select 1 from pg_stat_replication where state = 'streaming'")))
        yield server


@pytest.fixture(scope="module")
def ill(house: Here | Guest) -> Iterator[PostgreSQL]:
    settings = (
        *("fsync = off", "autovacuum = off", "archive_mode = on", "archive_command = '/bin/false'"),
        *("max_prepared_transactions = 5", "ssl = off", "synchronous_commit = off"),
        *("max_wal_size = 32MB", "min_wal_size = 32MB", "max_slot_wal_keep_size = 32MB"),
        *(
            "wal_level = logical",
            "max_logical_replication_workers = 0",
            "synchronous_standby_names = 'ghost'",
        ),
        *("log_checkpoints = off", "log_autovacuum_min_duration = -1", "timezone = 'UTC'"),
        *("default_statistics_target = 10", "effective_cache_size = 8MB"),
    )
    rules = ["host all all 10.9.0.0/16 trust", "host all all 0.0.0.0/0 md5"]
    plain = ["--no-data-checksums"] if isinstance(house, Guest) else []
    with running(PostgreSQL(settings, rules=rules, initdb=plain, house=house)) as server:
        server.admin(
            'create table "床位" (note text)',
            "create table ward (id smallserial primary key)",
            "select setval('ward_id_seq', 32000)",
            "create unlogged table buffer (id int primary key)",
            "create table bed (id int primary key, n int) with (autovacuum_enabled = false)",
            "insert into bed select i, i % 2 from generate_series(1, 40000) i",
            "delete from bed where id > 20000",
            "create table twice (id int primary key, n int)",
            "insert into twice values (1, 7), (2, 7)",
            "select pg_create_physical_replication_slot('gone', true)",
            "create role temp login password 'long enough' valid until '2020-01-01'",
            "grant create on schema public to public",
            *ILL,
            "alter system set max_connections = 60",
            "select pg_reload_conf()",
            *statements("postgresql"),
            *CRON.format(status="failed").split(";"),
        )
        spoil(server)
        with suppress(psycopg.Error):
            server.admin("create unique index concurrently one_each on twice (n)")
        server.admin("select pg_switch_wal()")
        wait_until(lambda: bool(server.admin("select 1 from pg_stat_archiver where failed_count > 0")))
        wait_until(lambda: bool(server.admin("select 1 from pg_stat_user_tables where n_dead_tup > 10000")))
        wait_until(lambda: bool(server.admin("select 1 from pg_settings where pending_restart")))
        yield server


def spoil(server: PostgreSQL) -> None:
    """Faults in files, too much of the change log, transactions that were rolled back."""
    server.admin("alter system set password_encryption = 'md5'", "select pg_reload_conf()")
    wait_until(lambda: server.admin("show password_encryption") == [("md5",)])
    for name, line in (("postgresql.conf", "no_such_setting = 1"), ("pg_hba.conf", "host all all nowhere")):
        with (server.folder / "data" / name).open("a") as file:
            file.write(f"\n{line}\n")
    server.admin(*["select txid_current()", "select pg_switch_wal()"] * 8, *["checkpoint"] * 30)
    server.admin(*["begin", "select count(*) from ward", "rollback"] * 60)


def wait_until(holds: Callable[[], bool]) -> None:
    """Statistics and archiving are a moment late."""
    limit = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.1)


def database(server: PostgreSQL, *, user: str = "hmaint_ro", tls: bool = False) -> Database:
    return Database("main", "icu", "postgresql", address=server.address, port=server.port, user=user, tls=tls)


def look(
    server: PostgreSQL, *, user: str = "hmaint_ro", tls: bool = False, **variables: object
) -> Inspection:
    secret = server.password if user == "postgres" else PASSWORD
    return inspect(catalogue("postgresql"), database(server, user=user, tls=tls), secret, Path(), **variables)


def test_nothing_is_reported_on_the_healthy_twin_by_the_documented_account(
    healthy: PostgreSQL, standby: PostgreSQL
) -> None:
    assert standby.port
    seen = look(healthy, tls=True, **ANY_AGE)
    assert seen.levels(*BAD) == {}
    assert "只读保护" not in seen.checks["target.contact"].summary
    assert len(seen.levels(Level.OK)) >= 55


def test_nothing_is_reported_when_the_healthy_twin_is_inspected_again(
    healthy: PostgreSQL, standby: PostgreSQL
) -> None:
    assert standby.port
    first = look(healthy)
    second = inspect(
        catalogue("postgresql"), database(healthy), PASSWORD, Path(), before=first.rows, **ANY_AGE
    )
    assert second.levels(*BAD) == {}
    for check in (
        "replication.subscriptions",
        "partitions.ahead",
        "triggers.disabled",
        "jobs.cron",
        "checksums",
    ):
        assert first.checks[f"postgresql.{check}"].level is Level.OK
    for check in ("size.growth", "locks.deadlocks", "temp.files", "accounts.superuser"):
        assert second.checks[f"postgresql.{check}"].level is Level.OK


def test_a_standby_is_healthy_while_it_streams(standby: PostgreSQL) -> None:
    seen = look(standby)
    assert seen.checks["postgresql.replication.standby"].level is Level.OK
    assert seen.levels(Level.CRITICAL, Level.UNKNOWN) == {}


def test_a_standby_that_replays_no_more_is_told(standby: PostgreSQL) -> None:
    standby.admin("select pg_wal_replay_pause()")
    wait_until(lambda: standby.admin("select pg_get_wal_replay_pause_state()") == [("paused",)])
    seen = look(standby)
    standby.admin("select pg_wal_replay_resume()")
    assert seen.checks["postgresql.replication.standby"].level is Level.WARNING


def test_a_standby_that_lost_its_primary_is_critical(healthy: PostgreSQL, house: Here | Guest) -> None:
    with running(PostgreSQL(primary=healthy, house=house)) as orphan:
        orphan.admin("alter system set primary_conninfo = 'host=/nowhere'", "select pg_reload_conf()")
        wait_until(lambda: not orphan.admin("select 1 from pg_stat_wal_receiver where status = 'streaming'"))
        assert look(orphan).checks["postgresql.replication.standby"].level is Level.CRITICAL


@pytest.fixture(scope="module")
def ill_once(ill: PostgreSQL) -> Inspection:
    return look(ill, **QUICK)


@pytest.mark.parametrize(
    ("check", "level", "word"),
    [
        ("tables.no_key", Level.WARNING, "床位"),
        ("sequences", Level.CRITICAL, "ward_id_seq"),
        ("tables.unlogged", Level.WARNING, "buffer"),
        ("autovacuum.settings", Level.CRITICAL, "已关闭"),
        ("tables.dead", Level.WARNING, "bed"),
        ("tables.stale", Level.WARNING, "bed"),
        ("indexes.invalid", Level.WARNING, "one_each"),
        ("replication.slots", Level.WARNING, "gone"),
        ("archiver", Level.CRITICAL, "最近一次归档失败"),
        ("durability", Level.CRITICAL, "fsync=off"),
        ("accounts.expiring", Level.WARNING, "temp"),
        ("schema.public", Level.WARNING, "允许任何账号"),
        ("settings.pending", Level.WARNING, "max_connections"),
        ("hba", Level.CRITICAL, "10.9.0.0"),
        ("slow_log", Level.WARNING, "未记录"),
        ("timeouts", Level.WARNING, "未设置"),
        ("tls", Level.WARNING, "不提供"),
        ("replication.slots.lost", Level.CRITICAL, "gone"),
        ("replication.synchronous", Level.CRITICAL, "ghost"),
        ("replication.subscriptions", Level.CRITICAL, "feed"),
        ("archiver.backlog", Level.WARNING, "等待归档"),
        ("wal.size", Level.WARNING, "32 MB"),
        ("transactions.rollback", Level.WARNING, "postgres"),
        ("collation.version", Level.CRITICAL, "icu"),
        ("checksums.enabled", Level.WARNING, "off"),
        ("indexes.duplicate", Level.WARNING, "bed_n_again（同 bed_n）"),
        ("indexes.prefix", Level.WARNING, "bed_n（含于 bed_n_id）"),
        ("constraints.not_valid", Level.WARNING, "high"),
        ("foreign_keys.no_index", Level.WARNING, "stay.stay_bed_fkey"),
        ("partitions.ahead", Level.CRITICAL, "public.vital"),
        ("triggers.disabled", Level.WARNING, "stay 的外键检查"),
        ("columns.money", Level.WARNING, "bill.total_fee"),
        ("tables.stray", Level.WARNING, "bed_bak_20260101"),
        ("extensions.outdated", Level.WARNING, "pg_trgm"),
        ("memory", Level.WARNING, "default_statistics_target=10"),
        ("logging", Level.WARNING, "未记录"),
        ("settings.file", Level.WARNING, "no_such_setting"),
        ("time.zone", Level.WARNING, "UTC"),
        ("jobs.cron", Level.WARNING, "失败 1 次"),
        ("accounts.encryption", Level.WARNING, "md5"),
        ("accounts.audit", Level.WARNING, "log_disconnections=off"),
        ("grants.public", Level.WARNING, "bill"),
        ("grants.server", Level.WARNING, "runner"),
        ("functions.definer", Level.WARNING, "peek"),
        ("languages.untrusted", Level.WARNING, "plunsafe"),
        ("hba.anywhere", Level.WARNING, "任何地址"),
        ("hba.errors", Level.WARNING, "1 条错误"),
    ],
)
def test_a_planted_fault_is_found(ill_once: Inspection, check: str, level: Level, word: str) -> None:
    found = ill_once.checks[f"postgresql.{check}"]
    assert found.level is level
    assert any(word in finding.summary for finding in found.findings)


def test_sessions_that_hold_each_other_up_are_found_with_their_blocker(ill: PostgreSQL) -> None:
    holder, worker = ill.connect(), ill.connect()
    holder.execute("begin")
    holder.execute("update bed set n = 2 where id = 1")
    with ill.connect() as distributed:
        for statement in ("begin", "update twice set n = 8 where id = 1", "prepare transaction 'lost'"):
            distributed.execute(statement)  # type: ignore[arg-type] # the test's own statements
    with (
        hanging(ill.connect, "update bed set n = 3 where id = 1"),
        hanging(lambda: worker, "select pg_sleep(5)"),
    ):
        blocker, busy = str(holder.info.backend_pid), str(worker.info.backend_pid)
        time.sleep(1.6)
        seen = look(ill, **QUICK)
        worker.cancel()
        holder.rollback()
    holder.close()
    ill.admin("rollback prepared 'lost'")
    assert [f.subject for f in seen.checks["postgresql.transactions.idle"].findings] == [blocker]
    assert busy in {f.subject for f in seen.checks["postgresql.transactions.long"].findings}
    (waiting,) = seen.checks["postgresql.locks.waits"].findings
    assert f"阻塞者为会话 {blocker}" in waiting.summary
    assert [f.subject for f in seen.checks["postgresql.transactions.prepared"].findings] == ["lost"]


def test_sessions_that_nobody_uses_are_counted(ill: PostgreSQL) -> None:
    with ill.connect() as idle:
        idle.execute("select 1")
        time.sleep(0.1)
        seen = look(ill, **QUICK)
    assert seen.checks["postgresql.connections.idle"].level is Level.WARNING
    assert look(ill).checks["postgresql.connections.idle"].level is Level.OK


def test_forced_checkpoints_are_told_by_the_view_of_the_version(ill_once: Inspection) -> None:
    names = ("checkpoints", "checkpointer")
    levels = [ill_once.checks[f"postgresql.{name}"].level for name in names]
    assert sorted(levels, key=str) == sorted([Level.WARNING, Level.SKIPPED], key=str)


def test_a_synchronous_standby_is_seen_while_it_is_there(healthy: PostgreSQL, standby: PostgreSQL) -> None:
    assert standby.port
    healthy.admin("alter system set synchronous_standby_names = '*'", "select pg_reload_conf()")
    try:
        wait_until(lambda: bool(healthy.admin("select 1 from pg_stat_replication where sync_state = 'sync'")))
        assert look(healthy).checks["postgresql.replication.synchronous"].level is Level.OK
    finally:
        healthy.admin("alter system reset synchronous_standby_names", "select pg_reload_conf()")


def test_queries_a_standby_had_to_give_up_are_counted(healthy: PostgreSQL, house: Here | Guest) -> None:
    with running(PostgreSQL(("max_standby_streaming_delay = 0",), primary=healthy, house=house)) as standby:
        wait_until(
            lambda: bool(standby.admin("select 1 from pg_stat_wal_receiver where status = 'streaming'"))
        )
        before = look(standby)
        reader = standby.connect()
        reader.execute("begin")
        reader.execute("select count(*) from bed")
        healthy.admin("alter table bed add column spare int", "alter table bed drop column spare")
        wait_until(
            lambda: bool(standby.admin("select 1 from pg_stat_database_conflicts where confl_lock > 0"))
        )
        with suppress(psycopg.Error):
            reader.close()
        rows, none = before.rows, {"postgresql_conflicts": 0}
        after = inspect(catalogue("postgresql"), database(standby), PASSWORD, Path(), rows, **none)
    assert before.checks["postgresql.replication.conflicts"].level is Level.SKIPPED
    assert after.checks["postgresql.replication.conflicts"].level is Level.WARNING


def test_the_log_of_planned_tasks_says_nothing_to_an_account_that_sees_only_its_own(ill: PostgreSQL) -> None:
    ill.admin("alter role hmaint_ro nobypassrls")
    seen = look(ill)
    ill.admin("alter role hmaint_ro bypassrls")
    assert seen.checks["postgresql.jobs.cron"].level is Level.UNKNOWN


def test_planned_tasks_of_which_none_ran_are_told(ill: PostgreSQL) -> None:
    ill.admin("update cron.job_run_details set start_time = now() - interval '9 days'")
    seen = look(ill).checks["postgresql.jobs.cron"]
    ill.admin("update cron.job_run_details set start_time = now()")
    assert (seen.level, "运行 0 次" in seen.summary) == (Level.WARNING, True)


def test_every_check_names_the_right_it_needs() -> None:
    assert [step.id for step in catalogue("postgresql").steps if not step.privilege] == []


def test_a_new_superuser_is_told_by_the_next_inspection(ill: PostgreSQL) -> None:
    before = look(ill)
    ill.admin("create role intern superuser login password 'long enough'")
    after = inspect(catalogue("postgresql"), database(ill), PASSWORD, Path(), before=before.rows)
    ill.admin("drop role intern")
    assert [f.subject for f in after.checks["postgresql.accounts.superuser"].findings] == ["intern"]


def test_a_parameter_that_was_changed_is_told_by_the_next_inspection(healthy: PostgreSQL) -> None:
    before = look(healthy)
    names = {row["name"] for row in before.rows["postgresql.parameters"].rows}
    assert names > {"server_version", "work_mem"}
    healthy.admin("alter system set work_mem = '7MB'", "select pg_reload_conf()")
    wait_until(lambda: healthy.admin("show work_mem") == [("7MB",)])
    after = inspect(catalogue("postgresql"), database(healthy), PASSWORD, Path(), before=before.rows)
    healthy.admin("alter system reset work_mem", "select pg_reload_conf()")
    wait_until(lambda: healthy.admin("show work_mem") != [("7MB",)])
    changed = after.checks["postgresql.parameters"]
    assert [(f.subject, f.level) for f in changed.findings] == [("work_mem", Level.WARNING)]


def test_a_superuser_finds_the_account_without_password(ill: PostgreSQL) -> None:
    ill.admin("create role open login")
    seen = look(ill, user="postgres")
    ill.admin("drop role open")
    assert [f.subject for f in seen.checks["postgresql.accounts.no_password"].findings] == ["open"]


@pytest.mark.parametrize(
    ("check", "variables"),
    [
        ("connections.used", {"postgresql_connections_warning": 0}),
        ("wraparound", {"postgresql_wraparound_warning": 0}),
        ("version.eol", {"postgresql_eol_days": 9999}),
        ("slow_log", {"postgresql_slow_ms": 500}),
        ("connections.allowed", {"postgresql_connections_most": 20}),
        ("wraparound.tables", {"postgresql_frozen_pct": -1}),
    ],
)
def test_a_site_can_set_the_threshold(healthy: PostgreSQL, check: str, variables: dict[str, object]) -> None:
    assert look(healthy, **variables).checks[f"postgresql.{check}"].level is Level.WARNING


def test_an_account_without_rights_sees_nothing_of_others_and_says_so(ill: PostgreSQL) -> None:
    ill.admin("create role blind login password 'long enough'")
    other = ill.connect()
    other.execute("begin")
    seen = inspect(catalogue("postgresql"), database(ill, user="blind"), "long enough", Path())
    other.close()
    ill.admin("drop role blind")
    unknown = seen.levels(Level.UNKNOWN)
    blind = ("transactions.long", "transactions.idle", "locks.waits", "sequences", "connections.idle")
    denied = (
        "hba",
        "hba.anywhere",
        "hba.errors",
        "settings.file",
        "archiver.backlog",
        "wal.size",
        "jobs.cron",
    )
    assert {f"postgresql.{name}" for name in (*blind, *denied)} <= set(unknown)
    assert "pg_monitor" in unknown["postgresql.wal.size"]


def test_an_account_without_rights_does_not_call_a_streaming_standby_broken(
    healthy: PostgreSQL, standby: PostgreSQL
) -> None:
    healthy.admin("create role blind login password 'long enough'")
    wait_until(lambda: bool(standby.admin("select 1 from pg_roles where rolname = 'blind'")))
    seen = inspect(catalogue("postgresql"), database(standby, user="blind"), "long enough", Path())
    assert seen.checks["postgresql.replication.standby"].level is Level.UNKNOWN
    primary = inspect(catalogue("postgresql"), database(healthy, user="blind"), "long enough", Path())
    assert primary.checks["postgresql.replication.senders"].level is Level.UNKNOWN
    healthy.admin("drop role blind")


def test_every_query_runs_whatever_the_uptime(healthy: PostgreSQL) -> None:
    session = open_session(database(healthy, user="postgres"), healthy.password, Path())
    known = {
        "database": {"version": Version(str(session.facts["version"])), "uptime": 10**9, "superuser": True}
    }
    for step in catalogue("postgresql").steps:
        if step.when and not compile_condition(step.when)(known):
            continue
        binds = tuple((name, 1) for name in step.args.binds)  # type: ignore[attr-defined] # a sql step
        answer = session.ask(Query(step.args.query, binds, limit=10))  # type: ignore[attr-defined] # a sql step
        assert answer.seen is Seen.OBSERVED, (step.id, answer.reason)
    session.close()


def test_no_query_reads_what_people_type() -> None:
    for step in catalogue("postgresql").steps:
        query = step.args.query  # type: ignore[attr-defined] # a sql step
        assert not re.search(r"(?<!\.)\bquery\b(?!_start)|pg_stat_statements|pg_stats\b", query), step.id
