"""What of a database nobody has said the meaning of, and what was written of tables that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hmaint.model.dictionary import Dictionary, Meanings


@dataclass(frozen=True, slots=True)
class Gap:
    """A table of which something lacks its meaning: the table itself, or columns of it."""

    name: str
    itself: bool
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a dictionary has a meaning."""

    tables: int
    tables_told: int
    columns: int
    columns_told: int

    @property
    def percent(self) -> float:
        """Of tables and columns together."""
        whole = self.tables + self.columns
        return round(100 * (self.tables_told + self.columns_told) / whole, 1) if whole else 0.0


def gaps(dictionary: Dictionary) -> tuple[Gap, ...]:
    """Every table that is not wholly explained, in the order of the dictionary."""
    found = (
        Gap(entry.name, not entry.meaning, tuple(c.name for c in entry.columns if not c.meaning))
        for entry in dictionary.entries
    )
    return tuple(gap for gap in found if gap.itself or gap.columns)


def coverage(dictionary: Dictionary) -> Coverage:
    """Count what has a meaning."""
    columns = [column for entry in dictionary.entries for column in entry.columns]
    return Coverage(
        len(dictionary.entries),
        sum(bool(entry.meaning) for entry in dictionary.entries),
        len(columns),
        sum(bool(column.meaning) for column in columns),
    )


def stale(dictionary: Dictionary, meanings: Meanings) -> tuple[str, ...]:
    """Tables and columns (`table.column`) that something was written of and that are not there any more."""
    return tuple(_stale(dictionary, meanings))


def _stale(dictionary: Dictionary, meanings: Meanings) -> Iterator[str]:
    for name, meaning in meanings.items():
        entry = dictionary.entry(name)
        if entry is None:
            yield name
            continue
        there = {column.name for column in entry.columns}
        yield from (f"{name}.{column}" for column in meaning.columns if column not in there)
