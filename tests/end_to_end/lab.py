"""A lab hospital with a year behind it: three hosts, three databases, two devices, and eleven runs of before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from hmaint.engine.judge import finding_id
from hmaint.kit.clock import CHINA
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, Metric, RunRecord, TargetResult
from hmaint.store.records import Records
from tests.checks.device_tales import SWITCH, UPS_BOX
from tests.checks.documented import PASSWORD, statements
from tests.end_to_end.desk import Desk, Tagged, Written, ssh_host
from tests.services.fixtures import running
from tests.services.machine import Machine
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.services.snmpd import HIDDEN, KEY, Snmpd

MONTHS = 11
FIGURES = (
    # target, metric, subject, unit, today's value, growth a month
    ("db-1", "disk.used_pct", "/srv/data", "%", 84.0, 2.6),
    ("app-1", "disk.used_pct", "/srv/data", "%", 30.0, 0.0),
    ("db-1", "cpu.busy_pct", "", "%", 22.0, 0.4),
    ("app-1", "memory.available_pct", "", "%", 61.0, -0.3),
    ("icu-main", "mysql.size.size_mb", "icu", "MB", 28_000.0, 640.0),
    ("icu-main", "mysql.connections.used_pct", "", "%", 9.0, 0.1),
)
"""What earlier runs read; the run of the test adds its own reading to the same curves."""


@contextmanager
def lab(folder: Path) -> Iterator[Desk]:
    """A desk at that hospital; whatever runs there is gone afterwards."""
    with ExitStack() as stack:
        desk = Desk(
            folder / "desk", HMAINT_SECRET_RO=PASSWORD, HMAINT_SECRET_AUTH=KEY, HMAINT_SECRET_PRIV=HIDDEN
        )
        site = {
            "name": "重症监护系统",
            "hosts": _hosts(folder, stack, desk),
            "databases": {**_servers(stack), "station": _station(desk)},
            "devices": _devices(stack),
        }
        desk.write_inventory({"icu": site})
        _remember(desk)
        yield desk


def _hosts(folder: Path, stack: ExitStack, desk: Desk) -> Written:
    found: Written = {"laptop": {"connection": "local"}}
    for name, filled, title in (("app-1", 1_200_000, "应用服务器"), ("db-1", 3_600_000, "数据库服务器")):
        machine = Machine(folder / name, services={"icu-his": 0}, filled=filled)
        found[name] = ssh_host(stack.enter_context(running(machine)), title=title, services=["icu-his"])
        desk.trust(machine.known_hosts_line())
    return found


def _servers(stack: ExitStack) -> Written:
    mariadb = stack.enter_context(running(MariaDB()))
    mariadb.admin(
        "create database icu",
        *statements("mariadb"),
        "create table icu.vitals (at datetime, value int)",  # no key: a risk to be told
    )
    postgresql = stack.enter_context(running(PostgreSQL()))
    postgresql.admin("create database icu")
    postgresql.admin("create table bed (id int primary key)", *statements("postgresql"), database="icu")
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


def _station(desk: Desk) -> Written:
    with closing(sqlite3.connect(desk.root / "station.db")) as connection, connection:
        connection.execute("create table bed (id integer primary key, note text)")
        connection.execute("insert into bed values (1, '')")
    return {"engine": "sqlite", "path": "station.db"}


def _devices(stack: ExitStack) -> Written:
    found: Written = {}
    for name, model, told in (("core-switch", "switch", SWITCH), ("ups-1", "ups", UPS_BOX)):
        agent = stack.enter_context(running(Snmpd()))
        agent.tell(told)
        snmp = {
            "version": 3,
            "user": "full",
            "auth": {"protocol": "sha256", "password": Tagged("!secret auth")},
            "privacy": {"protocol": "aes128", "password": Tagged("!secret priv")},
        }
        found[name] = {"address": "127.0.0.1", "port": agent.port, "model": model, "snmp": snmp}
    return found


def _remember(desk: Desk) -> None:
    """Eleven monthly runs, every third a quarterly one; a year ago a finding came that nobody put right."""
    noise = Random(7)  # noqa: S311 - the same year each time
    now = datetime.now(CHINA).replace(microsecond=0)
    (desk.root / ".hmaint").mkdir(mode=0o700, exist_ok=True)
    with Records.open(desk.root / ".hmaint" / "records.db") as records:
        for back in range(MONTHS, 0, -1):
            at = now - timedelta(days=30.4 * back)
            quarterly = back % 3 == 0
            playbook = (
                ("inspect/quarterly", "季度深度巡检") if quarterly else ("inspect/monthly", "月度远程巡检")
            )
            run = RunRecord(
                f"R-{at:%Y%m%d-%H%M%S}-icu", "inspect", "icu", *playbook, "0" * 64, "现场", "张工", at, None,
                Level.UNKNOWN, state="running",
            )  # fmt: skip
            records.begin_run(run)
            for target in dict.fromkeys(figure[0] for figure in FIGURES):
                records.append(run.id, "icu", *_visit(target, back, noise), [])
            records.finish_run(run.id, at + timedelta(minutes=4), Level.WARNING)


def _visit(target: str, back: int, noise: Random) -> tuple[TargetResult, list[Check]]:
    checks = []
    for name, metric, subject, unit, value, growth in FIGURES:
        if name == target:
            read = Metric(target, metric, value - growth * back + noise.gauss(0, value / 200), subject, unit)
            checks.append(Check(f"history.{metric}", target, metric, "历史", Level.OK, "", metrics=(read,)))
    kind = "database" if target == "icu-main" else "host"
    if target == "icu-main":
        # The same finding the run of the test makes: so it is old, and its term has run out.
        checks.append(_keyless())
    return TargetResult(target, kind, Level.WARNING, 200), checks


def _keyless() -> Check:
    title, said = "没有主键的表", "库 icu 有 1 个表没有主键"
    check = Check("mariadb.tables.no_key", "icu-main", title, "结构", Level.WARNING, said)
    name = finding_id("icu", check.id, check.target, "icu", unseen=False)
    finding = Finding(name, check.id, check.target, "icu", Level.WARNING, title, said, advice="补建主键")
    return replace(check, findings=(finding,))
