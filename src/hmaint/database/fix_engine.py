"""What every engine must answer so that rows can be changed, shown as they were, and put back bit by bit."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from hmaint.database.dialect import Line
from hmaint.model.data_fix import Bind, Cell, Column, Fix, Table
from hmaint.model.inventory import Database

OVERRIDING = "overriding system value"


class FixEngine(Protocol):
    """One engine. Statements are SQLAlchemy text: `%` and `:` in names are its callers' business."""

    lock: str
    """What a SELECT ends with to hold the rows it reads until the transaction ends."""
    insert_words: str
    """What stands before VALUES so that a row may be put back under the number it had."""
    quote: str
    """The sign around names."""

    def connect(self, database: Database, password: str | None, workspace: Path) -> Line:
        """Log in with the right to write; whatever the driver raises goes through the dialect's `explain`."""
        ...

    def begin(self, line: Line, fix: Fix, *, looking: bool) -> None:
        """Begin the one transaction, with its time limits; `looking`: one in which the server refuses to write."""
        ...

    def describe(self, connection: Connection, schema: str, table: str) -> Table | None:
        """What the catalogue says of a table; None where there is none of that name."""
        ...

    def selected(self, column: Column, quoted: str) -> str:
        """How a column is read so that nothing of it is lost."""
        ...

    def bound(self, column: Column, placeholder: str) -> str:
        """How a kept value is written into a column."""
        ...

    def kept(self, value: object) -> Cell:
        """A value as it was read, as it can be kept."""
        ...

    def given(self, column: Column, cell: Cell) -> Bind | bytes:
        """A kept value as the driver takes it."""
        ...


def quoted(engine: FixEngine, *names: str) -> str:
    """Names as code, whatever they hold; a colon would be taken for a bound value."""
    sign = engine.quote
    return ".".join(
        f"{sign}{name.replace(sign, sign * 2).replace(':', chr(92) + ':')}{sign}" for name in names if name
    )


def as_kept(value: object) -> Cell:
    """Bytes as hexadecimal digits; text and numbers as they are."""
    if isinstance(value, bytes | bytearray | memoryview):
        return {"hex": bytes(value).hex()}
    return value if isinstance(value, str | int | float) or value is None else str(value)


def as_given(cell: Cell) -> Bind | bytes:
    """The other way round."""
    return bytes.fromhex(cell["hex"]) if isinstance(cell, dict) else cell
