"""The MySQL catalogue on real servers: every planted fault is found, and the healthy twin has none."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hmaint.database.session import open_session
from hmaint.expr.condition import compile_condition
from hmaint.expr.version import Version
from hmaint.model.inventory import Database, Limits
from hmaint.model.look import Query, Seen
from hmaint.model.playbook import Keep, Level
from tests.checks.catalogues import Inspection, catalogue, inspect
from tests.checks.documented import PASSWORD, statements
from tests.checks.servers import certificate, hanging
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB

SERVERS = (
    *(("mysql", version) for version in ("5.6.24", "5.7.44", "8.0.18", "8.0.29", "8.0.42", "8.4.5", "9.7.4")),
    *(
        ("mariadb", version)
        for version in ("10.3.39", "10.4.34", "10.5.29", "10.6.22", "10.11.19", "11.4.7", "11.8.2")
    ),
)
BAD = (Level.WARNING, Level.CRITICAL, Level.UNKNOWN)
QUICK = {
    "mysql_transaction_warning": 1,
    "mysql_lock_wait_warning": 1,
    "mysql_metadata_lock_warning": 1,
    "mysql_stray_tables": 0,
}
"""Thresholds a test can wait for."""

_BY_DAY = "(id int, day date, primary key (id, day)) partition by range (to_days(day))"
SOUND = (
    "create table icu.fee (id int primary key, bed bigint, amount decimal(10,2), day date, key by_bed (bed))",
    "alter table icu.fee add key by_day (day)",
    "insert into icu.fee values (1, 1, 1.5, curdate())",
    f"create table icu.log {_BY_DAY} (partition p values less than maxvalue)",
    f"create table icu.plan {_BY_DAY} (partition p values less than (to_days('2090-01-01')))",
    "create procedure icu.tidy_up() do 0",
)
"""What a sound system has too, so that each check has something to look at."""

ANY_AGE = {"mysql_eol_days": -99_999}
"""A server that is supported today will not be one day; the twin is healthy all the same."""


@pytest.fixture(scope="module")
def healthy() -> Iterator[MariaDB]:
    with certificate("mysql") as (chain, key):
        settings = (
            *("log-bin=changes", "expire-logs-days=10", "sync-binlog=1", "server-id=1"),
            *("slow-query-log=ON", "long-query-time=2", "local-infile=OFF", "event-scheduler=ON"),
            *(f"ssl-cert={chain}", f"ssl-key={key}", "default-time-zone=+08:00", "performance-schema=ON"),
            *("innodb-print-all-deadlocks=ON", "max-password-errors=10"),
            *(f"secure-file-priv={chain.parent}", "plugin-load-add=server_audit", "server-audit-logging=ON"),
            "binlog-format=ROW",
        )
        with running(MariaDB(settings)) as server:
            server.admin(
                "create database icu",
                "create table icu.bed (id bigint auto_increment primary key, note varchar(40))",
                "insert into icu.bed (note) values ('一床')",
                "create event icu.tidy on schedule every 1 day do delete from icu.bed where id < 0",
                "create table mysql.mariadb_backup_history (end_time datetime)",
                "insert into mysql.mariadb_backup_history values (now() - interval 3 hour)",
                *SOUND,
                *statements("mariadb"),
                "install soname 'simple_password_check'",
                "set global require_secure_transport = ON, default_password_lifetime = 90",
            )
            server.admin("select count(*) from fee where bed = 1", database="icu")
            yield server


@pytest.fixture(scope="module")
def ill() -> Iterator[MariaDB]:
    settings = (
        *("slow-query-log=OFF", "innodb-flush-log-at-trx-commit=2", "local-infile=ON", "event-scheduler=OFF"),
        *("sql-mode=NO_ENGINE_SUBSTITUTION", "innodb-stats-auto-recalc=OFF"),
    )
    with running(MariaDB(settings)) as server:
        server.admin(
            "create database icu",
            "create table icu.`床位` (note varchar(40))",
            "create table icu.old_orders (id int primary key) engine=MyISAM",
            "create table icu.ward (id tinyint auto_increment primary key) auto_increment=125",
            "create table icu.bed_bak (id int primary key)",
            "create table icu.lazy (id int primary key, n int) stats_auto_recalc=0",
            "insert into icu.lazy values (1, 1)",
            "create event icu.tidy on schedule every 1 day do delete from icu.lazy where id < 0",
            "create table mysql.mariadb_backup_history (end_time datetime)",
            "insert into mysql.mariadb_backup_history values (now() - interval 3 day)",
            "create user nobody@localhost identified by ''",
            "create user chief@'%' identified by 'long enough'",
            "grant all on *.* to chief@'%' with grant option",
            "create user app@'%' identified by 'long enough'",
            *statements("mariadb"),
        )
        yield server


def look(server: MariaDB, *, user: str = "hmaint_ro", tls: bool = False, **variables: object) -> Inspection:
    return inspect(
        catalogue("mysql"),
        database(server, user=user, tls=tls),
        secret(server, user),
        Path(),
        **variables,
    )


def database(server: MariaDB, *, user: str = "hmaint_ro", tls: bool = False) -> Database:
    return Database("main", "icu", "mysql", address=server.address, port=server.port, user=user, tls=tls)


def secret(server: MariaDB, user: str) -> str:
    return server.password if user == "root" else PASSWORD


def test_nothing_is_reported_on_the_healthy_twin_by_the_documented_account(healthy: MariaDB) -> None:
    seen = look(healthy, tls=True, **ANY_AGE)
    assert seen.levels(*BAD) == {}
    assert "只读保护" not in seen.checks["target.contact"].summary
    assert len(seen.levels(Level.OK)) >= 25


def test_nothing_is_reported_when_the_healthy_twin_is_inspected_again(healthy: MariaDB) -> None:
    first = look(healthy)
    second = inspect(catalogue("mysql"), database(healthy), PASSWORD, Path(), before=first.rows, **ANY_AGE)
    assert second.levels(*BAD) == {}
    for check in (
        "mysql.size.growth",
        "mysql.locks.deadlocks",
        "mariadb.connections.aborted",
        "mysql.accounts.privileged",
    ):
        assert second.checks[check].level is Level.OK


@pytest.mark.parametrize(
    ("check", "level", "word"),
    [
        ("mariadb.tables.no_key", Level.WARNING, "床位"),
        ("mysql.tables.engine", Level.WARNING, "old_orders (MyISAM)"),
        ("mysql.tables.auto_increment", Level.CRITICAL, "ward 97.6%"),
        ("mysql.tables.stray", Level.WARNING, "bed_bak"),
        ("mysql.tables.statistics", Level.WARNING, "lazy"),
        ("mysql.accounts.any_host", Level.CRITICAL, "chief@%"),
        ("mariadb.accounts.empty_password", Level.CRITICAL, "nobody@localhost"),
        ("mysql.slow_log", Level.WARNING, "未开启"),
        ("mysql.binlog.enabled", Level.WARNING, "未开启"),
        ("mysql.durability", Level.WARNING, "trx_commit=2"),
        ("mysql.local_infile", Level.WARNING, "已开启"),
        ("mysql.sql_mode", Level.WARNING, "非严格模式"),
        ("mysql.events", Level.WARNING, "icu.tidy"),
        ("mariadb.tls", Level.WARNING, "不提供"),
        ("mariadb.backup.history", Level.CRITICAL, "72 小时前"),
    ],
)
def test_a_planted_fault_is_found(ill_once: Inspection, check: str, level: Level, word: str) -> None:
    assert ill_once.checks[check].level is level
    assert any(word in finding.summary for finding in ill_once.checks[check].findings)


@pytest.fixture(scope="module")
def ill_once(ill: MariaDB) -> Inspection:
    return look(ill, **QUICK)


def test_an_application_account_from_anywhere_is_a_warning_beside_the_critical_one(
    ill_once: Inspection,
) -> None:
    findings = {f.subject: f.level for f in ill_once.checks["mysql.accounts.any_host"].findings}
    assert findings == {"chief@%": Level.CRITICAL, "app@%": Level.WARNING}


def test_sessions_that_hold_each_other_up_are_found_with_their_blocker(ill: MariaDB) -> None:
    holder = ill.connect(database="icu")
    cursor = holder.cursor()
    cursor.execute("begin")
    cursor.execute("update lazy set n = 2 where id = 1")
    other = lambda: _impatient(ill)  # noqa: E731 - handed over twice
    with hanging(other, "update lazy set n = 3 where id = 1"), hanging(other, "alter table lazy add m int"):
        time.sleep(1.6)
        seen = look(ill, **QUICK)
        holder.rollback()
    blocker = str(holder.thread_id())
    holder.close()
    assert {f.subject for f in seen.checks["mysql.transactions.long"].findings} >= {blocker}
    (waiting,) = seen.checks["mysql.locks.waits"].findings
    assert f"被会话 {blocker}（root@localhost" in waiting.summary
    assert len(seen.checks["mysql.locks.metadata"].findings) == 1


def _impatient(server: MariaDB) -> Any:
    connection = server.connect(database="icu")
    connection.cursor().execute("set innodb_lock_wait_timeout = 15, lock_wait_timeout = 15")
    return connection


def test_a_replica_is_healthy_while_it_replays_and_critical_when_it_stopped(healthy: MariaDB) -> None:
    with running(MariaDB(("server-id=2",))) as replica:
        healthy.admin("grant replication slave on *.* to copier@127.0.0.1 identified by 'Long enough 1!'")
        ((file, position, *_),) = healthy.admin("show master status")
        replica.admin(
            f"change master to master_host='127.0.0.1', master_port={healthy.port}, master_user='copier',"
            f" master_password='Long enough 1!', master_ssl=1, master_ssl_verify_server_cert=0,"
            f" master_log_file='{file}', master_log_pos={position}",
            "start slave",
            *statements("mariadb"),
        )
        _until(lambda: look(replica).checks["mariadb.replication"].level is Level.OK)
        writable = look(replica).checks["mariadb.replica.read_only"]
        replica.admin("set global read_only = ON")
        closed = look(replica).checks["mariadb.replica.read_only"]
        replica.admin("stop slave sql_thread")
        seen = look(replica).checks["mariadb.replication"]
    assert seen.level is Level.CRITICAL
    assert "SQL 线程 No" in seen.summary
    assert (writable.level, closed.level) == (Level.WARNING, Level.OK)


def _until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.2)


def test_a_new_privileged_account_is_told_by_the_next_inspection(ill: MariaDB) -> None:
    before = look(ill)
    ill.admin(
        "create user intern@localhost identified by 'long enough'", "grant super on *.* to intern@localhost"
    )
    after = inspect(catalogue("mysql"), database(ill), PASSWORD, Path(), before=before.rows)
    ill.admin("drop user intern@localhost")
    assert [f.subject for f in after.checks["mysql.accounts.privileged"].findings] == ["intern@localhost"]


@pytest.mark.parametrize(
    ("check", "variables"),
    [
        ("mysql.connections.used", {"mysql_connections_warning": 0}),
        ("mariadb.connections.peak", {"mysql_connections_peak": 0}),
        ("mysql.connections.idle", {"mysql_idle_sessions": -1}),
        ("mysql.innodb.history", {"mysql_history_warning": -1}),
        ("mysql.version.eol", {"mysql_eol_days": 9999}),
        ("mysql.binlog.expiry", {"mysql_binlog_days": 30}),
        ("mysql.slow_log", {"mysql_long_query_time": 1}),
    ],
)
def test_a_site_can_set_the_threshold(healthy: MariaDB, check: str, variables: dict[str, object]) -> None:
    assert look(healthy, **variables).checks[check].level is Level.WARNING


def test_an_account_without_rights_sees_nothing_and_says_so(ill: MariaDB) -> None:
    ill.admin("create or replace user blind@127.0.0.1 identified by '" + "x" * 12 + "'")
    seen = inspect(catalogue("mysql"), database(ill, user="blind"), "x" * 12, Path())
    blind = {
        name
        for name in seen.checks
        if name.startswith(
            (
                "mysql.tables",
                "mariadb.tables",
                "mysql.transactions",
                "mysql.locks.w",
                "mysql.locks.m",
                "mysql.connections",
                "mariadb.accounts",
                "mysql.accounts",
            )
        )
    }
    skipped = set(seen.levels(Level.SKIPPED))
    assert set(seen.levels(Level.OK)) & blind == set()
    assert blind - skipped <= set(seen.levels(Level.UNKNOWN))
    assert "mysql.tables.auto_increment" in skipped


def test_every_check_for_this_server_has_something_to_look_at(healthy: MariaDB) -> None:
    seen = look(healthy, mysql_uptime_least=0, mysql_unused_seconds=0, mysql_memory_mb=65_536)
    again = inspect(
        catalogue("mysql"),
        database(healthy),
        PASSWORD,
        Path(),
        before=seen.rows,
        mysql_uptime_least=0,
        mysql_unused_seconds=0,
        mysql_memory_mb=65_536,
        **ANY_AGE,
    )
    skipped = set(again.levels(Level.SKIPPED)) & again.applicable
    assert skipped == {
        *(
            "mariadb.replication",
            "mariadb.replica.read_only",
            "mariadb.replication.semisync",
            "mariadb.galera",
        ),
        "mysql.backup.xtrabackup",
    }
    young = {
        "mysql.cache.hit",
        "mariadb.joins.full",
    }  # a server just started has read everything from the disk
    assert set(again.levels(*BAD)) <= young


def test_every_query_for_another_server_is_at_least_a_sentence(healthy: MariaDB) -> None:
    """What only another server has must be missing here, and nothing else may be wrong; the matrix has the others."""
    session = open_session(database(healthy), PASSWORD, Path())
    applicable = look(healthy).applicable
    for step in catalogue("mysql").steps:
        if step.id not in applicable:
            binds = tuple((name, 1) for name in step.args.binds)  # type: ignore[attr-defined] # a sql step
            answer = session.ask(Query(step.args.query, binds, limit=10))  # type: ignore[attr-defined] # a sql step
            assert answer.seen in (Seen.OBSERVED, Seen.UNSUPPORTED), (step.id, answer.reason)
    session.close()


def test_every_check_tells_its_source_what_to_do_and_the_right_it_needs() -> None:
    steps = catalogue("mysql").steps
    assert len({step.title for step in steps}) >= 60
    for step in steps:
        assert step.privilege, step.id
        assert bool(step.why) == bool(step.when), step.id
        assert isinstance(step.judge, Keep) or (step.source and step.advice), step.id


def test_checks_of_one_title_are_never_for_the_same_server() -> None:
    """Variants of one check share their title; a server that got two of them would be told everything twice."""
    for flavour, version in SERVERS:
        facts = {"flavour": flavour, "version": Version(version), "uptime": 99_999_999}
        scope = {"database": facts, "vars": {**catalogue("mysql").vars, "mysql_memory_mb": 1}}
        titles = [
            step.title
            for step in catalogue("mysql").steps
            if not step.when or compile_condition(step.when)(scope)
        ]
        assert len(titles) == len(set(titles)), (flavour, version)
        assert len(titles) >= 80, (flavour, version)


def test_no_query_reads_what_people_type() -> None:
    for step in catalogue("mysql").steps:
        query = step.args.query  # type: ignore[attr-defined] # a sql step
        assert not re.search(r"\b(info|trx_query|sql_text|digest_text|argument)\b", query), step.id


def test_a_limit_of_the_visit_stops_a_slow_catalogue(healthy: MariaDB) -> None:
    target = Database(
        "main",
        "icu",
        "mysql",
        address=healthy.address,
        port=healthy.port,
        user="hmaint_ro",
        limits=Limits(host=0),
    )
    seen = inspect(catalogue("mysql"), target, PASSWORD, Path())
    assert set(seen.levels(Level.OK)) <= {"target.contact"}


def test_account_that_sees_one_schema_only_does_not_speak_for_the_others(healthy: MariaDB) -> None:
    healthy.admin(
        "create or replace user half@'%' identified by 'Half blind 1!'",
        "grant process on *.* to half@'%'",
        "grant select on icu.* to half@'%'",
    )
    seen = inspect(catalogue("mysql"), database(healthy, user="half"), "Half blind 1!", Path())
    partly = seen.checks["mysql.tables.engine"]
    assert partly.level is Level.UNKNOWN
    assert "REFERENCES" in partly.summary
