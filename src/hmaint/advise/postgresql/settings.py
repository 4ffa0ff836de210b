"""Settings of a PostgreSQL server that cost data, memory or plans; one target value each, only for what it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.postgresql.rows import Setting, need_days, server, settings, whole
from hmaint.advise.postgresql.words import set_parameter, written
from hmaint.advise.write import size
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Chapter, Claim, Grade, Verb
from hmaint.model.look import Seen
from hmaint.model.playbook import Level

_GB = 1024**3
_CONNECTIONS = 500
_SLOWEST = 5000
"""Milliseconds above which a threshold for the log of slow statements shows nobody why the counter waits."""
_ELSEWHERE = frozenset({"database", "user", "database user", "client"})
"""Sources of a value that holds for this account or database alone (pg_settings)."""
Known = Mapping[str, Setting]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One parameter that is wrong whatever the workload: when, what it should be, and what comes of it."""

    setting: str
    title: str
    is_wrong: Callable[[Setting, Known], bool]
    value: str
    gain: str
    ranks: tuple[Grade, Grade, Grade]
    source: str
    risk: str = "无"
    cost: str = "无"
    safe: bool = False
    level: Level = Level.WARNING
    before: str = ""

    def topic(self) -> Topic:
        """The rule about it."""
        return Topic(
            f"config.{self.setting}",
            Chapter.CONFIGURATION,
            self.title,
            self._find,
            self.source,
            ("settings",),
            before=self.before,
        )

    def _find(self, facts: Facts) -> Iterator[Draft]:
        known = settings(facts)
        own = known.get(self.setting)
        if own is not None and own.source in _ELSEWHERE:
            raise CouldNotLook(Seen.UNSUPPORTED, f"{own.name} 被单独设给了这个账号或库，看不到服务器的值")
        if own is not None and self.is_wrong(own, known):
            yield drafted(own, self.value, self)


def drafted(
    own: Setting, value: str, wrong: Wrong, summary: str = "", evidence: Mapping[str, object] | None = None
) -> Draft:
    """The advice to set a parameter."""
    row = {"parameter": own.name, "value": written(own), "advised": value, **(evidence or {})}
    return Draft(
        own.name,
        summary or f"{own.name} 现为 {written(own)}，建议 {value}{'（重启后生效）' if own.restart else ''}",
        wrong.gain,
        wrong.ranks,
        wrong.cost,
        wrong.risk,
        wrong.level,
        evidence=({key: v if isinstance(v, (int, float, bool)) else str(v) for key, v in row.items()},),
        fix=set_parameter(own, value, safe=wrong.safe),
        claims=(Claim(Verb.SET, own.name),),
        checked="只与参数的含义核对，收益取决于业务",
    )


def _is(*values: str) -> Callable[[Setting, Known], bool]:
    return lambda own, _: own.value in values


def _below(least: float) -> Callable[[Setting, Known], bool]:
    return lambda own, _: 0 <= own.figure < least


def _less_than(other: str) -> Callable[[Setting, Known], bool]:
    return lambda own, known: other in known and own.figure < known[other].figure


def _switch(name: str, what: str) -> Wrong:
    return Wrong(
        name,
        f"全局关闭了{what}",
        _is("off"),
        "on",
        f"优化器可以重新使用{what}，避免被迫选择差的执行计划",
        (HIGH, NO, LOW),
        "PostgreSQL 手册 Planner Method Configuration：只为排查而设，不应全局关闭",
        "个别语句的执行计划会改变；若当初为某条语句而关，应只对该会话或角色关闭",
    )


