"""Tables, indexes, keys and sequences of an Oracle database. A person applies what is advised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.oracle.server import by_hand, parameters, whole
from hmaint.advise.write import quoted, size
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Chapter, Claim, Lock, Verb
from hmaint.model.look import Row, Seen
from hmaint.model.playbook import Level

_ONLINE = Lock("开始和结束时各一瞬的表锁", None, "有未结束的事务时会等待")
_WHOLE = Lock("期间表不能写（标准版没有 ONLINE）", None, "按表的大小")


def name(*parts: str) -> str:
    """Names as Oracle writes identifiers."""
    return quoted(*parts, mark='"')


def _online(facts: Facts) -> bool:
    return any(str(row["value"]).upper() == "TRUE" for row in facts.rows("options"))


def _tail(facts: Facts) -> str:
    return " ONLINE" if _online(facts) else ""


def _lock(facts: Facts) -> Lock:
    return _ONLINE if _online(facts) else _WHOLE


def _full(row: Row) -> str:
    return f"{row['table_owner']}.{row['table_name']}.{row['index_name']}"


def _columns(row: Row) -> list[str]:
    return str(row["column_list"]).split(",")


def _index(row: Row, **more: str | float) -> Row:
    return {
        "table": f"{row['table_owner']}.{row['table_name']}",
        "index": str(row["index_name"]),
        "columns": str(row["column_list"]),
        **more,
    }


def _hide(row: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Invisible first: taken back in an instant, dropped by a person a quarter later."""
    index = name(str(row["owner"]), str(row["index_name"]))
    return (f"ALTER INDEX {index} INVISIBLE",), (f"ALTER INDEX {index} VISIBLE",)


def _spare(row: Row) -> bool:
    return (
        row["uniqueness"] == "NONUNIQUE"
        and row["index_type"] == "NORMAL"
        and row["constraint_name"] == "-"
        and row["visibility"] == "VISIBLE"
    )


def _redundant(facts: Facts) -> Iterator[Draft]:
    rows = [
        row
        for row in facts.rows("indexes")
        if row["index_type"] == "NORMAL" and row["visibility"] == "VISIBLE"
    ]
    by_table: dict[object, list[Row]] = {}
    for row in rows:
        by_table.setdefault((row["table_owner"], row["table_name"]), []).append(row)
    for group in by_table.values():
        for row in group:
            longer = next((other for other in group if _contains(other, row)), None)
            if longer is not None and _spare(row):
                statements, undo = _hide(row)
                yield Draft(
                    _full(row),
                    f"索引 {row['index_name']} 的列已是 {longer['index_name']} 的前几列",
                    f"每次写入 {row['table_name']} 少维护一个索引",
                    (MEDIUM, LOW, LOW),
                    risk="语句里用提示点名它的会改走别的索引",
                    evidence=(_index(row, beside=str(longer["index_name"])),),
                    fix=by_hand(
                        statements, undo, Lock("不锁表", 0.1), str(row["owner"]), str(row["index_name"])
                    ),
                    advice="隐藏一个季度没有问题后再删除，并保留 DBMS_METADATA 的建索引语句",
                    checked="按列与升降序核对",
                    claims=(Claim(Verb.DROP, _full(row)), Claim(Verb.KEEP, _full(longer))),
                )


def _contains(longer: Row, row: Row) -> bool:
    """Strictly more columns: two with the same list cannot exist in Oracle but as bitmap or invisible ones."""
    mine, theirs = _columns(row), _columns(longer)
    if longer["status"] == "UNUSABLE" or longer["partitioned"] != row["partitioned"]:
        return False  # it finds nothing, or has to look in every partition
    return len(theirs) > len(mine) and theirs[: len(mine)] == mine


