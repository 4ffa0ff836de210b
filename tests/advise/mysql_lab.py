"""Two hospitals in MySQL or MariaDB: one in which nearly all that can be tuned is wrong, and its healthy twin."""
# ruff: noqa: S608, ISC004, E501 - statements are made of figures and names of this file; tables of them are told a line each

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pymysql

from hmaint.advise.limits import Limits
from tests.services.mariadb import MariaDB
from tests.services.mysql import MySQL, MySQL56

LIMITS = Limits(
    usage_days=0,
    ratio_hours=0,
    questions=100,
    rows=2_000,
    rows_per_call=1_000,
    wasted_bytes=6 * 1024 * 1024,
    huge_bytes=8 * 1024 * 1024,
    long_transaction=1,
    lock_wait=1,
    mean_ms=20,
    share=0.1,
)
"""What a hospital takes months for happens here within seconds, to both twins alike."""

CALLS = 20

_COMMON = ("log-bin=changes", "server-id=1", "binlog-format=ROW")
_ILL = (
    "innodb-buffer-pool-size=6M",
    "innodb-log-buffer-size=2M",
    "sort-buffer-size=32K",
    "join-buffer-size=64M",
    "thread-cache-size=0",
    "table-open-cache=10",
    "max-connections=12",
    "tmp-table-size=16K",
    "max-heap-table-size=16M",
    "binlog-cache-size=4096",
    "innodb-flush-log-at-trx-commit=2",
    "sync-binlog=0",
    "innodb-doublewrite=0",
    "innodb-stats-on-metadata=ON",
    "innodb-stats-auto-recalc=OFF",
    "general-log=ON",
    "slow-query-log=OFF",
    "event-scheduler=OFF",
)
_WELL = (
    "innodb-buffer-pool-size=96M",
    "thread-cache-size=32",
    "table-open-cache=2000",
    "tmp-table-size=32M",
    "max-heap-table-size=32M",
    "binlog-cache-size=1M",
    "sync-binlog=1",
    "innodb-flush-log-at-trx-commit=1",
    "sort-buffer-size=2M",
    "slow-query-log=ON",
    "long-query-time=2",
    "event-scheduler=ON",
)
_FAMILY = {
    "mariadb": (
        ("innodb-log-file-size=4M", "query-cache-type=1", "query-cache-size=1M", "expire-logs-days=0"),
        ("innodb-log-file-size=256M", "query-cache-size=0", "expire-logs-days=14"),
    ),
    "mysql56": (
        ("innodb-log-file-size=4M", "query-cache-type=1", "query-cache-size=1M", "expire-logs-days=0",
         "innodb-checksum-algorithm=none"),
        ("innodb-log-file-size=128M", "query-cache-size=0", "query-cache-type=0", "expire-logs-days=14"),
    ),
    "mysql9": (
        ("innodb-redo-log-capacity=8M", "binlog-expire-logs-seconds=0"),
        ("innodb-redo-log-capacity=256M", "binlog-expire-logs-seconds=1209600"),
    ),
}  # fmt: skip
_ONLY_THERE = {"mariadb": ("performance-schema=ON",), "mysql56": (), "mysql9": ()}


KINDS: dict[str, tuple[type[MariaDB], tuple[str, ...]]] = {
    "mariadb": (MariaDB, ("mariadb",)),
    "mysql56": (MySQL56, ("mysql56",)),
    "mysql9": (MySQL, ("mysql", "mysql8")),
}
"""Each family's server, and which statements of the how-to page make its account."""


def family(kind: type[MariaDB]) -> str:
    """Which of the three it is."""
    return "mysql56" if issubclass(kind, MySQL56) else "mysql9" if issubclass(kind, MySQL) else "mariadb"


def settings(kind: type[MariaDB], *, ill: bool) -> tuple[str, ...]:
    """Options of the server of either twin."""
    name = family(kind)
    own = _FAMILY[name][0 if ill else 1]
    return (*_COMMON, *_ONLY_THERE[name], *(_ILL if ill else _WELL), *own)


_TEN = "(select 0 n union select 1 union select 2 union select 3 union select 4 union select 5 union select 6 union select 7 union select 8 union select 9)"


def numbers(count: int) -> str:
    """A table of the numbers from 1 on, for filling others; `count` a power of ten."""
    digits = len(str(count)) - 1
    terms = " + ".join(f"d{place}.n * {10**place}" for place in range(digits))
    sources = ", ".join(f"{_TEN} d{place}" for place in range(digits))
    return f"(select 1 + {terms} as n from {sources}) as numbers"


