"""Memory, redo, temporary tables, connections and caches: one target value for each variable, and its formula."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts, in_range
from hmaint.advise.mysql.make import restart_with, rule, set_variable
from hmaint.advise.mysql.schema import whole
from hmaint.advise.mysql.settings import Settings, seasoned, settings
from hmaint.advise.write import size
from hmaint.model.advice import Chapter, Claim, Fix, Verb
from hmaint.model.look import Row

_MB = 1024 * 1024
_POOL_MISSES = 0.01
_BUFFERS = {
    "sort_buffer_size": 2 * _MB,
    "join_buffer_size": 256 * 1024,
    "read_buffer_size": 128 * 1024,
    "read_rnd_buffer_size": 256 * 1024,
}
"""Buffers that each session may take, with the servers' own defaults; MySQL sorts by default in an eighth of that."""
_BUFFER_MOST = 16 * _MB


def _set(name: str) -> tuple[Claim, ...]:
    return (Claim(Verb.SET, name),)


def _row(**figures: float | str | None) -> Row:
    return dict(figures)


def _pool(facts: Facts) -> Iterator[Draft]:
    seen = seasoned(facts)
    pool = seen.number("innodb_buffer_pool_size")
    # The whole server shares one pool, whichever schemas are looked at.
    rows = (row for row in facts.rows("tables") if row["engine"] == "InnoDB")
    held = sum(whole(row["data_bytes"]) + whole(row["index_bytes"]) for row in rows)
    asked, missed = seen.count("Innodb_buffer_pool_read_requests"), seen.count("Innodb_buffer_pool_reads")
    if pool is None or not asked or held <= pool or missed / asked <= _POOL_MISSES:
        return
    target = min(pool * 2, -(-held * 11 // 10 // (128 * _MB)) * 128 * _MB)
    dynamic = in_range(facts.version, "10.2.2" if facts.flavour == "mariadb" else "5.7.5", None)
    yield Draft(
        "innodb_buffer_pool_size",
        f"缓冲池 {size(pool)}，InnoDB 数据 {size(held)}，{missed / asked:.1%} 的读取要到磁盘",
        "读盘减少，查询整体变快",
        (HIGH, LOW, MEDIUM),
        cost=f"多占 {size(target - pool)} 内存",
        risk="主机内存不足时会换页甚至被系统杀掉：先看空闲内存，库外看不到主机内存，数值须由人定",
        evidence=(_row(pool=pool, data=held, read_requests=asked, reads=missed),),
        fix=_resize("innodb_buffer_pool_size", target, pool, dynamic=dynamic),
        advice="确认主机空闲内存后逐步加大；专用数据库服务器一般不超过物理内存的 70%",
        checked="按计数器与数据量核对；主机内存未看",
        claims=_set("innodb_buffer_pool_size"),
    )


def _resize(name: str, target: int, old: int, *, dynamic: bool) -> Fix:
    make = set_variable(name, str(target), str(old), safe=False) if dynamic else None
    return make or restart_with(name, str(target), str(old))


def _buffers(facts: Facts) -> Iterator[Draft]:
    seen = settings(facts)
    most = seen.number("max_connections") or 0
    for name, default in _BUFFERS.items():
        now = seen.number(name)
        if now is None or now < _BUFFER_MOST:
            continue
        yield Draft(
            name,
            f"{name} 为 {size(now)}，每个会话都可能占用；最多 {most} 个连接合计可达 {size(now * most)}",
            "避免内存耗尽；分配小缓冲也更快",
            (MEDIUM, NO, LOW),
            risk="个别确实需要大缓冲的语句可在自己的会话里另设",
            evidence=(_row(variable=name, now=now, wanted=default, max_connections=most),),
            # From 8.0.18 on MySQL joins by hash within the join buffer: a small one goes to disk.
            fix=set_variable(name, str(default), str(now), safe=name != "join_buffer_size"),
            advice="会话级缓冲不是越大越好；大连接、大排序应靠索引解决",
            checked="静态值，与计数器无关",
            claims=_set(name),
        )


def _redo(facts: Facts) -> Iterator[Draft]:
    seen = settings(facts)
    name, capacity, files = _redo_capacity(seen)
    written = seen.count("Innodb_os_log_written")
    if not capacity or facts.uptime is None:
        return
    # Younger than an hour: what was written is the least an hour writes.
    hourly = round(written / max(1.0, facts.uptime / 3600))
    if hourly <= capacity:
        return
    target = -(-hourly // (64 * _MB)) * 64 * _MB
    each = target // files
    dynamic = name == "innodb_redo_log_capacity" or (
        facts.flavour == "mariadb" and in_range(facts.version, "10.9", None)
    )
    yield Draft(
        name,
        f"重做日志共 {size(capacity)}，每小时至少写入 {size(hourly)}",
        "检查点不再频繁强制刷脏页，写入更平稳",
        (MEDIUM, LOW, LOW),
        cost=f"磁盘 {size(target - capacity)}",
        risk="异常停机后的恢复时间会变长",
        evidence=(_row(capacity=capacity, written=written, uptime=facts.uptime, hourly=hourly),),
        fix=_resize(name, each, capacity // files, dynamic=dynamic),
        checked="按写入量与启动时长核对",
        claims=_set(name),
    )


def _redo_capacity(seen: Settings) -> tuple[str, int, int]:
    capacity = seen.number("innodb_redo_log_capacity")
    if capacity is not None:
        # One that follows from the older variables of the log files stands in the counter alone.
        real = int(seen.status.get("Innodb_redo_log_capacity_resized") or 0)
        return "innodb_redo_log_capacity", max(capacity, real), 1
    files = seen.number("innodb_log_files_in_group") or 1
    return "innodb_log_file_size", (seen.number("innodb_log_file_size") or 0) * files, files


def _temporary(facts: Facts) -> Iterator[Draft]:
    seen = settings(facts)
    rows, heap = seen.number("tmp_table_size"), seen.number("max_heap_table_size")
    if rows is None or heap is None or rows == heap:
        return
    name, low, high = ("max_heap_table_size", heap, rows) if heap < rows else ("tmp_table_size", rows, heap)
    if high > 256 * _MB:
        return  # the larger is the mistake; the rule of session buffers' kind would be a guess
    yield Draft(
        name,
        f"tmp_table_size 为 {size(rows)}，max_heap_table_size 为 {size(heap)}：实际只按小的一个生效",
        "设置真正生效，少落盘",
        (LOW, NO, LOW),
        cost="每个内存临时表最多多占到两者中的大值",
        risk="许多会话同时用大临时表会耗尽内存；只为 MEMORY 表放大的 max_heap_table_size 不必跟着改",
        evidence=(_row(tmp_table_size=rows, max_heap_table_size=heap),),
        fix=set_variable(name, str(high), str(low), safe=high <= 64 * _MB),
        checked="静态值，与计数器无关",
        claims=_set(name),
    )


def _on_disk(facts: Facts) -> Iterator[Draft]:
    seen = seasoned(facts)
    made, spilt = seen.count("Created_tmp_tables"), seen.count("Created_tmp_disk_tables")
    now = seen.number("tmp_table_size")
    if now is None or not made or spilt / made <= 0.25 or now >= 64 * _MB:  # noqa: PLR2004 - the source says
        return
    yield Draft(
        "tmp_table_size",
        f"{made} 个临时表中 {spilt} 个（{spilt / made:.0%}）落盘，tmp_table_size 为 {size(now)}",
        "排序、分组、去重少落盘",
        (MEDIUM, LOW, LOW),
        cost="每个会话的内存临时表最多 64 MB",
        risk="含大字段的临时表仍会落盘，先看语句",
        evidence=(_row(created=made, on_disk=spilt, tmp_table_size=now),),
        fix=set_variable("tmp_table_size", str(64 * _MB), str(now)),
        checked="按计数器核对",
        claims=_set("tmp_table_size"),
    )


RULES = (
    rule(Topic("memory.pool", Chapter.CONFIGURATION, "缓冲池小于数据且命中率低", _pool,
               "MySQL 手册 InnoDB Buffer Pool；未命中超过 1% 为本项目经验值",
               ("variables", "status", "tables"))),
    rule(Topic("memory.session", Chapter.CONFIGURATION, "会话级缓冲过大", _buffers,
               "MySQL 手册 How MySQL Uses Memory；16 MB 为本项目经验值", ("variables",))),
    rule(Topic("redo.size", Chapter.CONFIGURATION, "重做日志装不下一小时的写入", _redo,
               "MySQL 手册 innodb_redo_log_capacity；一小时为通行做法", ("variables", "status"))),
    rule(Topic("temp.mismatch", Chapter.CONFIGURATION, "内存临时表的两个上限不一致", _temporary,
               "MySQL 5.7 手册 Internal Temporary Table Use；8.0 起用 TempTable，不再看后者",
               ("variables",)), before={"mysql": "8.0"}),
    rule(Topic("temp.disk", Chapter.CONFIGURATION, "落盘的临时表过多", _on_disk,
               "mysqltuner 25%；8.0.0–8.0.27 的 TempTable 不看 tmp_table_size，故不适用", ("variables", "status")),
         before={"mysql": "8.0"}),
)  # fmt: skip
