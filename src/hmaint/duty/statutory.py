"""Statutory working days: as announced, as a year imported here says, or as far as the decree alone can tell."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache, cached_property

from hmaint.duty.festivals import festivals, lunar_known, rest_days
from hmaint.kit.frozen import dataclass

_SATURDAY = 5
_REACH = timedelta(days=10)
"""Days made up for a festival lie within ten days of it in every notice so far."""
_DECEMBER = 12
_UNSURE_WEEKEND, _UNSURE_WEEKDAY = 22, 29
"""The next year's notice may make work of the weekends before New Year, and rest of the days just before."""


@dataclass(frozen=True, slots=True)
class Year:
    """One year's notice as imported here; it may reach into the last days of the year before."""

    year: int
    off: frozenset[date]
    """Weekdays on which people rest; rest days on weekends may stand here as well."""
    work: frozenset[date]
    """Weekend days on which people work."""
    imported_at: datetime | None = None
    for_all: bool = True
    """Whether it holds for deadlines that began before it was imported; one that replaces an announced year does not
    unless somebody asked for that."""

    def says(self, day: date) -> bool | None:
        """Whether people work that day; None where the notice is silent and the weekday decides."""
        return True if day in self.work else False if day in self.off else None


@dataclasses.dataclass(frozen=True)
class StatutoryDays:
    """A calendar of working days. Imported years win over the package; equal ones have the same `sha256`."""

    years: tuple[Year, ...] = ()
    """In the order of their import: a later one of the same year wins."""
    pulled: bool = False
    """The strictest reading of what is not announced: every day works that a notice could make work."""

    def works(self, day: date) -> bool:
        """Whether people work that day, as announced or as far as can be told."""
        # Years of records ask for the same days thousands of times.
        found = self._worked.get(day)
        if found is None:
            found = self._worked[day] = self._works(day)
        return found

    def _works(self, day: date) -> bool:
        told = self._told(day)
        if told or not self.pulled or self.announced(day):
            return told
        if day in festivals(day.year):
            return False
        return _near_festival(day) if day.weekday() >= _SATURDAY else not self.knows(day.year)

    def announced(self, day: date) -> bool:
        """Whether the notice that decides about that day is known."""
        found = self._sure.get(day)
        if found is None:
            found = self._sure[day] = self._announced(day)
        return found

    def _announced(self, day: date) -> bool:
        if not self.knows(day.year):
            return False
        unsure = _UNSURE_WEEKDAY if day.weekday() < _SATURDAY else _UNSURE_WEEKEND
        return day.month < _DECEMBER or day.day < unsure or self.knows(day.year + 1)

    def knows(self, year: int) -> bool:
        """Whether that year's notice is known."""
        return year in self._latest or year in _packaged()

    def known(self) -> tuple[int, ...]:
        """Every year whose notice is known."""
        return tuple(sorted(_packaged() | {each.year for each in self.years}))

    def as_of(self, moment: datetime) -> StatutoryDays:
        """The calendar that holds for what began at that moment: a deadline once announced keeps the one it had."""
        held = tuple(year for year in self.years if _holds(year, moment))
        return self if len(held) == len(self.years) else dataclasses.replace(self, years=held)

    def strictest(self) -> StatutoryDays:
        """The same, with every day taken as a working day that a notice still to come may make one."""
        return dataclasses.replace(self, pulled=True)

    @cached_property
    def sha256(self) -> str:
        """The digest of all that is announced here."""
        digest = hashlib.sha256(_packaged_text().encode())
        for year in self.known():
            if (each := self._latest.get(year)) is not None:
                days = (sorted(map(str, each.off)), sorted(map(str, each.work)))
                digest.update(repr((year, *days)).encode())
        return digest.hexdigest()

    @cached_property
    def _worked(self) -> dict[date, bool]:
        return {}

    @cached_property
    def _sure(self) -> dict[date, bool]:
        return {}

    @cached_property
    def _latest(self) -> Mapping[int, Year]:
        return {each.year: each for each in self.years}

    def _told(self, day: date) -> bool:
        """Whether people work that day by what is known: imported, packaged, or the decree on festivals alone."""
        if (said := self._imported(day)) is not None:
            return said
        if day.year in _packaged():
            return _worked(day)
        return day.weekday() < _SATURDAY and day not in rest_days(day.year)

    def _imported(self, day: date) -> bool | None:
        """What imported years say: the next one about the end of this, this one about all the rest of it."""
        after, own = self._latest.get(day.year + 1), self._latest.get(day.year)
        late = day.month == _DECEMBER and day.day >= _UNSURE_WEEKEND
        if late and after is not None and (said := after.says(day)) is not None:
            return said
        if own is None or (late and after is None and day.year + 1 in _packaged()):
            return None if own is None else own.says(day)
        said = own.says(day)
        return day.weekday() < _SATURDAY if said is None else said


PACKAGED = StatutoryDays()
"""What the installed package knows."""


def packaged_year(year: int) -> Year:
    """What the package knows of a year."""
    import chinese_calendar  # noqa: PLC0415 - 6 ms that only deadlines need

    off = frozenset(day for day in chinese_calendar.holidays if day.year == year)
    return Year(year, off, frozenset(day for day in chinese_calendar.workdays if day.year == year))


def _holds(year: Year, moment: datetime) -> bool:
    return year.for_all or year.imported_at is None or year.imported_at <= moment


def _near_festival(day: date) -> bool:
    near = {day - _REACH, day, day + _REACH}
    if not all(lunar_known(each.year) for each in near):
        return True
    feasts = {feast for each in near for feast in festivals(each.year)}
    return any(abs(feast - day) <= _REACH for feast in feasts)


def _worked(day: date) -> bool:
    # 6 ms that only deadlines need.
    import chinese_calendar  # noqa: PLC0415 - see above

    return day in chinese_calendar.workdays or (
        day.weekday() < _SATURDAY and day not in chinese_calendar.holidays
    )


@cache
def _packaged() -> frozenset[int]:
    import chinese_calendar  # noqa: PLC0415 - 6 ms that only deadlines need

    return frozenset(day.year for day in chinese_calendar.holidays)


@cache
def _packaged_text() -> str:
    import chinese_calendar  # noqa: PLC0415 - 6 ms that only deadlines need

    return repr((sorted(map(str, chinese_calendar.holidays)), sorted(map(str, chinese_calendar.workdays))))
