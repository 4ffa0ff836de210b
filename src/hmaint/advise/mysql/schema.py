"""Tables, columns, indexes and foreign keys of MySQL and MariaDB as the catalogue told them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from hmaint.advise.facts import Facts
from hmaint.advise.write import quoted, text
from hmaint.errors import CouldNotLook
from hmaint.model.look import Row, Seen

Name = tuple[str, str]
"""A table: its schema and its name."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `kind` is the bare type, `octets` the most bytes of a text."""

    name: str
    kind: str
    full_type: str
    nullable: bool
    collation: str
    octets: int
    extra: str
    remark: str
    """The comment of a column that numbers itself; others are not read."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index; `columns` with the length of a prefix where only that is indexed, None for an expression."""

    table: Name
    name: str
    unique: bool
    columns: tuple[str, ...]
    prefixes: tuple[int | None, ...]
    distinct: tuple[int | None, ...]
    kind: str
    hidden: bool
    plain: bool
    """Whether every part is an ascending column, and it is a B-tree: only such are compared."""
    remark: str = ""

    @property
    def primary(self) -> bool:
        """Whether it is the primary key."""
        return self.name == "PRIMARY"

    @property
    def parts(self) -> tuple[tuple[str, int | None], ...]:
        """Columns with the length of the prefix that is indexed."""
        return tuple(zip(self.columns, self.prefixes, strict=True))

    def definition(self) -> str:
        """As `ADD` takes it."""
        parts = ", ".join(quoted(name) + (f"({cut})" if cut else "") for name, cut in self.parts)
        remark = f" COMMENT {text(self.remark)}" if self.remark else ""
        return f"{'UNIQUE ' if self.unique else ''}INDEX {quoted(self.name)} ({parts}){remark}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table with what belongs to it; sizes are the server's estimates."""

    name: Name
    engine: str
    row_format: str
    rows: int
    data: int
    index: int
    free: int
    next_number: int | None
    options: str
    columns: Mapping[str, Column]
    indexes: tuple[Index, ...]

    @property
    def full(self) -> str:
        """As people write it."""
        return ".".join(self.name)

    @property
    def size(self) -> int:
        """Bytes of rows and indexes."""
        return self.data + self.index

    @property
    def partitioned(self) -> bool:
        """Whether it is cut into partitions."""
        return "partitioned" in self.options

    def sql(self) -> str:
        """As statements name it."""
        return quoted(*self.name)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """One foreign key, columns in its order."""

    table: Name
    name: str
    columns: tuple[str, ...]
    other: Name
    other_columns: tuple[str, ...]


def tables(facts: Facts) -> Mapping[Name, Table]:
    """Every table of the schemas that are looked at; CouldNotLook where a look failed or none of them is to be seen."""
    if "tables" not in facts.memo:
        looks = (facts.rows("tables"), facts.rows("columns"), facts.rows("indexes"))
        if not looks[0]:
            raise CouldNotLook(Seen.DENIED, "看不到任何业务表：账号没有权限，或服务器上没有")
        found = _tables(*looks, facts.databases)
        for name in ("columns", "indexes") if facts.cut("columns", "indexes") else ():
            found = _read_whole(found, facts.rows(name), cut=facts.cut(name))
        facts.memo["tables"] = found
    return cast("Mapping[Name, Table]", facts.memo["tables"])


def _tables(
    heads: tuple[Row, ...], columns: tuple[Row, ...], indexes: tuple[Row, ...], databases: tuple[str, ...]
) -> Mapping[Name, Table]:
    own_columns = {name: _columns(rows) for name, rows in _grouped(columns).items()}
    own_indexes = {name: _indexes(name, rows) for name, rows in _grouped(indexes).items()}
    found = {}
    for row in heads:
        name = _name(row)
        if not databases or name[0] in databases:
            found[name] = _table(name, row, own_columns.get(name, {}), own_indexes.get(name, ()))
    return found


