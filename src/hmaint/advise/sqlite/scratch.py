"""The structure of a SQLite file made again in memory, without any row, to ask the planner what it would do."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

from hmaint.advise.facts import Facts
from hmaint.advise.sqlite.rows import name

_AUTOMATIC = re.compile(
    r"SEARCH (?:TABLE )?(?P<what>\S+)(?: AS (?P<alias>\S+))? USING AUTOMATIC .*?INDEX \((?P<columns>[^)]*)\)"
)
_LONGEST = 1_000_000
"""Steps of the virtual machine a statement of the structure may take: it only makes empty tables."""


@dataclass(frozen=True, slots=True)
class Automatic:
    """A view for which SQLite builds an index anew every time it is read."""

    view: str
    table: str
    columns: tuple[str, ...]


@contextmanager
def copy_of(facts: Facts) -> Iterator[sqlite3.Connection]:
    """Tables, indexes, views and the statistics that ANALYZE left; what cannot be made here is left out."""
    with closing(sqlite3.connect(":memory:")) as copy:
        copy.set_progress_handler(lambda: 1, _LONGEST)
        copy.set_authorizer(_only_structure)
        order = {"table": 0, "index": 1, "view": 2}
        rows = [row for row in facts.rows("schema") if row["kind"] in order and row["sql"]]
        for row in sorted(rows, key=lambda row: order[str(row["kind"])]):
            with suppress(sqlite3.Error, sqlite3.Warning, ValueError):
                copy.execute(str(row["sql"]))
        _tell_statistics(copy, facts)
        yield copy


def _only_structure(action: int, *_: object) -> int:
    return (
        sqlite3.SQLITE_DENY if action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH) else sqlite3.SQLITE_OK
    )


def _tell_statistics(copy: sqlite3.Connection, facts: Facts) -> None:
    if not facts.was_seen("learned"):
        return
    with suppress(sqlite3.Error):
        copy.execute("analyze sqlite_master")
        rows = [(row["owner"], row["name"] or None, row["stat"]) for row in facts.rows("learned")]
        copy.executemany("insert into sqlite_stat1 values (?, ?, ?)", rows)
        copy.execute("analyze sqlite_master")


def plan(copy: sqlite3.Connection, sql: str) -> tuple[str, ...]:
    """The steps of EXPLAIN QUERY PLAN; none where the statement does not fit the copy."""
    with suppress(sqlite3.Error, sqlite3.Warning):
        return tuple(str(row[3]) for row in copy.execute(f"explain query plan {sql}"))
    return ()


def automatic(facts: Facts) -> tuple[Automatic, ...]:
    """Views that have an index built for every reading, as far as the table behind is plain to see."""
    found: list[Automatic] = []
    with copy_of(facts) as copy:
        for row in facts.rows("schema"):
            if row["kind"] == "view":
                steps = plan(copy, f"select * from {name(str(row['name']))}")  # noqa: S608 - a name, quoted
                found += _automatic(str(row["name"]), str(row["sql"]), steps, facts)
    return tuple(dict.fromkeys(found))


def _automatic(view: str, sql: str, steps: tuple[str, ...], facts: Facts) -> Iterator[Automatic]:
    known = {str(row["owner"]) for row in facts.rows("columns")}
    for step in steps:
        hit = _AUTOMATIC.search(step)
        if hit is None:
            continue
        table = _behind(hit["what"], sql, known)
        columns = tuple(part.split("=")[0].strip() for part in hit["columns"].split(" AND "))
        if table and all(re.fullmatch(r"\w+", column) for column in columns):
            yield Automatic(view, table, columns)


def _behind(what: str, sql: str, known: set[str]) -> str:
    """The table that a name in a plan means: itself, or the one it is an alias of."""
    if what in known:
        return what
    hit = re.search(rf"\b(\w+)\s+(?:as\s+)?{re.escape(what)}\b", sql, re.IGNORECASE)
    return hit.group(1) if hit and hit.group(1) in known else ""


def serves(facts: Facts, table: str, columns: tuple[str, ...], index: str) -> bool | None:
    """Whether the planner would look rows up by a new index; None where the copy could not be asked."""
    condition = " and ".join(f"{name(column)} = ?1" for column in columns)
    with copy_of(facts) as copy, suppress(sqlite3.Error, sqlite3.Warning):
        copy.execute(index)
        sql = f"explain query plan select 1 from {name(table)} where {condition}"  # noqa: S608 - names, quoted
        return any(str(row[3]).startswith("SEARCH") for row in copy.execute(sql, (None,)))
    return None
