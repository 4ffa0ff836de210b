"""A step of kind `fix` in a data-fix plan: who asked for it, and the statements with every value bound."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, InstanceOf

from hmaint.database.binds import placeholders
from hmaint.database.fix_cut import cut_statement
from hmaint.database.tokens import cut
from hmaint.kit.i18n import _
from hmaint.load.fields import Duration, FilePath, Line
from hmaint.load.plan_form import Form, Moment, PersonName, Script, Text
from hmaint.model.data_fix import Bind, Fix, FixRequest, FixStatement
from hmaint.model.secret import Secret

_MOST = 5_000
"""Rows of one statement; more is a migration, which belongs into a step of kind sql."""
_FILE = 16 * 1024 * 1024
_DIGITS = 4
Value = Annotated[str, Field(max_length=1_000_000)] | int | float | bool | None
Binds = dict[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")], Value]


def _engine_free(sql: str) -> str:
    return sql.strip().rstrip(";").strip()


class RequestForm(Form):
    """Who asked for what; `key` is the number of the patient or record, which documents only show the end of."""

    unit: Line
    by: PersonName
    at: Moment
    text: Text
    sort: Line
    subject: Line
    key: Annotated[str, Field(min_length=1, max_length=64)]
    cause: Text
    impact: Text
    check: Text
    prevention: Annotated[str, Field(max_length=4_000)] = ""


class FixStatementForm(Form):
    """One statement: once with `with`, or once for each of `each` or of the objects in `from`, a JSON file."""

    sql: Annotated[Script, AfterValidator(_engine_free)]
    with_: Binds = Field(default={}, alias="with")
    each: Annotated[list[Binds], Field(min_length=1, max_length=_MOST)] | None = None
    from_: FilePath | None = Field(default=None, alias="from")
    rows: Annotated[int, Field(ge=1, le=_MOST)]


class FixForm(Form):
    """All that is done to one database, in one transaction."""

    request: RequestForm
    statements: Annotated[list[FixStatementForm], Field(min_length=1, max_length=100)]
    user: Annotated[str, Field(max_length=100)] = ""
    password: InstanceOf[Secret] | None = None
    triggers: Annotated[str, Field(max_length=1_000)] = ""
    lock_wait: Annotated[Duration, Field(ge=1, le=60)] = 5.0
    seconds: Annotated[Duration, Field(ge=1, le=600)] = 60.0


def fix_of(form: FixForm, folder: Path, engine: str, *, account: bool = False) -> Fix:
    """Make it, for an engine of the inventory. ValueError, in a sentence, names the first statement that cannot be.

    `account`: the inventory has an account for upgrades of that database, which serves where none is named here.
    """
    statements = []
    for number, each in enumerate(form.statements, start=1):
        try:
            statements.append(_statement(each, folder, engine))
        except ValueError as wrong:
            raise ValueError(_("statement {n}: {why}").format(n=number, why=wrong)) from None
    if engine != "sqlite" and not (form.user and form.password) and not account:
        raise ValueError(
            _(
                "name an account that may write: upgrade_user of the database in the inventory, or user and password"
            )
        )
    request = FixRequest(**{name: getattr(form.request, name) for name in FixRequest.__slots__})
    return Fix(
        request,
        tuple(statements),
        form.user,
        form.password,
        form.triggers.strip(),
        form.lock_wait,
        form.seconds,
    )


def _statement(form: FixStatementForm, folder: Path, engine: str) -> FixStatement:
    parts = cut_statement(form.sql, engine)
    binds = _binds(form, folder)
    if len(binds) > 1 and parts.verb != "insert" and form.rows < len(binds):
        raise ValueError(_("rows is less than how often the statement runs"))
    _refuse_spliced(form.sql, engine)
    wanted = placeholders(form.sql)
    for bind in binds:
        if set(bind) != wanted:
            words = _("bound values and names in the statement differ: {names}")
            raise ValueError(words.format(names=", ".join(sorted(set(bind) ^ wanted))))
    return FixStatement(
        form.sql,
        parts.verb,
        parts.schema,
        parts.table,
        parts.columns,
        parts.condition,
        parts.values,
        binds,
        form.rows,
    )


def _refuse_spliced(sql: str, engine: str) -> None:
    """Values stand beside the statement, never in it: a document shows the statement."""
    tokens = [each for each in cut(sql, engine) if each.kind != "comment"]
    for one, other in zip(tokens, [*tokens[1:], None], strict=True):
        spelt = one.kind == "string" or (one.text.isdecimal() and len(one.text) > _DIGITS)
        if spelt:
            raise ValueError(_("write values beside the statement, as `:name` with their value under `with`"))
        if other is not None and one.text == other.text == ":" and one.end == other.start:
            raise ValueError(_("write cast(value as type) instead of value::type"))


def _binds(form: FixStatementForm, folder: Path) -> tuple[Mapping[str, Bind], ...]:
    given = [bool(form.with_), form.each is not None, form.from_ is not None]
    if sum(given) > 1:
        raise ValueError(_("only one of with, each and from"))
    if form.from_ is not None:
        return tuple(_read(folder / form.from_))
    return tuple(form.each) if form.each is not None else (form.with_,)


def _read(path: Path) -> Sequence[Mapping[str, Bind]]:
    try:
        if path.stat().st_size > _FILE:
            raise ValueError(_("{file} is too large").format(file=path.name))
        told = json.loads(path.read_bytes(), parse_float=_number, parse_constant=_number, parse_int=_whole)
    except OSError as error:
        words = _("{file} cannot be read: {reason}")
        raise ValueError(words.format(file=path.name, reason=error.strerror)) from None
    except _Inexact:
        words = _("{file} holds a number that would be rounded: write it as text, in quotes")
        raise ValueError(words.format(file=path.name)) from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError(_("{file} is not JSON in UTF-8").format(file=path.name)) from None
    sound = isinstance(told, list) and 0 < len(told) <= _MOST and all(_sound(each) for each in told)
    if not sound:
        words = _("{file} must hold a list of 1 to {most} objects with plain values")
        raise ValueError(words.format(file=path.name, most=_MOST))
    return list(told)


class _Inexact(Exception):
    """A number that a computer keeps only roughly."""


def _number(written: str) -> float:
    # NaN and the infinities come here as well; no decimal says the same.
    number = float(written)
    if not isfinite(number) or Decimal(written) != Decimal(repr(number)):
        raise _Inexact
    return number


def _whole(written: str) -> int:
    try:
        return int(written)
    except ValueError:  # thousands of digits
        raise _Inexact from None


def _sound(row: object) -> bool:
    return isinstance(row, dict) and all(
        value is None or isinstance(value, int | float) or (isinstance(value, str) and _is_text(value))
        for value in row.values()
    )


def _is_text(value: str) -> bool:
    """Whether it can be sent at all: half of a pair of surrogates cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
