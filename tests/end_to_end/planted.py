"""Two hospitals in one: every system twice, once with planted faults and once sound, declared alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg

from tests.checks.documented import PASSWORD, statements
from tests.end_to_end.desk import Desk, Tagged, Written, ssh_host
from tests.services.fixtures import running
from tests.services.machine import Machine
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.services.web import Authority, Web

VARIABLES = {
    "mysql_transaction_warning": 1,
    "postgresql_transaction_warning": 1,
    "postgresql_idle_transaction_warning": 1,
}
"""A test cannot wait for a minute; the sound databases are held to the same second."""

_SOUND_LOG = b"2026-11-20 08:00:00 INFO [main] started in 12 s\n" * 20
_SICK_LOG = _SOUND_LOG + (
    b"2026-11-20 09:15:03 ERROR [http-8080-exec-3] java.lang.OutOfMemoryError: Java heap space\n"
    b"2026-11-20 09:15:04 INFO [main] \xe9\x87\x8d\xe8\xaf\x95\n"
)


@contextmanager
def planted(folder: Path) -> Iterator[Desk]:
    """A desk whose site `icu` holds `…-sick` and `…-sound` of everything."""
    with ExitStack() as stack:
        authority = Authority(folder)
        desk = Desk(folder / "desk", HMAINT_SECRET_RO=PASSWORD, SSL_CERT_FILE=str(authority.file))
        hosts = _hosts(folder, stack, desk, authority)
        databases = {**_mysql(stack), **_postgresql(stack)}
        endpoints = _endpoints(stack, authority)
        site = {"name": "重症监护系统", "hosts": hosts, "databases": databases, "endpoints": endpoints}
        desk.write_inventory({"icu": {**site, "vars": VARIABLES}})
        yield desk


def _hosts(folder: Path, stack: ExitStack, desk: Desk, authority: Authority) -> Written:
    sick = Machine(folder / "sick", services={"icu-his": 3}, filled=4_000_000)
    sound = Machine(folder / "sound", services={"icu-his": 0}, programs=["icu-monitor"], filled=1_000)
    hosts: Written = {}
    for name, machine, log, days in (
        ("host-sick", sick, _SICK_LOG, -3),
        ("host-sound", sound, _SOUND_LOG, 300),
    ):
        declared = {
            "logs": [machine.put("icu/logs/catalina.log", log)],
            "certificates": [
                machine.put("icu/tls/server.crt", authority.issue(name, days=days).read_bytes())
            ],
            "processes": ["icu-monitor"],
            "services": ["icu-his"],
        }
        hosts[name] = ssh_host(stack.enter_context(running(machine)), **declared)
        desk.trust(machine.known_hosts_line())
    return hosts


def _mysql(stack: ExitStack) -> Written:
    found: Written = {}
    for name in ("mysql-sick", "mysql-sound"):
        server = stack.enter_context(running(MariaDB()))
        server.admin(
            "create database icu",
            *statements("mariadb"),
            "create table icu.bed (id int primary key, note varchar(20))",
        )
        if name == "mysql-sick":
            server.admin("create table icu.vitals (at datetime, value int)")
            _hold(stack, server)
        found[name] = _database("mysql", server)
    return found


def _hold(stack: ExitStack, server: MariaDB) -> None:
    """Open a transaction that writes, and leave it so."""
    connection = server.connect(database="icu")
    stack.callback(connection.close)
    with connection.cursor() as cursor:
        cursor.execute("start transaction")
        cursor.execute("insert into bed values (1, '')")
    age = "select timestampdiff(second, trx_started, now()) from information_schema.innodb_trx"
    _wait(lambda: [row for row in server.admin(age) if int(row[0]) >= 2])


def _postgresql(stack: ExitStack) -> Written:
    found: Written = {}
    for name in ("pg-sick", "pg-sound"):
        server = stack.enter_context(running(PostgreSQL()))
        server.admin("create database icu")
        server.admin(
            "create table bed (id int primary key, note text)", *statements("postgresql"), database="icu"
        )
        if name == "pg-sick":
            server.admin("create table vitals (at timestamp, value int)", database="icu")
            _idle(stack, server)
            _busy(stack, server)
        found[name] = _database("postgresql", server)
    return found


def _idle(stack: ExitStack, server: PostgreSQL) -> None:
    """Begin, write, and say nothing more."""
    connection = server.connect("icu")
    stack.callback(connection.close)
    connection.execute("begin")
    connection.execute("insert into bed values (1)")


def _busy(stack: ExitStack, server: PostgreSQL) -> None:
    """A statement that takes ten minutes."""
    connection = server.connect("icu")
    pid = connection.info.backend_pid

    def work() -> None:
        with suppress(psycopg.Error):
            connection.execute("select pg_sleep(600)")

    working = threading.Thread(target=work)
    working.start()
    stack.callback(connection.close)
    stack.callback(working.join)
    stack.callback(lambda: server.admin(f"select pg_terminate_backend({pid})"))
    aged = (
        f"select count(*) from pg_stat_activity where now() - state_change > interval '2 s'"  # noqa: S608 - a number
        f" and (pid = {pid} or state = 'idle in transaction')"
    )
    _wait(lambda: server.admin(aged)[0][0] == 2)


def _wait(true: Callable[[], object]) -> None:
    limit = time.monotonic() + 20
    while not true():
        assert time.monotonic() < limit, "what was planted does not show"
        time.sleep(0.1)


def _database(engine: str, server: MariaDB | PostgreSQL) -> Written:
    return {
        "engine": engine,
        "address": server.address,
        "port": server.port,
        "user": "hmaint_ro",
        "password": Tagged("!secret ro"),
        "name": "icu",
    }


def _endpoints(stack: ExitStack, authority: Authority) -> Written:
    found: Written = {}
    for name, days in (("portal-sick", -3.0), ("portal-sound", 300.0)):
        web = Web(certificate=authority.issue(name, "127.0.0.1", days=days)).start()
        stack.callback(web.stop)
        found[name] = {"url": web.url(), "expect": 200}
    return found
