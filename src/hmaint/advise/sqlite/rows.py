"""What was seen of a SQLite file, as values with names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from hmaint.advise.facts import Facts
from hmaint.advise.write import quoted
from hmaint.errors import CouldNotLook
from hmaint.model.look import Row, Seen


def whole(value: object) -> int:
    """A figure of a row; nothing counts as 0."""
    return int(float(str(value))) if value is not None else 0


@dataclass(frozen=True, slots=True)
class Index:
    """An index: each key column with direction and collation; `sql` is empty where a constraint made it."""

    name: str
    table: str
    unique: bool
    made: bool
    """By CREATE INDEX, and not by a constraint of the table."""
    partial: bool
    form: tuple[tuple[str, bool, str], ...]
    """Column (empty for an expression), whether descending, collation."""
    sql: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The key columns, as the table spells them."""
        return tuple(column for column, _, _ in self.form)

    @property
    def plain(self) -> bool:
        """Neither partial nor over an expression."""
        return not self.partial and all(self.columns)


@dataclass(frozen=True, slots=True)
class Key:
    """A foreign key; `above` is empty where it means the parent's primary key."""

    table: str
    parent: str
    columns: tuple[str, ...]
    above: tuple[str, ...]


def name(*parts: str) -> str:
    """Names as SQLite writes identifiers."""
    return quoted(*parts, mark='"')


def file(facts: Facts) -> Row:
    """The one row about the file."""
    rows = facts.rows("file")
    if not rows:
        raise CouldNotLook(Seen.GARBLED, "没有读到文件的概况")
    return rows[0]


def file_bytes(facts: Facts) -> int:
    """The size of the file."""
    return whole(file(facts)["pages"]) * whole(file(facts)["page"])


def definitions(facts: Facts) -> Mapping[str, str]:
    """The statement each object was made with, by its name."""
    return {str(row["name"]): str(row["sql"]) for row in facts.rows("schema")}


def tables(facts: Facts) -> tuple[str, ...]:
    """The ordinary tables."""
    return tuple(dict.fromkeys(str(row["owner"]) for row in facts.rows("columns")))


def columns(facts: Facts, table: str) -> tuple[Row, ...]:
    """The columns of a table in order: name, declared type, place in the primary key."""
    return tuple(row for row in facts.rows("columns") if row["owner"] == table)


def rows_of(facts: Facts) -> Mapping[str, int]:
    """Rows by table: leaf cells of its tree. CouldNotLook where the file was too big to go through."""
    return {str(row["name"]): whole(row["cells"]) for row in facts.rows("fill")}


def bytes_of(facts: Facts, thing: str) -> int:
    """Bytes of a table or an index; 0 where that was not to be seen."""
    if not facts.was_seen("fill"):
        return 0
    return next((whole(row["bytes"]) for row in facts.rows("fill") if row["name"] == thing), 0)


def indexes(facts: Facts) -> tuple[Index, ...]:
    """Every index, also those that constraints made."""
    made = definitions(facts)
    found = []
    for (table, label), group in groupby(
        facts.rows("indexes"), lambda row: (str(row["owner"]), str(row["name"]))
    ):
        rows = list(group)
        form = tuple((str(r["field"] or ""), bool(r["descending"]), str(r["coll"])) for r in rows)
        first = rows[0]
        by_hand = first["origin"] == "c"
        found.append(
            Index(
                label, table, bool(first["uniq"]), by_hand, bool(first["partial"]), form, made.get(label, "")
            )
        )
    return tuple(found)


def keys(facts: Facts) -> tuple[Key, ...]:
    """Every foreign key."""
    found = []
    for (table, _), group in groupby(facts.rows("keys"), lambda row: (str(row["owner"]), whole(row["id"]))):
        rows = list(group)
        child, above = (tuple(str(row[side]) for row in rows) for side in ("child", "above"))
        found.append(Key(table, str(rows[0]["parent"]), child, above if all(above) else ()))
    return tuple(found)
