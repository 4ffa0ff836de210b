"""Counts a contract limits: what must be reached within a period, and what must not be exceeded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from hmaint.duty.periods import spans
from hmaint.duty.term import span_of
from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract, Quota
from hmaint.model.duty import Span


class Standing(StrEnum):
    """How a count stands."""

    WITHIN = "within"
    EXCEEDED = "exceeded"
    REACHED = "reached"
    SHORT = "short"
    """Not reached, and its period is over."""
    RUNNING = "running"
    """Not reached yet, and there is time."""
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Count:
    """What was put down under a quota."""

    quota: str
    day: date
    amount: Decimal
    record: str


@dataclass(frozen=True, slots=True)
class Balance:
    """A quota in one of its periods."""

    quota: Quota
    span: Span | None
    used: Decimal
    standing: Standing
    records: tuple[str, ...] = ()


def balances(contract: Contract, counts: Sequence[Count], today: date) -> Iterator[Balance]:
    """Every quota in every period that has begun; without the term's first day none can be told."""
    term = span_of(contract)
    for quota in contract.quotas:
        if term is None:
            yield Balance(quota, None, Decimal(0), Standing.CANNOT_TELL)
            continue
        for span in spans(quota.per, "contract", term.first, term.last, max(today, term.first)):
            mine = [each for each in counts if each.quota == quota.id and each.day in span]
            used = sum((each.amount for each in mine), Decimal(0))
            records = tuple(dict.fromkeys(each.record for each in mine))
            yield Balance(quota, span, used, _standing(quota, span, used, today), records)


def _standing(quota: Quota, span: Span, used: Decimal, today: date) -> Standing:
    if quota.direction == "at_most":
        return Standing.EXCEEDED if used > quota.limit else Standing.WITHIN
    if used >= quota.limit:
        return Standing.REACHED
    over = span.last is not None and today > span.last
    return Standing.SHORT if over else Standing.RUNNING


LEVELS: Mapping[Standing, str] = {
    Standing.WITHIN: "ok",
    Standing.REACHED: "ok",
    Standing.RUNNING: "ok",
    Standing.EXCEEDED: "warning",
    Standing.SHORT: "critical",
    Standing.CANNOT_TELL: "unknown",
}
"""How grave each standing is for whoever looks by cron."""
