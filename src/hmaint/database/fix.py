"""Changes a few rows of one database in one transaction, with all they were and became known before it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import text

from hmaint.database.binds import protect
from hmaint.database.dialect import end
from hmaint.database.fix_engine import FixEngine, quoted
from hmaint.database.fix_obstacles import obstacles
from hmaint.database.fix_row_sql import RowSql
from hmaint.database.fix_rows import Mismatch, key_of, same
from hmaint.database.fix_words import without_values
from hmaint.database.login import logged_in
from hmaint.database.session import dialect_of
from hmaint.database.watch import GRACE, watch
from hmaint.errors import CouldNotLook, Failure
from hmaint.kit.i18n import _
from hmaint.model.data_fix import Bind, Change, Fix, FixStatement, Row, Table
from hmaint.model.inventory import Database
from hmaint.model.look import Seen

if TYPE_CHECKING:
    from pathlib import Path


ENGINES = ("mysql", "postgresql", "sqlite")
"""Engines whose data this release changes."""


class Clock(Protocol):
    """What tells when a statement ran."""

    def now(self) -> datetime:
        """The time of the laptop."""
        ...


def engine_of(name: str) -> FixEngine:
    """The way of an engine; CouldNotLook for one whose data this release does not change."""
    # Each brings its driver, so only the one that is needed is imported.
    if name == "mysql":
        from hmaint.database import fix_mysql  # noqa: PLC0415 - see above

        return fix_mysql
    if name == "postgresql":
        from hmaint.database import fix_postgresql  # noqa: PLC0415 - see above

        return fix_postgresql
    if name == "sqlite":
        from hmaint.database import fix_sqlite  # noqa: PLC0415 - see above

        return fix_sqlite
    raise CouldNotLook(Seen.UNSUPPORTED, f"本版本不修改 {name} 数据库中的数据")


class Fixer:
    """One connection that may write, for one transaction at a time."""

    def __init__(self, database: Database, fix: Fix, password: str | None, workspace: Path) -> None:
        """Log in. CouldNotLook, with a Chinese reason and no password, where that fails."""
        self._fix, self._name = fix, database.engine
        self._engine = engine_of(database.engine)
        self._dialect = dialect_of(database.engine)
        self._tables: dict[tuple[str, str], Table] = {}
        self._looking = False
        self._line = logged_in(
            lambda: self._engine.connect(database, password, workspace), self._explained, password
        )

    def close(self) -> None:
        """Log out; whatever was not committed is not there."""
        end(self._line)

    @contextmanager
    def transaction(self, *, looking: bool = False) -> Iterator[None]:
        """Do everything within or nothing: whatever is raised within rolls back. CouldNotLook for what a driver says.

        The end of the block does not commit: `commit` does. `looking`: the server lets nothing be changed within.
        """
        self._looking = looking
        failure: CouldNotLook | None = None
        with watch(self._fix.seconds + GRACE, self._line.abort) as bound:
            try:
                self._engine.begin(self._line, self._fix, looking=looking)
                yield
            except (Mismatch, CouldNotLook, Failure):
                raise
            except Exception as error:  # noqa: BLE001 - a driver facing a broken server raises anything
                told = self._explained(error)
                failure = CouldNotLook(told.seen, without_values(told.reason))
            finally:
                with suppress(Exception):
                    self._line.connection.rollback()
        if failure is not None:
            raise (
                CouldNotLook(Seen.TIMED_OUT, f"{self._fix.seconds:g} 秒内没有完成，已断开")
                if bound.fired
                else failure
            )

    def commit(self) -> None:
        """End the transaction for good. Whoever gets an error from here does not know whether it was."""
        self._line.connection.commit()

    def ask(self, query: str) -> Sequence[Mapping[str, Any]]:
        """Rows of a query of our own."""
        return [dict(row) for row in self._line.connection.execute(text(query)).mappings()]

    def _explained(self, error: Exception) -> CouldNotLook:
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, CouldNotLook):
            return CouldNotLook(cause.seen, cause.reason)
        if isinstance(cause, OSError):
            return CouldNotLook(Seen.UNREACHABLE, f"连接不上数据库：{cause.strerror or cause}")
        return CouldNotLook(*self._dialect.explain(cause))

    # -- what is there ------------------------------------------------------------------------------------------

    def table(self, schema: str, name: str) -> Table:
        """What the catalogue says of a table. Mismatch where there is none."""
        known = self._tables.get((schema, name))
        if known is None:
            known = self._engine.describe(self._line.connection, schema, name)
            if known is None:
                raise Mismatch(_("there is no table {name}").format(name=f"{schema}.{name}".lstrip(".")))
            self._tables[schema, name] = known
        return known

    def rows(self, statement: FixStatement) -> tuple[Row, ...]:
        """The rows a statement would change, held until the transaction ends; by their key, each once."""
        table = self.table(statement.schema, statement.table)
        found: dict[tuple[object, ...], Row] = {}
        for bind in statement.binds:
            got = (
                self._by_key(table, self._key_of(table, statement, bind))
                if statement.verb == "insert"
                else self._where(table, statement, bind)
            )
            for row in got:
                found.setdefault(key_of(table, row), row)
        return tuple(found[key] for key in sorted(found, key=str))

    def _where(self, table: Table, statement: FixStatement, bind: Mapping[str, Bind]) -> list[Row]:
        # The condition is written for the engine; only its strings hold colons that are none of ours.
        return self._select(table, protect(statement.condition, self._name), bind, statement.rows)

    def _select(self, table: Table, condition: str, binds: Mapping[str, object], most: int) -> list[Row]:
        columns = ", ".join(
            self._engine.selected(each, quoted(self._engine, each.name)) for each in table.columns
        )
        place = quoted(self._engine, table.schema, table.name)
        lock = "" if self._looking else self._engine.lock
        sql = f"select {columns} from {place} where ({condition}) {lock}"  # noqa: S608 - names from the catalogue, values bound
        result = self._line.connection.execute(text(sql), dict(binds))
        got = result.fetchmany(most + 1)
        result.close()
        names = [each.name for each in table.columns]
        return [
            {name: self._engine.kept(value) for name, value in zip(names, row, strict=True)} for row in got
        ]

    def _by_key(self, table: Table, key: Mapping[str, object]) -> list[Row]:
        condition, binds = RowSql(self._engine, table).keyed(key)
        return self._select(table, condition, binds, 1)

    def _key_of(self, table: Table, statement: FixStatement, bind: Mapping[str, Bind]) -> dict[str, object]:
        """The key of a row that an INSERT makes: each column of it stands there as a bound value."""
        told: dict[str, object] = {}
        for name, value in zip(statement.columns, statement.values, strict=True):
            column = table.column(name)
            bound = value.strip().removeprefix(":")
            if (
                column is not None
                and column.name in table.key
                and value.strip().startswith(":")
                and bound in bind
            ):
                told[column.name] = self._text_key(bind[bound])
        if set(told) != set(table.key):
            words = _(
                "an INSERT into {table} must give its key ({key}) as bound values, else the rows are not found again"
            )
            raise Mismatch(words.format(table=table.name, key=", ".join(table.key)))
        return told

    def _text_key(self, value: Bind) -> object:
        # PostgreSQL's keys are compared as text through their type, the others' as they are.
        return value if self._name == "sqlite" or value is None else str(value)

    # -- what is done -------------------------------------------------------------------------------------------

    def obstacles(self, fix: Fix) -> list[str]:
        """Why this could not be put back, or reaches further than its rows; in sentences for people."""
        found: list[str] = []
        for number, statement in enumerate(fix.statements, start=1):
            try:
                table = self.table(statement.schema, statement.table)
                why = list(obstacles(table, statement, fix))
                if statement.verb == "insert" and not why:
                    self._key_of(table, statement, statement.binds[0])
            except Mismatch as wrong:
                why = [str(wrong)]
            found += [_("statement {n}: {why}").format(n=number, why=each) for each in why]
        return list(dict.fromkeys(found))

    def change(self, number: int, statement: FixStatement, clock: Clock) -> Change:
        """Run one statement; Mismatch where it did not change exactly the rows that were read before."""
        table = self.table(statement.schema, statement.table)
        before = self.rows(statement)
        counted = sum(self._run(statement, bind) for bind in statement.binds)
        at = clock.now().isoformat(timespec="seconds")
        found = counted if statement.verb == "insert" else len(before)
        if counted != statement.rows or found != statement.rows:
            words = _("statement {n} changed {counted} rows and {rows} were expected")
            raise Mismatch(words.format(n=number, counted=max(counted, found), rows=statement.rows))
        after = self._after(table, statement, before)
        left = 0 if statement.verb == "delete" else statement.rows
        if len(after) != left:
            words = _("after statement {n} there are {found} rows where {rows} must be")
            raise Mismatch(words.format(n=number, found=len(after), rows=left))
        generated = tuple(each.name for each in table.columns if each.generated)
        return Change(
            number, statement.verb, table.schema, table.name, table.key, before, after, generated, counted, at
        )

    def _run(self, statement: FixStatement, bind: Mapping[str, Bind]) -> int:
        result = self._line.connection.execute(text(protect(statement.sql, self._name)), dict(bind))
        return int(result.rowcount)

    def _after(self, table: Table, statement: FixStatement, before: Sequence[Row]) -> tuple[Row, ...]:
        if statement.verb == "insert":
            return self.rows(statement)
        keys = [{name: row[name] for name in table.key} for row in before]
        return tuple(row for key in keys for row in self._by_key(table, key))

    def standing(self, change: Change) -> tuple[Row, ...]:
        """The rows of a change as they are now, by the keys they have in its `before` and `after`."""
        table = self.table(change.schema, change.table)
        known = {key_of(table, row): row for row in (*change.before, *change.after)}
        keys = [{name: row[name] for name in table.key} for row in known.values()]
        return tuple(row for key in keys for row in self._by_key(table, key))

    def put_back(self, change: Change) -> None:
        """Make of what was written what was there before; Mismatch where it is no longer what was written."""
        table = self.table(change.schema, change.table)
        sql = RowSql(self._engine, table)
        if not same(table.key, self.standing(change), change.after):
            words = _("rows of {table} are no longer what was written: somebody changed them since")
            raise Mismatch(words.format(table=change.table))
        after = {key_of(table, row): row for row in change.after}
        before = {key_of(table, row): row for row in change.before}
        for key, row in after.items():
            if key not in before:
                self._one(*sql.deletion(row))
            elif before[key] != row:
                self._one(*sql.update(row, before[key]))
        for key, row in before.items():
            if key not in after:
                self._one(*sql.insertion(row))
        if not same(table.key, self.standing(change), change.before):
            words = _("rows of {table} did not become what they were")
            raise Mismatch(words.format(table=change.table))

    def _one(self, sql: str, binds: Mapping[str, object]) -> None:
        result = self._line.connection.execute(text(sql), dict(binds))
        if result.rowcount != 1:
            raise Mismatch(_("putting back one row changed {n}").format(n=result.rowcount))
