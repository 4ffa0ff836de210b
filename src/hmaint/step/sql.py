"""The kind of step that puts one reading query to a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Annotated

from hmaint.database.binds import placeholders
from hmaint.database.guard import refusal
from hmaint.errors import CouldNotLook
from hmaint.kit.clock import seconds
from hmaint.kit.constraint import Check, Within
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _, series
from hmaint.model.inventory import Scalar
from hmaint.model.look import Answer, Ask, Query, Rows, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.step.arguments import Duration, own
from hmaint.step.kind import Args, Context


def _only_reads(query: str) -> None:
    refused = refusal(query, None)
    if refused is not None:
        raise ValueError(refused)


def _takes_time(limit: str) -> None:
    if not seconds(limit):
        raise ValueError(_("limit must be above 0"))


@dataclass(frozen=True, slots=True)
class SqlArgs(Args):
    """`limit` such as `10s` bounds the query (default: the limit for a command), `rows` what it gives."""

    query: Annotated[str, Check(_only_reads)]
    binds: Mapping[str, Scalar] = field(default_factory=dict)
    limit: Annotated[Duration, Check(_takes_time)] | None = None
    rows: Annotated[int, Within(ge=1, le=100_000)] = 10_000

    def __post_init__(self) -> None:
        """Bind what the query names, and nothing else."""
        named, given = placeholders(self.query), set(self.binds)
        if named != given:
            words = _("the names in the query (:name) and binds differ: {names}")
            raise ValueError(words.format(names=series(sorted(named ^ given))))


class Sql:
    """Pure halves: one query asked, its rows read."""

    risk = Risk.READ
    args: type[Args] = SqlArgs
    templates = frozenset({"binds"})

    def ask(self, args: Args, context: Context) -> Sequence[Ask]:  # noqa: ARG002 - every kind is called alike
        """One query, its values bound."""
        sql = own(args, SqlArgs)
        limit = None if sql.limit is None else seconds(sql.limit)
        return [Query(sql.query, tuple(sql.binds.items()), limit, sql.rows)]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:  # noqa: ARG002 - every kind is called alike
        """Rows with lower-case column names; CouldNotLook says what the session said."""
        (answer,) = answers
        if answer.seen is not Seen.OBSERVED or not isinstance(answer, Rows):
            raise CouldNotLook(answer.seen, answer.reason)
        rows = tuple({name.lower(): value for name, value in row.items()} for row in answer.rows)
        return Table(rows, cut=answer.cut)


KIND = Sql()
