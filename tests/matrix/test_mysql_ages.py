"""What only other ages of MySQL can show: faults planted on MySQL 9 and 5.6 are found by the documented account."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pymysql
import pytest

from hmaint.engine.rows import Previous
from hmaint.model.inventory import Database
from hmaint.model.playbook import Level
from tests.advise.mysql_lab import deadlock
from tests.checks.catalogues import Inspection, catalogue, inspect
from tests.checks.documented import PASSWORD, statements
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB
from tests.services.mysql import MySQL, MySQL56
from tests.services.process import free_port

pytestmark = pytest.mark.matrix

KEEN = {
    "mysql_memory_mb": 64,
    "mysql_examined_rows": 50,
    "mysql_examined_ratio": 50,
    "mysql_no_index_rows": 50,
    "mysql_statement_calls": 20,
    "mysql_full_joins": 0,
    "mysql_connections_least": 1,
    "mysql_tables_opened": 1,
    "mysql_open_files_pct": -1,
    "mysql_redo_pct": 0,
    "mysql_certificate_days": 9_999,
    "mysql_unused_mb": -1,
    "mysql_tmp_disk_least": 1,
    "mysql_tmp_disk_pct": 0,
    "mysql_connections_peak": 0,
    "mysql_stray_tables": 0,
    "mysql_xa_seconds": 0,
}
_KEYS = "key one (a), key two (a), key three (a, b), key four (b), unique u (a, b, id)"
PLANTED = (
    "create database icu default character set utf8mb4",
    "set global innodb_file_per_table = OFF",
    "create table icu.shared (id int primary key)",
    "set global innodb_file_per_table = ON",
    "create table icu.vitals (at datetime, value int)",
    "create table icu.old_orders (id int primary key) engine=MyISAM",
    "create table icu.ward (id tinyint auto_increment primary key) auto_increment=125",
    "create table icu.bed_bak (id int primary key)",
    "create table icu.big (id int primary key auto_increment, n int, word char(60))",
    "insert into icu.big (n, word) values (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')",
    *("insert into icu.big (n, word) select n + 1, word from icu.big",) * 6,
    f"create table icu.twice (id int primary key, a int, b int, {_KEYS})",
    "create table icu.bill (id int primary key, total_fee double, memo float)",
    "create table icu.names (id int primary key, name varchar(20)) character set latin1",
    "create table icu.year_end (id int, day date, primary key (id, day)) partition by range (year(day))"  # noqa: ISC004 - one statement
    " (partition p values less than (2020))",
    "create table icu.there (id int primary key)",
    "create view icu.lost as select id from icu.there",
    "drop table icu.there",
    "create user gone@localhost",
    "create definer=gone@localhost procedure icu.orphan() do 0",
    "drop user gone@localhost",
)
NINE = (
    "alter table icu.twice alter index two invisible",
    "set global log_error_verbosity = 1",
    "create user nobody@localhost identified by ''",
    "create user chief@'%' identified by 'long enough'",
    "grant all on *.* to chief@'%' with grant option",
    "create user root@'10.0.0.%' identified by 'long enough'",
    "update mysql.user set password_last_changed = '2020-01-01' where user = 'chief'",
    "update mysql.user set plugin = 'mysql_native_password' where user = 'nobody'",
    "flush privileges",
)
FIVE = (
    "create user nobody@localhost",
    "create user his@'10.0.0.%' identified by 'his123'",
    "create user lab@'10.0.0.%' identified by 'a1Z-q9 strange enough'",
    "grant all on *.* to chief@'%' identified by '123456' with grant option",
    "create event icu.tidy on schedule every 1 day do do 0",
    "create event icu.asleep on schedule every 1 day disable do do 0",
)
SETTINGS = (
    "slow-query-log=OFF",
    "sync-binlog=0",
    "log-bin=changes",
    "server-id=1",
    "table-open-cache=10",
    "table-open-cache-instances=1",
)


def _use(server: MariaDB) -> None:
    """Statements that leave their mark in the counters."""
    for _ in range(120):
        server.admin("select count(*) from big where word like '%nothing%'", database="icu")
    server.admin("select count(*) from big a join big b on a.n <> b.n", database="icu")
    server.admin("select count(*) from twice where b = 1", database="icu")
    for _ in range(25):
        with pytest.raises(pymysql.err.IntegrityError):
            server.admin("insert into twice (id) values (1), (1)", database="icu")


def _look(server: MariaDB, before: Mapping[str, Previous] | None = None) -> Inspection:
    target = Database("main", "icu", "mysql", address=server.address, port=server.port, user="hmaint_ro")
    return inspect(catalogue("mysql"), target, PASSWORD, Path(), before, uptime=10_000_000, **KEEN)


@pytest.fixture(scope="module")
def nine() -> Iterator[MySQL]:
    settings = (*SETTINGS, "event-scheduler=OFF", "binlog-expire-logs-seconds=86400", "thread-cache-size=0")
    with running(MySQL(settings)) as server:
        assert isinstance(server, MySQL)
        server.admin(*PLANTED, *NINE, *statements("mysql"), *statements("mysql8"))
        _use(server)
        yield server


@pytest.fixture(scope="module")
def five() -> Iterator[MySQL]:
    settings = (*SETTINGS, "expire-logs-days=0", "event-scheduler=OFF", "thread-cache-size=0")
    with running(MySQL56(settings)) as server:
        assert isinstance(server, MySQL)
        server.admin(*PLANTED, *FIVE, *statements("mysql56"))
        _use(server)
        yield server


@pytest.fixture(scope="module")
def seen_nine(nine: MySQL) -> Inspection:
    return _look(nine)


@pytest.fixture(scope="module")
def seen_five(five: MySQL) -> Inspection:
    return _look(five)


EVERYWHERE = [
    ("mysql.tables.engine", Level.WARNING, "old_orders (MyISAM)"),
    ("mysql.tables.auto_increment", Level.CRITICAL, "ward 97.6%"),
    ("mysql.tables.stray", Level.WARNING, "bed_bak"),
    ("mysql.tables.money", Level.WARNING, "1 个是 FLOAT/DOUBLE：bill.total_fee"),
    ("mysql.tables.charset", Level.WARNING, "names"),
    ("mysql.indexes.duplicate", Level.WARNING, "twice.two"),
    ("mysql.indexes.redundant", Level.WARNING, "3 个是另一个的最左前缀"),
    ("mysql.indexes.unused", Level.WARNING, "twice.one"),
    ("mysql.partitions", Level.CRITICAL, "icu.year_end 的最后一个分区已用尽"),
    ("mysql.statements.examined", Level.WARNING, "：icu "),
    ("mysql.statements.no_index", Level.WARNING, "：icu "),
    ("mysql.statements.errors", Level.WARNING, "：icu "),
    ("mysql.slow_log", Level.WARNING, "未开启"),
    ("mysql.durability", Level.WARNING, "sync_binlog=0"),
    ("mysql.memory", Level.WARNING, "占服务器内存 64 MB"),
    ("mysql.accounts.any_host", Level.CRITICAL, "chief@%"),
    ("mysql.accounts.superusers", Level.WARNING, "chief@%"),
]


@pytest.mark.parametrize(
    ("check", "level", "word"),
    [
        *EVERYWHERE,
        ("mysql.connections.peak", Level.WARNING, "最多同时"),
        ("mysql.connections.thread_cache", Level.WARNING, "缓存 0 个"),
        ("mysql.joins.full", Level.WARNING, "次连接没有用到索引"),
        ("mysql.table_cache", Level.WARNING, "/ 10"),
        ("mysql.open_files", Level.WARNING, "个文件"),
        ("mysql.innodb.redo_80", Level.WARNING, "容量 32 MB"),
        ("mysql.tables.no_key_80", Level.WARNING, "vitals"),
        ("mysql.events_80", Level.WARNING, "事件调度器为 OFF"),
        ("mysql.tables.shared_space_80", Level.WARNING, "1 张在共享的 ibdata 里：shared"),
        ("mysql.indexes.hidden", Level.WARNING, "1 个设为不可见：twice.two"),
        ("mysql.views.broken", Level.WARNING, "lost"),
        ("mysql.definers_80", Level.WARNING, "icu.orphan（gone@localhost）"),
        ("mysql.binlog.expiry_80", Level.WARNING, "保留 1 天"),
        ("mysql.log.verbosity", Level.WARNING, "log_error_verbosity=1"),
        ("mysql.audit_80", Level.WARNING, "没有启用"),
        ("mysql.accounts.empty_password", Level.CRITICAL, "nobody@localhost"),
        ("mysql.accounts.root_remote", Level.WARNING, "root@10.0.0.%"),
        ("mysql.password.age", Level.WARNING, "chief@%"),
        ("mysql.password.lifetime", Level.WARNING, "永不过期"),
        ("mysql.password.policy_80", Level.WARNING, "没有启用"),
        ("mysql.password.lockout_80", Level.WARNING, "没有设失败锁定"),
        ("mysql.tls.expiry", Level.WARNING, "还剩"),
        ("mysql.tls.required", Level.WARNING, "也接受不加密"),
        ("mysql.file_priv", Level.WARNING, "任何目录"),
    ],
)
def test_a_fault_planted_on_mysql_9_is_found(
    seen_nine: Inspection, check: str, level: Level, word: str
) -> None:
    assert seen_nine.checks[check].level is level
    assert any(word in finding.summary for finding in seen_nine.checks[check].findings)


@pytest.mark.parametrize(
    ("check", "level", "word"),
    [
        *EVERYWHERE,
        ("mysql.version.eol", Level.WARNING, "已过期"),
        ("mariadb.connections.peak", Level.WARNING, "最多同时"),
        ("mariadb.connections.thread_cache", Level.WARNING, "缓存 0 个"),
        ("mariadb.joins.full", Level.WARNING, "次连接没有用到索引"),
        ("mariadb.tmp.disk", Level.WARNING, "张落盘"),
        ("mysql.innodb.redo", Level.WARNING, "容量 32 MB"),
        ("mysql.innodb.flush_method", Level.WARNING, "默认，即 fsync"),
        ("mysql.packet", Level.WARNING, "为 4 MB"),
        ("mysql.tables.no_key", Level.WARNING, "vitals"),
        ("mysql.tables.shared_space", Level.WARNING, "1 张在共享的 ibdata 里：shared"),
        ("mysql.definers", Level.WARNING, "icu.orphan（gone@localhost）"),
        ("mysql.events", Level.WARNING, "icu.tidy"),
        ("mysql.events.disabled", Level.WARNING, "icu.asleep"),
        ("mysql.binlog.expiry", Level.WARNING, "永不清理"),
        ("mysql.binlog.format", Level.WARNING, "STATEMENT"),
        ("mysql.sql_mode", Level.WARNING, "非严格模式"),
        ("mariadb.log.verbosity", Level.WARNING, "log_warnings=1"),
        ("mysql.audit", Level.WARNING, "没有启用"),
        ("mysql.accounts.empty_password_56", Level.CRITICAL, "nobody@localhost"),
        ("mysql.accounts.weak_56", Level.CRITICAL, "his@10.0.0.%"),
        ("mysql.accounts.weak_56", Level.CRITICAL, "chief@%"),
        ("mysql.accounts.test_database", Level.WARNING, "test"),
        ("mysql.password.policy", Level.WARNING, "没有启用"),
        ("mysql.password.lockout", Level.WARNING, "没有启用"),
        ("mysql.tls_56", Level.WARNING, "不提供"),
        ("mariadb.file_priv", Level.WARNING, "任何目录"),
        ("mysql.local_infile", Level.WARNING, "已开启"),
    ],
)
def test_a_fault_planted_on_mysql_56_is_found(
    seen_five: Inspection, check: str, level: Level, word: str
) -> None:
    assert seen_five.checks[check].level is level
    assert any(word in finding.summary for finding in seen_five.checks[check].findings)


def test_deadlocks_that_56_leaves_out_of_its_count_are_not_called_none(
    five: MySQL, seen_five: Inspection
) -> None:
    """The last comer is rolled back, as it has done less: the server's own counter stays where it was."""
    five.admin("create database if not exists his", "drop table if exists his.word")
    five.admin("create table his.word (id int primary key, word varchar(9)) engine=innodb")
    five.admin("insert into his.word values (11, 'a'), (12, 'b')")
    for _ in range(3):
        deadlock(five)
    assert "LATEST DETECTED DEADLOCK" in five.admin("show engine innodb status")[0][2]
    counted = five.admin("select count from information_schema.innodb_metrics where name = 'lock_deadlocks'")
    assert counted == [(0,)]
    again = _look(five, seen_five.rows).checks["mysql.locks.deadlocks"]
    five.admin("drop database his")
    assert again.level is Level.SKIPPED
    assert "计数不全" in again.summary


