"""China's statutory festivals, known by law and astronomy long before any year's notice moves days around them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_SATURDAY = 5
_DAY = timedelta(days=1)
_THIRTEEN_SINCE = 2025
"""The decree in force since 2025 adds 除夕 and 2 May to the eleven days there were before."""
_LUNAR = {
    2015: ((2, 19), (4, 5), (6, 20), (9, 27)),
    2016: ((2, 8), (4, 4), (6, 9), (9, 15)),
    2017: ((1, 28), (4, 4), (5, 30), (10, 4)),
    2018: ((2, 16), (4, 5), (6, 18), (9, 24)),
    2019: ((2, 5), (4, 5), (6, 7), (9, 13)),
    2020: ((1, 25), (4, 4), (6, 25), (10, 1)),
    2021: ((2, 12), (4, 4), (6, 14), (9, 21)),
    2022: ((2, 1), (4, 5), (6, 3), (9, 10)),
    2023: ((1, 22), (4, 5), (6, 22), (9, 29)),
    2024: ((2, 10), (4, 4), (6, 10), (9, 17)),
    2025: ((1, 29), (4, 4), (5, 31), (10, 6)),
    2026: ((2, 17), (4, 5), (6, 19), (9, 25)),
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 13), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 3), (4, 5), (6, 5), (9, 12)),
    2031: ((1, 23), (4, 5), (6, 24), (10, 1)),
    2032: ((2, 11), (4, 4), (6, 12), (9, 19)),
    2033: ((1, 31), (4, 4), (6, 1), (9, 8)),
    2034: ((2, 19), (4, 5), (6, 20), (9, 27)),
    2035: ((2, 8), (4, 5), (6, 10), (9, 16)),
    2036: ((1, 28), (4, 4), (5, 30), (10, 4)),
    2037: ((2, 15), (4, 4), (6, 18), (9, 24)),
    2038: ((2, 4), (4, 5), (6, 7), (9, 13)),
    2039: ((1, 24), (4, 5), (5, 27), (10, 2)),
    2040: ((2, 12), (4, 4), (6, 14), (9, 20)),
}
"""春节 (first day), 清明, 端午, 中秋."""


@cache
def festivals(year: int) -> frozenset[date]:
    """The statutory festivals of a year themselves; without the lunar ones where they are not known here."""
    return frozenset(_days(year))


@cache
def rest_days(year: int) -> frozenset[date]:
    """The festivals, and the weekdays that make up for those on a weekend or on another one, by the decree alone."""
    free: set[date] = set()
    twice: list[date] = []
    for day in sorted(_days(year)):
        if day in free or day.weekday() >= _SATURDAY:
            twice.append(day)
        free.add(day)
    for day in twice:
        free.add(_next_free(day, free))
    return frozenset(free)


@cache
def lunar_known(year: int) -> bool:
    """Whether this year's lunar festivals are known here."""
    return year in _LUNAR


def fixed_festivals(year: int) -> frozenset[date]:
    """The festivals on the same day every year: no notice can be without them."""
    return frozenset(_fixed(year))


def _next_free(day: date, free: set[date]) -> date:
    while day in free or day.weekday() >= _SATURDAY:
        day += _DAY
    return day


def _days(year: int) -> list[date]:
    days, more = _fixed(year), year >= _THIRTEEN_SINCE
    if year in _LUNAR:
        spring, *others = (date(year, month, day) for month, day in _LUNAR[year])
        days += [spring + n * _DAY for n in range(-1 if more else 0, 3)] + others
    return days


def _fixed(year: int) -> list[date]:
    second = [(5, 2)] if year >= _THIRTEEN_SINCE else []
    return [date(year, month, day) for month, day in [(1, 1), (5, 1), *second, (10, 1), (10, 2), (10, 3)]]
