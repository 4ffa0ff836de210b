"""《数据库表结构文档》 as data: one edition of a dictionary told in the words of the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hmaint.model.dictionary import Column, Dictionary, Entry, Relation
from hmaint.model.inventory import Database, Inventory
from hmaint.report.dictionary_changes import HOW, Change
from hmaint.report.dictionary_gaps import Coverage, Gap
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.wording import moment

TITLE = "数据库表结构文档"
_ENGINES = {
    "mysql": "MySQL", "mariadb": "MariaDB", "postgresql": "PostgreSQL", "sqlite": "SQLite", "oracle": "Oracle",
    "sqlserver": "SQL Server",
}  # fmt: skip
_KINDS = {"table": "表", "view": "视图", "partitioned table": "分区表", "materialized view": "物化视图"}
_NONE = "—"
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything one edition tells: the dictionary as completed, and what came of comparing it."""

    number: int
    database: Database
    dictionary: Dictionary
    gaps: tuple[Gap, ...]
    native: Coverage
    """What the catalogue's own comments explain."""
    coverage: Coverage
    """What is explained together with the file people fill in."""
    changes: tuple[Change, ...] = ()
    before: tuple[int, datetime] | None = None
    """Number and time of the edition compared with; None for the first."""
    stale: tuple[str, ...] = ()
    record: str = ""
    masked: int = 0
    notes: tuple[str, ...] = field(default=())


