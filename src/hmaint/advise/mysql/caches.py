"""Connections and caches, judged by how often they did not do."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.mysql.make import rule, set_variable
from hmaint.advise.mysql.settings import seasoned, settings
from hmaint.advise.write import size
from hmaint.model.advice import Chapter, Claim, Verb

_PEAK = 0.85
_CACHE_SAFE = 64 * 1024 * 1024


def _peak(facts: Facts) -> Iterator[Draft]:
    seen = settings(facts)
    most, peak = seen.number("max_connections"), seen.count("Max_used_connections")
    if not most or peak / most < _PEAK:
        return
    target = most + max(50, most // 4)
    yield Draft(
        "max_connections",
        f"连接数上限 {most}，启动以来的峰值 {peak}（{peak / most:.0%}）",
        "避免高峰时新连接被拒绝，业务登录不上",
        (HIGH, LOW, MEDIUM),
        cost="每个连接占用会话内存",
        risk="连接过多多半是应用连接池配置或慢语句造成，先查原因；还须核对操作系统的打开文件数",
        evidence=({"max_connections": most, "peak": peak},),
        fix=set_variable("max_connections", str(target), str(most), safe=False),
        checked="启动以来的最大值，与时长无关",
        claims=(Claim(Verb.SET, "max_connections"),),
    )


def _threads(facts: Facts) -> Iterator[Draft]:
    seen = seasoned(facts)
    made, logins, kept = (
        seen.count("Threads_created"),
        seen.count("Connections"),
        seen.number("thread_cache_size"),
    )
    if kept is None or not logins or made / logins <= 0.1:  # noqa: PLR2004 - the source says
        return
    if (seen.text("thread_handling") or "").startswith("pool") or kept >= 100:  # noqa: PLR2004 - MySQL's own ceiling
        return
    target = min(100, max(16, kept * 2))
    yield Draft(
        "thread_cache_size",
        f"{logins} 次连接新建了 {made} 个线程（{made / logins:.0%}），thread_cache_size 为 {kept}",
        "频繁短连接时建立连接更快",
        (LOW, NO, NO),
        evidence=({"connections": logins, "threads_created": made, "thread_cache_size": kept},),
        fix=set_variable("thread_cache_size", str(target), str(kept)),
        checked="按计数器核对",
        claims=(Claim(Verb.SET, "thread_cache_size"),),
    )


def _table_cache(facts: Facts) -> Iterator[Draft]:
    seen = seasoned(facts)
    now, opened = seen.number("table_open_cache"), seen.count("Opened_tables")
    pushed = seen.count("Table_open_cache_overflows")
    if not now or pushed < now * 10:
        return
    target = min(now * 2, 10_000) if now >= 1_000 else 2_000  # noqa: PLR2004 - the servers' default is 2 000
    if target <= now:
        return
    files, logins = seen.number("open_files_limit"), seen.number("max_connections") or 0
    wanted = 10 + logins + 2 * target
    room = files is not None and files >= wanted
    yield Draft(
        "table_open_cache",
        f"表缓存 {now} 装不下：启动以来打开表 {opened} 次，其中 {pushed} 次挤掉了别的表",
        "少打开表文件，语句启动更快",
        (MEDIUM, LOW, LOW),
        cost="每个打开的表占用少量内存和文件句柄",
        # The server trims it to the files it may open only as it starts; set later, statements fail with error 24.
        risk=f"须在 open_files_limit 之内：要 {wanted} 个，现为 {'未知' if files is None else files}"
        + ("" if room else "，不够时打开表会报错：先加大它（要重启）"),
        evidence=({"table_open_cache": now, "opened_tables": opened, "overflows": pushed},),
        fix=set_variable("table_open_cache", str(target), str(now), safe=room),
        checked="按计数器核对",
        claims=(Claim(Verb.SET, "table_open_cache"),),
    )


def _sorts(facts: Facts) -> Iterator[Draft]:
    seen = seasoned(facts)
    merges, sorts = seen.count("Sort_merge_passes"), seen.count("Sort_scan") + seen.count("Sort_range")
    now = seen.number("sort_buffer_size")
    if now is None or not sorts or merges / sorts <= 0.1 or now >= 2 * 1024 * 1024:  # noqa: PLR2004 - the source says
        return
    yield Draft(
        "sort_buffer_size",
        f"{sorts} 次排序中归并 {merges} 次，sort_buffer_size 为 {size(now)}",
        "排序少落盘",
        (LOW, LOW, LOW),
        cost="每个正在排序的会话最多 2 MB",
        risk="先看能否用索引免去排序",
        evidence=({"sorts": sorts, "merge_passes": merges, "sort_buffer_size": now},),
        fix=set_variable("sort_buffer_size", str(2 * 1024 * 1024), str(now)),
        checked="按计数器核对",
        claims=(Claim(Verb.SET, "sort_buffer_size"),),
    )


def _binlog(facts: Facts) -> Iterator[Draft]:
    seen = settings(facts)
    if not seen.is_on("log_bin"):
        return
    seen = seasoned(facts)
    used, spilt = seen.count("Binlog_cache_use"), seen.count("Binlog_cache_disk_use")
    now = seen.number("binlog_cache_size")
    if now is None or not used or spilt / used <= 0.1 or now >= 1024 * 1024:  # noqa: PLR2004 - the source says
        return
    yield Draft(
        "binlog_cache_size",
        f"{used} 个事务中 {spilt} 个的二进制日志缓存落盘，binlog_cache_size 为 {size(now)}",
        "提交少落盘",
        (LOW, LOW, NO),
        cost="每个写事务最多 1 MB",
        evidence=({"used": used, "on_disk": spilt, "binlog_cache_size": now},),
        fix=set_variable("binlog_cache_size", str(1024 * 1024), str(now)),
        checked="按计数器核对",
        claims=(Claim(Verb.SET, "binlog_cache_size"),),
    )


def _query_cache(facts: Facts) -> Iterator[Draft]:
    seen = seasoned(facts)
    room, kind = seen.number("query_cache_size"), (seen.text("query_cache_type") or "OFF").upper()
    hits, asked = seen.count("Qcache_hits"), seen.count("Com_select")
    if not room or kind in ("OFF", "0") or not hits + asked or hits / (hits + asked) >= 0.2:  # noqa: PLR2004 - the source says
        return
    yield Draft(
        "query_cache_size",
        f"查询缓存 {size(room)}，{hits + asked} 次查询只命中 {hits} 次",
        "去掉所有会话共用的一把锁，多核并发更好",
        (MEDIUM, NO, LOW),
        risk="个别反复执行的相同查询会重新计算",
        evidence=({"query_cache_size": room, "hits": hits, "selects": asked},),
        # Emptying a large one holds up every statement meanwhile.
        fix=set_variable("query_cache_size", "0", str(room), safe=room <= _CACHE_SAFE),
        checked="按命中率核对",
        claims=(Claim(Verb.SET, "query_cache_size"),),
    )


RULES = (
    rule(Topic("connections.peak", Chapter.CONFIGURATION, "连接数曾接近上限", _peak,
               "mysqltuner 85%", ("variables", "status"))),
    rule(Topic("threads.cache", Chapter.CONFIGURATION, "线程缓存过小", _threads,
               "MySQL 手册 thread_cache_size；10% 为通行做法", ("variables", "status"))),
    rule(Topic("tables.cache", Chapter.CONFIGURATION, "表缓存过小", _table_cache,
               "MySQL 手册 Table_open_cache_overflows；倍数为本项目经验值", ("variables", "status"))),
    rule(Topic("sort.merge", Chapter.CONFIGURATION, "排序缓冲过小", _sorts,
               "mysqltuner 10%；上限 2 MB 为通行做法", ("variables", "status"))),
    rule(Topic("binlog.cache", Chapter.CONFIGURATION, "二进制日志缓存过小", _binlog,
               "MySQL 手册 Binlog_cache_disk_use；10% 为通行做法", ("variables", "status"))),
    rule(Topic("query_cache", Chapter.CONFIGURATION, "查询缓存命中率低", _query_cache,
               "mysqltuner 20%；MySQL 8.0 起已取消", ("variables", "status")), before={"mysql": "8.0"}),
)  # fmt: skip
