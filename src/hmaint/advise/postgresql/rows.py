"""What was seen of a PostgreSQL database, as values with names: the server, its settings, tables, indexes, columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, cast

from hmaint.advise.facts import Facts
from hmaint.advise.write import quoted
from hmaint.errors import CouldNotLook
from hmaint.model.look import Row, Seen

_UNITS = {
    "B": 1,
    "kB": 1024,
    "8kB": 8192,
    "16kB": 16384,
    "32kB": 32768,
    "MB": 1024**2,
    "ms": 1,
    "s": 1000,
    "min": 60_000,
}
"""Bytes, or milliseconds, of the units pg_settings names."""


Made = TypeVar("Made")


def once(facts: Facts, name: str, make: Callable[[], Made]) -> Made:
    """What `make` makes of these facts, made at the first call only."""
    if name not in facts.memo:
        facts.memo[name] = make()
    return cast("Made", facts.memo[name])


def whole(value: object) -> int:
    """A figure of a row as an integer; nothing counts as 0, text that is no figure is a ValueError."""
    return int(float(str(value))) if value is not None else 0


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter: `value` as pg_settings has it, `figure` in bytes or milliseconds where it has a unit."""

    name: str
    value: str
    unit: str
    source: str
    context: str
    pending: bool
    auto: bool | None
    """Whether ALTER SYSTEM set it; None where the account is not shown which file did."""

    @property
    def figure(self) -> float:
        """The value in bytes or milliseconds where it has a unit, else the bare number; what is negative stays so."""
        number = float(self.value)
        return number if number < 0 else number * _UNITS.get(self.unit, 1)

    @property
    def restart(self) -> bool:
        """Whether a change waits for a restart."""
        return self.context == "postmaster"


@dataclass(frozen=True, slots=True)
class Table:
    """A table, partitioned or not, or a materialized view, with counters; `bytes` of its last VACUUM or ANALYZE."""

    row: Row
    schema: str
    name: str
    full: str
    sql: str
    rows: int
    bytes: int

    def count(self, column: str) -> int:
        """A counter; 0 where the server has none for it."""
        return whole(self.row[column])

    @property
    def plain(self) -> bool:
        """An ordinary table, the only kind whose rows are its own."""
        return self.row["kind"] == "r"


@dataclass(frozen=True, slots=True)
class Index:
    """An index; `columns` are the plain ones in order, INCLUDE columns after `parts`."""

    row: Row
    schema: str
    name: str
    table: str
    full: str
    sql: str
    columns: tuple[str, ...]
    bytes: int

    @property
    def needed(self) -> bool:
        """Whether it does more than find rows: a constraint, a clustering order, an identity for replication."""
        return any(self.row[why] for why in ("main", "uniq", "clustered", "identity", "constrained"))

    @property
    def plain(self) -> bool:
        """Neither partial nor over an expression."""
        return not self.row["expressions"] and not self.row["predicate"]

    @property
    def form(self) -> tuple[tuple[str, ...], ...]:
        """Each key column with its operator class, collation and direction; equal forms do the same."""
        parts = whole(self.row["parts"])
        lists = (
            str(self.row[name]).split()[:parts] for name in ("keys", "classes", "collations", "directions")
        )
        return tuple(zip(*lists, strict=False))


@dataclass(frozen=True, slots=True)
class Column:
    """A column with what ANALYZE learned of it; figures are 0 where nothing is known."""

    name: str
    type: str = ""
    width: int = 0
    nulls: float = 0.0
    distinct: float = 0.0
    rarest: float = 0.0
    most: int = -1
    """Bytes of the longest value there can be; -1 where there is no bound."""
    blind: bool = False
    """ANALYZE is told to learn nothing of it."""


def server(facts: Facts) -> Row:
    """The one row about the server; CouldNotLook where it was not seen."""
    rows = facts.rows("server")
    if not rows:
        raise CouldNotLook(Seen.GARBLED, "没有读到服务器的计数")
    return rows[0]