def dictionary_document(
    edition: Edition, inventory: Inventory, operator: str, *, version: int = 1
) -> dict[str, object]:
    """Tell an edition as the form `schema-dictionary` has it."""
    whole = edition.dictionary
    data = {
        **_parties(edition, inventory),
        "number": f"{whole.database}-{edition.number:03}",
        "record": edition.record,
        "edition": f"第 {edition.number} 版",
        "operator": operator,
        "taken_at": moment(whole.taken_at),
        "summary": _summary(whole),
        "completeness": _completeness(edition),
        "comparison": _comparison(edition),
        "changes": [_change(number, each) for number, each in enumerate(edition.changes, start=1)],
        "tables": [_listed(number, entry) for number, entry in enumerate(whole.entries, start=1)],
        "relations": _relations(whole),
        "entries": [_entry(number, entry, whole) for number, entry in enumerate(whole.entries, start=1)],
        "gaps": [_gap(number, gap) for number, gap in enumerate(edition.gaps, start=1)],
        "stale": "、".join(edition.stale),
        "remarks": "；".join((*whole.remarks, *edition.notes)) + "。",
        "masked": f"敏感内容已遮盖 {edition.masked} 处" if edition.masked else "",
        "version": version,
        "generated_at": moment(whole.taken_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _parties(edition: Edition, inventory: Inventory) -> dict[str, object]:
    database = edition.database
    site = inventory.sites[database.site]
    whole = edition.dictionary
    return {
        "title": TITLE,
        "hospital": inventory.hospital.name,
        "department": inventory.hospital.department,
        "vendor": inventory.vendor.name,
        "system": site.title,
        "contract": site.contract,
        "database": "　".join(part for part in (database.name, database.title) if part),
        "engine": f"{_ENGINES.get(whole.engine, whole.engine)} {whole.version}".strip(),
        "address": _address(database),
    }


def _address(database: Database) -> str:
    if database.engine == "sqlite":
        return database.path
    port = f":{database.port}" if database.port else ""
    inner = database.database or database.service
    return f"{database.address}{port}{f' / {inner}' if inner else ''}"


def _summary(whole: Dictionary) -> str:
    views = sum("view" in entry.kind for entry in whole.entries)
    columns = sum(len(entry.columns) for entry in whole.entries)
    indexes = sum(len(entry.indexes) for entry in whole.entries)
    relations = sum(len(entry.relations) for entry in whole.entries)
    return (
        f"表 {len(whole.entries) - views} 张，视图 {views} 个，字段 {columns} 个，"
        f"索引 {indexes} 个（含主键），外键 {relations} 个"
    )


def _completeness(edition: Edition) -> str:
    now, native = edition.coverage, edition.native
    told = (
        f"有说明的表 {now.tables_told}/{now.tables}，有说明的字段 {now.columns_told}/{now.columns}，"
        f"合计 {now.percent:g}%"
    )
    added = now.tables_told + now.columns_told - native.tables_told - native.columns_told
    return f"{told}（数据库自身注释占 {native.percent:g}%，其余 {added} 项由补充文件填写）" if added else told


def _comparison(edition: Edition) -> str:
    if edition.before is None:
        return "本文档为第一版，没有可对比的上一版。"
    number, when = edition.before
    against = f"与第 {number} 版（{moment(when)}）相比"
    return (
        f"{against}有 {len(edition.changes)} 处差异。"
        if edition.changes
        else f"{against}结构和说明没有差异。"
    )


def _change(number: int, change: Change) -> Row:
    return {
        "number": number,
        "how": HOW[change.how],
        "what": change.what,
        "where": f"{change.table}.{change.name}" if change.name else change.table,
        "before": change.before or _NONE,
        "after": change.after or _NONE,
    }


def _listed(number: int, entry: Entry) -> Row:
    return {
        "number": number,
        "name": entry.name,
        "kind": _kind(entry),
        "meaning": entry.meaning or "（缺少说明）",
        "columns": len(entry.columns),
        "rows": _count(entry.rows),
        "size": _size(entry.size),
    }


def _kind(entry: Entry) -> str:
    return _KINDS.get(entry.kind, entry.kind)


def _relations(whole: Dictionary) -> list[Row]:
    held = [(entry, relation) for entry in whole.entries for relation in entry.relations]
    return [
        {
            "number": number,
            "table": entry.name,
            "columns": "、".join(relation.columns),
            "to": relation.to,
            "to_columns": "、".join(name for name in relation.to_columns if name) or "主键",
            "rule": _rule(relation),
        }
        for number, (entry, relation) in enumerate(held, start=1)
    ]


_RULES = {"CASCADE": "级联", "SET NULL": "置空", "SET DEFAULT": "置默认值"}


def _rule(relation: Relation) -> str:
    """What becomes of the rows here when the row they point at is changed or deleted."""
    rules = (("更新时", relation.on_update), ("删除时", relation.on_delete))
    return "，".join(f"{word}{_RULES.get(rule, rule)}" for word, rule in rules if rule) or "拒绝"


_EXTRAS = {"auto_increment": "自增", "identity": "自增", "generated": "计算列", "computed": "计算列"}


def _entry(number: int, entry: Entry, whole: Dictionary) -> Row:
    facts = [_kind(entry), f"{len(entry.columns)} 个字段"]
    facts += [f"约 {_count(entry.rows)} 行"] if entry.rows is not None else []
    facts += [_size(entry.size)] if entry.size is not None else []
    return {
        "number": number,
        "name": entry.name,
        "meaning": entry.meaning or "（缺少说明）",
        "facts": "，".join(facts),
        "columns": [_column(place, column, entry) for place, column in enumerate(entry.columns, start=1)],
        "indexes": "\n".join(_index_lines(entry)),
        "outgoing": "\n".join(_outgoing(entry.relations)),
        "incoming": "\n".join(_incoming(whole, entry.name)),
    }


def _column(number: int, column: Column, entry: Entry) -> Row:
    return {
        "number": number,
        "name": column.name,
        "meaning": column.meaning or "（缺少说明）",
        "type": column.type,
        "nullable": "是" if column.nullable else "否",
        "default": _default(column),
        "key": _keys(column.name, entry),
    }


def _default(column: Column) -> str:
    # PostgreSQL's serial is a default that takes the next number of a sequence.
    default = "自增" if column.default.startswith("nextval(") else column.default
    return " ".join(part for part in (default, _EXTRAS.get(column.extra, column.extra)) if part)


def _keys(name: str, entry: Entry) -> str:
    marks = ["主键"] if name in entry.key else []
    marks += ["外键"] if any(name in relation.columns for relation in entry.relations) else []
    alone = any(i.unique and not i.primary and i.columns == (name,) for i in entry.indexes)
    return " ".join([*marks, *(["唯一"] if alone else [])])


def _index_lines(entry: Entry) -> Iterable[str]:
    for index in entry.indexes:
        kind = "主键" if index.primary else "唯一" if index.unique else "普通"
        yield f"{kind}　{index.name}（{'、'.join(index.columns)}）"


def _outgoing(relations: Sequence[Relation]) -> Iterable[str]:
    for relation in relations:
        to = "、".join(name for name in relation.to_columns if name) or "主键"
        yield f"{'、'.join(relation.columns)} → {relation.to}（{to}）　{_rule(relation)}"


def _incoming(whole: Dictionary, name: str) -> Iterable[str]:
    for table, relation in whole.incoming(name):
        yield f"{table}（{'、'.join(relation.columns)}）"


def _gap(number: int, gap: Gap) -> Row:
    missing = (["表说明"] if gap.itself else []) + list(gap.columns)
    return {"number": number, "name": gap.name, "count": len(missing), "missing": ", ".join(missing)}


def _count(number: int | None) -> str:
    return _NONE if number is None else f"{number:,}"


_KB = 1024


def _size(size: int | None) -> str:
    """Bytes as people say them."""
    if size is None:
        return _NONE
    figure, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if figure < _KB or unit == "TB":
            break
        figure /= _KB
    return f"{figure:.0f} {unit}" if unit in ("B", "KB") else f"{figure:.1f} {unit}"


def counts(edition: Edition) -> Mapping[str, object]:
    """How many of what an edition holds, for programs."""
    now = edition.coverage
    return {
        "tables": now.tables,
        "tables_without_meaning": now.tables - now.tables_told,
        "columns": now.columns,
        "columns_without_meaning": now.columns - now.columns_told,
        "percent": now.percent,
        "native_percent": edition.native.percent,
    }