def _base(*, ill: bool) -> Iterator[str]:
    well = "" if ill else ", key by_card (card), key by_born (born)"
    yield "create database his default character set utf8mb4"
    yield (
        "create table his.patient (id int primary key auto_increment, card varchar(20), name varchar(40),"
        f" sex char(1), born date, note varchar(200){well})"
    )
    yield (
        "insert into his.patient (card, name, sex, born, note) select concat('C', n), concat('病人', n),"
        f" if(n % 2, 'M', 'F'), '1950-01-01' + interval n day, repeat('x', 100) from {numbers(10_000)}"
    )
    well = "" if ill else ", key by_code (code), key by_word (word)"
    kind = "varchar(20)" if ill else "int"
    collation = "utf8mb4_bin" if ill else "utf8mb4_general_ci"
    yield (
        f"create table his.visit (id int primary key auto_increment, patient int, code {kind}, "
        f"word varchar(20) collate {collation}, dept int, fee decimal(10, 2), seen datetime, remark varchar(100),"
        f" key by_patient (patient), key by_seen (seen), constraint visit_patient foreign key (patient) references"
        f" his.patient (id){well})"
    )
    yield (
        "insert into his.visit (patient, code, word, dept, fee, seen, remark) select 1 + n % 10000, n % 10000,"
        " concat('w', n), n % 40, n / 100, '2026-01-01' + interval n minute, repeat(char(65 + n % 26), 80)"
        f" from {numbers(10_000)}"
    )
    yield "create table his.word (id int primary key, word varchar(20) collate utf8mb4_general_ci, key by_word (word))"
    yield f"insert into his.word select n, concat('w', n) from {numbers(1_000)}"


@dataclass(frozen=True)
class Plant:
    """One defect: the rule that has to find it, how it is planted, where it can be."""

    rule: str
    statements: tuple[str, ...] = ()
    only: tuple[str, ...] = ("mariadb", "mysql56", "mysql9")


_OLD = ("mariadb", "mysql56")
_WIDE = ", ".join(f"c{number} tinyint" for number in range(120))
_DAYS_AHEAD = "set @bound = to_days(curdate() + interval 10 day)"
_EVENT = "create event his.nightly on schedule every 1 day do delete from his.word where id < 0"

BEFORE = (
    Plant("mysql.index.duplicate", ("alter table his.visit add key again (patient)",)),
    Plant("mysql.index.duplicate", (
        "create table his.`we``ird '表\"` (`a b` int primary key, `c``'` int, key `k 1` (`c``'`), key `k 2` (`c``'`))",)),
    Plant("mysql.index.redundant", ("alter table his.visit add key dept_only (dept), add key dept_fee (dept, fee)",)),
    Plant("mysql.index.useless", ("alter table his.patient add key by_sex (sex)",)),
    Plant(
        "mysql.index.unused",
        ("create table his.ward (id int primary key auto_increment, name varchar(20), floor int, key by_floor (floor))",
         f"insert into his.ward (name, floor) select n, n from {numbers(100)}"),
    ),
    Plant(
        "mysql.index.foreign",
        ("create table his.bill (id int primary key auto_increment, patient int, key p (patient),"
         " constraint bill_patient foreign key (patient) references his.patient (id))",
         "set foreign_key_checks = 0", "alter table his.bill drop index p", "set foreign_key_checks = 1"),
        only=_OLD,
    ),
    Plant(
        "mysql.index.wide_key",
        ("create table his.card (id varchar(64) primary key, a int, b int, key by_a (a), key by_b (b))",
         f"insert into his.card select concat(repeat('k', 20), n), n, n from {numbers(10_000)}"),
    ),
    Plant("mysql.table.no_key", ("create table his.vitals (at_time datetime, value int)",)),
    Plant("mysql.table.engine", ("create table his.old_orders (id int primary key, word varchar(20)) engine=MyISAM",)),
    Plant("mysql.table.row_format", ("create table his.legacy (id int primary key, word text) row_format=redundant",)),
    Plant("mysql.table.running_out", ("create table his.queue (id tinyint auto_increment primary key comment '号''s')"
                                      " auto_increment=125",)),
    Plant("mysql.table.wide", (f"create table his.form (id int primary key, {_WIDE})",)),
    Plant("mysql.table.partitions", (
        "create table his.message (id int, day date, primary key (id, day)) partition by range (to_days(day))"
        " (partition p values less than (to_days('2026-01-01')))",)),
    Plant("mysql.space.shared", (
        "set global innodb_file_per_table = OFF", "create table his.shared (id int primary key)",
        "set global innodb_file_per_table = ON")),
    Plant("mysql.table.huge", (
        "create table his.image (id int primary key auto_increment, body mediumblob)",
        *("insert into his.image (body) values (repeat('x', 500000))",) * 18)),
    Plant("mysql.table.cold"),
    Plant("mysql.memory.pool", (
        "create table his.film (id int primary key auto_increment, body mediumblob)",
        *("insert into his.film (body) values (repeat('x', 500000))",) * 18)),
    Plant("mysql.table.fragmented", (
        "create table his.raw (id int primary key auto_increment, body mediumblob)",
        *("insert into his.raw (body) values (repeat('x', 500000))",) * 18,
        "delete from his.raw where id > 1")),
    Plant("mysql.job.scheduler", (_EVENT,), only=_OLD),
    Plant("mysql.index.hidden", ("alter table his.word add key aside (id, word)", "alter table his.word alter index aside ignored"), ("mariadb",)),
    Plant("mysql.index.hidden", ("alter table his.word add key aside (id, word)", "alter table his.word alter index aside invisible"), ("mysql9",)),
)  # fmt: skip
"""Planted before the counters begin."""

