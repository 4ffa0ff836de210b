"""Settings that trade what survives a power cut for speed: named as such, and never among what is safe to apply."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hmaint.advise.draft import LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.mysql.make import restart_with, rule, set_variable
from hmaint.advise.mysql.settings import Settings, settings
from hmaint.model.advice import Chapter, Claim, Fix, Verb


@dataclass(frozen=True, slots=True)
class Guard:
    """One such setting: which value keeps what was committed, and what is lost without it."""

    name: str
    good: str
    lost: str
    cost: str
    bad: Callable[[Settings, str], bool]
    restart: bool = False


_GUARDS = (
    Guard(
        "innodb_flush_log_at_trx_commit", "1", "断电或系统崩溃会丢失最后约 1 秒已提交的业务",
        "每次提交多一次刷盘，机械盘上写入变慢", lambda _, value: value != "1",
    ),
    Guard(
        "sync_binlog", "1", "断电后二进制日志可能缺最后若干事务，从库与按时间点恢复都会缺数据",
        "每次提交多一次刷盘", lambda seen, value: bool(seen.is_on("log_bin")) and value != "1",
    ),
    Guard(
        "innodb_doublewrite", "ON", "断电时写了一半的页无法修复，表会损坏", "写入量增加",
        lambda _, value: value.upper() in ("OFF", "0", "FALSE"), restart=True,
    ),
    Guard(
        "innodb_checksum_algorithm", "crc32", "磁盘写坏的页读不出来是坏的，坏数据会被当成好的", "可忽略",
        lambda _, value: value.lower() in ("none", "strict_none"),
    ),
)  # fmt: skip


def _find(guard: Guard) -> Callable[[Facts], Iterator[Draft]]:
    def find(facts: Facts) -> Iterator[Draft]:
        seen = settings(facts)
        now = seen.text(guard.name)
        if now is None or not guard.bad(seen, now):
            return
        make = restart_with if guard.restart else _unsafe
        yield Draft(
            guard.name,
            f"{guard.name} 为 {now}：{guard.lost}",
            "已提交的业务数据不因断电丢失或损坏（这是安全性，不是速度）",
            (MEDIUM, MEDIUM if guard.cost != "可忽略" else NO, LOW),
            cost=guard.cost,
            risk="写入会变慢，先在非高峰观察",
            evidence=({"variable": guard.name, "now": now, "wanted": guard.good},),
            fix=make(guard.name, guard.good, now),
            advice="若是有意为之（如有电池保护的缓存、可重放的从库），记录理由",
            checked="静态值，与计数器无关",
            claims=(Claim(Verb.SET, guard.name),),
        )

    return find


def _unsafe(name: str, value: str, old: str) -> Fix:
    return set_variable(name, value, old, safe=False)


def _switch(name: str, good: str, says: str, gain: str) -> Callable[[Facts], Iterator[Draft]]:
    def find(facts: Facts) -> Iterator[Draft]:
        seen = settings(facts)
        now = seen.is_on(name)
        if now is None or now is (good == "ON"):
            return
        yield Draft(
            name,
            says,
            gain,
            (LOW, NO, NO),
            evidence=({"variable": name, "now": seen.text(name), "wanted": good},),
            fix=set_variable(name, good, "OFF" if good == "ON" else "ON"),
            checked="静态值，与计数器无关",
            claims=(Claim(Verb.SET, name),),
        )

    return find


def _general_log(facts: Facts) -> Iterator[Draft]:
    for draft in _switch(
        "general_log",
        "OFF",
        "通用日志开着：每条语句连同其中的患者信息都写入文件",
        "少写一遍所有语句；患者信息不再落入日志",
    )(facts):
        yield Draft(
            draft.object,
            draft.summary,
            draft.gain,
            (MEDIUM, NO, LOW),
            risk="有的医院拿它当审计日志：先与信息科确认",
            evidence=draft.evidence,
            fix=set_variable("general_log", "OFF", "ON", safe=False),
            advice="关闭后由信息科处置已写出的日志文件（含患者信息）",
            checked=draft.checked,
            claims=draft.claims,
        )


def _slow_log(facts: Facts) -> Iterator[Draft]:
    seen = settings(facts)
    on, seconds = seen.is_on("slow_query_log"), seen.text("long_query_time")
    if on is None or seconds is None:
        return
    if not on:
        name, good, old = "slow_query_log", "ON", "OFF"
    elif float(seconds) > 5:  # noqa: PLR2004 - the source says
        name, good, old = "long_query_time", "2", seconds
    else:
        return
    yield Draft(
        name,
        (
            f"慢查询日志没有开（现会记超过 {float(seconds):g} 秒的语句）"
            if not on
            else f"慢查询日志只记超过 {float(seconds):g} 秒的语句"
        ),
        "高峰卡顿时能查到是哪条语句",
        (LOW, LOW, LOW),
        cost="日志占少量磁盘，须配置轮转",
        risk="日志里有语句的值，日志文件须按患者数据管理；long_query_time 太小会记下所有语句、写满磁盘",
        evidence=({"slow_query_log": seen.text("slow_query_log"), "long_query_time": seconds},),
        fix=set_variable(name, good, old, safe=False),
        checked="静态值，与计数器无关",
        claims=(Claim(Verb.SET, name),),
    )


def _schema_off(facts: Facts) -> Iterator[Draft]:
    seen = settings(facts)
    if seen.is_on("performance_schema") is not False:
        return
    yield Draft(
        "performance_schema",
        "performance_schema 关着：看不到哪些语句慢、哪些索引没人用",
        "下次调优有据可依",
        (MEDIUM, LOW, LOW),
        cost="内存几十到几百 MB，CPU 约百分之几",
        risk="须重启才生效",
        evidence=({"variable": "performance_schema", "now": "OFF", "wanted": "ON"},),
        fix=restart_with("performance_schema", "ON", "OFF"),
        checked="静态值，与计数器无关",
        claims=(Claim(Verb.SET, "performance_schema"),),
    )


def _retention(facts: Facts) -> Iterator[Draft]:
    seen = settings(facts)
    if not seen.is_on("log_bin"):
        return
    days, seconds = seen.number("expire_logs_days"), seen.number("binlog_expire_logs_seconds")
    if days or seconds or (days is None and seconds is None):
        return
    name, good = ("expire_logs_days", "14") if seconds is None else ("binlog_expire_logs_seconds", "1209600")
    yield Draft(
        name,
        "二进制日志从不清理，会一直长到磁盘满",
        "磁盘不会被二进制日志写满",
        (MEDIUM, NO, MEDIUM),
        risk="会删除 14 天以前的日志：先确认备份和所有从库都已不需要它们",
        evidence=({"expire_logs_days": days, "binlog_expire_logs_seconds": seconds},),
        fix=set_variable(name, good, "0", safe=False),
        checked="静态值，与计数器无关",
        claims=(Claim(Verb.SET, name),),
    )


_NAMED = ("commit", "binlog", "doublewrite", "checksum")
RULES = (
    *(
        rule(
            Topic(
                f"durability.{name}",
                Chapter.CONFIGURATION,
                f"安全性设置 {guard.name} 被放宽",
                _find(guard),
                f"MySQL 手册 {guard.name}",
                ("variables", "status"),
            )
        )
        for name, guard in zip(_NAMED, _GUARDS, strict=True)
    ),
    rule(Topic("statistics.auto", Chapter.CONFIGURATION, "统计信息不自动更新",
               _switch("innodb_stats_auto_recalc", "ON", "innodb_stats_auto_recalc 关着：数据大变后执行计划会突然变坏",
                       "执行计划跟得上数据"),
               "MySQL 手册 innodb_stats_auto_recalc，默认 ON", ("variables", "status"))),
    rule(Topic("statistics.metadata", Chapter.CONFIGURATION, "查元数据时重算统计",
               _switch("innodb_stats_on_metadata", "OFF", "innodb_stats_on_metadata 开着：每次查看表信息都重新采样",
                       "查表信息不再读盘，执行计划更稳定"),
               "MySQL 手册 innodb_stats_on_metadata，5.6 起默认 OFF", ("variables", "status"))),
    rule(Topic("log.general", Chapter.STORAGE, "通用日志开着", _general_log,
               "MySQL 手册 The General Query Log，默认 OFF", ("variables", "status"))),
    rule(Topic("log.slow", Chapter.STATEMENT, "慢查询日志无法用于定位", _slow_log,
               "MySQL 手册 The Slow Query Log；5 秒为本项目经验值", ("variables", "status"))),
    rule(Topic("performance_schema", Chapter.STATEMENT, "没有语句统计", _schema_off,
               "MariaDB 默认关闭，MySQL 5.6 起默认开启", ("variables", "status"))),
    rule(Topic("binlog.retention", Chapter.STORAGE, "二进制日志从不清理", _retention,
               "MySQL 手册 binlog_expire_logs_seconds；14 天为通行做法", ("variables", "status"))),
)  # fmt: skip
