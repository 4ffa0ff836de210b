"""A restore drill as the inventory describes it: where, with what, and what must be there afterwards."""

from __future__ import annotations

from typing import Literal

from hmaint.kit.frozen import dataclass

Comparison = Literal["none", "tables", "rows"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the restored database, whose first value must be `equals`, or lie within the bounds.

    Without any of them the answer is only told.
    """

    title: str
    sql: str
    equals: str | int | float | None = None
    contains: str = ""
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """Rows of a table that never change: restored, they must be the very same as those of the source."""

    table: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Drill:
    """How a backup is restored on trial. Times in seconds, 0 for no limit; `tolerance` in percent of the rows.

    `host` empty is this laptop. `copy` names the host of a further copy that is drilled instead of the first.
    `source` is what is asked of the original database for comparison: nothing, which tables there are, or how many
    rows each has. `beside_source` allows a drill on the very machine of the original database.
    """

    host: str = ""
    folder: str = "/var/tmp"  # noqa: S108 - a fresh private folder is made in it
    lock: str = "/var/tmp"  # noqa: S108 - where all users of a machine find the one lock
    binaries: str = ""
    version: str = ""
    database: str = ""
    copy: str = ""
    source: Comparison = "tables"
    tolerance: float = 5.0
    beside_source: bool = False
    rto: float = 0.0
    rpo: float = 0.0
    limit: float = 7200.0
    newest: str = ""
    questions: tuple[Question, ...] = ()
    chinese: tuple[Question, ...] = ()
    content: tuple[Content, ...] = ()
    extensions: tuple[str, ...] = ()