AFTER = (
    Plant("mysql.table.stale", (
        "create table his.swelling (id int primary key auto_increment, n int) stats_auto_recalc=0",
        "analyze table his.swelling",
        f"insert into his.swelling (n) select n from {numbers(10_000)}")),
)  # fmt: skip

ILL_WORK: dict[str, tuple[str, ...]] = {
    "mysql.memory.pool": tuple(f"select max(length(body)) {sign} {{n}} from film" for sign in "+-*/"),
    "mysql.index.missing": ("select id, name from patient where card = 'C{n}'",),
    "mysql.index.missing_join": (
        "select v.id from visit v join ticket t on t.visit = v.dept where v.id = {n}",
    ),
    "mysql.join.conversion": (
        "select p.id from visit v join patient p on p.id = v.code where v.id < 300{n}",
    ),
    "mysql.join.collation": ("select w.id from visit v join word w on w.word = v.word where v.id < 30{n}",),
    "mysql.statement.function": ("select id from visit where date(seen) = '2026-01-{n:02}'",),
    "mysql.statement.rows": ("select max(fee) from visit where remark like '%Q{n}%'",),
    "mysql.statement.scan": ("select count(*) from visit where remark like '%zz{n}%'",),
    "mysql.statement.time": (
        "select count(distinct a.remark) from visit a join visit b on b.dept = a.dept where a.id < 5{n}",
    ),
    "mysql.statement.temporary": (
        "select name, note, count(*) from patient where id > 70{n} group by name, note order by 3 limit 3",
    ),
    "mysql.statement.merge": ("select remark, fee from visit where id > {n} order by remark, fee desc",),
    "mysql.statement.random": ("select id, name from patient order by rand() limit 3",),
}
_TICKET = (
    "create table his.ticket (id int primary key auto_increment, visit int, word varchar(40))",
    f"insert into his.ticket (visit, word) select n, n from {numbers(10_000)}",
)
WELL_WORK = (
    "select id, name from patient where card = 'C77'",
    "select p.id from visit v join patient p on p.id = v.code where v.id < 30",
    "select w.id from visit v join word w on w.word = v.word where v.id < 30",
    "select id from visit where seen >= '2026-01-03' and seen < '2026-01-03 00:10:00'",
    "select id from visit where code = 7",
    "select id from visit where word = 'w7'",
    "select count(*) from patient where born between '1960-01-01' and '1960-01-09'",
    "select max(fee) from visit where patient = 7",
)
_FORGET = (
    "truncate performance_schema.table_io_waits_summary_by_table",
    "truncate performance_schema.table_io_waits_summary_by_index_usage",
    "truncate performance_schema.events_statements_summary_by_digest",
)

SETTINGS_FOUND = {
    "mysql.memory.session": ("mariadb", "mysql56", "mysql9"),
    "mysql.redo.size": ("mariadb", "mysql56", "mysql9"),
    "mysql.temp.mismatch": _OLD,
    "mysql.temp.disk": _OLD,
    "mysql.connections.peak": ("mariadb", "mysql56", "mysql9"),
    "mysql.threads.cache": ("mariadb", "mysql56", "mysql9"),
    "mysql.tables.cache": ("mariadb", "mysql56", "mysql9"),
    "mysql.sort.merge": ("mariadb", "mysql56", "mysql9"),
    "mysql.binlog.cache": ("mariadb", "mysql56", "mysql9"),
    "mysql.query_cache": _OLD,
    "mysql.durability.commit": ("mariadb", "mysql56", "mysql9"),
    "mysql.durability.binlog": ("mariadb", "mysql56", "mysql9"),
    "mysql.durability.doublewrite": ("mariadb", "mysql56", "mysql9"),
    "mysql.durability.checksum": ("mysql56",),
    "mysql.statistics.auto": ("mariadb", "mysql56", "mysql9"),
    "mysql.statistics.metadata": ("mariadb", "mysql56", "mysql9"),
    "mysql.log.general": ("mariadb", "mysql56", "mysql9"),
    "mysql.log.slow": ("mariadb", "mysql56", "mysql9"),
    "mysql.binlog.retention": ("mariadb", "mysql56", "mysql9"),
    "mysql.transaction.long": ("mariadb", "mysql56", "mysql9"),
    "mysql.lock.waits": ("mariadb", "mysql56", "mysql9"),
    "mysql.lock.metadata": ("mariadb", "mysql56", "mysql9"),
    "mysql.lock.deadlocks": ("mariadb", "mysql9"),
}
"""What the options and the quarrels of sessions plant."""


