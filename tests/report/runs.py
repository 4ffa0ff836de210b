"""Runs as an inspection leaves them, in the shapes a sheet must cope with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from hmaint.duty.rectification import Term
from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Database, Endpoint, Hospital, Host, Inventory, Site, Vendor
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, Finding, RunRecord, State, TargetResult
from hmaint.report.view import Late, Notes, Rectification

BEGUN = datetime(2026, 11, 21, 9, 30, 12, tzinfo=CHINA)
ENDED = BEGUN + timedelta(minutes=2, seconds=20)
OK, WARNING, CRITICAL = Level.OK, Level.WARNING, Level.CRITICAL
UNKNOWN, SKIPPED = Level.UNKNOWN, Level.SKIPPED

TITLES = (
    ("CPU 与负载", "CPU 使用率", "CPU 使用 12%，负载 0.8"),
    ("CPU 与负载", "运行队列", "等待运行的进程 1 个"),
    ("内存", "内存使用率", "已用 61%，可用 6.1 GB"),
    ("内存", "交换分区使用率", "已用 0%"),
    ("内存", "内存耗尽记录（OOM）", "近 30 天无记录"),
    ("磁盘", "磁盘空间使用率", "最高 /data 已用 71%"),
    ("磁盘", "inode 使用率", "最高 / 已用 9%"),
    ("磁盘", "只读挂载", "无异常只读挂载"),
    ("日志", "系统日志错误", "近 24 小时 3 条错误，无集中重复"),
    ("日志", "内核日志错误", "无"),
    ("服务", "失败的服务单元", "无"),
    ("服务", "时间同步", "已同步，偏差 0.3 毫秒"),
    ("安全", "特权账号", "uid 0 账号仅 root"),
    ("安全", "登录失败", "近 24 小时 2 次"),
    ("安全", "待安装安全更新", "0 个"),
)


def check(number: int, target: str, level: Level = OK, summary: str | None = None) -> Check:
    category, title, good = TITLES[number % len(TITLES)]
    told = good if summary is None else summary
    return Check(f"linux.check.{number}", target, title, category, level, told)


def finding(number: int, target: str, level: Level = WARNING, **more: object) -> Finding:
    category, title, _ = TITLES[number % len(TITLES)]
    values: dict[str, object] = {
        "id": f"F-{number:04d}",
        "check": f"linux.check.{number}",
        "target": target,
        "subject": "/data",
        "level": level,
        "title": title,
        "summary": "/data 已用 93.1%，剩余 6.8 GB，按近 30 天增长约 9 天后写满",
        "category": category,
        "advice": "清理 /data/log 下 90 天前的日志，或扩容；命令：du -xh --max-depth=2 /data | sort -h",
    }
    return Finding(**{**values, **more})  # type: ignore[arg-type]


def record(
    targets: tuple[TargetResult, ...],
    checks: tuple[Check, ...],
    findings: tuple[Finding, ...] = (),
    **more: object,
) -> RunRecord:
    values: dict[str, object] = {
        "id": "R-20261121-093012-icu",
        "command": "inspect",
        "site": "icu",
        "playbook": "inspect/monthly",
        "playbook_title": "月度远程巡检",
        "playbook_digest": "0" * 64,
        "mode": "远程",
        "operator": "张工",
        "started_at": BEGUN,
        "finished_at": ENDED,
        "level": worst([each.level for each in checks]),
        "targets": targets,
        "checks": checks,
        "findings": findings,
    }
    return RunRecord(**{**values, **more})  # type: ignore[arg-type]


def inventory() -> Inventory:
    hosts = (
        Host("icu-app-1", "icu", "10.1.2.11", title="应用服务器"),
        Host("icu-db-1", "icu", "10.1.2.12", title="数据库服务器"),
        Host("bastion", "icu", "10.1.0.5"),
    )
    site = Site(
        "icu",
        "重症监护系统",
        "icu",
        hosts=hosts,
        databases=(Database("icu-main", "icu", "mysql", "10.1.2.12", 3306),),
        endpoints=(Endpoint("portal", "icu", url="https://10.1.2.11/login"),),
    )
    hospital = Hospital("青海示范医院", "信息科")
    return Inventory(Path("inventory.yaml"), hospital, Vendor("某某医疗科技有限公司"), {"icu": site})


def target(name: str, level: Level = OK, kind: str = "host", **more: object) -> TargetResult:
    values: dict[str, object] = {"address": "10.1.2.11", **more}
    return TargetResult(name, kind, level, 212, **values)  # type: ignore[arg-type]


def owed() -> Rectification:
    """What the usual run's site owed: one finding overdue and seen again, one overdue that was not looked at."""
    three, month = Limit(3, "workday"), Limit(1, "month")
    elsewhere = finding(13, "bastion", subject="", id="F-0042", summary="近 24 小时登录失败 240 次")
    disk = finding(5, "icu-db-1", CRITICAL)
    terms = {
        "F-0005": Term(date(2026, 11, 12), three),
        "F-0008": Term(date(2026, 12, 21), month, proposed=True),
        "F-0099": Term(date(2027, 1, 4), month, proposed=True, provisional=True),
        "F-0042": Term(date(2026, 10, 20), month, proposed=True),
    }
    return Rectification(
        terms,
        (
            Late(elsewhere, date(2026, 9, 20), terms["F-0042"]),
            Late(disk, date(2026, 11, 9), terms["F-0005"]),
        ),
    )


