"""From which day to which a contract runs."""

from __future__ import annotations

from datetime import date, timedelta

from hmaint.duty.days import months_after
from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract, Term
from hmaint.model.limit import Limit

_DAY = timedelta(days=1)
END = "end"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The first and the last day of a contract; no last one where neither its text nor its dates tell."""

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether the contract runs on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


def anchor_of(term: Term) -> str:
    """The date in `Contract.dates` that the first day hangs on; a text that names none begins with the service."""
    return term.anchor or "service_start"


def span_of(contract: Contract) -> Stretch | None:
    """The days a contract runs; None as long as `dates` lacks the day its term hangs on.

    A year that begins on 2 March ends on 1 March. A last day in `dates` wins over the length.
    """
    anchor = contract.dates.get(anchor_of(contract.term))
    if anchor is None:
        return None
    first = anchor + contract.term.offset_days * _DAY
    return Stretch(first, contract.dates.get(END) or _last(first, contract.term.length))


def _last(first: date, length: Limit | None) -> date | None:
    if length is None:
        return None
    if length.unit == "month":
        return months_after(first, length.count) - _DAY
    return first + (length.count - 1) * _DAY
