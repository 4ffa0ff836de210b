"""A hospital that is well until one thing is planted: machines, databases, endpoints, and twelve ways to ail."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pymysql

from tests.checks.documented import PASSWORD, statements
from tests.end_to_end.desk import Desk, Tagged, Written, ssh_host
from tests.services.fixtures import running
from tests.services.machine import Machine
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.services.web import Authority, Web

VARIABLES = {
    "incident_block_warning": 1,
    "incident_statement_warning": 2,
    "mysql_transaction_warning": 600,
    "postgresql_transaction_warning": 600,
    "postgresql_idle_transaction_warning": 600,
    # What runs beside the tests on this machine is no ailment of the hospital's.
    "incident_load_warning": 10_000,
    "incident_load_critical": 20_000,
    "endpoint_http_ms_warning": 60_000,
    "endpoint_http_ms_critical": 90_000,
    "endpoint_tcp_ms_warning": 60_000,
    "linux_blocked_warning": 1000,
    "linux_memory_available_warning": 1,
    "linux_memory_available_critical": 0.5,
    "linux_swap_used_warning": 100,
    "linux_swap_used_critical": 100,
}
"""A test cannot wait for a minute; the well hospital is held to the same seconds."""

_NOW = datetime.now()  # noqa: DTZ005 - logs are written in the machine's own time
_CALM = "".join(
    f"{_NOW - timedelta(minutes=n):%Y-%m-%d %H:%M:%S} INFO [main] heartbeat\n" for n in range(30, 0, -1)
).encode()
_FULL_OF_ERRORS = _CALM + b"".join(
    f"{_NOW - timedelta(seconds=n):%Y-%m-%d %H:%M:%S} ERROR [exec-{n % 7}] send failed: exception in queue\n".encode()
    for n in range(200, 0, -1)
)
_MEMORY = """\
MemTotal:       16318480 kB
MemFree:           58120 kB
MemAvailable:      61000 kB
Buffers:            1200 kB
Cached:            40400 kB
SwapCached:            0 kB
SwapTotal:             0 kB
SwapFree:              0 kB
Shmem:             12000 kB
Slab:              90000 kB
SReclaimable:      30000 kB
"""


def _later(found: re.Match[str]) -> str:
    return f"btime {int(found[1]) + 900}"


class Ailing(Machine):
    """A machine whose own view of `/proc/meminfo` or the time may be another."""

    def __init__(self, tree: Path, *, starving: bool = False, ahead: bool = False, **given: Any) -> None:
        super().__init__(tree, **given)
        self._more: list[str] = []
        if starving:
            (tree / "meminfo").write_text(_MEMORY)
            self._more.append(f"mount --bind '{tree}/meminfo' /proc/meminfo")
        if ahead:
            # A host's time is told by when it booted and how long it has been up.
            told = re.sub(r"(?m)^btime (\d+)$", _later, Path("/proc/stat").read_text(encoding="ascii"))
            (tree / "stat").write_text(told)
            self._more.append(f"mount --bind '{tree}/stat' /proc/stat")

    def _wrap(self) -> list[str]:
        return [
            word.replace("set -e\n", "\n".join(["set -e", *self._more, ""]), 1)
            if word.startswith("set -e\n")
            else word
            for word in super()._wrap()
        ]


@dataclass
class Hospital:
    """The desk, the servers behind it, and the site that is well."""

    desk: Desk
    mariadb: MariaDB
    postgresql: PostgreSQL
    folder: Path
    authority: Authority
    stack: ExitStack
    well: Written = field(default_factory=dict)
    sites: Written = field(default_factory=dict)

    def machine(self, name: str, log: bytes = _CALM, **ails: Any) -> Written:
        """A host as the inventory has it; its service runs and its log is calm unless told otherwise."""
        given = {"services": {"icu-his": 0}, "filled": 1_000, **ails}
        machine = Ailing(self.folder / name, **given)
        path = machine.put("icu/logs/app.log", log)
        server = self.stack.enter_context(running(machine))
        self.desk.trust(machine.known_hosts_line())
        return ssh_host(server, services=["icu-his"], logs=[path])

    def add(self, name: str, **instead: Written) -> None:
        """A site like the well one, with some of it replaced."""
        self.sites[name] = {**self.well, **instead, "name": "重症监护系统", "vars": VARIABLES}

    def diagnose(self, site: str, *words: str) -> Written:
        """What `incident diagnose` says of a site."""
        done = self.desk.run("incident", "diagnose", "--site", site, "--format", "json", *words)
        return {**done.object, "exit": done.code, "seconds": done.seconds}


@contextmanager
def hospital(folder: Path) -> Iterator[Hospital]:
    """Everything started and declared; whatever runs there is gone afterwards."""
    with ExitStack() as stack:
        authority = Authority(folder)
        desk = Desk(
            folder / "desk",
            HMAINT_SECRET_RO=PASSWORD,
            SSL_CERT_FILE=str(authority.file),
        )
        mariadb, postgresql = _servers(stack)
        found = Hospital(desk, mariadb, postgresql, folder, authority, stack)
        found.well = {
            "hosts": {"app-1": found.machine("app-1")},
            "databases": _databases(mariadb, postgresql),
            "endpoints": {"portal": _portal(found, "portal", 300)},
        }
        _sites(found)
        desk.write_inventory(found.sites)
        yield found


@contextmanager
def hospital_of_databases(folder: Path) -> Iterator[Hospital]:
    """One with databases alone, whose blocking sessions may be ended by an account of its own."""
    with ExitStack() as stack:
        desk = Desk(folder / "desk", HMAINT_SECRET_RO=PASSWORD)
        mariadb, postgresql = _servers(stack)
        found = Hospital(desk, mariadb, postgresql, folder, Authority(folder), stack)
        known = _databases(mariadb, postgresql)
        killer = {"kill_user": "hmaint_kill", "kill_password": Tagged("!secret ro")}
        weak = {"kill_user": "hmaint_ro", "kill_password": Tagged("!secret ro")}
        found.well = {
            "databases": {
                **{name: {**each, **killer} for name, each in known.items()},
                "no-killer": known["icu-main"],
                "weak": {**known["icu-main"], **weak},
            }
        }
        found.add("well")
        desk.write_inventory(found.sites)
        yield found


def _sites(found: Hospital) -> None:
    found.add("well")
    found.add("full-disk", hosts={"app-1": found.machine("full", filled=4_000_000)})
    found.add("dead-service", hosts={"app-1": found.machine("dead", services={"icu-his": 3})})
    found.add("memory", hosts={"app-1": found.machine("starving", starving=True)})
    found.add("clock", hosts={"app-1": found.machine("ahead", ahead=True)})
    found.add("log-errors", hosts={"app-1": found.machine("noisy", _FULL_OF_ERRORS)})
    closed = Web().start()
    closed.stop()
    found.add("refused", endpoints={"portal": {"tcp": f"127.0.0.1:{closed.port}"}})
    silent = found.well["databases"]["icu-main"] | {"address": "127.0.0.1", "port": _silent(found)}
    found.add("silent", databases={"icu-main": {**silent, "limits": {"connect": "1s", "login": "1s"}}})
    found.add("certificate", endpoints={"portal": _portal(found, "expired", -3)})


def _silent(found: Hospital) -> int:
    """A port that takes connections and never says a word."""
    listener = socket.create_server(("127.0.0.1", 0))
    found.stack.callback(listener.close)
    port: int = listener.getsockname()[1]
    return port


def _portal(found: Hospital, name: str, days: float) -> Written:
    web = Web(certificate=found.authority.issue(name, "127.0.0.1", days=days)).start()
    found.stack.callback(web.stop)
    return {"url": web.url(), "expect": 200}


def _servers(stack: ExitStack) -> tuple[MariaDB, PostgreSQL]:
    mariadb = stack.enter_context(running(MariaDB()))
    mariadb.admin(
        "create database icu",
        *statements("mariadb"),
        "create table icu.bed (id int primary key, note varchar(20))",
        "insert into icu.bed values (1, ''), (2, ''), (3, '')",
        "set global server_id = 7",
        "set global innodb_lock_wait_timeout = 3600",
    )
    postgresql = stack.enter_context(running(PostgreSQL()))
    postgresql.admin("create database icu")
    postgresql.admin(
        "create table bed (id int primary key, note text)",
        "insert into bed values (1, ''), (2, ''), (3, '')",
        "create role app login",
        "grant select, update on bed to app",
        *statements("postgresql"),
        database="icu",
    )
    return mariadb, postgresql


def _databases(mariadb: MariaDB, postgresql: PostgreSQL) -> Written:
    login = {"user": "hmaint_ro", "password": Tagged("!secret ro"), "name": "icu"}
    return {
        "icu-main": {"engine": "mysql", "address": mariadb.address, "port": mariadb.port, **login},
        "icu-report": {
            "engine": "postgresql",
            "address": postgresql.address,
            "port": postgresql.port,
            **login,
        },
    }


@contextmanager
def mysql_chain(server: MariaDB, links: int, database: str = "icu") -> Iterator[list[int]]:
    """Sessions of which each waits for the row the one before it holds; their ids, the head's first."""
    with ExitStack() as stack:
        ids: list[int] = []
        for place in range(links + 1):
            connection = server.connect(database=database)
            ids.append(connection.thread_id())
            _heads.setdefault(ids[0], connection)
            stack.callback(_closed, connection)
            with connection.cursor() as cursor:
                cursor.execute("start transaction")
                if place < links:
                    cursor.execute(f"update bed set note = 'x' where id = {place + 1}")  # noqa: S608 - a number
            if place:
                wait = f"update bed set note = 'y' where id = {place}"  # noqa: S608 - a number
                _in_thread(stack, connection.cursor().execute, wait)
        waits = "select count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT'"
        waited = "and trx_wait_started < now() - interval 1 second"
        wait_for(lambda: server.admin(f"{waits} {waited}")[0][0] == links)
        stack.callback(_heads.pop, ids[0], None)
        stack.callback(lambda: server.admin(*(f"kill {each}" for each in _alive(server, ids)), "do 0"))
        yield ids


