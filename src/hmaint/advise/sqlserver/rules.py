"""A SQL Server database: options, indexes, keys, statistics, waits. A person applies what is advised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.write import size
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act, Chapter, Claim, Fix, Lock, Verb
from hmaint.model.look import Row, Seen
from hmaint.model.playbook import Level

_PAGE = 8192
_FRESH = 7
"""Days that statistics may be behind: a weekly job catches up."""
_SHORT = Lock("架构修改锁（Sch-M）", None, "只一瞬，但要等正在用它的语句结束")
_WHOLE = Lock("期间表不能写（企业版可加 ONLINE = ON）", None, "按表的大小")
_UNLIMITED = 2_147_483_647


def whole(value: object) -> int:
    """A figure of a row; nothing counts as 0."""
    return int(float(str(value))) if value is not None else 0


def name(*parts: object) -> str:
    """Names as T-SQL writes identifiers."""
    return ".".join(f"[{str(part).replace(']', ']]')}]" for part in parts)


def seeing(facts: Facts) -> Row:
    """The row about the server; CouldNotLook where the account sees no definitions, or is in the wrong database."""
    rows = facts.rows("server")
    if not rows or not whole(rows[0]["sees"]):
        raise CouldNotLook(Seen.DENIED, "账号看不到对象的定义（要 VIEW ANY DEFINITION）")
    if rows[0]["db"] in (None, "master"):
        raise CouldNotLook(Seen.UNSUPPORTED, "没有指明业务库（设备清单的 database）")
    return rows[0]


def aged(facts: Facts, days: float) -> float:
    """Days since the start, from when the counters count; CouldNotLook where they are fewer."""
    known = whole(seeing(facts)["minutes"]) / 1440
    if known < days:
        raise CouldNotLook(Seen.UNSUPPORTED, f"启动只有 {known:.1f} 天，少于 {days:g} 天，不作判断")
    return known


def by_hand(statements: tuple[str, ...], undo: tuple[str, ...], lock: Lock) -> Fix:
    """Statements for a person: this release applies nothing to SQL Server."""
    return Fix(Act.MANUAL, statements, undo, lock)


@dataclass(frozen=True, slots=True)
class Index:
    """An index with its key columns (number, descending) in order, and whether it holds more than keys."""

    row: Row
    table: str
    full: str
    sql: str
    keys: tuple[tuple[int, bool], ...]
    includes: frozenset[int]

    @property
    def plain(self) -> bool:
        """An ordinary rowstore index that only finds rows."""
        ties = ("uniq", "main", "constrained", "filtered", "disabled", "hypothetical")
        return whole(self.row["type"]) == 2 and not any(whole(self.row[tie]) for tie in ties)  # noqa: PLR2004 - nonclustered

    @property
    def bytes(self) -> int:
        """As of now."""
        return whole(self.row["pages"]) * _PAGE


def tables(facts: Facts) -> Mapping[int, Row]:
    """The tables by their object id; CouldNotLook where definitions are not seen."""
    seeing(facts)
    return {whole(row["id"]): row for row in facts.rows("tables")}


def indexes(facts: Facts) -> tuple[Index, ...]:
    """Every index of those tables."""
    owners = tables(facts)
    fields: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in facts.rows("columns"):
        fields[whole(row["id"]), whole(row["number"])].append(row)
    found = []
    for row in facts.rows("indexes"):
        owner = owners.get(whole(row["id"]))
        if owner is None:
            continue
        parts = sorted(fields[whole(row["id"]), whole(row["number"])], key=lambda part: whole(part["place"]))
        keys = tuple((whole(p["field"]), bool(whole(p["descending"]))) for p in parts if whole(p["place"]))
        more = frozenset(whole(part["field"]) for part in parts if not whole(part["place"]))
        table = name(owner["owner"], owner["name"])
        full = f"{owner['owner']}.{owner['name']}.{row['name']}"
        found.append(Index(row, table, full, name(row["name"]), keys, more))
    return tuple(found)


def _config(setting: str, title: str, wanted: int, wrong: frozenset[int], gain: str, source: str) -> Topic:  # noqa: PLR0913, PLR0917 - a row of a table
    def find(facts: Facts) -> Iterator[Draft]:
        for row in facts.rows("settings"):
            if row["name"] == setting and whole(row["value"]) in wrong:
                said = [
                    f"EXEC sys.sp_configure N'{setting}', {value}; RECONFIGURE"
                    for value in (wanted, whole(row["value"]))
                ]
                shown = "EXEC sys.sp_configure N'show advanced options', 1; RECONFIGURE"
                live = bool(whole(row["dynamic"]))
                yield Draft(
                    setting,
                    f"{setting} 现为 {whole(row['value'])}，建议 {wanted}",
                    gain,
                    (MEDIUM, LOW, LOW),
                    risk="部分语句的执行计划会改变" if live else "要重启",
                    evidence=({"setting": setting, "value": whole(row["value"]), "advised": wanted},),
                    fix=by_hand(
                        (shown, said[0]),
                        (shown, said[1]),
                        Lock("不锁表" if live else "重启数据库", 0 if live else None),
                    ),
                    checked="只与参数的含义核对",
                    claims=(Claim(Verb.SET, setting),),
                )

    return Topic(
        f"config.{setting.split(' (', maxsplit=1)[0].replace(' ', '_')}",
        Chapter.CONFIGURATION,
        title,
        find,
        source,
        ("settings",),
    )


def _memory(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("settings"):
        if row["name"] == "max server memory (MB)" and whole(row["value"]) >= _UNLIMITED:
            yield Draft(
                "max server memory (MB)",
                "内存上限没有设置，SQL Server 会把服务器的内存用到操作系统吃紧",
                "操作系统与备份程序有内存可用",
                (HIGH, NO, LOW),
                evidence=({"setting": "max server memory (MB)", "value": "不限"},),
                advice="设为物理内存减 4 GB 与其他程序所需（在线生效）",
                checked="只与参数的含义核对",
            )


_OPTIONS: tuple[tuple[str, str, object, str, str, str], ...] = (
    (
        "auto_close",
        "自动关闭",
        1,
        "AUTO_CLOSE OFF",
        "AUTO_CLOSE ON",
        "没有连接时不再反复关闭、打开，第一个登录的人不再等",
    ),
    ("auto_shrink", "自动收缩", 1, "AUTO_SHRINK OFF", "AUTO_SHRINK ON", "不再反复收缩又增长，索引不再碎片化"),
    (
        "creates",
        "不自动建统计信息",
        0,
        "AUTO_CREATE_STATISTICS ON",
        "AUTO_CREATE_STATISTICS OFF",
        "行数估得准",
    ),
    (
        "updates",
        "不自动更新统计信息",
        0,
        "AUTO_UPDATE_STATISTICS ON",
        "AUTO_UPDATE_STATISTICS OFF",
        "行数估得准",
    ),
)


def _option(column: str, title: str, wrong: object, words: str, back: str, gain: str) -> Topic:  # noqa: PLR0913, PLR0917 - a row of _OPTIONS
    def find(facts: Facts) -> Iterator[Draft]:
        for row in facts.rows("database"):
            if row[column] is not None and whole(row[column]) == wrong:
                head = f"ALTER DATABASE {name(row['name'])} SET "
                yield Draft(
                    f"{row['name']} {words.split(maxsplit=1)[0]}",
                    f"库 {row['name']}：{title}",
                    gain,
                    (HIGH, NO, LOW),
                    evidence=(
                        {
                            "db": str(row["name"]),
                            "option": words.split(maxsplit=1)[0],
                            "on": bool(whole(row[column])),
                        },
                    ),
                    fix=by_hand((head + words,), (head + back,), Lock("不锁表", 0.1)),
                    checked="sys.databases",
                    claims=(Claim(Verb.SET, words.split(maxsplit=1)[0]),),
                )

    return Topic(
        f"config.{words.split(maxsplit=1)[0].lower()}",
        Chapter.CONFIGURATION,
        title,
        find,
        "sp_Blitz",
        ("database",),
    )


def _verify(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("database"):
        if row["verifies"] is not None and row["verifies"] != "CHECKSUM":
            head = f"ALTER DATABASE {name(row['name'])} SET PAGE_VERIFY "
            yield Draft(
                f"{row['name']} PAGE_VERIFY",
                f"库 {row['name']} 的页校验是 {row['verifies']}",
                "磁盘损坏的数据会被发现",
                (HIGH, LOW, NO),
                "写入时算校验，约 1%～2%",
                evidence=({"db": str(row["name"]), "page_verify": str(row["verifies"])},),
                fix=by_hand((f"{head}CHECKSUM",), (head + str(row["verifies"]),), Lock("不锁表", 0.1)),
                checked="sys.databases",
                claims=(Claim(Verb.SET, "PAGE_VERIFY"),),
            )


def _growth(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("files"):
        grows, percents = whole(row["growth"]), whole(row["percents"])
        if float(str(row["size_mb"])) >= 1000 and grows and (percents or grows <= 128):  # noqa: PLR2004 - sp_Blitz; 128 pages are 1 MB
            old = f"{grows}%" if percents else f"{grows // 128} MB"
            database = str(seeing(facts)["db"])
            head = f"ALTER DATABASE {name(database)} MODIFY FILE (NAME = {name(row['name'])}, FILEGROWTH = "
            yield Draft(
                f"{database} {row['name']}",
                f"文件 {row['name']}（{whole(row['size_mb'])} MB）每次增长 {old}",
                "增长不再太慢或太碎",
                (MEDIUM, NO, NO),
                evidence=({"file": str(row["name"]), "size_mb": whole(row["size_mb"]), "growth": old},),
                fix=by_hand((f"{head}256MB)",), (f"{head}{old.replace(' ', '')})",), Lock("不锁表", 0.1)),
                checked="sys.master_files",
                claims=(Claim(Verb.SET, f"growth of {row['name']}"),),
            )


def _drop(index: Index, longer: Index, *, same: bool) -> Draft:
    return Draft(
        index.full,
        (
            f"索引 {index.row['name']} 的列{'与' if same else '已是'} {longer.row['name']} "
            f"{'相同' if same else '的前几列'}"
        ),
        f"每次写入少维护一个索引，释放 {size(index.bytes)}",
        (MEDIUM, LOW, LOW),
        risk="语句里用提示点名它的会报错",
        evidence=(_figures(index, beside=str(longer.row["name"])),),
        fix=by_hand(
            (f"ALTER INDEX {index.sql} ON {index.table} DISABLE",),
            (f"ALTER INDEX {index.sql} ON {index.table} REBUILD",),
            _SHORT,
        ),
        advice="先停用（保留定义）一个季度，没有问题再删除",
        checked="按键列、升降序与包含列核对",
        claims=(Claim(Verb.DROP, index.full), Claim(Verb.KEEP, longer.full)),
    )


def _figures(index: Index, **more: str | float) -> Row:
    return {
        "index": index.full,
        "size": size(index.bytes),
        "reads": whole(index.row["reads"]),
        "writes": whole(index.row["writes"]),
        **more,
    }


def _redundant(facts: Facts, *, same: bool) -> Iterator[Draft]:
    every = [
        i
        for i in indexes(facts)
        if whole(i.row["type"]) in (1, 2) and not whole(i.row["disabled"]) and not whole(i.row["filtered"])
    ]
    by_table: dict[str, list[Index]] = defaultdict(list)
    for index in every:
        by_table[index.table].append(index)
    for group in by_table.values():
        for index in group:
            longer = next(
                (other for other in group if other is not index and _covers(other, index, same=same)), None
            )
            if longer is not None and index.plain:
                yield _drop(index, longer, same=same)


def _covers(longer: Index, index: Index, *, same: bool) -> bool:
    """A clustered index holds every column, but reading it is dearer: it stands in only where the keys are the same."""
    clustered = whole(longer.row["type"]) == 1
    if not clustered and not index.includes <= longer.includes | {field for field, _ in longer.keys}:
        return False
    if same:
        first = (longer.plain, whole(longer.row["number"])) < (index.plain, whole(index.row["number"]))
        return longer.keys == index.keys and first
    return (
        not clustered and len(longer.keys) > len(index.keys) and longer.keys[: len(index.keys)] == index.keys
    )


def _unused(facts: Facts) -> Iterator[Draft]:
    days = min(aged(facts, facts.limits.usage_days), _kept(facts))
    for index in indexes(facts):
        idle = not whole(index.row["reads"]) and whole(index.row["writes"]) >= facts.limits.rows
        if idle and index.plain and index.bytes >= 5 * 1024**2 and not _behind_a_key(facts, index):
            yield Draft(
                index.full,
                f"索引 {index.row['name']} {days:.0f} 天没有用过，却维护了 {index.row['writes']} 次",
                f"每次写入少维护一个索引，释放 {size(index.bytes)}",
                (MEDIUM, LOW, MEDIUM),
                risk="季度、年度统计可能要用；只读副本上的使用不在内",
                evidence=(_figures(index, days=round(days)),),
                fix=by_hand(
                    (f"ALTER INDEX {index.sql} ON {index.table} DISABLE",),
                    (f"ALTER INDEX {index.sql} ON {index.table} REBUILD",),
                    _SHORT,
                ),
                advice="先停用（保留定义）一个季度，没有问题再删除",
                checked="sys.dm_db_index_usage_stats 自启动起",
                claims=(Claim(Verb.DROP, index.full),),
            )


def _kept(facts: Facts) -> float:
    """Days since the database came here; CouldNotLook where its counters went with that, or with closing it."""
    for row in facts.rows("database"):
        known = whole(row["minutes"]) / 1440
        if whole(row["auto_close"]):
            raise CouldNotLook(Seen.UNSUPPORTED, "库会自动关闭，使用统计随之清空，不作判断")
        if row["minutes"] is None or known < facts.limits.usage_days:
            raise CouldNotLook(
                Seen.UNSUPPORTED,
                f"库建立或恢复只有 {known:.1f} 天，少于 {facts.limits.usage_days:g} 天，不作判断",
            )
        return known
    raise CouldNotLook(Seen.GARBLED, "没有读到库的概况")


def _keys(facts: Facts) -> Iterator[tuple[Row, int, tuple[int, ...]]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in facts.rows("keys"):
        grouped[whole(row["id"])].append(row)
    for rows in grouped.values():
        ordered = sorted(rows, key=lambda row: whole(row["place"]))
        yield ordered[0], whole(ordered[0]["owner"]), tuple(whole(row["field"]) for row in ordered)


def _behind_a_key(facts: Facts, index: Index) -> bool:
    return any(owner == whole(index.row["id"]) and _leads(index, fields) for _, owner, fields in _keys(facts))


def _leads(index: Index, fields: tuple[int, ...]) -> bool:
    return {field for field, _ in index.keys[: len(fields)]} == set(fields)


def _foreign(facts: Facts) -> Iterator[Draft]:
    owners, every = (
        tables(facts),
        [i for i in indexes(facts) if not whole(i.row["disabled"]) and not whole(i.row["filtered"])],
    )
    for key, owner, fields in _keys(facts):
        table = owners.get(owner)
        if table is None or whole(table["total"]) < facts.limits.rows:
            continue
        if not any(whole(i.row["id"]) == owner and _leads(i, fields) for i in every):
            yield Draft(
                f"{table['owner']}.{table['name']}.{key['name']}",
                f"外键 {key['name']} 在 {table['name']}（{table['total']} 行）上没有索引",
                "删除、修改上级记录时不再扫描整张子表",
                (HIGH, MEDIUM, LOW),
                f"每次写入 {table['name']} 多维护一个索引",
                evidence=(
                    {
                        "table": f"{table['owner']}.{table['name']}",
                        "key": str(key["name"]),
                        "rows": whole(table["total"]),
                    },
                ),
                advice="按外键的列建非聚集索引；企业版加 ONLINE = ON，标准版放在窗口内",
                checked="与现有索引逐一核对，没有以这些列开头的",
            )


def _untrusted(facts: Facts) -> Iterator[Draft]:
    owners = tables(facts)
    for key, owner, _ in _keys(facts):
        table = owners.get(owner)
        if table is not None and whole(key["untrusted"]) and not whole(key["disabled"]):
            head = f"ALTER TABLE {name(table['owner'], table['name'])} WITH CHECK CHECK CONSTRAINT {name(key['name'])}"
            yield Draft(
                f"{table['owner']}.{table['name']}.{key['name']} trust",
                f"外键 {key['name']} 没有验证过旧数据，优化器不信它",
                "优化器可以省去不必要的连接",
                (LOW, MEDIUM, LOW),
                "扫描整张表一遍",
                "旧数据不符合时报错，什么也不改",
                evidence=({"key": str(key["name"]), "trusted": False},),
                fix=by_hand((head,), (), Lock("架构修改锁（Sch-M），表不能读写", None, "要扫描整张表")),
                checked="sys.foreign_keys",
            )


def _missing(facts: Facts) -> Iterator[Draft]:
    aged(facts, 7)
    owners = tables(facts)
    for row in facts.rows("missing"):
        table = owners.get(whole(row["id"]))
        big = table is not None and whole(table["total"]) >= facts.limits.rows
        if table is None or not big or whole(row["uses"]) < 1000 or float(str(row["impact"])) < 50:  # noqa: PLR2004 - see the rule's source
            continue
        columns = ", ".join(part for part in (str(row["equal"]), str(row["ranged"])) if part)
        first = str(row["equal"] or row["ranged"]).split(",")[0].strip(" []")
        more = f" INCLUDE ({row['included']})" if row["included"] else ""
        label = f"IX_{table['name']}_{first}"[:120]
        target = name(table["owner"], table["name"])
        yield Draft(
            f"{table['owner']}.{table['name']} ({columns})",
            f"优化器 {row['uses']} 次想用 {table['name']} 上的索引（{columns}），估计省 {whole(row['impact'])}%",
            "这些语句不再扫描",
            (HIGH, MEDIUM, LOW),
            f"每次写入 {table['name']} 多维护一个索引",
            "包含列可能太多：先与现有索引合并考虑",
            evidence=(
                {
                    "table": f"{table['owner']}.{table['name']}",
                    "columns": columns,
                    "included": str(row["included"]),
                    "uses": whole(row["uses"]),
                    "impact_pct": whole(row["impact"]),
                },
            ),
            fix=by_hand(
                (f"CREATE INDEX {name(label)} ON {target} ({columns}){more}",),
                (f"DROP INDEX {name(label)} ON {target}",),
                _WHOLE,
            ),
            checked="服务器自己的建议（缺失索引视图），没有另外核对",
            claims=(Claim(Verb.ADD, f"{table['owner']}.{table['name']}", (columns,)),),
        )


def _disabled(facts: Facts) -> Iterator[Draft]:
    for index in indexes(facts):
        if whole(index.row["hypothetical"]):
            yield Draft(
                f"{index.full} hypothetical",
                f"索引 {index.row['name']} 是调优顾问留下的假设索引",
                "目录干净",
                (LOW, NO, NO),
                evidence=(_figures(index),),
                fix=by_hand((f"DROP INDEX {index.sql} ON {index.table}",), (), _SHORT),
                checked="sys.indexes",
                claims=(Claim(Verb.DROP, index.full),),
            )


def _keyless(facts: Facts) -> Iterator[Draft]:
    for row in tables(facts).values():
        if not whole(row["keyed"]) and whole(row["total"]) >= facts.limits.rows:
            yield Draft(
                f"{row['owner']}.{row['name']} key",
                f"表 {row['name']}（{row['total']} 行）没有主键或唯一约束",
                "重复的行能区分，复制能用",
                (MEDIUM, MEDIUM, MEDIUM),
                "由厂商决定哪几列是键",
                evidence=({"table": f"{row['owner']}.{row['name']}", "rows": whole(row["total"])},),
                advice="请应用厂商补主键",
                checked="sys.key_constraints",
            )


def _heaps(facts: Facts) -> Iterator[Draft]:
    for row in tables(facts).values():
        if whole(row["heap"]) and whole(row["total"]) >= 100_000:  # noqa: PLR2004 - see the rule's source
            yield Draft(
                f"{row['owner']}.{row['name']} heap",
                f"表 {row['name']}（{row['total']} 行）没有聚集索引",
                "删除的空间能再用，更新不再留下转发记录",
                (MEDIUM, HIGH, MEDIUM),
                "要重写整张表",
                evidence=(
                    {
                        "table": f"{row['owner']}.{row['name']}",
                        "rows": whole(row["total"]),
                        "size": size(whole(row["pages"]) * _PAGE),
                    },
                ),
                advice="与厂商商定聚集键，在窗口内建聚集索引",
                checked="sys.dm_db_partition_stats",
            )


def _stale(facts: Facts) -> Iterator[Draft]:
    owners = tables(facts)
    for row in facts.rows("statistics"):
        table, total, changed = owners.get(whole(row["id"])), whole(row["total"]), whole(row["changed"])
        if (
            table is None
            or total < facts.limits.rows
            or changed * changed < 1000 * total
            or row["days"] is None
            or whole(row["days"]) < _FRESH
        ):
            continue
        target = name(table["owner"], table["name"])
        yield Draft(
            f"{table['owner']}.{table['name']} {row['name']}",
            f"{table['name']} 的统计信息 {row['name']} 已 {row['days']} 天没有更新，其间改了 {changed} 行",
            "行数估得准",
            (HIGH, LOW, LOW),
            "读样本",
            "个别语句的执行计划会改变",
            evidence=(
                {
                    "table": f"{table['owner']}.{table['name']}",
                    "statistics": str(row["name"]),
                    "changed": changed,
                    "days": whole(row["days"]),
                },
            ),
            fix=by_hand((f"UPDATE STATISTICS {target} {name(row['name'])}",), (), Lock("不锁表", 0)),
            checked="sys.sysindexes 的改动计数",
            claims=(Claim(Verb.ANALYZE, f"{table['owner']}.{table['name']}.{row['name']}"),),
        )


def _identities(facts: Facts) -> Iterator[Draft]:
    seeing(facts)
    for row in facts.rows("identities"):
        used = float(str(row["used_pct"])) / 100
        if used >= facts.limits.used_up:
            yield Draft(
                f"{row['owner']}.{row['table_name']}.{row['name']}",
                f"自增列 {row['table_name']}.{row['name']} 已用 {used:.0%}",
                "业务不会被停",
                (HIGH, HIGH, HIGH),
                "改列类型要重写整张表",
                "读写都被阻塞；引用它的列与程序要一起改",
                Level.CRITICAL if used >= facts.limits.nearly_used_up else Level.WARNING,
                evidence=(
                    {
                        "column": f"{row['owner']}.{row['table_name']}.{row['name']}",
                        "used_pct": round(used * 100, 1),
                    },
                ),
                advice="与厂商商定在停机窗口改为 bigint；应急可从负数重新起号",
                checked="sys.identity_columns",
            )


def _blocked(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("blocked"):
        if whole(row["seconds"]) >= facts.limits.lock_wait:
            yield Draft(
                f"session {row['session']}",
                (
                    f"会话 {row['session']} 等了 {row['seconds']} 秒，阻塞者 "
                    f"{row['blocker']}（{row['login']}@{row['client']}，{row['program']}）"
                ),
                "业务不再等待",
                (HIGH, NO, HIGH),
                risk="结束阻塞者会回滚：须经医院有权人员同意",
                level=Level.CRITICAL,
                evidence=(
                    {
                        "session": whole(row["session"]),
                        "blocker": whole(row["blocker"]),
                        "seconds": whole(row["seconds"]),
                        "wait": str(row["wait_kind"]),
                    },
                ),
                advice="联系阻塞者的使用人提交或回滚",
                checked="此刻的会话",
            )


_WAITED = {
    "THREADPOOL": "工作线程用完：查并行度、阻塞链与连接数",
    "RESOURCE_SEMAPHORE": "排序、哈希等不到内存：查估算过大的语句与统计信息",
    "RESOURCE_SEMAPHORE_QUERY_COMPILE": "编译等不到内存：减少没有参数化的语句",
}


def _waits(facts: Facts) -> Iterator[Draft]:
    days = aged(facts, facts.limits.ratio_hours / 24)
    for row in facts.rows("waits"):
        daily = whole(row["waited"]) / 1000 / days
        if daily >= 60:  # noqa: PLR2004 - see the rule's source
            yield Draft(
                f"wait {row['wait_kind']}",
                f"每天等待 {row['wait_kind']} {daily:.0f} 秒",
                "高峰不再整体卡顿",
                (HIGH, MEDIUM, LOW),
                "要分析",
                evidence=(
                    {
                        "wait": str(row["wait_kind"]),
                        "seconds_a_day": round(daily),
                        "tasks": whole(row["tasks"]),
                    },
                ),
                advice=_WAITED[str(row["wait_kind"])],
                checked="启动以来的累计",
            )


_C, _I, _T = Chapter.CONFIGURATION, Chapter.INDEX, Chapter.TABLE
_ALL = ("server", "tables", "indexes", "columns")
TOPICS: tuple[Topic, ...] = (
    Topic("config.max_server_memory", _C, "没有内存上限", _memory, "sp_Blitz", ("settings",)),
    _config(
        "cost threshold for parallelism",
        "并行门槛过低",
        50,
        frozenset(range(6)),
        "小语句不再并行，省工作线程",
        "sp_Blitz：默认 5 是上世纪的机器",
    ),
    _config(
        "priority boost",
        "抬高了进程优先级",
        0,
        frozenset({1}),
        "操作系统不再被饿死",
        "Microsoft 文档：不要打开",
    ),
    _config(
        "lightweight pooling",
        "使用纤程",
        0,
        frozenset({1}),
        "避免不支持纤程的组件出错",
        "Microsoft 文档：不要打开",
    ),
    *(_option(*each) for each in _OPTIONS),
    Topic("config.page_verify", _C, "页校验不是 CHECKSUM", _verify, "sp_Blitz", ("database",)),
    Topic(
        "storage.growth",
        Chapter.STORAGE,
        "文件增长方式不当",
        _growth,
        "1 GB 以上按比例或每次 1 MB（sp_Blitz）",
        ("files", "server"),
    ),
    Topic(
        "index.duplicate",
        _I,
        "完全相同的索引",
        lambda facts: _redundant(facts, same=True),
        "任意一个；比较键列、方向、包含列",
        _ALL,
    ),
    Topic(
        "index.prefix",
        _I,
        "被其他索引包含的索引",
        lambda facts: _redundant(facts, same=False),
        "任意一个；比较键列、方向、包含列",
        _ALL,
    ),
    Topic(
        "index.unused",
        _I,
        "从未用过的索引",
        _unused,
        "启动满 35 天（含月末）、写入 1 万次、5 MB 以上",
        (*_ALL, "keys", "database"),
    ),
    Topic(
        "index.missing",
        _I,
        "缺少的索引",
        _missing,
        "启动满 7 天、1000 次、估计省 50% 以上（本项目经验值）",
        ("server", "tables", "missing"),
    ),
    Topic(
        "index.foreign_key",
        _I,
        "没有索引的外键",
        _foreign,
        "子表 1 万行以上（本项目经验值）",
        (*_ALL, "keys"),
    ),
    Topic("index.hypothetical", _I, "残留的假设索引", _disabled, "sp_Blitz", _ALL),
    Topic(
        "table.foreign_key_untrusted",
        _T,
        "不受信任的外键",
        _untrusted,
        "任意一个",
        ("server", "tables", "keys"),
    ),
    Topic("table.no_key", _T, "没有主键的表", _keyless, "1 万行以上", ("server", "tables")),
    Topic("table.heap", _T, "没有聚集索引的大表", _heaps, "10 万行（本项目经验值）", ("server", "tables")),
    Topic(
        "table.statistics",
        _T,
        "统计信息过时",
        _stale,
        "改动超过 √(1000×行数)（2016 起的自动门槛）且 7 天",
        ("server", "tables", "statistics"),
    ),
    Topic("table.identity", _T, "自增列将用尽", _identities, "70%，严重 90%", ("server", "identities")),
    Topic(
        "concurrency.blocked", Chapter.CONCURRENCY, "锁等待", _blocked, "30 秒（本项目经验值）", ("blocked",)
    ),
    Topic(
        "concurrency.waits",
        Chapter.CONCURRENCY,
        "等待线程或内存",
        _waits,
        "每天 60 秒（本项目经验值）",
        ("waits", "server"),
    ),
)
