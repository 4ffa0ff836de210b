"""Documents in the records, inside a transaction somebody else holds: numbers, versions, what became of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, func, insert, select, update

from hmaint.model.document import Document, Handling, Standing
from hmaint.store import schema

_KNOWN = tuple(field for field in Document.__dataclass_fields__ if field != "handlings")


class Claim(NamedTuple):
    """A number and the version to be printed under it."""

    number: str
    version: int


class Origin(NamedTuple):
    """What makes a document the same as another: its form, its site and the records it tells; and its year."""

    form: str
    site: str
    sources: tuple[str, ...]
    year: int

    @property
    def key(self) -> str:
        """The hash of the sources."""
        return sha256("\n".join(self.sources).encode("utf-8", "replace")).hexdigest()

    def number(self, tail: str) -> str:
        """A number that says where it belongs."""
        return f"{self.site}-{self.form}-{self.year}-{tail}"


def claim(connection: Connection, origin: Origin, document: Document) -> Claim:
    """Take the next version of the document of that origin, or a new number with its first; `document` is its draft."""
    table = schema.documents.c
    same = (table.form == origin.form) & (table.site == origin.site)
    query = select(table.number, func.max(table.version)).where(same, table.origin == origin.key)
    known = connection.execute(query.group_by(table.number).order_by(table.number)).first()
    sequence = 0
    if known is None:
        newest = select(func.max(table.sequence)).where(same, table.year == origin.year)
        sequence = (connection.execute(newest).scalar() or 0) + 1
    taken = Claim(*known) if known else Claim(origin.number(f"{sequence:03}"), 0)
    taken = Claim(taken.number, taken.version + 1)
    values = _row(document) | {"number": taken.number, "version": taken.version, "path": ""}
    place = {"year": origin.year, "sequence": sequence, "origin": origin.key}
    connection.execute(insert(schema.documents).values(**values, **place))
    return taken


def release(connection: Connection, taken: Claim) -> None:
    """Give a number back whose document could not be made."""
    table = schema.documents.c
    connection.execute(delete(schema.documents).where(_is(taken), table.path == ""))


def settle(connection: Connection, document: Document, year: int, taken: Claim | None = None) -> None:
    """Register a document that was written, once: in the place claimed for it, or in a new one."""
    table, values = schema.documents.c, _row(document)
    wanted = taken or Claim(document.number, document.version)
    path = connection.execute(select(table.path).where(_is(wanted))).scalar()
    if path == "":
        connection.execute(update(schema.documents).where(_is(wanted)).values(**values))
    elif path is None:
        origin = Origin(document.form, document.site, document.sources, year)
        place = {"year": year, "sequence": 0, "origin": origin.key}
        connection.execute(insert(schema.documents).values(**values, **place))


def handle(connection: Connection, number: str, version: int, handling: Handling) -> None:
    """Keep what became of a document, once."""
    table = schema.handlings.c
    values = asdict(handling) | {"number": number, "version": version, "standing": str(handling.standing)}
    same = [getattr(table, name) == values[name] for name in ("number", "version", "standing", "at")]
    if not connection.execute(select(table.id).where(*same, table.evidence == handling.evidence)).first():
        connection.execute(insert(schema.handlings).values(**values))


def read_documents(connection: Connection, site: str | None, form: str | None) -> tuple[Document, ...]:
    """Read every version that was issued, the newest first."""
    table = schema.documents
    query = select(table).where(table.c.path != "")
    for column, wanted in ((table.c.site, site), (table.c.form, form)):
        query = query if wanted is None else query.where(column == wanted)
    query = query.order_by(table.c.issued_at.desc(), table.c.number, table.c.version.desc())
    return _documents(connection, query)


def read_versions(connection: Connection, number: str) -> tuple[Document, ...]:
    """Read the versions issued under a number, the newest first."""
    table = schema.documents
    query = select(table).where(table.c.number == number, table.c.path != "")
    return _documents(connection, query.order_by(table.c.version.desc()))


def _documents(connection: Connection, query: Select[tuple[object, ...]]) -> tuple[Document, ...]:
    rows = connection.execute(query).mappings().all()
    known = _handlings(connection, {row["number"] for row in rows})
    return tuple(_document(row, known[row["number"], row["version"]]) for row in rows)


def _document(row: RowMapping, handlings: Sequence[Handling]) -> Document:
    values = {name: row[name] for name in _KNOWN}
    return Document(**{**values, "sources": tuple(row["sources"]), "handlings": tuple(handlings)})


_AT_ONCE = 500
"""Names in one statement; SQLite once took 999 at most."""


def _handlings(
    connection: Connection, numbers: Iterable[str]
) -> Mapping[tuple[str, int], Sequence[Handling]]:
    table, wanted = schema.handlings, sorted(numbers)
    found: dict[tuple[str, int], list[Handling]] = defaultdict(list)
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(table).where(table.c.number.in_(wanted[start : start + _AT_ONCE]))
        for row in connection.execute(query.order_by(table.c.at, table.c.id)).mappings():
            values = {name: row[name] for name in Handling.__dataclass_fields__}
            read = Handling(**{**values, "standing": Standing(row["standing"])})
            found[row["number"], row["version"]].append(read)
    return found


def _row(document: Document) -> dict[str, object]:
    return {name: getattr(document, name) for name in _KNOWN} | {"sources": list(document.sources)}


def _is(taken: Claim) -> ColumnElement[bool]:
    table = schema.documents.c
    return (table.number == taken.number) & (table.version == taken.version)
