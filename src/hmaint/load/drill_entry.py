"""How a restore drill is written in the inventory, below `drill:` of a backup."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from hmaint.kit.i18n import _
from hmaint.load.fields import Duration, Entry, Line, Listed, Name, Title
from hmaint.model.drill import Comparison, Content, Drill, Question


def _identifier(text: str) -> str:
    if not re.fullmatch(r"\w[\w$-]{0,62}", text):
        raise ValueError(_("must be the plain name of a database, a table or an extension"))
    return text


def _version(text: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+){0,3}", text):
        raise ValueError(_('must be a version such as "10.11", in quotes'))
    return text


def _condition(text: str) -> str:
    if re.search(r";|--|/\*|\\", text):
        raise ValueError(_("must be one bare condition, without ; -- /* or backslash"))
    return text


def _plain_path(text: str) -> str:
    if text and not re.fullmatch(r"/[A-Za-z0-9._+@/-]*", text):
        raise ValueError(_("must be an absolute path of English letters, digits and . _ + @ - alone"))
    return text


PlainPath = Annotated[str, AfterValidator(_plain_path)]
Identifier = Annotated[str, AfterValidator(_identifier)]


class QuestionEntry(Entry):
    """A question to the restored database."""

    title: Title
    sql: Annotated[str, Field(min_length=1, max_length=4000)]
    equals: str | int | float | None = None
    contains: Title = ""
    at_least: int | float | None = None
    at_most: int | float | None = None


class ContentEntry(Entry):
    """Rows that never change."""

    table: Identifier
    where: Annotated[Title, AfterValidator(_condition)] = ""


class DrillEntry(Entry):
    """Where and how a backup is restored on trial."""

    host: Name = ""
    folder: PlainPath = "/var/tmp"  # noqa: S108 - a fresh private folder is made in it
    lock: PlainPath = "/var/tmp"  # noqa: S108 - where all users of a machine find the one lock
    binaries: PlainPath = ""
    version: Annotated[str, AfterValidator(_version)] = ""
    database: Identifier = ""
    copy_: Name = Field(default="", alias="copy")
    source: Comparison = "tables"
    tolerance: Annotated[int | float, Field(ge=0, le=100)] = 5
    beside_source: bool = False
    rto: Duration = 0.0
    rpo: Duration = 0.0
    limit: Duration = 7200.0
    newest: Line = ""
    checks: Listed[QuestionEntry] = ()
    chinese: Listed[QuestionEntry] = ()
    content: Listed[ContentEntry] = ()
    extensions: Listed[Identifier] = ()


def drill_of(written: DrillEntry | None) -> Drill | None:
    """Turn what is written into what is meant; None where nothing is."""
    if written is None:
        return None
    plain = {name: getattr(written, name) for name in _SAME}
    return Drill(
        **plain,
        copy=written.copy_,
        questions=tuple(_question(each) for each in written.checks),
        chinese=tuple(_question(each) for each in written.chinese),
        content=tuple(Content(each.table, each.where) for each in written.content),
    )


_SAME = (
    "host", "folder", "lock", "binaries", "version", "database", "source", "tolerance", "beside_source", "rto",
    "rpo", "limit", "newest", "extensions",
)  # fmt: skip


def _question(each: QuestionEntry) -> Question:
    return Question(each.title, each.sql, each.equals, each.contains, each.at_least, each.at_most)
