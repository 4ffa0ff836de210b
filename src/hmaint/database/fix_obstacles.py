"""Why what a statement does to a table could not be put back, or reaches further than its rows."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.database.fix_rows import column_of
from hmaint.kit.i18n import _
from hmaint.model.data_fix import Fix, FixStatement, Table


def obstacles(table: Table, statement: FixStatement, fix: Fix) -> Iterator[str]:
    """Tell them, in sentences for people. Mismatch where a statement names a column that is not there."""
    yield from (f"{table.name} {each}" for each in table.obstacles)
    if not table.key:
        yield _("table {table} has no primary key: its rows could not be found again").format(
            table=table.name
        )
    if table.triggers and not fix.triggers:
        words = _(
            "table {table} has triggers ({names}), and nothing puts back what they do: say under `triggers` why not"
        )
        yield words.format(table=table.name, names=", ".join(table.triggers))
    named = [column_of(table, name) for name in statement.columns]
    if statement.verb == "update" and {each.name for each in named} & set(table.key):
        yield _("the key of {table} is not changed by hmaint").format(table=table.name)
    written = table.columns if statement.verb == "delete" else named if statement.verb == "update" else ()
    for each in written:
        if each.inexact:
            words = _("column {name} is single-precision: its old value could not be put back exactly")
            yield words.format(name=each.name)
    touched = {each.name for each in named} if statement.verb == "update" else set()
    if statement.verb == "delete" or touched.intersection(table.referable):
        yield from (f"{table.name} {each}" for each in table.unseen)
    when = {"delete": "delete", "update": "update"}.get(statement.verb, "")
    if table.followers.get(when):
        words = _("foreign keys ({names}) would change other tables along with {table}")
        yield words.format(names=", ".join(table.followers[when]), table=table.name)
