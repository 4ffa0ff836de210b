"""Data put right on request: who asked, which rows are changed by which statement, and what they were and became."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from hashlib import sha256
from typing import Literal

from hmaint.kit.frozen import dataclass
from hmaint.model.secret import Secret

Verb = Literal["insert", "update", "delete"]
Cell = str | int | float | dict[str, str] | None
"""A value as it can be kept: what is not text or a number stands as {"hex": …}."""
Row = Mapping[str, Cell]
Bind = str | int | float | bool | None

_TAIL = 4


def masked_key(key: object) -> str:
    """A patient's or record's number as documents show it: no more than half of it, four signs at most."""
    text = "".join(char for char in str(key) if char.isascii() and char.isalnum())
    shown = min(_TAIL, len(text) // 2)
    return f"***{text[-shown:] if shown else ''}"


def without_key(text: str, key: str) -> str:
    """Words people wrote, with the number they are about shown as documents show it."""
    # A number of two or three signs stands in dates and figures, too.
    return text.replace(key, masked_key(key)) if len(key) >= _TAIL else text


@dataclass(frozen=True, slots=True)
class FixRequest:
    """Who asked for what, as the record shows it. `key` is the patient's or record's number: never printed whole."""

    unit: str
    by: str
    at: str
    text: str
    sort: str
    """What is done: data deleted by mistake restored, a value corrected, …"""
    subject: str
    key: str
    cause: str
    impact: str
    check: str
    """How it is checked afterwards, and by whom."""
    prevention: str = ""


@dataclass(frozen=True, slots=True)
class FixStatement:
    """One statement as it was written, cut into its parts; it runs once for each of `binds`."""

    sql: str
    verb: Verb
    schema: str
    table: str
    columns: tuple[str, ...]
    """Columns that an UPDATE sets or an INSERT fills."""
    condition: str
    """What stands behind WHERE; empty for an INSERT."""
    values: tuple[str, ...]
    """The expressions of an INSERT, in the order of `columns`."""
    binds: tuple[Mapping[str, Bind], ...]
    rows: int
    """How many rows it must change, all of `binds` together."""


@dataclass(frozen=True, slots=True)
class Fix:
    """All that is done to one database, in one transaction; `user` may write, the account that looks may not."""

    request: FixRequest
    statements: tuple[FixStatement, ...]
    user: str = ""
    password: Secret | None = field(default=None, repr=False)
    triggers: str = ""
    """Why triggers on the tables do no harm; empty: a table with triggers is refused, nothing undoes what they do."""
    lock_wait: float = 5.0
    """Seconds to wait for rows that another session holds."""
    seconds: float = 60.0
    """How long the whole transaction may take."""

    def document(self) -> dict[str, object]:
        """All that an approval binds to, as JSON can say it; the secret by its name, bound values by their hash."""
        asked = self.request
        return {
            "request": {
                **{name: getattr(asked, name) for name in asked.__slots__},
                "key": masked_key(asked.key),
            },
            "statements": [
                {"sql": each.sql, "binds": [_hashed(bind) for bind in each.binds], "rows": each.rows}
                for each in self.statements
            ],
            "user": self.user,
            "password": str(self.password or ""),
            "triggers": self.triggers,
            "lock_wait": self.lock_wait,
            "seconds": self.seconds,
        }


def _hashed(bind: Mapping[str, Bind]) -> dict[str, str]:
    # Bound values are patients' numbers and what is recorded of them: no business of a document.
    return {
        name: sha256(f"{type(value).__name__}:{value}".encode()).hexdigest()[:16]
        for name, value in bind.items()
    }


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table as the catalogue has it."""

    name: str
    type: str
    generated: bool = False
    """Whether the database computes it, so that nobody may write it."""
    inexact: bool = False
    """Whether what is read of it cannot be written back bit by bit."""
    restless: bool = False
    """Whether the database writes it itself at every update that does not."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows are changed. `obstacles` say why its rows could not be put back."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    triggers: tuple[str, ...] = ()
    followers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Foreign keys by which the database itself changes other tables: `delete` or `update` → their names."""
    obstacles: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    """What the account cannot see that a deletion, or a change of a column in `referable`, might set off."""
    referable: tuple[str, ...] = ()
    """Columns that a foreign key nobody sees could point at."""

    def column(self, name: str) -> Column | None:
        """The column of that name; case matters only where two differ in nothing else."""
        exact = next((each for each in self.columns if each.name == name), None)
        return exact or next((each for each in self.columns if each.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Change:
    """What one statement did: the rows before and after it, by whatever key they have."""

    statement: int
    """Its place in the plan, from 1."""
    verb: Verb
    schema: str
    table: str
    key: tuple[str, ...]
    before: Sequence[Row]
    after: Sequence[Row]
    generated: tuple[str, ...] = ()
    counted: int = 0
    """Rows the database said it changed."""
    at: str = ""
    """When it ran, RFC 3339."""