def usual() -> tuple[RunRecord, dict[str, Notes]]:
    """Two hosts, a database, a portal: two warnings, one critical, a host seen in part, a finding gone."""
    findings = (
        finding(5, "icu-db-1", CRITICAL, state=State.RECURRING),
        finding(
            8,
            "icu-app-1",
            subject="/opt/icu/logs/app.log",
            summary="近 24 小时 ERROR 412 条，其中 “ORA-12170: TNS <connect> timeout” 398 条",
            advice="检查应用服务器到 HIS 数据库的网络与监听",
        ),
        finding(
            14,
            "icu-app-1",
            subject="",
            id="F-0099",
            summary="待安装安全更新 12 个",
            advice="在下一个维护窗口安装",
            state=State.OPEN,
        ),
        finding(11, "icu-app-1", subject="", id="F-0077", state=State.RESOLVED, summary=""),
    )
    bad = {
        ("icu-db-1", 5): (CRITICAL, "/data 已用 93.1%，剩余 6.8 GB"),
        ("icu-app-1", 8): (WARNING, "近 24 小时 ERROR 412 条，其中一条重复 398 次"),
        ("icu-app-1", 14): (WARNING, "待安装安全更新 12 个"),
        ("icu-db-1", 13): (UNKNOWN, "权限不足：读取 /var/log/btmp 需要 root 或 sudo"),
        ("icu-db-1", 4): (SKIPPED, "内核日志不保存历史"),
    }
    checks = tuple(
        check(number, name, *bad.get((name, number), (OK, None)))
        for number in range(len(TITLES))
        for name in ("icu-app-1", "icu-db-1")
    )
    database = tuple(
        Check(f"mysql.{key}", "icu-main", title, "数据库", level, told)
        for key, title, level, told in (
            ("connections", "连接数", OK, "当前 41，上限 500"),
            ("long", "长事务", OK, "最长 0.4 秒"),
            ("lag", "主从复制", SKIPPED, "不是从库"),
        )
    )
    portal = tuple(
        Check(f"http.{key}", "portal", title, "服务接口", UNKNOWN, "连接超时（10 秒）")
        for key, title in (("status", "登录页可访问"), ("tls", "证书有效期"))
    )
    targets = (
        target("icu-app-1", WARNING, title="应用服务器"),
        target("icu-db-1", CRITICAL, title="数据库服务器", address="10.1.2.12"),
        target("icu-main", OK, "database", address="10.1.2.12:3306"),
        target(
            "portal",
            UNKNOWN,
            "endpoint",
            address="https://10.1.2.11/login",
            error="10.1.2.11:443 连接超时（10 秒）",
        ),
    )
    notes = {
        "F-0008": Notes("已于 11 月 21 日 10:05 电话告知信息科李老师", "重启监听后恢复，已观察 2 小时无新增")
    }
    return record(
        targets, (*checks, *database, *portal), findings, redacted={"手机号": 3, "身份证号": 1}
    ), notes


def healthy() -> RunRecord:
    names = ("icu-app-1", "icu-db-1")
    checks = tuple(check(number, name) for number in range(len(TITLES)) for name in names)
    return record(tuple(target(name) for name in names), checks)


def crowd(hosts: int = 60, checks: int = 35) -> RunRecord:
    names = [f"icu-node-{number:02d}" for number in range(1, hosts + 1)]
    made, findings = [], []
    for number in range(checks):
        for index, name in enumerate(names):
            bad = (index * 7 + number) % 97 == 0
            made.append(
                check(number, name, WARNING if bad else OK, "数值超过阈值" if bad else f"数值 {index}")
            )
            if bad:
                findings.append(finding(number, name, id=f"F-{number:02d}{index:02d}"))
    return record(tuple(target(name) for name in names), tuple(made), tuple(findings))


def nothing_reached(hosts: int = 60, checks: int = 35) -> RunRecord:
    names = [f"icu-node-{number:02d}" for number in range(1, hosts + 1)]
    made = tuple(check(n, name, UNKNOWN, "无法连接：超时（10 秒）") for n in range(checks) for name in names)
    return record(tuple(target(name, UNKNOWN, error="无法连接：超时（10 秒）") for name in names), made)


HOSTILE = (
    "{{7*7}} {% for x in y %} {_{a}_} <w:p>&amp;</w:p> "
    "\x1b[31m失败\x1b[0m \x07\x0c\x00 </w:t> ${x} 😀 ］］＞ " + "A" * 2000
)


def hostile() -> tuple[RunRecord, dict[str, Notes]]:
    checks = (
        check(0, HOSTILE, WARNING, HOSTILE),
        check(1, "icu-app-1", SKIPPED, HOSTILE),
        check(2, "x", UNKNOWN, HOSTILE),
    )
    findings = (finding(0, HOSTILE, summary=HOSTILE, subject=HOSTILE, title=HOSTILE, advice=HOSTILE),)
    targets = (target(HOSTILE, WARNING, address=HOSTILE, error=HOSTILE, title=HOSTILE),)
    notes = {"F-0000": Notes(HOSTILE, "第一行\n第二行\t制表")}
    return record(targets, checks, findings, operator=HOSTILE[:300]), notes
