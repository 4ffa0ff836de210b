"""The rest of the MySQL catalogue, on a server where nearly everything is wrong: every planted fault is found.

The healthy twin, where every check looks and none speaks, is in test_mysql.py.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pymysql
import pytest

from hmaint.engine.rows import Previous
from hmaint.model.inventory import Database
from hmaint.model.playbook import Level
from tests.checks.catalogues import Inspection, catalogue, inspect
from tests.checks.documented import PASSWORD, statements
from tests.checks.servers import certificate, hanging
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB

SETTINGS = (
    *("log-bin=changes", "server-id=7", "binlog-format=STATEMENT", "binlog-checksum=NONE", "general-log=ON"),
    *("innodb-force-recovery=1", "innodb-flush-method=fsync", "innodb-buffer-pool-size=6M"),
    *("log-warnings=1", "max-allowed-packet=1M", "query-cache-type=ON", "query-cache-size=1M"),
    *("tls-version=TLSv1.1,TLSv1.2", "performance-schema=ON", "thread-cache-size=0", "table-open-cache=10"),
    *("default-time-zone=+00:00", "join-buffer-size=8M"),
)
KEEN = {
    "mysql_uptime_least": 0,
    "mysql_unused_seconds": 0,
    "mysql_unused_mb": -1,
    "mysql_memory_mb": 256,
    "mysql_examined_rows": 50,
    "mysql_examined_ratio": 50,
    "mysql_no_index_rows": 50,
    "mysql_statement_tmp": 1,
    "mysql_statement_calls": 20,
    "mysql_full_joins": 0,
    "mysql_connections_least": 1,
    "mysql_tables_opened": 1,
    "mysql_open_files_pct": 0.01,
    "mysql_fragment_mb": 0.5,
    "mysql_table_gb": 0.001,
    "mysql_indexes_most": 4,
    "mysql_xa_seconds": 0,
    "mysql_account_pct": 0.5,
    "mysql_redo_pct": 0,
}
"""Thresholds a test can reach: few rows, and no waiting for days."""

_BY_DAY = "(id int, day date, primary key (id, day)) partition by range (to_days(day))"
_YEARLY = "(id int, day date, primary key (id, day)) partition by range (year(day))"
_KEYS = "key one (a), key two (a), key three (a, b), key four (b), unique u (a, b, id)"
PLANTED = (
    "create database icu",
    "set global innodb_file_per_table = OFF",
    "create table icu.`共享` (id int primary key)",
    "set global innodb_file_per_table = ON",
    "create table icu.big (id int primary key auto_increment, n int, word char(200), pad text)",
    "insert into icu.big (n, word, pad) select seq, seq, repeat('x', 60000) from icu.seq_1_to_150",
    "analyze table icu.big",
    "create table icu.hollow (id int primary key, pad char(250))",
    "insert into icu.hollow select seq, seq from icu.seq_1_to_20000",
    "delete from icu.hollow where id > 10",
    "create table icu.bill (id int primary key, total_fee double, memo float)",
    "create table icu.old_names (id int primary key, name varchar(20)) character set latin1",
    f"create table icu.twice (id int primary key, a int, b int, {_KEYS})",
    f"create table icu.year_end {_YEARLY} (partition p values less than (2020))",
    "alter table icu.twice alter index four ignored",
    "create table icu.hurt (id int primary key) engine=MyISAM",
    "insert into icu.hurt values (1)",
    "create user gone@localhost",
    "create definer=gone@localhost procedure icu.orphan() do 0",
    "drop user gone@localhost",
    "create event icu.asleep on schedule every 1 day disable do do 0",
    "create user his@'10.0.0.%' identified by 'his123', billing@'10.0.0.%' identified by 'a1Z-q9 strange enough'",
    "create user lab@'10.0.0.%' identified by '123456', root@'10.0.0.%' identified by 'a1Z-q9 strange enough'",
    "grant file on *.* to billing@'10.0.0.%'",
    "update mysql.global_priv set priv = json_set(priv, '$.password_last_changed', 1600000000) where user = 'billing'",
    "create user ''@'10.9.9.9'",
    "grant all on `test`.* to ''@'10.9.9.9'",
    "flush privileges",
)


@pytest.fixture(scope="module")
def worn() -> Iterator[MariaDB]:
    with certificate("mysql", days=10) as (chain, key):
        settings = (*SETTINGS, f"ssl-cert={chain}", f"ssl-key={key}")
        with running(MariaDB(settings)) as server:
            server.admin(*PLANTED, *statements("mariadb"))
            _partition(server)
            _use(server)
            _hurt(server)
            yield server


def _partition(server: MariaDB) -> None:
    """Tables whose last partition ends in three and in thirty days."""
    ((today,),) = server.admin("select to_days(curdate())")
    for name, days in (("due", 3), ("soon", 30)):
        server.admin(f"create table icu.{name} {_BY_DAY} (partition p values less than ({today + days}))")


def _use(server: MariaDB) -> None:
    """Statements that leave their mark in the counters; the query cache would hide a repeated one from them."""
    for _ in range(120):
        server.admin("select sql_no_cache count(*) from big where word like '%nothing%'", database="icu")
    for _ in range(3):
        server.admin("select pad, count(*) from big where n < 20 group by pad", database="icu")
        server.admin("select count(*) from big a join big b on a.n <> b.n", database="icu")
    for _ in range(25):
        with pytest.raises(pymysql.err.IntegrityError):
            server.admin("insert into twice (id) values (1), (1)", database="icu")
    server.admin("select count(*) from twice where b = 1", database="icu")


def _hurt(server: MariaDB) -> None:
    """Cut the index file of a MyISAM table short, as a full disk does."""
    server.admin("flush tables")
    os.truncate(server.folder / "data" / "icu" / "hurt.MYI", 100)


def look(server: MariaDB, before: Inspection | None = None, **variables: object) -> Inspection:
    target = Database("main", "icu", "mysql", address=server.address, port=server.port, user="hmaint_ro")
    rows = before.rows if before else None
    return inspect(catalogue("mysql"), target, PASSWORD, Path(), before=rows, **{**KEEN, **variables})


@pytest.fixture(scope="module")
def seen(worn: MariaDB) -> Inspection:
    first = look(worn)
    return look(worn, first)


@pytest.mark.parametrize(
    ("check", "level", "word"),
    [
        ("mysql.time_zone", Level.WARNING, "快 0 小时"),
        ("mysql.innodb.force_recovery", Level.CRITICAL, "innodb_force_recovery=1"),
        ("mysql.packet", Level.WARNING, "为 1 MB"),
        ("mysql.connections.account", Level.WARNING, "hmaint_ro 有 1 个连接"),
        ("mariadb.connections.thread_cache", Level.WARNING, "缓存 0 个"),
        ("mysql.locks.deadlocks_logged", Level.WARNING, "没有记入"),
        ("mysql.innodb.pool_size", Level.WARNING, "仍是出厂默认"),
        ("mariadb.innodb.redo", Level.WARNING, "容量 16 MB"),
        ("mysql.innodb.flush_method", Level.WARNING, "fsync"),
        ("mariadb.joins.full", Level.WARNING, "次连接没有用到索引"),
        ("mariadb.table_cache", Level.WARNING, "/ 10"),
        ("mariadb.open_files", Level.WARNING, "个文件"),
        ("mysql.query_cache", Level.WARNING, "query_cache_type=ON，大小 1 MB"),
        ("mysql.statements.examined", Level.WARNING, "：icu "),
        ("mysql.statements.no_index", Level.WARNING, "：icu "),
        ("mysql.statements.tmp_disk", Level.WARNING, "：icu "),
        ("mysql.statements.errors", Level.WARNING, "：icu "),
        ("mysql.memory", Level.WARNING, "占服务器内存 256 MB"),
        ("mysql.tables.shared_space", Level.WARNING, "1 张在共享的 ibdata 里"),
        ("mysql.tables.largest", Level.WARNING, "big"),
        ("mysql.tables.fragmented", Level.WARNING, "hollow"),
        ("mysql.tables.money", Level.WARNING, "1 个是 FLOAT/DOUBLE：bill.total_fee"),
        ("mysql.tables.charset", Level.WARNING, "1 张的字符集是 latin1 或 utf8mb3：old_names"),
        ("mysql.tables.broken", Level.CRITICAL, "1 张打不开：hurt"),
        ("mysql.indexes.duplicate", Level.WARNING, "1 个与另一个完全重复：twice.two"),
        ("mysql.indexes.redundant", Level.WARNING, "3 个是另一个的最左前缀"),
        ("mariadb.indexes.hidden", Level.WARNING, "1 个设为忽略：twice.four"),
        ("mysql.indexes.many", Level.WARNING, "twice 6 个"),
        ("mysql.indexes.unused", Level.WARNING, "twice.one"),
        ("mysql.partitions", Level.CRITICAL, "icu.due 的最后一个分区还能用 3 天"),
        ("mysql.partitions", Level.CRITICAL, "icu.soon 的最后一个分区还能用 30 天"),
        ("mysql.partitions", Level.CRITICAL, "icu.year_end 的最后一个分区已用尽"),
        ("mysql.definers", Level.WARNING, "icu.orphan（gone@localhost）"),
        ("mysql.events.disabled", Level.WARNING, "icu.asleep"),
        ("mysql.checksums", Level.WARNING, "NONE"),
        ("mysql.binlog.format", Level.WARNING, "STATEMENT"),
        ("mysql.general_log", Level.WARNING, "已开启"),
        ("mariadb.log.verbosity", Level.WARNING, "log_warnings=1"),
        ("mariadb.audit", Level.WARNING, "没有启用"),
        ("mariadb.accounts.weak", Level.CRITICAL, "his@10.0.0.%"),
        ("mariadb.accounts.weak", Level.CRITICAL, "lab@10.0.0.%"),
        ("mysql.accounts.superusers", Level.WARNING, "billing@10.0.0.%"),
        ("mysql.accounts.root_remote", Level.WARNING, "root@10.0.0.%"),
        ("mysql.accounts.test_database", Level.WARNING, "test"),
        ("mysql.password.lifetime", Level.WARNING, "永不过期"),
        ("mariadb.password.age", Level.WARNING, "billing@10.0.0.%"),
        ("mysql.password.policy", Level.WARNING, "没有启用"),
        ("mariadb.password.lockout", Level.WARNING, "等于不限"),
        ("mariadb.tls.expiry", Level.WARNING, "还剩"),
        ("mysql.tls.versions", Level.WARNING, "TLSv1.1"),
        ("mysql.tls.required", Level.WARNING, "也接受不加密"),
        ("mariadb.file_priv", Level.WARNING, "任何目录"),
    ],
)
def test_a_planted_fault_is_found(seen: Inspection, check: str, level: Level, word: str) -> None:
    assert seen.checks[check].level is level
    assert any(word in finding.summary for finding in seen.checks[check].findings)


@pytest.mark.parametrize(
    ("check", "subjects"),
    [
        ("mariadb.accounts.weak", {"his@10.0.0.%", "lab@10.0.0.%"}),
        ("mysql.accounts.superusers", {"billing@10.0.0.%"}),
        ("mysql.accounts.root_remote", {"root@10.0.0.%"}),
        ("mariadb.password.age", {"billing@10.0.0.%"}),
        ("mysql.partitions", {"icu.due", "icu.soon", "icu.year_end"}),
        ("mysql.events.disabled", {"icu.asleep"}),
    ],
)
def test_only_what_was_planted_is_found(seen: Inspection, check: str, subjects: set[str]) -> None:
    assert {finding.subject for finding in seen.checks[check].findings} == subjects


def test_a_unique_key_is_never_told_as_spare(seen: Inspection) -> None:
    told = seen.checks["mysql.indexes.redundant"].summary + seen.checks["mysql.indexes.duplicate"].summary
    assert "twice.u" not in told
    assert "twice.three" in told
    assert "twice.four" not in told


def test_no_hash_and_no_password_is_among_what_is_kept(seen: Inspection) -> None:
    kept = repr(seen.rows) + repr(seen.checks)
    for secret in ("his123", "123456'", "*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9"):
        assert secret not in kept


@pytest.mark.parametrize(
    ("check", "variable"),
    [
        ("mysql.innodb.pool_wait", "mysql_pool_waits"),
        ("mysql.innodb.log_waits", "mysql_log_waits"),
        ("mariadb.innodb.checkpoint", "mysql_checkpoint_pct"),
        ("mariadb.sort.merge", "mysql_sort_merge_pct"),
        ("mariadb.table_locks", "mysql_table_locks_pct"),
        ("mariadb.connections.aborted_clients", "mysql_aborted_clients"),
        ("mysql.connections.running", "mysql_running"),
    ],
)
def test_a_counter_is_held_against_the_threshold_of_the_site(
    worn: MariaDB, seen: Inspection, check: str, variable: str
) -> None:
    assert seen.checks[check].level is Level.OK
    assert look(worn, seen, **{variable: -1}).checks[check].level is Level.WARNING


def test_what_changed_since_the_last_inspection_is_told(worn: MariaDB, seen: Inspection) -> None:
    worn.admin("set global max_connections = 77", "create database stray", "create user new@localhost")
    after = look(worn, seen)
    worn.admin("set global max_connections = 151", "drop database stray", "drop user new@localhost")
    found = {
        name: [finding.subject for finding in after.checks[name].findings]
        for name in ("mariadb.parameters", "mysql.databases", "mysql.accounts.list")
    }
    assert found == {
        "mariadb.parameters": ["max_connections"],
        "mysql.databases": ["stray"],
        "mysql.accounts.list": ["new@localhost"],
    }
    lost = look(worn, after).checks["mysql.databases"]
    assert lost.level is Level.CRITICAL


def test_a_server_that_was_restarted_is_told(worn: MariaDB, seen: Inspection) -> None:
    old = seen.rows["mariadb.restart"]
    row = {**old.rows[0], "started": old.rows[0]["started"] - 3600}  # type: ignore[operator] # it is a number
    rows = {**seen.rows, "mariadb.restart": Previous((row,), old.at)}
    check = look(worn, replace(seen, rows=rows)).checks["mariadb.restart"]
    assert seen.checks["mariadb.restart"].level is Level.OK
    assert check.level is Level.WARNING
    assert "重启过" in check.summary


def test_a_statement_that_runs_long_is_told_with_who_runs_it(worn: MariaDB) -> None:
    with hanging(worn.connect, "select sleep(4)"):
        time.sleep(2)
        busy = look(worn, mysql_statement_warning=1, mysql_running=0)
    assert "root@localhost" in busy.checks["mysql.sessions.long"].summary
    assert busy.checks["mysql.connections.running"].level is Level.WARNING


def test_a_distributed_transaction_nobody_ends_is_told(worn: MariaDB) -> None:
    connection = worn.connect(database="icu")
    cursor = connection.cursor()
    for statement in (
        "xa start 'lost'",
        "insert into twice (id) values (9)",
        "xa end 'lost'",
        "xa prepare 'lost'",
    ):
        cursor.execute(statement)
    connection.close()
    time.sleep(0.3)
    with_it = look(worn).checks["mysql.transactions.xa"]
    worn.admin("xa rollback 'lost'")
    assert with_it.level is Level.WARNING
    assert "改动 1 行" in with_it.summary
    assert look(worn).checks["mysql.transactions.xa"].level is Level.OK


def test_semi_synchronous_replication_that_gave_up_is_told(worn: MariaDB) -> None:
    worn.admin("set global rpl_semi_sync_master_enabled = ON, rpl_semi_sync_master_timeout = 1")
    waiting = look(worn).checks["mariadb.replication.semisync"]
    worn.admin("insert into icu.twice (id) values (77)")
    given_up = look(worn).checks["mariadb.replication.semisync"]
    worn.admin("set global rpl_semi_sync_master_enabled = OFF", "delete from icu.twice where id = 77")
    assert (waiting.level, given_up.level) == (Level.OK, Level.CRITICAL)


class Node(MariaDB):
    """A server that is there only when it has found its cluster."""

    def _answers(self) -> bool:
        if not super()._answers():
            return False
        return self.admin("show status like 'wsrep_ready'") == [("wsrep_ready", "ON")]


def test_a_cluster_of_one_node_has_no_majority_to_lose() -> None:
    library = Path("/usr/lib/galera/libgalera_smm.so")
    settings = (
        *("wsrep-on=ON", f"wsrep-provider={library}", "wsrep-cluster-address=gcomm://", "binlog-format=ROW"),
        *("wsrep-node-address=127.0.0.1", "wsrep-sst-method=rsync", "innodb-autoinc-lock-mode=2"),
    )
    with running(Node(settings)) as node:
        node.admin(*statements("mariadb"))
        alone = look(node).checks["mariadb.galera"]
        wanted = look(node, mysql_galera_nodes=1).checks["mariadb.galera"]
    assert (alone.level, wanted.level) == (Level.WARNING, Level.OK)
    assert "集群 Primary，本节点 Synced，共 1 个节点" in wanted.summary
