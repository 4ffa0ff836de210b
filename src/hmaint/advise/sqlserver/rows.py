"""What was seen of a SQL Server database, as things its rules speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hmaint.advise.facts import Facts
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act, Fix, Lock
from hmaint.model.look import Row, Seen

PAGE = 8192
"""Bytes."""
SHORT = Lock("架构修改锁（Sch-M）", None, "只一瞬，但要等正在用它的语句结束")
WHOLE = Lock("期间表不能写（企业版可加 ONLINE = ON）", None, "按表的大小")
ALL = ("server", "tables", "indexes", "columns")
"""The looks that every rule about indexes reads."""


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
        return whole(self.row["pages"]) * PAGE


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


def keys(facts: Facts) -> Iterator[tuple[Row, int, tuple[int, ...]]]:
    """Every foreign key: its first row, the table it belongs to, its columns in order."""
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in facts.rows("keys"):
        grouped[whole(row["id"])].append(row)
    for rows in grouped.values():
        ordered = sorted(rows, key=lambda row: whole(row["place"]))
        yield ordered[0], whole(ordered[0]["owner"]), tuple(whole(row["field"]) for row in ordered)


def leads(index: Index, fields: tuple[int, ...]) -> bool:
    """Whether an index begins with those columns, in whatever order."""
    return {field for field, _ in index.keys[: len(fields)]} == set(fields)