def planted(name: str) -> set[str]:
    """Every rule whose defect stands on a server of that family."""
    found = {plant.rule for plant in (*BEFORE, *AFTER) if name in plant.only}
    found |= {rule for rule, where in SETTINGS_FOUND.items() if name in where}
    return found | set(ILL_WORK)


_MANY = (
    "ward",
    "form",
    "legacy",
    "vitals",
    "queue",
    "old_orders",
    "ticket",
    "message",
    "shared",
    "card",
    "word",
    "raw",
)


def _run(server: MariaDB, statements: Sequence[str], database: str | None = None) -> None:
    server.admin(*statements, database=database)


def furnish_ill(server: MariaDB) -> None:
    """Plant everything, and let the workload run over it."""
    name = family(type(server))
    _run(server, tuple(_base(ill=True)))
    _run(server, _TICKET)
    for plant in BEFORE:
        if name in plant.only and plant.statements:
            _run(server, plant.statements)
    _run(
        server, ("analyze table his.patient, his.visit, his.word, his.ticket, his.card, his.image, his.film",)
    )
    _run(server, _FORGET)
    for plant in AFTER:
        _run(server, plant.statements)
    for statements in ILL_WORK.values():
        _run(server, [each.format(n=n) for n in range(1, CALLS + 1) for each in statements], "his")
    _run(server, ("update visit set remark = concat(remark, 'y') where id < 1000",) * 3, "his")
    for _ in range(20):  # short connections
        server.admin("do 0")
    # more tables than the cache holds
    _run(server, [f"select {n} from his.{name} limit 1" for n in range(25) for name in _MANY])
    _crowd(server)


def furnish_well(server: MariaDB) -> None:
    """The same hospital as it should be, at work."""
    _run(server, tuple(_base(ill=False)))
    _run(server, ("analyze table his.patient, his.visit, his.word",))
    _run(server, _FORGET)
    for statement in WELL_WORK:
        _run(server, (statement,) * CALLS, "his")


def _crowd(server: MariaDB) -> None:
    opened = []
    with suppress(pymysql.err.OperationalError):
        opened.extend(server.connect() for _ in range(11))
    for connection in opened:
        connection.close()


@contextmanager
def quarrels(server: MariaDB) -> Iterator[None]:
    """A deadlock that was, a transaction that stays open, one that waits for it, and a change of the table that waits."""
    deadlock(server)
    holder, waiter, changer = (server.connect(database="his") for _ in range(3))
    threads = []
    try:
        holder.cursor().execute("begin")
        holder.cursor().execute("update word set word = 'w1x' where id = 1")
        for connection, statement in (
            (waiter, "update word set word = 'w1y' where id = 1"),
            (changer, "alter table word comment 'x'"),
        ):
            threads.append(threading.Thread(target=_attempt, args=(connection, statement), daemon=True))
            threads[-1].start()
            time.sleep(0.2)
        time.sleep(2.2)
        yield
    finally:
        holder.rollback()
        for thread in threads:
            thread.join(20)
        for connection in (holder, waiter, changer):
            connection.close()


def _attempt(connection: pymysql.Connection, statement: str) -> None:
    with suppress(pymysql.err.MySQLError):
        connection.cursor().execute(statement)


def deadlock(server: MariaDB) -> None:
    """Two sessions wait for each other, and one is rolled back."""
    one, other = server.connect(database="his"), server.connect(database="his")
    try:
        for connection, number in ((one, 11), (other, 12)):
            connection.cursor().execute("begin")
            connection.cursor().execute(f"update word set word = 'd' where id = {number}")
        crossing = threading.Thread(target=_attempt, args=(one, "update word set word = 'e' where id = 12"))
        crossing.start()
        time.sleep(0.3)
        _attempt(other, "update word set word = 'e' where id = 11")
        crossing.join(20)
    finally:
        for connection in (one, other):
            connection.rollback()
            connection.close()