def _unusable(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("indexes"):
        if row["status"] == "UNUSABLE":
            index = name(str(row["owner"]), str(row["index_name"]))
            yield Draft(
                _full(row),
                f"索引 {row['index_name']} 不可用：查询不用它{'，写入会报错' if row['uniqueness'] == 'UNIQUE' else ''}",
                "查询重新有索引可用",
                (HIGH, MEDIUM, LOW),
                "临时空间与日志",
                level=Level.CRITICAL,
                evidence=(_index(row, status="UNUSABLE"),),
                fix=by_hand(
                    (f"ALTER INDEX {index} REBUILD{_tail(facts)}",),
                    (),
                    _lock(facts),
                    str(row["owner"]),
                    str(row["index_name"]),
                ),
                checked="DBA_INDEXES",
                claims=(Claim(Verb.REBUILD, _full(row)),),
            )


def _deep(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("indexes"):
        if whole(row["blevel"]) >= 4 and row["index_type"] == "NORMAL":  # noqa: PLR2004 - CHECKS OR-43
            index = name(str(row["owner"]), str(row["index_name"]))
            yield Draft(
                _full(row),
                f"索引 {row['index_name']} 有 {row['blevel']} 层",
                "每次查找少读一块",
                (LOW, LOW, LOW),
                "日志",
                evidence=(_index(row, blevel=whole(row["blevel"])),),
                fix=by_hand(
                    (f"ALTER INDEX {index} COALESCE",),
                    (),
                    Lock("不锁表", 0),
                    str(row["owner"]),
                    str(row["index_name"]),
                ),
                checked="上次统计时的层数；没有用 ANALYZE … VALIDATE STRUCTURE（它锁表）",
                claims=(Claim(Verb.REBUILD, _full(row)),),
            )


def _unused(facts: Facts) -> Iterator[Draft]:
    known = {(row["owner"], row["index_name"]): row for row in facts.rows("indexes")}
    _counted(facts)
    for usage in facts.rows("usage"):
        row, days = known.get((usage["owner"], usage["index_name"])), whole(usage["days_idle"])
        if row is None or days < 90 or not _spare(row) or _behind_a_key(facts, row):  # noqa: PLR2004 - CHECKS OR-40
            continue
        statements, undo = _hide(row)
        yield Draft(
            _full(row),
            f"索引 {row['index_name']} 已有 {days} 天没有用过",
            f"每次写入 {row['table_name']} 少维护一个索引",
            (MEDIUM, LOW, MEDIUM),
            risk="季度、年度统计可能要用",
            evidence=(_index(row, days=days),),
            fix=by_hand(statements, undo, Lock("不锁表", 0.1), str(row["owner"]), str(row["index_name"])),
            advice="先隐藏一个季度，跨过季末再删除",
            checked="DBA_INDEX_USAGE（抽样统计，可能漏掉偶尔的使用）",
            claims=(Claim(Verb.DROP, _full(row)),),
        )


def _counted(facts: Facts) -> None:
    """CouldNotLook where the server has not counted for long: since when it does, only the oldest use tells."""
    for row in facts.rows("usage")[:1]:
        tracked, fresh = row["tracked"], row["fresh"]
        if tracked is None or whole(fresh) > 7:  # noqa: PLR2004 - it is written every quarter of an hour
            raise CouldNotLook(Seen.UNSUPPORTED, "DBA_INDEX_USAGE 没有近来的记录，不作判断")
        if whole(tracked) < 90:  # noqa: PLR2004 - see the rule's source
            raise CouldNotLook(
                Seen.UNSUPPORTED,
                f"DBA_INDEX_USAGE 里最早的使用在 {whole(tracked)} 天前，统计未必满 90 天，不作判断",
            )


def _behind_a_key(facts: Facts, row: Row) -> bool:
    return any(
        _serves(row, key)
        for key in facts.rows("keys")
        if (key["owner"], key["table_name"]) == (row["table_owner"], row["table_name"])
    )


def _serves(index: Row, key: Row) -> bool:
    wanted = str(key["column_list"]).split(",")
    return set(_columns(index)[: len(wanted)]) == set(wanted)


def _foreign_keys(facts: Facts) -> Iterator[Draft]:
    counts = {(row["owner"], row["table_name"]): whole(row["num_rows"]) for row in facts.rows("tables")}
    led: dict[object, list[Row]] = {}
    for row in facts.rows("indexes"):
        led.setdefault((row["table_owner"], row["table_name"]), []).append(row)
    for key in facts.rows("keys"):
        table = (key["owner"], key["table_name"])
        if counts.get(table, 0) < facts.limits.rows or any(
            _serves(index, key) for index in led.get(table, ())
        ):
            continue
        yield _add(facts, key, counts[table])


def _add(facts: Facts, key: Row, count: int) -> Draft:
    owner, table, columns = (
        str(key["owner"]),
        str(key["table_name"]),
        tuple(str(key["column_list"]).split(",")),
    )
    label = f"IX_{table}_{columns[0]}".encode()[:30].decode("utf-8", "ignore")
    listed = ", ".join(name(column) for column in columns)
    statement = f"CREATE INDEX {name(owner, label)} ON {name(owner, table)} ({listed}){_tail(facts)}"
    return Draft(
        f"{owner}.{table}.{key['constraint_name']}",
        f"外键 {key['constraint_name']} 在 {table}（{count} 行）上没有索引",
        "删除、修改上级记录时不再锁住整张子表（TM 锁），按上级关联也更快",
        (HIGH, MEDIUM, LOW),
        f"每次写入 {table} 多维护一个索引",
        evidence=(
            {
                "table": f"{owner}.{table}",
                "key": str(key["constraint_name"]),
                "columns": str(key["column_list"]),
                "rows": count,
            },
        ),
        fix=by_hand((statement,), (f"DROP INDEX {name(owner, label)}",), _lock(facts), owner, label),
        checked="与现有索引逐一核对，没有以这些列开头的",
        claims=(Claim(Verb.ADD, f"{owner}.{table}", columns),),
    )


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _gather(row: Row) -> str:
    named = f"{_literal(row['owner'])}, {_literal(row['table_name'])}"
    return f"BEGIN DBMS_STATS.GATHER_TABLE_STATS({named}); END;"


def _restore(row: Row, now: int | None) -> tuple[str, ...]:
    """To what they were as they were seen, whenever it is run; none where the server's clock is not known."""
    if now is None:
        return ()
    named = f"{_literal(row['owner'])}, {_literal(row['table_name'])}"
    then = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%S +00:00")
    return (f"BEGIN DBMS_STATS.RESTORE_TABLE_STATS({named}, TIMESTAMP '{then}'); END;",)


def _statistics(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("tables"):
        stale, never = (
            row["stale"] == "YES" and whole(row["num_rows"]) >= facts.limits.rows,
            not whole(row["analyzed"]),
        )
        if stale or never:
            table = f"{row['owner']}.{row['table_name']}"
            yield Draft(
                table,
                f"表 {row['table_name']} {'从没有统计过' if never else '的统计信息已过时'}",
                "选对索引和连接方式",
                (HIGH, LOW, LOW),
                "读一部分样本",
                "个别语句的执行计划会改变",
                evidence=({"table": table, "rows": whole(row["num_rows"]), "stale": str(row["stale"])},),
                fix=by_hand(
                    (_gather(row),),
                    () if never else _restore(row, facts.now),
                    Lock("不锁表", 0),
                    str(row["owner"]),
                    str(row["table_name"]),
                ),
                checked="DBA_TAB_STATISTICS",
                claims=(Claim(Verb.ANALYZE, table),),
            )


def _locked(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("tables"):
        if row["locked"] != "-" and whole(row["num_rows"]) >= facts.limits.rows and row["stale"] == "YES":
            table = f"{row['owner']}.{row['table_name']}"
            yield Draft(
                f"{table} locked",
                f"表 {row['table_name']} 的统计信息被锁定，已经过时也不会更新",
                "统计信息恢复更新",
                (MEDIUM, LOW, MEDIUM),
                risk="可能是厂商有意锁定以固定执行计划",
                evidence=({"table": table, "locked": str(row["locked"])},),
                advice="向厂商确认后 DBMS_STATS.UNLOCK_TABLE_STATS",
                checked="DBA_TAB_STATISTICS",
            )


def _fragmented(facts: Facts) -> Iterator[Draft]:
    block = whole(parameters(facts)["db_block_size"]["value"])
    for row in facts.rows("tables"):
        used = whole(row["blocks"]) * block
        fresh = (
            whole(row["num_rows"])
            * whole(row["avg_row_len"])
            / max(0.1, 1 - whole(row["pct_free"]) / 100)
            * 1.1
        )
        if (
            row["partitioned"] == "NO"
            and whole(row["num_rows"])
            and used - fresh > facts.limits.wasted_bytes
            and fresh < used / 2
        ):
            table = name(str(row["owner"]), str(row["table_name"]))
            steps = (
                f"ALTER TABLE {table} ENABLE ROW MOVEMENT",
                f"ALTER TABLE {table} SHRINK SPACE COMPACT",
                f"ALTER TABLE {table} SHRINK SPACE",
            )
            yield Draft(
                f"{row['owner']}.{row['table_name']}",
                f"表 {row['table_name']} 高水位下 {size(used)}，估计其中 {size(used - fresh)} 是空的",
                "整表扫描读得更少",
                (MEDIUM, MEDIUM, MEDIUM),
                "大量日志",
                "最后一步短暂锁表；有 ROWID 的程序、函数索引、物化视图要先核对；原来就允许行移动的表不要执行回退",
                evidence=(
                    {
                        "table": f"{row['owner']}.{row['table_name']}",
                        "size": size(used),
                        "rows": whole(row["num_rows"]),
                    },
                ),
                fix=by_hand(
                    steps,
                    (f"ALTER TABLE {table} DISABLE ROW MOVEMENT",),
                    Lock("行锁；最后一步短暂的表锁", None, "按要移动的行数"),
                    str(row["owner"]),
                    str(row["table_name"]),
                ),
                checked="按上次统计的块数、行数、行长估算",
                claims=(Claim(Verb.REBUILD, f"{row['owner']}.{row['table_name']}"),),
            )


def _chained(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("tables"):
        count = whole(row["num_rows"])
        if count >= facts.limits.rows and whole(row["chain_cnt"]) / count > 0.1:  # noqa: PLR2004 - see the rule's source
            table = f"{row['owner']}.{row['table_name']}"
            yield Draft(
                f"{table} chained",
                f"表 {row['table_name']} 有 {whole(row['chain_cnt']) / count:.0%} 的行被拆开或迁移",
                "每行少读一块",
                (MEDIUM, MEDIUM, MEDIUM),
                "要重建表",
                evidence=({"table": table, "chained": whole(row["chain_cnt"]), "rows": count},),
                advice="加大 PCTFREE 后在窗口内 MOVE，并重建索引",
                checked="上次 ANALYZE 的 CHAIN_CNT",
            )


def _keyless(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("tables"):
        if not whole(row["keys"]) and whole(row["num_rows"]) >= facts.limits.rows:
            yield Draft(
                f"{row['owner']}.{row['table_name']} key",
                f"表 {row['table_name']}（{row['num_rows']} 行）没有主键或唯一键",
                "重复的行能区分，逻辑备库与同步工具能用",
                (MEDIUM, MEDIUM, MEDIUM),
                "由厂商决定哪几列是键",
                evidence=({"table": f"{row['owner']}.{row['table_name']}", "rows": whole(row["num_rows"])},),
                advice="请应用厂商补主键",
                checked="DBA_CONSTRAINTS",
            )


def _sequences(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("sequences"):
        used = float(str(row["used_pct"])) / 100
        if used >= facts.limits.used_up:
            yield Draft(
                f"{row['owner']}.{row['sequence_name']}",
                f"序列 {row['sequence_name']} 已用 {used:.0%}",
                "业务不会被停",
                (HIGH, LOW, LOW),
                risk="列的精度也要够",
                level=Level.CRITICAL if used >= facts.limits.nearly_used_up else Level.WARNING,
                evidence=(
                    {"sequence": f"{row['owner']}.{row['sequence_name']}", "used_pct": round(used * 100, 1)},
                ),
                advice="核对列的精度后 ALTER SEQUENCE … MAXVALUE",
                checked="DBA_SEQUENCES",
            )


def _uncached(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("sequences"):
        if whole(row["cache_size"]) < 20 and whole(row["last_number"]) >= 1_000_000:  # noqa: PLR2004 - Oracle's default cache; see the rule's source
            sequence, old = name(str(row["owner"]), str(row["sequence_name"])), whole(row["cache_size"])
            back = f"CACHE {old}" if old > 1 else "NOCACHE"
            yield Draft(
                f"{row['owner']}.{row['sequence_name']} cache",
                f"常用的序列 {row['sequence_name']} 只缓存 {old} 个号，每取一次都要改数据字典",
                "高峰时取号不再排队",
                (MEDIUM, NO, LOW),
                risk="重启会跳过没有用掉的号：确认业务不要求连号",
                evidence=(
                    {
                        "sequence": f"{row['owner']}.{row['sequence_name']}",
                        "cache": old,
                        "last": whole(row["last_number"]),
                    },
                ),
                fix=by_hand(
                    (f"ALTER SEQUENCE {sequence} CACHE 1000",),
                    (f"ALTER SEQUENCE {sequence} {back}",),
                    Lock("只锁序列", 0.1),
                    str(row["owner"]),
                    str(row["sequence_name"]),
                ),
                checked="DBA_SEQUENCES",
                claims=(Claim(Verb.SET, f"{row['owner']}.{row['sequence_name']}.cache"),),
            )


def _bin(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("bin"):
        if whole(row["things"]) > 10_000:  # noqa: PLR2004 - CHECKS OR-46
            yield Draft(
                f"{row['owner']} recyclebin",
                f"模式 {row['owner']} 的回收站里有 {row['things']} 个对象",
                "空间查询不再变慢，表空间能再用",
                (LOW, LOW, HIGH),
                risk="清空后不能再找回",
                evidence=({"owner": str(row["owner"]), "things": whole(row["things"])},),
                advice="由属主确认后清理，hmaint 不代做",
                checked="DBA_RECYCLEBIN",
            )


_I, _T = Chapter.INDEX, Chapter.TABLE
TOPICS: tuple[Topic, ...] = (
    Topic("index.unusable", _I, "不可用的索引", _unusable, "任意一个", ("indexes", "options")),
    Topic("index.prefix", _I, "被其他索引包含的索引", _redundant, "任意一个", ("indexes",)),
    Topic(
        "index.unused",
        _I,
        "很久没有用过的索引",
        _unused,
        "90 天（本项目经验值）",
        ("usage", "indexes", "keys"),
        since="12.2",
    ),
    Topic("index.deep", _I, "层数过多的索引", _deep, "4 层（本项目经验值）", ("indexes",)),
    Topic(
        "index.foreign_key",
        _I,
        "没有索引的外键",
        _foreign_keys,
        "子表 1 万行以上（本项目经验值）",
        ("keys", "indexes", "tables", "options"),
    ),
    Topic(
        "table.statistics",
        _T,
        "统计信息过时",
        _statistics,
        "Oracle 自己的判断（STALE_STATS），1 万行以上",
        ("tables",),
    ),
    Topic("table.statistics_locked", _T, "统计信息被锁定", _locked, "任意一张过时的", ("tables",)),
    Topic(
        "table.fragmented",
        Chapter.STORAGE,
        "高水位过高的表",
        _fragmented,
        "浪费超过一半且 100 MB（本项目经验值）",
        ("tables", "parameters"),
    ),
    Topic("table.chained", _T, "行链接过多", _chained, "10%（本项目经验值）", ("tables",)),
    Topic("table.no_key", _T, "没有主键的表", _keyless, "1 万行以上", ("tables",)),
    Topic("table.sequence", _T, "序列将用尽", _sequences, "70%，严重 90%", ("sequences",)),
    Topic(
        "table.sequence_cache",
        _T,
        "序列没有缓存",
        _uncached,
        "缓存少于默认的 20、已取 100 万号以上（本项目经验值）",
        ("sequences",),
    ),
    Topic("storage.recyclebin", Chapter.STORAGE, "回收站过大", _bin, "1 万个对象（本项目经验值）", ("bin",)),
)
