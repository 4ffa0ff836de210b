"""Indexes of an Oracle database: unusable, too many, unused, missing behind a key."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.oracle.rows import (
    by_hand,
    columns_of,
    full_name,
    index_row,
    lock_of,
    name,
    online_tail,
    whole,
)
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Chapter, Claim, Lock, Verb
from hmaint.model.look import Row, Seen
from hmaint.model.playbook import Level


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
                    full_name(row),
                    f"索引 {row['index_name']} 的列已是 {longer['index_name']} 的前几列",
                    f"每次写入 {row['table_name']} 少维护一个索引",
                    (MEDIUM, LOW, LOW),
                    risk="语句里用提示点名它的会改走别的索引",
                    evidence=(index_row(row, beside=str(longer["index_name"])),),
                    fix=by_hand(
                        statements, undo, Lock("不锁表", 0.1), str(row["owner"]), str(row["index_name"])
                    ),
                    advice="隐藏一个季度没有问题后再删除，并保留 DBMS_METADATA 的建索引语句",
                    checked="按列与升降序核对",
                    claims=(Claim(Verb.DROP, full_name(row)), Claim(Verb.KEEP, full_name(longer))),
                )


def _contains(longer: Row, row: Row) -> bool:
    """Strictly more columns: two with the same list cannot exist in Oracle but as bitmap or invisible ones."""
    mine, theirs = columns_of(row), columns_of(longer)
    if longer["status"] == "UNUSABLE" or longer["partitioned"] != row["partitioned"]:
        return False  # it finds nothing, or has to look in every partition
    return len(theirs) > len(mine) and theirs[: len(mine)] == mine


def _unusable(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("indexes"):
        if row["status"] == "UNUSABLE":
            index = name(str(row["owner"]), str(row["index_name"]))
            yield Draft(
                full_name(row),
                f"索引 {row['index_name']} 不可用：查询不用它{'，写入会报错' if row['uniqueness'] == 'UNIQUE' else ''}",
                "查询重新有索引可用",
                (HIGH, MEDIUM, LOW),
                "临时空间与日志",
                level=Level.CRITICAL,
                evidence=(index_row(row, status="UNUSABLE"),),
                fix=by_hand(
                    (f"ALTER INDEX {index} REBUILD{online_tail(facts)}",),
                    (),
                    lock_of(facts),
                    str(row["owner"]),
                    str(row["index_name"]),
                ),
                checked="DBA_INDEXES",
                claims=(Claim(Verb.REBUILD, full_name(row)),),
            )


def _deep(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("indexes"):
        if whole(row["blevel"]) >= 4 and row["index_type"] == "NORMAL":  # noqa: PLR2004 - CHECKS OR-43
            index = name(str(row["owner"]), str(row["index_name"]))
            yield Draft(
                full_name(row),
                f"索引 {row['index_name']} 有 {row['blevel']} 层",
                "每次查找少读一块",
                (LOW, LOW, LOW),
                "日志",
                evidence=(index_row(row, blevel=whole(row["blevel"])),),
                fix=by_hand(
                    (f"ALTER INDEX {index} COALESCE",),
                    (),
                    Lock("不锁表", 0),
                    str(row["owner"]),
                    str(row["index_name"]),
                ),
                checked="上次统计时的层数；没有用 ANALYZE … VALIDATE STRUCTURE（它锁表）",
                claims=(Claim(Verb.REBUILD, full_name(row)),),
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
            full_name(row),
            f"索引 {row['index_name']} 已有 {days} 天没有用过",
            f"每次写入 {row['table_name']} 少维护一个索引",
            (MEDIUM, LOW, MEDIUM),
            risk="季度、年度统计可能要用",
            evidence=(index_row(row, days=days),),
            fix=by_hand(statements, undo, Lock("不锁表", 0.1), str(row["owner"]), str(row["index_name"])),
            advice="先隐藏一个季度，跨过季末再删除",
            checked="DBA_INDEX_USAGE（抽样统计，可能漏掉偶尔的使用）",
            claims=(Claim(Verb.DROP, full_name(row)),),
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
    return set(columns_of(index)[: len(wanted)]) == set(wanted)


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
    statement = f"CREATE INDEX {name(owner, label)} ON {name(owner, table)} ({listed}){online_tail(facts)}"
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
        fix=by_hand((statement,), (f"DROP INDEX {name(owner, label)}",), lock_of(facts), owner, label),
        checked="与现有索引逐一核对，没有以这些列开头的",
        claims=(Claim(Verb.ADD, f"{owner}.{table}", columns),),
    )


TOPICS: tuple[Topic, ...] = (
    Topic("index.unusable", Chapter.INDEX, "不可用的索引", _unusable, "任意一个", ("indexes", "options")),
    Topic("index.prefix", Chapter.INDEX, "被其他索引包含的索引", _redundant, "任意一个", ("indexes",)),
    Topic(
        "index.unused",
        Chapter.INDEX,
        "很久没有用过的索引",
        _unused,
        "90 天（本项目经验值）",
        ("usage", "indexes", "keys"),
        since="12.2",
    ),
    Topic("index.deep", Chapter.INDEX, "层数过多的索引", _deep, "4 层（本项目经验值）", ("indexes",)),
    Topic(
        "index.foreign_key",
        Chapter.INDEX,
        "没有索引的外键",
        _foreign_keys,
        "子表 1 万行以上（本项目经验值）",
        ("keys", "indexes", "tables", "options"),
    ),
)
