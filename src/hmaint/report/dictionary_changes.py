"""Two editions of a database dictionary held against each other: what is new, gone and different."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from hmaint.model.dictionary import Column, Dictionary, Entry, Index, Relation

How = Literal["added", "removed", "changed"]
HOW: Mapping[How, str] = {"added": "新增", "removed": "删除", "changed": "修改"}
_Thing = TypeVar("_Thing", Entry, Column, Index, Relation)
_LISTED = 12
"""Columns of a new table that are named; the table's own page has them all."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `what` is 表, 字段, 索引 or 外键; `before` and `after` tell it as it was and is."""

    how: How
    what: str
    table: str
    name: str
    before: str = ""
    after: str = ""


def changes(old: Dictionary, new: Dictionary) -> tuple[Change, ...]:
    """Every difference in structure and meaning; estimates of rows and size are none."""
    return tuple(_changes(old, new))


def _changes(old: Dictionary, new: Dictionary) -> Iterator[Change]:
    for before, after in _pairs(old.entries, new.entries):
        if before is None and after is not None:
            yield Change("added", "表", after.name, "", after=_table(after))
        elif after is None and before is not None:
            yield Change("removed", "表", before.name, "", before=_table(before))
        elif before is not None and after is not None:
            yield from _within(before, after)


def _within(before: Entry, after: Entry) -> Iterator[Change]:
    name = after.name
    if (before.kind, before.meaning) != (after.kind, after.meaning):
        yield Change("changed", "表", name, "", _head(before), _head(after))
    yield from _differing("字段", name, before.columns, after.columns, _column)
    yield from _differing("索引", name, before.indexes, after.indexes, _index)
    yield from _differing("外键", name, before.relations, after.relations, _relation)


def _differing(
    what: str, table: str, old: Iterable[_Thing], new: Iterable[_Thing], tell: Callable[[_Thing], str]
) -> Iterator[Change]:
    for before, after in _pairs(old, new):
        if before is None and after is not None:
            yield Change("added", what, table, after.name, after=tell(after))
        elif after is None and before is not None:
            yield Change("removed", what, table, before.name, before=tell(before))
        elif before is not None and after is not None and tell(before) != tell(after):
            yield Change("changed", what, table, after.name, tell(before), tell(after))


def _pairs(old: Iterable[_Thing], new: Iterable[_Thing]) -> Iterator[tuple[_Thing | None, _Thing | None]]:
    """What is there now with what it was, in its order; then what is gone."""
    known = {thing.name: thing for thing in old}
    here = {thing.name: thing for thing in new}
    yield from ((known.get(name), thing) for name, thing in here.items())
    yield from ((thing, None) for name, thing in known.items() if name not in here)


def _head(entry: Entry) -> str:
    return "，".join(
        part for part in (entry.kind if entry.kind != "table" else "", entry.meaning or "无说明") if part
    )


def _table(entry: Entry) -> str:
    names = [column.name for column in entry.columns]
    shown = "、".join(names[:_LISTED]) + (f" 等 {len(names)} 个字段" if len(names) > _LISTED else "")
    return f"{entry.meaning}（{shown}）" if entry.meaning else shown


def _column(column: Column) -> str:
    return "，".join(
        part
        for part in (
            column.type,
            "可空" if column.nullable else "非空",
            f"默认 {column.default}" if column.default else "",
            column.extra,
            column.meaning,
        )
        if part
    )


def _index(index: Index) -> str:
    kind = "主键" if index.primary else "唯一" if index.unique else "普通"
    return f"{kind}（{'、'.join(index.columns)}）"


def _relation(relation: Relation) -> str:
    rules = [
        f"{word} {rule}"
        for word, rule in (("更新时", relation.on_update), ("删除时", relation.on_delete))
        if rule
    ]
    told = f"{'、'.join(relation.columns)} → {relation.to}（{'、'.join(relation.to_columns)}）"
    return "，".join([told, *rules])
