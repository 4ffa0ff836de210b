"""What goes to and fro between hmaint and a driver in a process of its own: one line of JSON a letter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from hmaint.model.inventory import Database, Limits
from hmaint.model.look import Query, Rows, Seen

Letter = dict[str, Any]


def pack(letter: Mapping[str, object]) -> bytes:
    """Write a letter as one line."""
    return json.dumps(letter, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def unpack(line: bytes) -> Letter:
    """Read a letter; ValueError for what is none."""
    letter = json.loads(line)
    if not isinstance(letter, dict):
        raise ValueError("not a letter")  # noqa: TRY004 - of the text, not of a type
    return letter


def of_database(database: Database) -> Letter:
    """Write down a database; secrets and variables stay behind."""
    plain = {each.name: getattr(database, each.name) for each in fields(Database)}
    kept = {name: value for name, value in plain.items() if name not in ("password", "vars")}
    return {**kept, "roles": list(database.roles), "limits": asdict(database.limits)}


def to_database(letter: Letter) -> Database:
    """Read a database."""
    return Database(**{**letter, "roles": tuple(letter["roles"]), "limits": Limits(**letter["limits"])})


def of_query(query: Query) -> Letter:
    """Write down a query."""
    return {
        "sql": query.sql,
        "binds": [list(bind) for bind in query.binds],
        "limit": query.limit,
        "rows": query.rows,
    }


def to_query(letter: Letter) -> Query:
    """Read a query."""
    binds = tuple((name, value) for name, value in letter["binds"])
    return Query(letter["sql"], binds, letter["limit"], letter["rows"])


def of_rows(rows: Rows) -> Letter:
    """Write down an answer."""
    return {**asdict(rows), "seen": str(rows.seen), "rows": [dict(row) for row in rows.rows]}


def to_rows(letter: Letter) -> Rows:
    """Read an answer."""
    return Rows(**{**letter, "seen": Seen(letter["seen"]), "rows": tuple(letter["rows"])})
