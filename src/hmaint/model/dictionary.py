"""What a database is made of, as its catalogue tells it: the nouns of the database dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime

from hmaint.kit.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `meaning` is the catalogue's own comment, `default` and `type` are in the engine's words."""

    name: str
    type: str
    nullable: bool = True
    default: str = ""
    meaning: str = ""
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """One index with its columns in order; a primary key is one too."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A foreign key, seen from the table that holds it; `to` is the other table as this dictionary calls it."""

    name: str
    columns: tuple[str, ...]
    to: str
    to_columns: tuple[str, ...]
    on_update: str = ""
    on_delete: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One table or view; `rows` is the engine's own estimate, None where it has none."""

    name: str
    kind: str = "table"
    meaning: str = ""
    columns: tuple[Column, ...] = ()
    indexes: tuple[Index, ...] = ()
    relations: tuple[Relation, ...] = ()
    rows: int | None = None
    size: int | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key, in order."""
        return next((index.columns for index in self.indexes if index.primary), ())


@dataclass(frozen=True, slots=True)
class Meaning:
    """What people wrote of one table and its columns beside the catalogue."""

    table: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


Meanings = Mapping[str, Meaning]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A whole database as its catalogue told it at one moment."""

    database: str
    engine: str
    version: str
    taken_at: datetime
    entries: tuple[Entry, ...] = ()
    remarks: tuple[str, ...] = field(default=())
    """What the reader should know of how it was read, in Chinese."""

    def entry(self, name: str) -> Entry | None:
        """The table of that name."""
        return next((entry for entry in self.entries if entry.name == name), None)

    def incoming(self, name: str) -> tuple[tuple[str, Relation], ...]:
        """Foreign keys of other tables that point at this one, with the table each belongs to."""
        return tuple(
            (entry.name, relation)
            for entry in self.entries
            for relation in entry.relations
            if relation.to == name
        )

    def completed(self, meanings: Meanings) -> Dictionary:
        """The same with what people wrote; their words win over the catalogue's."""
        return replace(self, entries=tuple(_completed(entry, meanings) for entry in self.entries))


def _completed(entry: Entry, meanings: Meanings) -> Entry:
    known = meanings.get(entry.name)
    if known is None:
        return entry
    columns = tuple(
        replace(column, meaning=known.columns.get(column.name) or column.meaning) for column in entry.columns
    )
    return replace(entry, meaning=known.table or entry.meaning, columns=columns)