def test_a_password_nobody_would_guess_is_not_called_weak(seen_five: Inspection) -> None:
    found = {finding.subject for finding in seen_five.checks["mysql.accounts.weak_56"].findings}
    assert found == {"his@10.0.0.%", "chief@%"}


def test_accounts_of_the_old_plugin_are_seen_where_it_still_is(nine: MySQL) -> None:
    """No 8.x can be had here: its query runs on 9, whose table of accounts is the same."""
    ((accounts, old, names),) = nine.admin(_query("mysql.accounts.native_password"))
    assert (old, names) == (1, "nobody@localhost")
    assert accounts > old


def test_a_weak_password_of_57_is_seen_by_its_hash(five: MySQL) -> None:
    """No 5.7 can be had here: its query runs on 5.6, with the hashes where 5.7 keeps them."""
    five.admin("update mysql.user set authentication_string = password where user in ('his', 'lab')")
    found = dict(five.admin(_query("mysql.accounts.weak")))
    five.admin("update mysql.user set authentication_string = '' where user in ('his', 'lab')")
    assert found == {"his@10.0.0.%": 1, "lab@10.0.0.%": 0}


def test_semi_synchronous_replication_that_gave_up_is_told(nine: MySQL) -> None:
    nine.admin(
        "install plugin rpl_semi_sync_source soname 'semisync_source.so'",
        "set global rpl_semi_sync_source_enabled = ON, rpl_semi_sync_source_timeout = 1",
    )
    waiting = _look(nine).checks["mysql.replication.semisync"]
    nine.admin("insert into icu.bill (id) values (1)")
    given_up = _look(nine).checks["mysql.replication.semisync"]
    nine.admin("uninstall plugin rpl_semi_sync_source")
    assert (waiting.level, given_up.level) == (Level.OK, Level.CRITICAL)


