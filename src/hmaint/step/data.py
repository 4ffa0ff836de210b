"""`data`: an assertion about business data, counted by the database itself; what comes back is figures and keys."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.database.catalogue.read import ENGINES
from hmaint.errors import CouldNotLook
from hmaint.kit.regex import safe_regex
from hmaint.model.inventory import Database
from hmaint.model.look import Answer, Query, Rows, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.step.arguments import own
from hmaint.step.data_args import DataArgs, Leftovers
from hmaint.step.data_codes import compared
from hmaint.step.data_sql import Writer, code_table
from hmaint.step.data_words import Count, broken, row_of
from hmaint.step.kind import Args, Context

_MOST = 100_000
_SHOWN = 20


class Data:
    """Counts in the database: no row of patients leaves it, only how many break the rule and their keys."""

    risk = Risk.READ
    args: type[Args] = DataArgs
    templates: frozenset[str] = frozenset()

    def ask(self, args: Args, context: Context) -> Sequence[Query]:
        """A count and samples; for code tables both of them; for leftovers the catalogue's list of tables."""
        mine, target = own(args, DataArgs), context.target
        if not isinstance(target, Database):
            raise CouldNotLook(Seen.UNSUPPORTED, "只能用于 databases")
        if mine.leftovers is not None:
            return [_tables_of(target)]
        if mine.in_step is not None:
            return [code_table(mine, there=there) for there in (False, True)]
        return Writer(mine, target.engine, context.now).queries()

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:  # noqa: ARG002 - every kind is called alike
        """One row: `table checked bad blank samples told`; none where there was nothing to check."""
        mine = own(args, DataArgs)
        seen = [_rows(answer) for answer in answers[: 2 if mine.in_step else 1]]
        if mine.leftovers is not None:
            count = _left_over(mine.leftovers, seen[0])
        elif mine.in_step is not None:
            count = compared(mine.in_step, *seen)
        else:
            count = _counted(mine, seen[0], answers[1:])
        if count.checked and count.checked < mine.at_least:
            reason = f"只看到 {count.checked} 条，少于应有的 {mine.at_least} 条，不能据此判断正常"
            raise CouldNotLook(Seen.GARBLED, reason)
        return Table((row_of(mine, count),) if count.checked else ())


def _tables_of(database: Database) -> Query:
    schema = database.database if database.engine in ("mysql", "oracle") else ""
    sql = ENGINES[database.engine].parts(schema)["tables"]
    return Query(sql, (("schema", schema),) if ":schema" in sql else (), rows=_MOST)


def _rows(answer: Answer) -> Rows:
    if answer.seen is not Seen.OBSERVED or not isinstance(answer, Rows):
        raise CouldNotLook(answer.seen, answer.reason)
    if answer.cut:
        raise CouldNotLook(Seen.GARBLED, "内容过多，没有读全")
    return answer


def _counted(args: DataArgs, rows: Rows, samples: Sequence[Answer]) -> Count:
    (row,) = rows.rows
    figures = {name: _whole(row.get(name)) for name in ("total", "blank", "bad", "sets")}
    shown, remark = _samples(samples)
    checked = figures["total"] - figures["blank"]
    return Count(checked, figures["bad"], figures["blank"], shown, broken(args, figures["sets"]), remark)


def _whole(value: object) -> int:
    """A sum of no rows is nothing at all."""
    return round(value) if isinstance(value, int | float) else 0


def _samples(answers: Sequence[Answer]) -> tuple[tuple[str, ...], str]:
    """The keys of rows that break the rule, or why there are none to show."""
    for answer in answers:
        if answer.seen is not Seen.OBSERVED or not isinstance(answer, Rows):
            return (), answer.reason
        return tuple(_sample(dict(row)) for row in answer.rows), ""
    return (), ""


def _sample(row: dict[str, object]) -> str:
    times = row.pop("times", None) if "sample" in row else None
    key = "/".join(str(value) for value in row.values())
    return f"{key}（共 {times} 条）" if times is not None else key


def _left_over(asked: Leftovers, rows: Rows) -> Count:
    names, ignore = ([safe_regex(each) for each in patterns] for patterns in (asked.names, asked.ignore))
    tables = [row for row in rows.rows if "view" not in str(row["kind"]).lower()]
    found = sorted(
        str(row["table_name"])
        for row in tables
        if any(pattern.search(str(row["table_name"])) for pattern in names)
        and not any(pattern.search(str(row["table_name"])) for pattern in ignore)
    )
    return Count(len(tables), len(found), 0, tuple(found[:_SHOWN]), "的名称像临时表或备份表", "")


KIND = Data()
