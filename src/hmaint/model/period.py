"""Quarters, half-years, months and years as people name them: 2026Q4, 2026H2, 2026-11, 2026."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from hmaint.kit.frozen import dataclass

_QUARTER = re.compile(r"(20\d\d)-?[Qq]([1-4])")
_HALF = re.compile(r"(20\d\d)-?[Hh]([12])")
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"20\d\d")


@dataclass(frozen=True, slots=True)
class Period:
    """Some whole months, under the name that people and sources give them."""

    name: str
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def covers(self, other: Period) -> bool:
        """Whether another period lies wholly in this one."""
        return self.first <= other.first and other.last <= self.last

    @property
    def words(self) -> str:
        """As forms write it: 2026 年第 4 季度."""
        year, month = self.first.year, self.first.month
        if "W" in self.name or "/" in self.name:
            return f"{self.first:%Y-%m-%d} 至 {self.last:%Y-%m-%d}"
        if self.last.month == month:
            return f"{year} 年 {month} 月"
        match self.last.month - month:
            case 2:
                return f"{year} 年第 {(month + 2) // 3} 季度"
            case 5:
                return f"{year} 年{'上' if month == 1 else '下'}半年"
            case _:
                return f"{year} 年"

    def months(self) -> tuple[Period, ...]:
        """Each month of it."""
        year = self.first.year
        return tuple(
            _months(f"{year}-{m:02}", year, m, m) for m in range(self.first.month, self.last.month + 1)
        )

    def weeks(self) -> tuple[Period, ...]:
        """Each week whose Monday lies in it."""
        monday = self.first + timedelta(days=-self.first.weekday() % 7)
        found = []
        while monday <= self.last:
            year, week, _day = monday.isocalendar()
            found.append(Period(f"{year}-W{week:02}", monday, monday + timedelta(days=6)))
            monday += timedelta(days=7)
        return tuple(found)


def read_period(text: str) -> Period | None:
    """Read 2026Q4, 2026H2, 2026-11 or 2026; None for anything else.

    >>> read_period("2026q4").words
    '2026 年第 4 季度'
    """
    if found := _QUARTER.fullmatch(text):
        year, quarter = int(found[1]), int(found[2])
        return _months(f"{year}Q{quarter}", year, 3 * quarter - 2, 3 * quarter)
    if found := _HALF.fullmatch(text):
        year, half = int(found[1]), int(found[2])
        return _months(f"{year}H{half}", year, 6 * half - 5, 6 * half)
    if found := _MONTH.fullmatch(text):
        return _months(text, int(found[1]), int(found[2]), int(found[2]))
    if _YEAR.fullmatch(text):
        return _months(text, int(text), 1, 12)
    return None


def _months(name: str, year: int, first: int, last: int) -> Period:
    return Period(name, date(year, first, 1), date(year, last, monthrange(year, last)[1]))
