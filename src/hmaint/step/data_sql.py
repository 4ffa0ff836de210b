"""A data check as queries: one that counts, and one that takes samples only where the first found something."""
# ruff: noqa: S608 - names stand between marks, to be looked up and quoted before they are sent; values are bound

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from hmaint.errors import CouldNotLook
from hmaint.kit.clock import seconds
from hmaint.model.inventory import Scalar
from hmaint.model.look import Query, Seen
from hmaint.step.data_args import Codes, DataArgs, Owner, Range

LIMIT = 10.0
"""Seconds a count may take unless the step says otherwise."""


class Writer:
    """Writes the queries of one check for one engine; names stand between marks, values are bound."""

    def __init__(self, args: DataArgs, engine: str, now: datetime | None) -> None:
        self._args = args
        self._engine = engine
        self._now = now
        self._binds: dict[str, Scalar] = {}
        self._limit = seconds(args.limit) if args.limit else LIMIT

    def queries(self) -> list[Query]:
        """What to send, in order."""
        if self._args.unique is not None:
            return self._duplicates(self._args.unique)
        blank, bad = self._conditions()
        where = self._where()
        count = self._query(
            "select count(*) as total, sum(x.blank) as blank, sum(x.bad) as bad from (select"
            f" case when {blank} then 1 else 0 end as blank, case when {bad} then 1 else 0 end as bad"
            f" from {self._table()} t{where}) x"
        )
        return [count, *self._samples(count, bad, where)]

    def _samples(self, count: Query, bad: str, where: str) -> list[Query]:
        if not self._args.samples:
            return []
        keys = ", ".join(self._column(key) for key in self._args.keys) or self._mark("*")
        both = f"{where} and ({bad})" if where else f" where {bad}"
        sql = self._first(f"select {keys} from {self._table()} t{both} order by 1")
        return [self._query(sql, needs=(count, "bad"))]

    def _duplicates(self, columns: Iterable[str]) -> list[Query]:
        names = [self._column(name) for name in columns]
        grouped, empty = ", ".join(names), " or ".join(f"{name} is null" for name in names)
        where = self._where()
        count = self._query(
            "select sum(x.times) as total, sum(case when x.blank = 1 then x.times else 0 end) as blank,"
            " sum(case when x.blank = 0 and x.times > 1 then x.times else 0 end) as bad,"
            " sum(case when x.blank = 0 and x.times > 1 then 1 else 0 end) as sets from (select"
            f" count(*) as times, case when {empty} then 1 else 0 end as blank"
            f" from {self._table()} t{where} group by {grouped}) x"
        )
        if not self._args.samples:
            return [count]
        key = self._column(self._args.keys[0]) if self._args.keys else self._mark("+")
        full = " and ".join(f"{name} is not null" for name in names)
        both = f"{where} and {full}" if where else f" where {full}"
        sql = self._first(
            f"select min({key}) as sample, count(*) as times from {self._table()} t{both}"
            f" group by {grouped} having count(*) > 1 order by 1"
        )
        return [count, self._query(sql, needs=(count, "bad"))]

    def _conditions(self) -> tuple[str, str]:
        """When a row has nothing to compare, and when it breaks the assertion."""
        args = self._args
        if args.not_negative is not None:
            return self._each(args.not_negative, "{} is null", " and "), self._each(
                args.not_negative, "{} < 0"
            )
        if args.required is not None:
            return "1 = 0", " or ".join(self._is_empty(name) for name in args.required)
        if args.order is not None:
            pairs = list(zip(args.order, args.order[1:], strict=False))
            blank = " and ".join(f"({self._each(pair, '{} is null')})" for pair in pairs)
            return blank, " or ".join(f"{self._column(a)} > {self._column(b)}" for a, b in pairs)
        if args.range is not None:
            return self._out_of_range(args.range)
        if args.values is not None:
            return self._not_allowed(args.values)
        if args.owner is not None:
            return self._without_owner(args.owner)
        raise CouldNotLook(Seen.UNSUPPORTED, "没有可用于计数的断言")

    def _out_of_range(self, asked: Range) -> tuple[str, str]:
        column = self._column(asked.column)
        bounds = (("<", asked.min), (">", asked.max))
        bad = [f"{column} {sign} {self._bind(bound)}" for sign, bound in bounds if bound is not None]
        return f"{column} is null", " or ".join(bad)

    def _not_allowed(self, asked: Codes) -> tuple[str, str]:
        column = self._column(asked.column)
        allowed = ", ".join(self._bind(value) for value in asked.allowed)
        return f"{column} is null", f"{column} not in ({allowed})"

    def _without_owner(self, asked: Owner) -> tuple[str, str]:
        other = asked.of.table
        pairs = zip(asked.columns, asked.of.columns, strict=True)
        same = " and ".join(f"o.⟦{other}|{theirs}⟧ = {self._column(mine)}" for mine, theirs in pairs)
        full = self._each(asked.columns, "{} is not null", " and ")
        bad = f"{full} and not exists (select 1 from ⟦{other}⟧ o where {same})"
        return self._each(asked.columns, "{} is null"), bad

    def _is_empty(self, name: str) -> str:
        column = self._column(name)
        text = {
            "mysql": f"trim(cast({column} as char)) = ''",
            "oracle": f"trim({column}) is null",  # an empty text is nothing there
            "sqlserver": f"ltrim(rtrim(cast({column} as nvarchar(4000)))) = ''",
        }.get(self._engine, f"trim(cast({column} as text)) = ''")
        return f"({column} is null or {text})"

    def _where(self) -> str:
        conditions = [self._only(column, wanted) for column, wanted in self._args.only.items()]
        if self._args.since is not None:
            conditions.append(
                f"{self._column(self._args.since.column)} >= {self._moment(self._args.since.days)}"
            )
        return f" where {' and '.join(conditions)}" if conditions else ""

    def _only(self, name: str, wanted: Scalar | tuple[Scalar, ...]) -> str:
        column = self._column(name)
        if wanted is None:
            return f"{column} is null"
        if isinstance(wanted, tuple):
            return f"{column} in ({', '.join(self._bind(value) for value in wanted)})"
        return f"{column} = {self._bind(wanted)}"

    def _moment(self, days: int) -> str:
        if self._now is None:
            raise CouldNotLook(Seen.UNSUPPORTED, "不知道现在的时间，无法限定最近的天数")
        moment = (self._now - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")
        if self._engine == "sqlserver":
            return f"cast({self._bind(moment.replace(' ', 'T'))} as datetime)"
        bound = self._bind(moment)
        if self._engine == "oracle":
            return f"to_date({bound}, 'YYYY-MM-DD HH24:MI:SS')"
        return f"cast({bound} as timestamp)" if self._engine == "postgresql" else bound

    def _each(self, names: Iterable[str], pattern: str, joined: str = " or ") -> str:
        return joined.join(pattern.format(self._column(name)) for name in names)

    def _bind(self, value: Scalar) -> str:
        name = f"v{len(self._binds)}"
        self._binds[name] = value
        return f":{name}"

    def _table(self) -> str:
        return f"⟦{self._args.table}⟧"

    def _column(self, name: str) -> str:
        return f"t.{self._mark(name)}"

    def _mark(self, name: str) -> str:
        return f"⟦{self._args.table}|{name}⟧"

    def _first(self, sql: str) -> str:
        """Only so many rows of a query, in the words of the engine."""
        most = self._args.samples
        if self._engine == "sqlserver":
            return sql.replace("select ", f"select top ({most}) ", 1)
        return (
            f"select * from ({sql}) where rownum <= {most}"
            if self._engine == "oracle"
            else f"{sql} limit {most}"
        )

    def _query(self, sql: str, needs: tuple[Query, str] | None = None) -> Query:
        used = tuple((name, value) for name, value in self._binds.items() if f":{name}" in _words(sql))
        hidden = tuple(self._args.personal)
        return Query(sql, used, self._limit, max(self._args.samples, 1), needs=needs, hidden=hidden)


def _words(sql: str) -> set[str]:
    return set(sql.replace(",", " ").replace(")", " ").replace("(", " ").split())


def code_table(args: DataArgs, *, there: bool) -> Query:
    """The rows of one of two code tables."""
    step = args.in_step
    if step is None:
        raise CouldNotLook(Seen.UNSUPPORTED, "没有可对比的代码表")
    table = step.other.table if there else args.table
    names = (*step.other.key, *step.other.columns) if there else (*step.key, *step.columns)
    columns = ", ".join(f"t.⟦{table}|{name}⟧" for name in names)
    limit = seconds(args.limit) if args.limit else LIMIT
    database = step.other.database if there else ""
    sql = f"select {columns} from ⟦{table}⟧ t"
    return Query(sql, (), limit, step.rows, elsewhere=database, discreet=True)
