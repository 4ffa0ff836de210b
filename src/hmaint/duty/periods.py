"""The spans of a contract's term in each of which something is owed: months, quarters, weeks, the whole of it.

Of a span that the term cuts off at its beginning or end only the longer part is a span of its own, so that a year has
twelve months, four quarters and fifty-two weeks on whatever day it begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import takewhile

from hmaint.duty.days import months_after
from hmaint.model.duty import Span

_DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_DAYS = {"day": 1, "week": 7}
_BOTH = 1.5
"""Two parts at the ends that are one and a half spans together are two."""


@lru_cache(
    maxsize=1024
)  # sites under one contract have the same, and every command asks for them more than once
def spans(per: str, align: str, first: date, last: date | None, until: date) -> tuple[Span, ...]:
    """Divide a term into the spans of a rhythm, as far as they begin by `until`.

    `align` is `contract` for spans counted from the first day of the term, else they begin with a calendar's. A term
    without a known end (`last` None) has no last span. `per` is day, week, month, quarter, half_year, year or contract.
    """
    if per == "contract":
        return (Span(f"{first}/{last or ''}", first, last, first, last),)
    grid = _counted(per, first) if align == "contract" else _calendar(per, first)
    end = until if last is None else last
    whole = list(takewhile(lambda one: one[0] <= end, grid))
    kept = (one for one in _owed(whole, first, last) if one[0] <= until)
    return tuple(_span(per, align, one, first, last) for one in kept)


def _calendar(per: str, day: date) -> Iterator[tuple[date, date]]:
    if per in _DAYS:
        start = day if per == "day" else day - day.weekday() * _DAY
        yield from _every(start, _DAYS[per])
    count = _MONTHS[per]
    yield from _counted(per, date(day.year, (day.month - 1) // count * count + 1, 1))


def _counted(per: str, first: date) -> Iterator[tuple[date, date]]:
    if per in _DAYS:
        yield from _every(first, _DAYS[per])
    count, number = _MONTHS[per], 0
    while True:
        yield months_after(first, number * count), months_after(first, (number + 1) * count) - _DAY
        number += 1


def _every(start: date, days: int) -> Iterator[tuple[date, date]]:
    while True:
        yield start, start + (days - 1) * _DAY
        start += days * _DAY


def _owed(whole: list[tuple[date, date]], first: date, last: date | None) -> list[tuple[date, date]]:
    """Leave out what is too little of a span to owe anything in."""
    if len(whole) <= 1:
        return whole
    head, tail = _share(whole[0], first, last), _share(whole[-1], first, last)
    one_of_two = head < 1 and tail < 1 and head + tail < _BOTH
    without_head = head < 1 / 2 or (one_of_two and head < tail)
    without_tail = tail < 1 / 2 or (one_of_two and tail <= head)
    return whole[without_head : len(whole) - without_tail]


def _share(one: tuple[date, date], first: date, last: date | None) -> float:
    begin, end = max(one[0], first), one[1] if last is None else min(one[1], last)
    return ((end - begin).days + 1) / ((one[1] - one[0]).days + 1)


def _span(per: str, align: str, one: tuple[date, date], first: date, last: date | None) -> Span:
    begin, end = max(one[0], first), one[1] if last is None else min(one[1], last)
    name = f"{begin}/{end}" if align == "contract" else _name(per, one[0])
    return Span(name, begin, end, *one)


def _name(per: str, day: date) -> str:
    match per:
        case "day":
            return f"{day}"
        case "week":
            year, week, _weekday = day.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{day:%Y-%m}"
        case "quarter":
            return f"{day.year}Q{(day.month + 2) // 3}"
        case "half_year":
            return f"{day.year}H{(day.month + 5) // 6}"
        case _:
            return f"{day.year}"