_MANUAL = "PostgreSQL 手册"
WRONG: tuple[Wrong, ...] = (
    Wrong(
        "fsync",
        "不等数据写到磁盘（fsync）",
        _is("off"),
        "on",
        "断电或系统崩溃后数据库不会损坏",
        (HIGH, MEDIUM, NO),
        f"{_MANUAL} fsync：关闭可致不可恢复的损坏",
        cost="写入变慢，取决于磁盘",
        level=Level.CRITICAL,
    ),
    Wrong(
        "full_page_writes",
        "不写整页（full_page_writes）",
        _is("off"),
        "on",
        "断电后不会留下写了一半的数据页",
        (HIGH, LOW, NO),
        f"{_MANUAL} full_page_writes",
        cost="预写日志变多",
        level=Level.CRITICAL,
    ),
    Wrong(
        "zero_damaged_pages",
        "把损坏的数据页当作空页",
        _is("on"),
        "off",
        "损坏会被发现，而不是被抹掉",
        (HIGH, NO, LOW),
        f"{_MANUAL} zero_damaged_pages：会毁掉数据",
        "读到损坏页的语句会报错",
        level=Level.CRITICAL,
    ),
    Wrong(
        "ignore_checksum_failure",
        "忽略数据页校验错误",
        _is("on"),
        "off",
        "损坏会被发现",
        (HIGH, NO, LOW),
        f"{_MANUAL} ignore_checksum_failure",
        "读到损坏页的语句会报错",
        level=Level.CRITICAL,
    ),
    Wrong(
        "synchronous_commit",
        "提交不等日志落盘",
        _is("off"),
        "on",
        "断电时不丢最近提交的医嘱、收费",
        (MEDIUM, MEDIUM, NO),
        f"{_MANUAL} synchronous_commit；是否可以丢由医院决定",
        cost="每次提交多等一次落盘",
    ),
    Wrong(
        "autovacuum",
        "自动清理被关闭",
        _is("off"),
        "on",
        "死元组、统计信息和事务号得到维护",
        (HIGH, LOW, LOW),
        f"{_MANUAL} Routine Vacuuming",
        "打开后会立即补做，头几小时磁盘较忙",
        safe=False,
        level=Level.CRITICAL,
    ),
    Wrong(
        "track_counts",
        "不统计表的活动",
        _is("off"),
        "on",
        "自动清理依赖它，关闭等于关闭自动清理",
        (HIGH, LOW, LOW),
        f"{_MANUAL} track_counts",
        "打开后会补做清理",
        level=Level.CRITICAL,
    ),
    Wrong(
        "track_activities",
        "不记录会话正在做什么",
        _is("off"),
        "on",
        "卡顿时能看到是哪个会话",
        (MEDIUM, NO, NO),
        f"{_MANUAL} track_activities",
        safe=True,
    ),
    Wrong(
        "default_statistics_target",
        "统计目标过低",
        _below(50),
        "100",
        "行数估得准，执行计划更好",
        (MEDIUM, LOW, LOW),
        "本项目经验值 50；默认 100",
        "部分语句的执行计划会改变",
        "ANALYZE 稍慢",
    ),
    Wrong(
        "random_page_cost",
        "随机读比顺序读还便宜",
        # With a dearer sequential page the advised value would be just as wrong.
        lambda own, known: "seq_page_cost" in known and own.figure < known["seq_page_cost"].figure <= 1.1,  # noqa: PLR2004 - the value advised
        "1.1",
        "优化器按磁盘的实际情况选择计划",
        (MEDIUM, NO, LOW),
        f"{_MANUAL} random_page_cost：不应小于 seq_page_cost",
        "部分语句的执行计划会改变",
    ),
    Wrong(
        "max_connections",
        "连接数上限过大",
        lambda own, _: own.figure > _CONNECTIONS,
        "300",
        "高峰时不会因进程太多耗尽内存",
        (LOW, HIGH, MEDIUM),
        "PgHero 500",
        "先确认实际峰值连接数，用连接池把并发压下来再调小",
        "要重启",
    ),
    Wrong(
        "checkpoint_completion_target",
        "检查点集中写盘",
        _below(0.9),
        "0.9",
        "写盘分摊到整个检查点周期，减少卡顿",
        (MEDIUM, NO, NO),
        "PostgreSQL 14 起的默认值 0.9",
        safe=True,
    ),
    Wrong(
        "checkpoint_timeout",
        "检查点过于频繁",
        _below(300_000),
        "15min",
        "少写整页日志",
        (MEDIUM, LOW, LOW),
        "默认 5 分钟；更短只会多写日志",
        "崩溃恢复时间变长",
        "恢复时要多回放日志",
    ),
    Wrong(
        "log_min_duration_statement",
        "不记录慢语句",
        lambda own, _: own.figure < 0 or own.figure > _SLOWEST,
        "1000",
        "卡顿之后能找到是哪条语句",
        (MEDIUM, LOW, LOW),
        "本项目经验值 1～5 秒",
        "日志里会有语句的值，日志文件须按患者数据管理",
        "日志略增",
    ),
    Wrong(
        "log_lock_waits",
        "不记录锁等待",
        _is("off"),
        "on",
        "锁等待超过 1 秒会留下双方的记录",
        (MEDIUM, NO, LOW),
        f"{_MANUAL} log_lock_waits",
        "记录里有等待的语句和它的值，日志文件须按患者数据管理",
        cost="日志略增",
    ),
    Wrong(
        "log_checkpoints",
        "不记录检查点",
        _is("off"),
        "on",
        "卡顿时能分清是不是在刷盘",
        (LOW, NO, NO),
        "PostgreSQL 15 起的默认值",
        safe=True,
    ),
    Wrong(
        "log_autovacuum_min_duration",
        "不记录自动清理",
        lambda own, _: own.figure < 0,
        "10min",
        "能看到清理为何慢、为何没做",
        (LOW, NO, NO),
        "PostgreSQL 15 起的默认值",
        safe=True,
    ),
    Wrong(
        "idle_in_transaction_session_timeout",
        "忘记提交的会话没有时限",
        _is("0"),
        "30min",
        "一个忘记提交的窗口不会长期锁住业务、挡住清理",
        (MEDIUM, NO, MEDIUM),
        "本项目经验值 10～30 分钟",
        "超时的会话会被断开，未提交的内容回滚：先与厂商确认程序会重连",
    ),
    *(
        _switch(f"enable_{name}", what)
        for name, what in (
            ("seqscan", "顺序扫描"),
            ("indexscan", "索引扫描"),
            ("indexonlyscan", "仅索引扫描"),
            ("bitmapscan", "位图扫描"),
            ("hashjoin", "哈希连接"),
            ("mergejoin", "合并连接"),
            ("nestloop", "嵌套循环连接"),
            ("sort", "排序"),
            ("hashagg", "哈希聚合"),
            ("material", "物化"),
        )
    ),
)