def _alive(server: MariaDB, ids: list[int]) -> list[int]:
    return [row[0] for row in server.admin("select id from information_schema.processlist") if row[0] in ids]


@contextmanager
def postgresql_chain(server: PostgreSQL, links: int, user: str = "app") -> Iterator[list[int]]:
    """The same on PostgreSQL."""
    with ExitStack() as stack:
        pids: list[int] = []
        for place in range(links + 1):
            connection = server.connect("icu", user)
            pids.append(connection.info.backend_pid)
            _heads.setdefault(pids[0], connection)
            stack.callback(connection.close)
            connection.execute("begin")
            if place < links:
                connection.execute(f"update bed set note = 'x' where id = {place + 1}")  # noqa: S608 - a number
            if place:
                _in_thread(stack, connection.execute, f"update bed set note = 'y' where id = {place}")  # noqa: S608 - a number
        waits = (
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            " and query_start < now() - interval '1500 ms'"
        )
        wait_for(lambda: server.admin(waits)[0][0] == links)
        stack.callback(_heads.pop, pids[0], None)
        held = ", ".join(map(str, pids))
        stack.callback(
            lambda: server.admin(
                f"select count(pg_terminate_backend(pid)) from pg_stat_activity where pid in ({held})"  # noqa: S608 - numbers
            )
        )
        yield pids