def settings(facts: Facts) -> Mapping[str, Setting]:
    """Every parameter that was asked for and that this version has."""
    return {
        str(row["name"]): Setting(
            str(row["name"]),
            str(row["value"]),
            str(row["unit"]),
            str(row["source"]),
            str(row["context"]),
            bool(row["pending"]),
            None if row["auto"] is None else bool(row["auto"]),
        )
        for row in facts.rows("settings")
    }


def counted_days(facts: Facts) -> float:
    """For how many days the counters have counted; CouldNotLook where that is unknown."""
    seconds = server(facts)["counted"]
    if seconds is None:
        raise CouldNotLook(Seen.UNSUPPORTED, "不知道计数器从何时开始累计，不作判断")
    return whole(seconds) / 86_400


def need_days(facts: Facts, days: float) -> float:
    """For how many days the counters have counted; CouldNotLook where that is less than `days`."""
    known = counted_days(facts)
    if known < days:
        raise CouldNotLook(Seen.UNSUPPORTED, f"计数器只累计了 {known:.1f} 天，少于 {days:g} 天，不作判断")
    return known


def tables(facts: Facts) -> tuple[Table, ...]:
    """Every table, partition and materialized view of the database."""
    return once(facts, "tables", lambda: tuple(_table(row, _block(facts)) for row in facts.rows("tables")))


def tables_by_id(facts: Facts) -> Mapping[int, Table]:
    """The same by their object id."""
    return once(facts, "tables_by_id", lambda: {whole(table.row["oid"]): table for table in tables(facts)})


def _block(facts: Facts) -> int:
    return whole(server(facts)["block"])


def _table(row: Row, block: int) -> Table:
    schema, name = str(row["schema"]), str(row["name"])
    rows = max(whole(row["tuples"]), whole(row["live"]), 0)
    full = f"{schema}.{name}"
    return Table(row, schema, name, full, quoted(schema, name, mark='"'), rows, whole(row["pages"]) * block)


def indexes(facts: Facts) -> tuple[Index, ...]:
    """Every index of those tables."""
    return once(facts, "indexes", lambda: tuple(_index(row, _block(facts)) for row in facts.rows("indexes")))


def _index(row: Row, block: int) -> Index:
    schema, name, table = str(row["schema"]), str(row["name"]), str(row["owner"])
    columns = tuple(str(row["columns"]).split("\n")) if row["columns"] else ()
    full = f"{schema}.{table}.{name}"
    return Index(
        row, schema, name, table, full, quoted(schema, name, mark='"'), columns, whole(row["pages"]) * block
    )


def columns(facts: Facts) -> Mapping[int, tuple[Column, ...]]:
    """The columns of every table by its object id, without what ANALYZE learned."""
    return once(
        facts,
        "columns",
        lambda: {whole(row["table"]): tuple(_columns(str(row["columns"]))) for row in facts.rows("columns")},
    )


def _columns(lines: str) -> Iterator[Column]:
    for line in lines.split("\n"):
        if line.count(":") > 2:  # noqa: PLR2004 - name and three figures; a name with a line break is left out
            name, kind, most, blind = line.rsplit(":", 3)
            yield Column(name, kind, most=int(most), blind=blind == "1")


def statistics(facts: Facts) -> Mapping[str, Mapping[str, Column]]:
    """What ANALYZE learned by `schema.table` and column; CouldNotLook where the account sees none at all."""
    rows = facts.rows("statistics")
    if not rows and any(row["analyzed"] for row in facts.rows("tables")):
        raise CouldNotLook(Seen.DENIED, "账号看不到列统计（pg_stats 只列出可查询的表），无法估算")
    return {f"{row['schema']}.{row['name']}": _learned(str(row["columns"])) for row in rows}


@lru_cache(maxsize=4096)
def _learned(lines: str) -> Mapping[str, Column]:
    found = {}
    for line in lines.split("\n"):
        parts = line.rsplit(":", 4)
        if len(parts) == 5:  # noqa: PLR2004 - name and four figures; a name with a line break is left out
            name, width, nulls, distinct, rarest = parts
            found[name] = Column(name, "", int(width), float(nulls), float(distinct), float(rarest))
    return found
