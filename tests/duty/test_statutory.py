"""Working days: both well-kept packages agree on every one, and what is not announced is never taken for certain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.duty import statutory
from hmaint.duty.days import last_day
from hmaint.duty.festivals import festivals, rest_days
from hmaint.duty.statutory import PACKAGED, StatutoryDays, Year, packaged_year
from hmaint.kit.clock import CHINA
from hmaint.model.limit import Limit

YEARS = range(2015, 2027)
SECOND = holidays.country_holidays("CN", years=YEARS)
DAY = timedelta(days=1)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + n * DAY for n in range((date(year + 1, 1, 1) - first).days)]


def second_opinion(day: date) -> bool:
    """Whether people work that day by the other package alone."""
    return SECOND.is_working_day(day)


def unannounced(monkeypatch: pytest.MonkeyPatch, *years: int) -> StatutoryDays:
    """The calendar of somebody whose package does not know some years yet."""
    known = statutory._packaged() - set(years)
    monkeypatch.setattr(statutory, "_packaged", lambda: known)
    return StatutoryDays()


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_what_both_packages_say(year: int) -> None:
    found = {day: PACKAGED.works(day) for day in days_of(year)}
    assert found == {day: chinese_calendar.is_workday(day) for day in found}
    assert found == {day: second_opinion(day) for day in found}


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2029, 2030])
def test_festivals_are_those_of_the_decree(year: int) -> None:
    names = holidays.country_holidays("CN", years=year, observed=False, language="en_US")
    assert festivals(year) == {day for day in names if not names[day].startswith("Day off")}


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_announced_year_rests_at_least_on_its_festivals(year: int) -> None:
    assert not any(PACKAGED.works(day) for day in festivals(year))


def test_a_festival_on_a_festival_is_made_up_for() -> None:
    # 2028: 中秋 is 3 October; seven days are off on weekdays or made up for.
    assert date(2028, 10, 3) in festivals(2028)
    assert {date(2028, 10, 2), date(2028, 10, 3), date(2028, 10, 4), date(2028, 10, 5)} <= rest_days(2028)


@pytest.mark.parametrize("year", [2016, 2017, 2018, 2019, 2021, 2022, 2023, 2024, 2025, 2026])
@pytest.mark.parametrize("count", [1, 3, 5, 10, 15])
def test_before_a_year_is_announced_no_deadline_turns_out_earlier_than_its_earliest(
    monkeypatch: pytest.MonkeyPatch, year: int, count: int
) -> None:
    # Two years are left out, in which the State Council gave days outside the decree: September 2015, spring 2020.
    starts = [date(year - 1, 12, 15) + n * DAY for n in range(380)]
    limit = Limit(count, "workday")
    true = [last_day(start, limit, PACKAGED)[0] for start in starts]
    blind = unannounced(monkeypatch, year, year + 1)
    strict = blind.strictest()
    for start, real in zip(starts, true, strict=True):
        guess, sure = last_day(start, limit, blind)
        earliest, _sure = last_day(start, limit, strict)
        assert earliest <= real, f"{start}: {earliest} promised, {real} came"
        assert earliest <= guess
        assert not sure or guess == real


def test_the_last_days_of_december_are_certain_only_with_the_next_year() -> None:
    last = max(PACKAGED.known())
    assert PACKAGED.announced(date(last, 12, 21))
    assert PACKAGED.announced(date(last, 12, 28)) == (date(last, 12, 28).weekday() < 5)
    assert not PACKAGED.announced(date(last, 12, 31))
    assert PACKAGED.announced(date(last - 1, 12, 31))


def test_an_imported_year_wins_over_the_package_and_reaches_into_december() -> None:
    off, work = date(2027, 2, 8), date(2027, 2, 14)
    year = Year(2027, frozenset({off, date(2026, 12, 31)}), frozenset({work, date(2026, 12, 27)}))
    days = StatutoryDays((year,))
    assert days.knows(2027)
    assert not days.works(off)
    assert days.works(work)
    assert days.works(date(2027, 2, 9))
    assert not days.works(date(2026, 12, 31))
    assert days.works(date(2026, 12, 27))
    assert days.works(date(2026, 2, 14)), "the package still tells of 2026"
    assert days.announced(date(2026, 12, 31))


@pytest.mark.parametrize("year", YEARS)
def test_a_packaged_year_taken_in_changes_no_day(year: int) -> None:
    days = StatutoryDays((packaged_year(year),))
    around = [*days_of(year), *(date(year - 1, 12, 20) + n * DAY for n in range(12)), date(year + 1, 1, 1)]
    assert [days.works(day) for day in around] == [PACKAGED.works(day) for day in around]


def test_a_deadline_once_told_keeps_its_calendar_unless_all_is_counted_anew() -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=CHINA)
    mended = replace(packaged_year(2026), imported_at=noon, for_all=False, off=frozenset({date(2026, 6, 3)}))
    days = StatutoryDays((mended,))
    assert days.as_of(noon - DAY).works(date(2026, 6, 3))
    assert not days.as_of(noon + DAY).works(date(2026, 6, 3))
    anew = StatutoryDays((replace(mended, for_all=True),))
    assert not anew.as_of(noon - DAY).works(date(2026, 6, 3))


def test_equal_calendars_have_equal_digests_and_others_have_not() -> None:
    one, other = packaged_year(2025), replace(packaged_year(2025), off=frozenset({date(2025, 3, 3)}))
    assert StatutoryDays((one,)).sha256 == StatutoryDays((replace(one),)).sha256
    assert len({PACKAGED.sha256, StatutoryDays((one,)).sha256, StatutoryDays((other,)).sha256}) == 3


@given(st.dates(date(2027, 1, 1), date(2060, 12, 31)))
def test_the_strictest_reading_works_whenever_the_plain_one_does(day: date) -> None:
    if PACKAGED.works(day) and day not in festivals(day.year):
        assert PACKAGED.strictest().works(day)
    if day in festivals(day.year):
        assert not PACKAGED.strictest().works(day)
