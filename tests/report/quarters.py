"""A deep inspection with what it is held against, as the health report must tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from hmaint.app.trend import told
from hmaint.engine.compare import compare
from hmaint.kit.outlook import look_ahead
from hmaint.kit.robust import Point
from hmaint.model.difference import Kept
from hmaint.model.forecast import Forecast, day_of
from hmaint.model.look import Observation, Seen, Table
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Metric, RunRecord
from hmaint.report.health import Prospect, Quarter
from hmaint.report.health_capacity import Plotted
from tests.report import runs

SERVERS = (
    ("cpu", "CPU 使用率", "CPU 与负载", (("cpu.busy_pct", "", 34.2, "%"),)),
    ("load", "系统负载", "CPU 与负载", (("cpu.load15", "", 1.84, ""),)),
    ("memory", "可用内存", "内存", (("memory.available_pct", "", 38.9, "%"),)),
    (
        "disk",
        "磁盘空间使用率",
        "磁盘",
        (("disk.used_pct", "/", 41.3, "%"), ("disk.used_pct", "/data", 88.4, "%")),
    ),
    ("await", "磁盘响应时间", "磁盘", (("disk.await_ms", "sda", 4.7, "ms"),)),
)
DATABASE = (
    ("size", "数据库容量", "数据库", (("mysql.size.size_mb", "icu", 28_412.0, "MB"),)),
    ("connections", "当前连接数", "连接", (("mysql.connections.used_pct", "", 41.0, "%"),)),
)
DEVICE = (
    (
        "ups",
        "UPS 电池",
        "电源",
        (("device.ups.charge_pct", "", 97.0, "%"), ("device.ups.minutes", "", 46.0, "分钟")),
    ),
)


def _checks(target: str, kinds: tuple, share: float, bad: frozenset[str]) -> list[Check]:  # type: ignore[type-arg] # a table of samples
    made = []
    for name, title, category, figures in kinds:
        metrics = tuple(
            Metric(target, metric, round(value * share, 2), subject, unit)
            for metric, subject, value, unit in figures
        )
        level = Level.CRITICAL if name in bad else Level.OK
        found = (
            (
                runs.finding(
                    5,
                    target,
                    level,
                    check=f"x.{name}",
                    subject=metrics[-1].subject,
                    summary=f"{metrics[-1].subject} 已用 {metrics[-1].value}%",
                ),
            )
            if name in bad
            else ()
        )
        made.append(Check(f"x.{name}", target, title, category, level, "", found, metrics))
    return made


def run_of(number: str, at: datetime, share: float, *, bad: frozenset[str] = frozenset()) -> RunRecord:
    """One quarter's run; `share` scales every figure."""
    checks = [
        *_checks("icu-app-1", SERVERS, 0.6 * share, frozenset()),
        *_checks("icu-db-1", SERVERS, share, bad),
        *_checks("icu-main", DATABASE, share, frozenset()),
        *_checks("ups-1", DEVICE, 1.0, frozenset()),
        Check("http.status", "portal", "登录页可访问", "服务接口", Level.UNKNOWN, "连接超时（10 秒）"),
    ]
    facts = {"pretty": "CentOS Linux 7 (Core)", "kernel": "3.10.0-1160.el7", "cpus": 8, "uptime": 8_640_000.0}
    targets = (
        runs.target("icu-app-1", title="应用服务器", facts=facts),
        runs.target(
            "icu-db-1",
            Level.CRITICAL if bad else Level.OK,
            title="数据库服务器",
            address="10.1.2.12",
            facts=facts,
        ),
        runs.target(
            "icu-main",
            kind="database",
            address="10.1.2.12:3306",
            facts={"flavour": "mariadb", "version": "10.11.6", "uptime": 7_200_000},
        ),
        runs.target("ups-1", kind="device", address="10.1.0.9"),
        runs.target("portal", Level.UNKNOWN, "endpoint", error="10.1.2.11:443 连接超时（10 秒）"),
    )
    findings = tuple(finding for check in checks for finding in check.findings)
    metrics = tuple(metric for check in checks for metric in check.metrics)
    made = runs.record(targets, tuple(checks), findings, metrics=metrics)
    return replace(
        made, id=number, started_at=at, finished_at=at + (runs.ENDED - runs.BEGUN), mode="现场",
        playbook="inspect/quarterly", playbook_title="季度深度巡检",
    )  # fmt: skip


def forecast(subject: str, first: float, monthly: float, months: int, *, clean_up: int = 0) -> Forecast:
    """A disk that grows so much a month, with noise; `clean_up` months ago eighteen points were freed."""
    noise = Random(subject)  # noqa: S311 - the same noise each time
    readings = []
    for number in range(months):
        freed = 18.0 if clean_up and number >= months - clean_up else 0.0
        at = runs.BEGUN - timedelta(days=30.4 * (months - 1 - number))
        readings.append((at, first + monthly * number - freed + noise.gauss(0, 0.4)))
    points = [Point(day_of(at), value) for at, value in readings]
    return Forecast(
        "icu-db-1", "disk.used_pct", subject, "%", tuple(readings), look_ahead(points, 100.0), 100.0
    )


def prospect(image: str = "") -> Prospect:
    """Four disks: growing, cleaned up, flat, and too young to tell."""
    found = (
        forecast("/data", 61.0, 2.5, 12),
        forecast("/backup", 62.0, 2.9, 12, clean_up=6),
        forecast("/", 41.0, 0.0, 12),
        forecast("/new", 10.0, 1.0, 3),
    )
    now = runs.ENDED
    plotted = [Plotted(f"icu-db-1 /data：{told(found[0], now)}", image)] if image else []
    return Prospect(found, [told(each, now) for each in found], plotted, plotted)


def quarter(image: str = "", *, first: bool = False) -> Quarter:
    """The usual quarter: a disk nearly full, an account gone, a portal that could not be examined."""
    now = run_of("R-20261121-093012-icu", runs.BEGUN, 1.0, bad=frozenset({"disk"}))
    before = run_of("R-20260822-091500-icu", runs.BEGUN - timedelta(days=91), 0.93)
    rows = [{"name": "root"}, {"name": "dba"}]

    def seen(accounts: list[dict[str, str]], run: RunRecord) -> Kept:
        look = Observation("x.cpu", "icu-db-1", Seen.OBSERVED, Table(tuple(accounts)))
        return Kept(run, {"icu-db-1": (look,)})

    difference = None if first else compare(seen(rows, before), seen(rows[:1], now))
    return Quarter(now, difference, runs.owed(), prospect(image))
