"""What goes on in a PostgreSQL server at this moment and since its counters began: sessions, locks, checkpoints."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.postgresql.rows import need_days, server, settings, whole
from hmaint.advise.postgresql.settings import Wrong, drafted
from hmaint.advise.write import size
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Chapter
from hmaint.model.look import Row, Seen
from hmaint.model.playbook import Level

_WAITING, _BLOCKED = 10, 60
"""Seconds a lock is waited for that are a warning, and critical (CHECKS PG-06)."""
_IDLE = 60
"""Seconds a session may rest with a transaction open (CHECKS PG-04)."""
_PREPARED = 300
_SLOT = 10 * 1024**3
_HELD = 1_000_000
"""Bytes of log (CHECKS PG-08), and transaction ids, that a slot may hold back."""


def _sessions(facts: Facts) -> tuple[Row, ...]:
    rows = facts.rows("sessions")
    if rows and all(row["state"] in (None, "disabled") for row in rows):
        raise CouldNotLook(Seen.DENIED, "账号看不到别人的会话（要 pg_monitor）")
    return rows


def _who(row: Row) -> str:
    return f"会话 {row['pid']}（{row['account']}@{row['client']}，{row['program'] or '程序名未知'}）"


def _session(row: Row, seconds: object) -> Row:
    return {
        "pid": whole(row["pid"]),
        "account": str(row["account"]),
        "client": str(row["client"]),
        "program": str(row["program"]),
        "seconds": whole(seconds),
    }


def _waits(facts: Facts) -> Iterator[Draft]:
    for row in _sessions(facts):
        seconds = whole(row["query_s"])
        if row["wait"] == "Lock" and seconds >= _WAITING:
            yield Draft(
                f"session {row['pid']} lock",
                f"{_who(row)}等锁 {seconds} 秒，阻塞者 {row['blockers'] or '未知'}",
                "业务不再等待",
                (HIGH, NO, HIGH),
                risk="结束阻塞者会回滚它未提交的内容：须经医院有权人员同意",
                level=Level.CRITICAL if seconds >= _BLOCKED else Level.WARNING,
                evidence=({**_session(row, seconds), "blockers": str(row["blockers"])},),
                advice="联系阻塞者的使用人提交或回滚；反复出现的交厂商缩短事务、统一更新顺序",
                checked="此刻的会话",
            )


def _long(facts: Facts) -> Iterator[Draft]:
    for row in _sessions(facts):
        seconds = whole(row["transaction_s"])
        if row["state"] == "active" and seconds >= facts.limits.long_transaction:
            yield Draft(
                f"session {row['pid']} transaction",
                f"{_who(row)}的事务已运行 {seconds} 秒，期间死元组清不掉",
                "清理恢复正常，锁早释放",
                (MEDIUM, LOW, HIGH),
                risk="中途结束会回滚",
                evidence=(_session(row, seconds),),
                advice="看是不是报表或导出：移到备库或夜间",
                checked="此刻的会话",
            )


def _idle(facts: Facts) -> Iterator[Draft]:
    for row in _sessions(facts):
        seconds = whole(row["state_s"])
        if str(row["state"]).startswith("idle in transaction") and seconds >= _IDLE:
            yield Draft(
                f"session {row['pid']} idle",
                f"{_who(row)}开着事务空闲 {seconds} 秒没有提交",
                "锁与清理不再被它挡住",
                (HIGH, NO, MEDIUM),
                risk="断开会回滚它未提交的内容",
                level=Level.CRITICAL if seconds >= facts.limits.long_transaction else Level.WARNING,
                evidence=(_session(row, seconds),),
                advice="交应用厂商查没有提交的代码路径；设 idle_in_transaction_session_timeout 兜底",
                checked="此刻的会话",
            )


def _prepared(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("prepared"):
        seconds = whole(row["seconds"])
        if seconds >= _PREPARED:
            yield Draft(
                f"prepared {row['gid']}",
                f"两阶段事务 {row['gid']}（{row['owner']}，库 {row['db']}）悬挂 {seconds} 秒",
                "锁与清理不再被它挡住",
                (HIGH, NO, HIGH),
                risk="提交还是回滚只有事务协调者知道",
                level=Level.CRITICAL,
                evidence=(
                    {
                        "gid": str(row["gid"]),
                        "owner": str(row["owner"]),
                        "db": str(row["db"]),
                        "seconds": seconds,
                    },
                ),
                advice="请事务协调者（中间件）的负责人提交或回滚",
                checked="此刻的目录",
            )


def _slots(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("slots"):
        retained, held = whole(row["retained"]), whole(row["held"])
        if (not row["active"] and (retained > _SLOT or held > _HELD)) or retained > 5 * _SLOT:
            yield Draft(
                f"slot {row['name']}",
                (
                    f"复制槽 {row['name']}{'' if row['active'] else ' 没有连接，'}留住 {size(retained)} 日志、"
                    f"{held} 个事务号"
                ),
                "日志不再堆积，清理恢复正常",
                (HIGH, NO, HIGH),
                risk="删了槽，备库或同步工具就要重做",
                level=Level.CRITICAL,
                evidence=(
                    {
                        "slot": str(row["name"]),
                        "active": bool(row["active"]),
                        "retained": size(retained),
                        "held_xids": held,
                    },
                ),
                advice="确认备库或同步工具是否已停用；停用的经同意后删除该槽",
                checked="此刻的目录",
            )


def _deadlocks(facts: Facts) -> Iterator[Draft]:
    row, days = server(facts), need_days(facts, facts.limits.ratio_hours / 24)
    daily = whole(row["deadlocks"]) / days
    if daily >= 5:  # noqa: PLR2004 - see the rule's source
        yield Draft(
            str(row["db"]),
            f"每天约 {daily:.0f} 次死锁（{days:.0f} 天共 {row['deadlocks']} 次）",
            "业务不再因死锁报错重试",
            (MEDIUM, MEDIUM, LOW),
            "要改程序",
            evidence=({"db": str(row["db"]), "deadlocks": whole(row["deadlocks"]), "days": round(days, 1)},),
            advice="数据库日志里有每次死锁的双方语句；交应用厂商统一更新顺序、缩短事务",
            checked="服务器自己的累计",
        )


def _rollbacks(facts: Facts) -> Iterator[Draft]:
    row = server(facts)
    need_days(facts, facts.limits.ratio_hours / 24)
    back, commits = whole(row["rollbacks"]), whole(row["commits"])
    if back >= facts.limits.questions and back / (back + commits) > 0.1:  # noqa: PLR2004 - CHECKS PG-45
        yield Draft(
            str(row["db"]),
            f"{back / (back + commits):.0%} 的事务以回滚结束",
            "少做白工",
            (LOW, MEDIUM, LOW),
            "要改程序",
            evidence=({"db": str(row["db"]), "commits": commits, "rollbacks": back},),
            advice="查应用日志里的报错（主键冲突、超时、死锁重试）；监控探测造成的回滚可不计",
            checked="服务器自己的累计",
        )


def _full(facts: Facts) -> Iterator[Draft]:
    known = settings(facts)
    room = known["max_connections"].figure - known["superuser_reserved_connections"].figure
    used = len(facts.rows("sessions")) + 1
    if used / max(1, room) >= 0.8:  # noqa: PLR2004 - see the rule's source
        yield Draft(
            "max_connections used",
            f"已用 {used} / {room:.0f} 个连接",
            "新的窗口、移动端连得上",
            (HIGH, MEDIUM, MEDIUM),
            "要改连接池",
            evidence=({"used": used, "allowed": int(room)},),
            level=Level.CRITICAL if used / room >= 0.95 else Level.WARNING,  # noqa: PLR2004 - see the rule's source
            advice="按来源地址找出占用最多的应用，查连接泄漏；加连接池，不要只放大上限",
            checked="此刻的会话",
        )


def _checkpoints(facts: Facts) -> Iterator[Draft]:
    row = _counted(facts, "checkpoints")
    forced, timed = whole(row["requested"]), whole(row["timed"])
    own = settings(facts)["max_wal_size"]
    if forced >= 20 and forced > timed:  # noqa: PLR2004 - see the rule's source
        value = f"{max(2048, round(own.figure * 2 / 1024**2))}MB"
        wrong = Wrong(
            own.name,
            "",
            lambda *_: True,
            "",
            "高峰时少集中刷盘",
            (HIGH, LOW, LOW),
            "",
            "磁盘多占这些；崩溃恢复略久",
            "磁盘",
            safe=True,
        )
        yield drafted(
            own,
            value,
            wrong,
            f"{forced + timed} 次检查点中 {forced} 次是日志写满而被迫的",
            {"forced": forced, "timed": timed},
        )


def _background(facts: Facts) -> Iterator[Draft]:
    row = _counted(facts, "checkpoints")
    own = settings(facts)["bgwriter_lru_maxpages"]
    daily = whole(row["stopped"]) / max(1.0, whole(row["counted"]) / 86_400)
    if daily >= 100 and own.figure < 1000:  # noqa: PLR2004 - see the rule's source
        wrong = Wrong(
            own.name,
            "",
            lambda *_: True,
            "",
            "查询不必自己写脏页",
            (LOW, LOW, NO),
            "",
            cost="后台多写一些",
            safe=True,
        )
        yield drafted(
            own, "1000", wrong, f"后台写进程每天 {daily:.0f} 次写满一轮就停", {"stopped_a_day": round(daily)}
        )


def _wal_buffers(facts: Facts) -> Iterator[Draft]:
    row = _counted(facts, "wal")
    own = settings(facts)["wal_buffers"]
    daily = whole(row["full"]) / max(1.0, whole(row["counted"]) / 86_400)
    if daily >= 1000 and own.figure < 64 * 1024**2:  # noqa: PLR2004 - see the rule's source
        wrong = Wrong(
            own.name, "", lambda *_: True, "", "提交前少写几次日志", (MEDIUM, MEDIUM, LOW), "", cost="要重启"
        )
        yield drafted(own, "64MB", wrong, f"日志缓冲每天写满 {daily:.0f} 次", {"full_a_day": round(daily)})


def _counted(facts: Facts, look: str) -> Row:
    """A row of counters that are a day old at least."""
    rows = facts.rows(look)
    if not rows or rows[0]["counted"] is None or whole(rows[0]["counted"]) < facts.limits.ratio_hours * 3600:
        raise CouldNotLook(Seen.UNSUPPORTED, "计数器累计不足 24 小时，不作判断")
    return rows[0]


_NOW = Chapter.CONCURRENCY
TOPICS: tuple[Topic, ...] = (
    Topic(
        "concurrency.lock_wait", _NOW, "锁等待", _waits, "10 秒，严重 60 秒（本项目经验值）", ("sessions",)
    ),
    Topic("concurrency.long_transaction", _NOW, "长事务", _long, "10 分钟", ("sessions",)),
    Topic(
        "concurrency.idle_transaction",
        _NOW,
        "空闲未提交的事务",
        _idle,
        "60 秒，严重 10 分钟（本项目经验值）",
        ("sessions",),
    ),
    Topic(
        "concurrency.prepared",
        _NOW,
        "悬挂的两阶段事务",
        _prepared,
        "5 分钟（check_postgres 更严）",
        ("prepared",),
    ),
    Topic("concurrency.deadlocks", _NOW, "死锁", _deadlocks, "每天 5 次（本项目经验值）", ("server",)),
    Topic("concurrency.rollbacks", _NOW, "回滚比例", _rollbacks, "10% 且 1 万次（DBCheck）", ("server",)),
    Topic(
        "concurrency.connections",
        _NOW,
        "连接将用完",
        _full,
        "80%，严重 95%（check_postgres 90/95）",
        ("sessions", "settings"),
    ),
    Topic(
        "storage.slot",
        Chapter.STORAGE,
        "留住日志的复制槽",
        _slots,
        "没有连接且 10 GB 或 100 万事务号",
        ("slots",),
    ),
    Topic(
        "config.max_wal_size",
        Chapter.CONFIGURATION,
        "被迫的检查点",
        _checkpoints,
        "被迫的多于按时的、20 次以上（DBCheck）",
        ("checkpoints", "settings"),
    ),
    Topic(
        "config.bgwriter_lru_maxpages",
        Chapter.CONFIGURATION,
        "后台写进程受限",
        _background,
        "每天 100 次（本项目经验值）",
        ("checkpoints", "settings"),
    ),
    Topic(
        "config.wal_buffers",
        Chapter.CONFIGURATION,
        "日志缓冲过小",
        _wal_buffers,
        "每天写满 1000 次（本项目经验值）",
        ("wal", "settings"),
        since="14",
    ),
)
