"""The kind of step that puts one reading query to a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field, field_validator, model_validator

from hmaint.database.binds import placeholders
from hmaint.database.guard import refusal
from hmaint.errors import CouldNotLook
from hmaint.kit.clock import seconds
from hmaint.kit.i18n import _, series
from hmaint.model.inventory import Scalar
from hmaint.model.look import Answer, Ask, Query, Rows, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.step.arguments import Duration, own
from hmaint.step.kind import Args, Context


class SqlArgs(Args):
    """`limit` such as `10s` bounds the query (default: the limit for a command), `rows` what it gives."""

    query: str
    binds: Mapping[str, Scalar] = Field(default_factory=dict)
    limit: Duration | None = None
    rows: int = Field(default=10_000, ge=1, le=100_000)

    @field_validator("query")
    @classmethod
    def only_reads(cls, query: str) -> str:
        refused = refusal(query, None)
        if refused is not None:
            raise ValueError(refused)
        return query

    @field_validator("limit")
    @classmethod
    def takes_time(cls, limit: str | None) -> str | None:
        if limit is not None and not seconds(limit):
            raise ValueError(_("limit must be above 0"))
        return limit

    @model_validator(mode="after")
    def binds_what_the_query_names(self) -> SqlArgs:
        named, given = placeholders(self.query), set(self.binds)
        if named != given:
            words = _("the names in the query (:name) and binds differ: {names}")
            raise ValueError(words.format(names=series(sorted(named ^ given))))
        return self


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