def _read_whole(found: Mapping[Name, Table], rows: tuple[Row, ...], *, cut: bool) -> Mapping[Name, Table]:
    """Of a look not read to its end, the tables before the last: the others would seem to lack what was not read."""
    if not cut:
        return found
    whole_ones = {_name(row) for row in rows} - {_name(row) for row in rows[-1:]}
    return {name: table for name, table in found.items() if name in whole_ones}


def _name(row: Row) -> Name:
    return str(row["db"]), str(row["tab"])


def _grouped(rows: Iterable[Row]) -> dict[Name, list[Row]]:
    found: dict[Name, list[Row]] = {}
    for row in rows:
        found.setdefault(_name(row), []).append(row)
    return found


def _table(name: Name, row: Row, columns: Mapping[str, Column], indexes: tuple[Index, ...]) -> Table:
    return Table(
        name=name,
        engine=str(row["engine"] or ""),
        row_format=str(row["row_format"] or ""),
        rows=whole(row["row_count"]),
        data=whole(row["data_bytes"]),
        index=whole(row["index_bytes"]),
        free=whole(row["free_bytes"]),
        next_number=None if row["next_number"] is None else whole(row["next_number"]),
        options=str(row["options"] or "").lower(),
        columns=columns,
        indexes=indexes,
    )


def _columns(rows: Iterable[Row]) -> dict[str, Column]:
    return {
        str(row["col"]).lower(): Column(
            name=str(row["col"]),
            kind=str(row["kind"]).lower(),
            full_type=str(row["full_type"]).lower(),
            nullable=row["nullable"] == "YES",
            collation=str(row["collation_name"] or ""),
            octets=whole(row["octets"]),
            extra=str(row["extra"] or "").lower(),
            remark=str(row["remark"] or ""),
        )
        for row in rows
    }


def _indexes(table: Name, rows: list[Row]) -> tuple[Index, ...]:
    ordered = sorted(rows, key=lambda row: (str(row["ix"]), whole(row["place"])))
    return tuple(_index(table, name, list(parts)) for name, parts in groupby(ordered, lambda r: str(r["ix"])))


def _index(table: Name, name: str, parts: list[Row]) -> Index:
    kind = str(parts[0]["kind"])
    return Index(
        table=table,
        name=name,
        unique=not whole(parts[0]["non_unique"]),
        columns=tuple(str(row["col"] or "") for row in parts),
        prefixes=tuple(None if row["prefix"] is None else whole(row["prefix"]) for row in parts),
        distinct=tuple(
            None if row["distinct_count"] is None else whole(row["distinct_count"]) for row in parts
        ),
        kind=kind,
        hidden=bool(whole(parts[0]["hidden"])),
        plain=kind == "BTREE" and all(row["col"] and row["sort_order"] != "D" for row in parts),
        remark=str(parts[0].get("remark") or ""),
    )


def foreign_keys(facts: Facts) -> tuple[ForeignKey, ...]:
    """Every foreign key of the schemas that are looked at."""
    found: dict[tuple[Name, str], list[Row]] = {}
    for row in facts.rows("foreign_keys"):
        found.setdefault((_name(row), str(row["fk"])), []).append(row)
    return tuple(_foreign_key(table, name, rows) for (table, name), rows in found.items())


def _foreign_key(table: Name, name: str, rows: list[Row]) -> ForeignKey:
    ordered = sorted(rows, key=lambda row: whole(row["place"]))
    other = (str(ordered[0]["other_db"]), str(ordered[0]["other_tab"]))
    columns = tuple(str(row["col"]) for row in ordered)
    return ForeignKey(table, name, columns, other, tuple(str(row["other_col"]) for row in ordered))


def whole(value: object) -> int:
    """A figure of the catalogue; nothing counts as nought, as the server leaves it out for what is empty."""
    return 0 if value is None else int(float(str(value)))