_CACHE = Wrong(
    "effective_cache_size",
    "effective_cache_size 小于 shared_buffers",
    _less_than("shared_buffers"),
    "",
    "优化器更敢用索引",
    (MEDIUM, NO, LOW),
    f"{_MANUAL} effective_cache_size：含操作系统缓存，不可能小于 shared_buffers",
    "部分语句的执行计划会改变",
)


def _cache(facts: Facts) -> Iterator[Draft]:
    known = settings(facts)
    own, shared = known[_CACHE.setting], known["shared_buffers"].figure
    if _CACHE.is_wrong(own, known):
        yield drafted(
            own, f"{round(shared * 3 / 1024**2)}MB", _CACHE, evidence={"shared_buffers": size(shared)}
        )


def _buffers(facts: Facts) -> Iterator[Draft]:
    own, data = settings(facts)["shared_buffers"], whole(server(facts)["size"])
    hit, read = whole(server(facts)["blks_hit"]), whole(server(facts)["blks_read"])
    if own.figure > 128 * 1024**2 or data < _GB:
        return
    need_days(facts, facts.limits.ratio_hours / 24)
    share = 100 * hit / max(1, hit + read)
    if read < 1_000_000 // 8 or share >= 95:  # noqa: PLR2004 - a gigabyte read from outside; check_postgres 95 %
        return
    wrong = Wrong(
        "shared_buffers",
        "",
        _is(),
        "",
        "少从磁盘读",
        (MEDIUM, HIGH, MEDIUM),
        "",
        "先看有没有全表扫描；不超过内存的 25%",
        "要重启",
    )
    summary = f"shared_buffers 只有 {written(own)}，数据 {size(data)}，命中率 {share:.1f}%"
    yield drafted(
        own,
        f"{max(512, min(8192, round(data / 4 / 1024**2)))}MB",
        wrong,
        summary,
        {"data": size(data), "hit_pct": round(share, 1)},
    )


def _pending(facts: Facts) -> Iterator[Draft]:
    waiting = [own for own in settings(facts).values() if own.pending]
    if waiting:
        names = "、".join(own.name for own in waiting)
        yield Draft(
            "pending_restart",
            f"{len(waiting)} 个参数改了但要重启才生效：{names}",
            "重启后的行为不再出人意料",
            (LOW, MEDIUM, LOW),
            "要重启",
            "重启时业务中断",
            evidence=tuple({"parameter": own.name, "value": written(own)} for own in waiting),
            advice="约定维护窗口重启，或撤销没有必要的改动",
        )


def _maintenance(facts: Facts) -> Iterator[Draft]:
    own, data = settings(facts)["maintenance_work_mem"], whole(server(facts)["size"])
    if data >= 10 * _GB and own.figure <= 64 * 1024**2:
        wrong = Wrong(
            "maintenance_work_mem",
            "",
            _is(),
            "",
            "建索引、清理更快",
            (MEDIUM, LOW, LOW),
            "",
            "每个维护任务最多多占这些内存",
            "内存",
        )
        yield drafted(
            own,
            "512MB",
            wrong,
            f"数据 {size(data)}，maintenance_work_mem 只有 {written(own)}",
            {"data": size(data)},
        )


TOPICS: tuple[Topic, ...] = (
    *(wrong.topic() for wrong in WRONG),
    replace(_CACHE.topic(), find=_cache),
    Topic(
        "config.shared_buffers",
        Chapter.CONFIGURATION,
        "数据缓存过小",
        _buffers,
        f"{_MANUAL} shared_buffers；命中率 95% 取自 check_postgres",
        ("settings", "server"),
    ),
    Topic(
        "config.maintenance_work_mem",
        Chapter.CONFIGURATION,
        "维护内存过小",
        _maintenance,
        "默认 64MB；数据 10 GB 以上为本项目经验值",
        ("settings", "server"),
    ),
    Topic(
        "config.pending_restart",
        Chapter.CONFIGURATION,
        "待重启生效的参数",
        _pending,
        "任意一个",
        ("settings",),
    ),
)