@contextmanager
def busy_blocker(server: MariaDB | PostgreSQL) -> Iterator[int]:
    """A session that holds a row another one wants, and is busy with a statement of ten minutes meanwhile."""
    chain = mysql_chain(server, 1) if isinstance(server, MariaDB) else postgresql_chain(server, 1)
    with chain as ids, ExitStack() as stack:
        # The chain's own head is idle: it is asked for something long, behind its back.
        head = _heads.pop(ids[0])
        work = head.cursor().execute if isinstance(server, MariaDB) else head.execute
        _in_thread(
            stack, work, "select sleep(600)" if isinstance(server, MariaDB) else "select pg_sleep(600)"
        )
        stack.callback(lambda: _ended(server, ids[0]))
        wait_for(lambda: _is_busy(server, ids[0]))
        yield ids[0]


_heads: dict[int, Any] = {}
"""Connections at the heads of chains, by their ids."""


def _ended(server: MariaDB | PostgreSQL, session: int) -> None:
    if isinstance(server, MariaDB):
        server.admin(*(f"kill {each}" for each in _alive(server, [session])), "do 0")
    else:
        server.admin(f"select pg_terminate_backend({session})")


def _is_busy(server: MariaDB | PostgreSQL, session: int) -> bool:
    mysql = "select command from information_schema.processlist where id = "
    postgresql = "select state from pg_stat_activity where pid = "
    rows = server.admin(f"{mysql if isinstance(server, MariaDB) else postgresql}{session}")
    return rows[0][0] in ("Query", "active")


@contextmanager
def runaway(server: MariaDB) -> Iterator[int]:
    """A statement that would take ten minutes."""
    with ExitStack() as stack:
        connection = server.connect(database="icu")
        number = connection.thread_id()
        stack.callback(_closed, connection)
        _in_thread(stack, connection.cursor().execute, "select sleep(600)")
        stack.callback(lambda: server.admin(*(f"kill {each}" for each in _alive(server, [number])), "do 0"))
        age = f"select time from information_schema.processlist where id = {number}"  # noqa: S608 - a number
        wait_for(lambda: server.admin(age)[0][0] >= 3)
        yield number


@contextmanager
def crowded(server: MariaDB) -> Iterator[None]:
    """Every connection taken."""
    with ExitStack() as stack:
        server.admin("set global max_connections = 10")
        stack.callback(lambda: server.admin("set global max_connections = 151"))
        server.admin("create user if not exists pool@localhost identified by 'p'")
        with suppress(pymysql.err.OperationalError):
            for _ in range(40):
                stack.callback(_closed, server.connect("pool", "p"))
        yield


@contextmanager
def stopped_replica(server: MariaDB) -> Iterator[None]:
    """A replica that does not run."""
    server.admin(
        "change master to master_host = '127.0.0.1', master_port = 1, master_user = 'r', master_password = 'r'"
    )
    try:
        yield
    finally:
        server.admin("reset slave all")


def _in_thread(stack: ExitStack, work: Callable[[str], object], statement: str) -> None:
    def run() -> None:
        with suppress(pymysql.err.Error, psycopg.Error, OSError, AttributeError, ValueError):
            work(statement)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    stack.callback(thread.join, 20)


def _closed(connection: Any) -> None:
    with suppress(pymysql.err.Error, OSError):
        connection._force_close()


def wait_for(true: Callable[[], object]) -> None:
    """Wait until something shows; a hang fails the test."""
    limit = time.monotonic() + 60
    while not true():
        assert time.monotonic() < limit, "what was planted does not show"
        time.sleep(0.1)
