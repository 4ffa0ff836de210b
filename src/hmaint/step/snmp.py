"""`snmp`: single values and tables of a device, read and never set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Annotated

from hmaint.errors import CouldNotLook
from hmaint.expr.evaluate import compile_expression
from hmaint.kit.clock import seconds
from hmaint.kit.constraint import Check, Within
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _, series
from hmaint.model.inventory import Device, Scalar
from hmaint.model.look import Answer, Oid, Row, Rows, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.step.arguments import Duration, own
from hmaint.step.kind import Args, Context
from hmaint.step.snmp_names import node_of, value_of

Spot = Annotated[str, Check(node_of)]
Column = Annotated[str, Within(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Spots = Spot | Annotated[tuple[Spot, ...], Within(min_length=1, max_length=8)]


@dataclass(frozen=True, slots=True)
class SnmpArgs(Args):
    """What to read: `scalars` are single values, `columns` those of tables, joined by their index.

    Several nodes for one name: the first that the device has counts, row by row. `rates` are columns read twice,
    `pause` apart. `compute` adds columns worked out of the others; rows for which `only` is false are none of what
    the check is about, and where no other is left there was nothing to look at.
    """

    scalars: Mapping[Column, Spots] = field(default_factory=dict)
    columns: Mapping[Column, Spots] = field(default_factory=dict)
    rates: tuple[str, ...] = ()
    pause: Duration = "20s"
    compute: Mapping[Column, Annotated[str, Check(compile_expression)]] = field(default_factory=dict)
    only: Annotated[str, Check(compile_expression)] | None = None
    rows: Annotated[int, Within(ge=1, le=20_000)] = 2_000

    def __post_init__(self) -> None:
        self._names_something()
        self._computes_from_what_is_there()

    def _names_something(self) -> None:
        if not self.scalars and not self.columns:
            raise ValueError(
                _("at least one of {names} must stand").format(names=series(("scalars", "columns")))
            )
        for name in self.rates:
            if name not in self.columns:
                raise ValueError(_("rates names {name}, which is no column").format(name=name))

    def _computes_from_what_is_there(self) -> None:
        known = {"vars", "index", *self.scalars, *self.columns, *(f"{name}_per_s" for name in self.rates)}
        for name, source in self.compute.items():
            missing = [use.path[0] for use in compile_expression(source).uses if use.path[0] not in known]
            if missing:
                words = _("compute {name} speaks of {missing}, which is not read")
                raise ValueError(words.format(name=name, missing=missing[0]))
            known.add(name)
        spoken = [] if self.only is None else [use.path[0] for use in compile_expression(self.only).uses]
        for name in spoken:
            if name not in known:
                raise ValueError(_("only speaks of {name}, which is not read").format(name=name))


class Snmp:
    """Asks every node once a visit, whichever steps want it, and joins what came back."""

    risk = Risk.READ
    args: type[Args] = SnmpArgs
    templates: frozenset[str] = frozenset()

    def ask(self, args: Args, context: Context) -> Sequence[Oid]:
        """One question a node; equal ones of several steps are put once."""
        if not isinstance(context.target, Device):
            raise CouldNotLook(Seen.UNSUPPORTED, "只能用于 devices")
        return [oid for _name, _spot, oid in _asked(own(args, SnmpArgs))]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:
        """One row an index, or one in all where only single values are read; CouldNotLook where there is none."""
        mine = own(args, SnmpArgs)
        scalars: dict[str, Scalar] = dict.fromkeys(mine.scalars)
        table: dict[str, dict[str, Scalar]] = {}
        cut = False
        for (name, spot, oid), answer in zip(_asked(mine), answers, strict=True):
            told = _rows(answer)
            cut = cut or told.cut
            if not oid.column:
                _fill(scalars, name, spot, told.rows)
                continue
            still = _moved(told.rows) if name in mine.rates else True
            for row in told.rows:
                kept = table.setdefault(str(row["index"]), {})
                _fill(kept, name, spot, (row,))
                if name in mine.rates:
                    kept[f"{name}_per_s"] = _rate(row) if still else None
        if not (table if mine.columns else any(value is not None for value in scalars.values())):
            raise CouldNotLook(Seen.UNSUPPORTED, _absence(answers))
        return Table(tuple(_whole(mine, context, table, scalars)), cut)


def _asked(mine: SnmpArgs) -> list[tuple[str, str, Oid]]:
    """Every (name, node as written, question), in one order for both halves."""
    pause = seconds(mine.pause)
    singles = [
        (name, spot, Oid(value_of(spot))) for name, spots in mine.scalars.items() for spot in _each(spots)
    ]
    return singles + [
        (name, spot, Oid(node_of(spot).oid, True, mine.rows, pause if name in mine.rates else 0.0))  # noqa: FBT003 - a column
        for name, spots in mine.columns.items()
        for spot in _each(spots)
    ]


def _each(spots: str | tuple[str, ...]) -> tuple[str, ...]:
    return (spots,) if isinstance(spots, str) else spots


def _rows(answer: Answer) -> Rows:
    """What one node gave; a node the device does not have gives nothing, one that was not read ends the look."""
    if not isinstance(answer, Rows):
        raise CouldNotLook(Seen.GARBLED, "返回的不是 SNMP 的内容")
    if answer.seen not in (Seen.OBSERVED, Seen.UNSUPPORTED):
        raise CouldNotLook(answer.seen, answer.reason)
    return answer if answer.seen is Seen.OBSERVED else Rows(Seen.OBSERVED)


def _fill(row: dict[str, Scalar], name: str, spot: str, told: Sequence[Row]) -> None:
    if told and row.get(name) is None:
        value, words = told[0]["value"], node_of(spot).words
        row[name] = words.get(value, str(value)) if words and isinstance(value, int) else value


def _moved(rows: Sequence[Row]) -> bool:
    """Whether anything at all was counted between the readings; else the device shows what it remembered."""
    return any(row.get("later") != row["value"] for row in rows)


def _rate(row: Row) -> float | None:
    first, later, span, bits = row["value"], row.get("later"), row.get("seconds"), row["bits"]
    if not isinstance(first, int) or not isinstance(later, int) or not isinstance(span, float) or span <= 0:
        return None
    # A counter that came round once is told by its width; what is no counter simply fell.
    grown = later - first if later >= first or not isinstance(bits, int) else later - first + 2**bits
    return round(grown / span, 3)


def _whole(
    mine: SnmpArgs, context: Context, table: Mapping[str, Mapping[str, Scalar]], scalars: Mapping[str, Scalar]
) -> list[Row]:
    blank: dict[str, Scalar] = dict.fromkeys([*mine.columns, *(f"{name}_per_s" for name in mine.rates)])
    rows: list[dict[str, Scalar]] = (
        [{"index": index, **blank, **row, **scalars} for index, row in table.items()]
        if mine.columns
        else [dict(scalars)]
    )
    for row in rows:
        for name, source in mine.compute.items():
            row[name] = _computed(source, {"vars": context.vars, **row})
    return [row for row in rows if mine.only is None or _belongs(mine.only, {"vars": context.vars, **row})]


def _belongs(only: str, scope: Mapping[str, object]) -> bool:
    """Whether a row is of the population; one of which that cannot be told stays, and cannot pass for good."""
    try:
        return compile_expression(only)(scope) is not False
    except ValueError:
        return True


def _computed(source: str, scope: Mapping[str, object]) -> Scalar:
    """What an expression gives; nothing at all where a part of it was not told, which no judgement takes for good."""
    try:
        value = compile_expression(source)(scope)
    except ValueError:
        return None
    return round(value, 3) if isinstance(value, float) else value if isinstance(value, str | int) else None


def _absence(answers: Sequence[Answer]) -> str:
    return next((answer.reason for answer in answers if answer.reason), "设备没有这些内容")


KIND = Snmp()
