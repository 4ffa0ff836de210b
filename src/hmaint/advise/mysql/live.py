"""Concurrency as it was in the moment of looking, and the jobs the server does by itself."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.limits import DAY
from hmaint.advise.mysql.company import is_replica
from hmaint.advise.mysql.make import rule, set_variable
from hmaint.advise.mysql.schema import whole
from hmaint.advise.mysql.settings import settings
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Chapter, Claim, Verb
from hmaint.model.look import Row, Seen

_HISTORY = 1_000_000
_UNITS = {
    "SECOND": 1,
    "MINUTE": 60,
    "HOUR": 3_600,
    "DAY": DAY,
    "WEEK": 7 * DAY,
    "MONTH": 31 * DAY,
    "YEAR": 366 * DAY,
}


def _waits(facts: Facts) -> Iterator[Draft]:
    long = [row for row in facts.rows("lock_waits") if whole(row["seconds"]) >= facts.limits.lock_wait]
    if not long:
        return
    blockers = sorted({whole(row["blocker"]) for row in long})
    yield Draft(
        "row locks",
        f"{len(long)} 个会话等待行锁超过 {facts.limits.lock_wait} 秒，挡路的会话：{', '.join(map(str, blockers))}",
        "找出并缩短持锁的事务，等待消失",
        (HIGH, NO, LOW),
        evidence=tuple({key: row[key] for key in ("seconds", "blocker", "waiter")} for row in long),
        advice="查挡路会话的应用；正在影响业务时用 incident diagnose 处理",
        checked="查看当时的状态",
    )


def _metadata(facts: Facts) -> Iterator[Draft]:
    long = [row for row in facts.rows("sessions") if whole(row["seconds"]) >= facts.limits.lock_wait]
    if long:
        yield Draft(
            "metadata locks",
            f"{len(long)} 个会话等待元数据锁超过 {facts.limits.lock_wait} 秒",
            "改表不再堵住后来的所有语句",
            (HIGH, NO, LOW),
            evidence=tuple({"session": row["session"], "seconds": row["seconds"]} for row in long),
            advice="找出没有提交的长事务；改表须设短的 lock_wait_timeout",
            checked="查看当时的状态",
        )


def _long(facts: Facts) -> Iterator[Draft]:
    long = [
        row for row in facts.rows("transactions") if whole(row["seconds"]) >= facts.limits.long_transaction
    ]
    if not long:
        return
    oldest = max(whole(row["seconds"]) for row in long)
    yield Draft(
        "transactions",
        f"{len(long)} 个事务开着超过 {facts.limits.long_transaction} 秒，最长 {oldest} 秒",
        "旧版本数据得以清理，锁及时释放",
        (MEDIUM, NO, LOW),
        evidence=tuple(
            {key: row[key] for key in ("session", "seconds", "state", "locked", "modified")} for row in long
        ),
        advice="查这些会话的应用：是否打开事务后等人操作、忘记提交",
        checked="查看当时的状态",
    )


def _history(facts: Facts) -> Iterator[Draft]:
    length = _metric(facts, "trx_rseg_history_len")
    if length >= _HISTORY:
        yield Draft(
            "history list",
            f"未清理的历史版本 {length} 个",
            "读取不再翻找旧版本，undo 不再膨胀",
            (MEDIUM, NO, LOW),
            evidence=({"history": length},),
            advice="先结束长事务；仍不下降再与厂商商量加大 innodb_purge_threads",
            checked="查看当时的状态",
        )


def _deadlocks(facts: Facts) -> Iterator[Draft]:
    count = _metric(facts, "lock_deadlocks")
    if facts.uptime is None:
        raise CouldNotLook(Seen.UNSUPPORTED, "不知道计数器从何时开始累计，不作判断")
    days = max(1.0, facts.uptime / DAY)
    if count / days < 1:
        return
    logged = settings(facts).is_on("innodb_print_all_deadlocks")
    name = "innodb_print_all_deadlocks"
    yield Draft(
        name,
        f"{days:.0f} 天内死锁 {count} 次" + ("" if logged else "，且没有记入日志"),
        "知道是哪些语句互相等待，由厂商统一加锁顺序",
        (MEDIUM, NO, LOW),
        risk="错误日志里会有语句的值，须按患者数据管理",
        evidence=({"deadlocks": count, "days": round(days, 1)},),
        fix=None if logged else set_variable(name, "ON", "OFF", safe=False),
        advice="按日志里的语句找厂商统一访问表的顺序；死锁记录含语句原文，处置日志时注意患者信息",
        checked="按启动以来的计数核对",
        claims=() if logged else (Claim(Verb.SET, name),),
    )


def _metric(facts: Facts, name: str) -> int:
    for row in facts.rows("metrics"):
        if row["name"] == name:
            return whole(row["value"])
    raise CouldNotLook(Seen.UNSUPPORTED, f"服务器没有计数器 {name}")


def _row_locks(facts: Facts) -> Iterator[Draft]:
    young = facts.too_young(facts.limits.ratio_hours / 24)
    if young:
        raise CouldNotLook(Seen.UNSUPPORTED, young)
    seen = settings(facts)
    waits, spent = seen.count("Innodb_row_lock_waits"), seen.count("Innodb_row_lock_time")
    if waits < facts.limits.calls or spent / waits < 1_000 * facts.limits.lock_wait / 10:
        return
    yield Draft(
        "row lock time",
        f"启动以来等待行锁 {waits} 次，平均 {spent / waits / 1000:.1f} 秒",
        "高峰时不再互相等待",
        (MEDIUM, NO, LOW),
        evidence=({"waits": waits, "total_ms": spent, "mean_ms": round(spent / waits)},),
        advice="缩短事务，先改更新语句的索引，再查热点行（如取号表、库存表）",
        checked="按启动以来的计数核对",
    )


def _scheduler(facts: Facts) -> Iterator[Draft]:
    enabled = [row for row in _events(facts) if whole(row["enabled"])]
    seen = settings(facts)
    if seen.is_on("event_scheduler") is not False or not enabled or is_replica(seen):
        return  # on a replica they are not to run
    yield Draft(
        "event_scheduler",
        f"{len(enabled)} 个定时事件已启用，但调度器关着，都不会执行",
        "清理、统计、建分区的事件恢复执行",
        (MEDIUM, NO, MEDIUM),
        risk="停了很久的清理事件第一次会删很多：先与厂商逐个确认",
        evidence=tuple({"event": f"{row['db']}.{row['event']}"} for row in enabled),
        fix=set_variable("event_scheduler", "ON", "OFF", safe=False),
        checked="按数据字典核对",
        claims=(Claim(Verb.SET, "event_scheduler"),),
    )


def _overdue(facts: Facts) -> Iterator[Draft]:
    if settings(facts).is_on("event_scheduler") is not True:
        return
    for row in _events(facts):
        every = _UNITS.get(str(row["unit"] or ""), 0) * whole(row["every"])
        age = whole(row["age"])
        if not whole(row["enabled"]) or not every or age < 2 * every + 3_600:
            continue
        yield Draft(
            f"{row['db']}.{row['event']}",
            f"事件 {row['db']}.{row['event']} 每 {every} 秒一次，已 {age} 秒没有执行",
            "清理、统计、建分区的事件恢复执行",
            (MEDIUM, NO, LOW),
            evidence=({"every": every, "age": age},),
            advice="看错误日志：多半是定义者失效或前一次仍未结束",
            checked="按数据字典核对",
        )


def _events(facts: Facts) -> tuple[Row, ...]:
    """From MySQL 8.0 on an account without the right sees none, which looks just like there being none."""
    rows = facts.rows("events")
    if not rows and facts.was_seen("event_right") and not whole(facts.rows("event_right")[0]["rights"]):
        raise CouldNotLook(Seen.DENIED, "账号没有 EVENT 权限，看不到事件")
    return rows


RULES = (
    rule(Topic("lock.waits", Chapter.CONCURRENCY, "行锁等待", _waits, "30 秒为本项目经验值", ("lock_waits",))),
    rule(Topic("lock.metadata", Chapter.CONCURRENCY, "元数据锁等待", _metadata, "30 秒为本项目经验值",
               # Without the right PROCESS an account sees its own sessions alone; of transactions it is refused.
               ("sessions", "transactions"))),
    rule(Topic("lock.time", Chapter.CONCURRENCY, "行锁等待时间长", _row_locks, "平均 3 秒为本项目经验值",
               ("variables", "status"))),
    rule(Topic("transaction.long", Chapter.CONCURRENCY, "长事务", _long, "10 分钟为本项目经验值", ("transactions",))),
    rule(Topic("transaction.history", Chapter.CONCURRENCY, "未清理的历史版本", _history,
               "一百万个为通行做法", ("metrics",))),
    rule(Topic("lock.deadlocks", Chapter.CONCURRENCY, "死锁", _deadlocks,
               "平均每天一次为本项目经验值；InnoDB 5.6（MariaDB 10.1 及以前同源）的计数不全，回滚的是后到者时不计",
               ("metrics", "variables", "status")), since={"mysql": "5.7", "mariadb": "10.2"}),
    rule(Topic("job.scheduler", Chapter.JOB, "定时事件不会执行", _scheduler, "任意一个",
               ("events", "variables", "status"))),
    rule(Topic("job.overdue", Chapter.JOB, "定时事件逾期未执行", _overdue, "两个周期又一小时为本项目经验值",
               ("events", "variables", "status"))),
)  # fmt: skip