def test_a_distributed_transaction_nobody_ends_is_told(nine: MySQL) -> None:
    connection = nine.connect(database="icu")
    cursor = connection.cursor()
    for statement in ("xa start 'x'", "insert into bill (id) values (9)", "xa end 'x'", "xa prepare 'x'"):
        cursor.execute(statement)
    connection.close()
    time.sleep(0.5)
    with_it = _look(nine).checks["mysql.transactions.xa"]
    nine.admin("xa rollback 'x'")
    assert with_it.level is Level.WARNING
    assert _look(nine).checks["mysql.transactions.xa"].level is Level.OK


def test_a_replica_that_may_be_written_is_told(nine: MySQL) -> None:
    nine.admin("change replication source to source_host = '127.0.0.1'")
    writable = _look(nine).checks["mysql.replica.read_only"]
    nine.admin("set global read_only = ON")
    closed = _look(nine).checks["mysql.replica.read_only"]
    nine.admin("set global read_only = OFF", "reset replica all")
    assert (writable.level, closed.level) == (Level.WARNING, Level.OK)


def test_what_changed_since_the_last_inspection_is_told(nine: MySQL, seen_nine: Inspection) -> None:
    nine.admin("set global max_connections = 77")
    started = seen_nine.rows["mysql.restart"]
    earlier = {**started.rows[0], "started": started.rows[0]["started"] - 3600}  # type: ignore[operator] # a number
    rows = {**seen_nine.rows, "mysql.restart": Previous((earlier,), started.at)}
    after = _look(nine, rows)
    nine.admin("set global max_connections = 151")
    assert [f.subject for f in after.checks["mysql.parameters"].findings] == ["max_connections"]
    assert after.checks["mysql.restart"].level is Level.WARNING
    assert _look(nine, seen_nine.rows).checks["mysql.restart"].level is Level.OK


def test_a_member_that_left_its_group_is_told() -> None:
    settings = (
        *(
            "plugin-load-add=group_replication.so",
            "gtid-mode=ON",
            "enforce-gtid-consistency=ON",
            "server-id=1",
        ),
        *("log-bin=changes", "report-host=127.0.0.1", "loose-group-replication-start-on-boot=OFF"),
        f"loose-group-replication-local-address=127.0.0.1:{free_port()}",
        "loose-group-replication-group-name=11111111-2222-3333-4444-555555555555",
    )
    with running(MySQL(settings)) as member:
        member.admin(*statements("mysql"), *statements("mysql8"))
        member.admin("set global group_replication_bootstrap_group = ON", "start group_replication")
        with_others = _look(member).checks["mysql.group_replication"]
        member.admin("stop group_replication")
        left = _look(member).checks["mysql.group_replication"]
    assert (with_others.level, left.level) == (Level.OK, Level.CRITICAL)
    assert "OFFLINE" in left.summary


def _query(check: str) -> str:
    (step,) = (step for step in catalogue("mysql").steps if step.id == check)
    return str(step.args.query)  # type: ignore[attr-defined] # a sql step
