"""Nights without a result, over jitter, naps and schedules; each fault with its good twin."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.duty.nights import Gap, gap_before, gaps, night_of, spoken, step_of
from hmaint.kit.clock import CHINA

DAY = timedelta(days=1)


def at(day: int, hour: int = 2, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def days(gap: Gap) -> list[int]:
    return [night.day for night in gap.nights]


def test_three_nights_without_cron_are_found_at_the_next_start() -> None:
    assert days(gap_before([at(20), at(21)], at(25), 1)) == [22, 23, 24]


def test_every_night_a_result_is_no_gap() -> None:
    assert not gaps([at(day) for day in range(1, 25)], at(25), 1)


def test_the_night_that_is_not_over_may_still_bring_one() -> None:
    assert not gap_before([at(24)], at(25, 11, 59), 1)
    assert days(gap_before([at(24)], at(25, 12), 1)) == [25]


@pytest.mark.parametrize(("first", "second"), [((23, 55), (0, 10)), ((0, 5), (23, 58))])
def test_a_job_around_midnight_that_begins_earlier_or_later_misses_no_night(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    def moment(night: int, time: tuple[int, int]) -> datetime:
        return at(night - (time[0] > 12), *time)

    results = [moment(night, first if night % 2 else second) for night in range(10, 25)]
    assert not gaps(results, at(24, 6), 1)


def test_a_laptop_that_slept_and_caught_up_in_the_morning_missed_nothing() -> None:
    assert not gaps([at(23), at(24, 8, 40), at(25)], at(25, 9), 1)


def test_a_laptop_that_slept_until_the_afternoon_missed_that_night() -> None:
    assert days(gaps([at(23), at(24, 14), at(26)], at(26, 9), 1)) == [24]


def test_a_night_that_began_and_brought_nothing_is_missing_and_known_to_have_begun() -> None:
    gap = gap_before([at(22)], at(25), 1, begun=[at(23)])
    assert (days(gap), [night.day for night in gap.begun]) == ([23, 24], [23])


def test_nothing_verified_yet_is_no_gap() -> None:
    assert not gap_before([], at(25), 1)
    assert not gaps([], at(25), 1)


def test_a_result_from_the_future_hides_nothing() -> None:
    assert days(gap_before([at(22), at(30)], at(25), 1)) == [23, 24]


@pytest.mark.parametrize(
    ("schedule", "last", "missed"), [("weekly", 18, []), ("weekly", 17, [24]), ("monthly", 1, [])]
)
def test_a_backup_made_seldom_is_verified_seldom(schedule: str, last: int, missed: list[int]) -> None:
    assert days(gap_before([at(last)], at(25), step_of(schedule, 93_600))) == missed


def test_a_schedule_in_other_words_is_told_by_the_age_it_allows() -> None:
    assert step_of("每周日凌晨", 8 * 86_400) == 8
    assert step_of("每天两点", 93_600) == 1
    assert step_of("每 6 小时", 21_600) == 1


def test_gaps_within_a_month_are_those_of_the_month() -> None:
    gap = gaps([at(28, month=10), at(3)], at(5), 1)
    assert spoken(gap.nights) == "10月29日至11月2日、11月4日"
    assert spoken(gap.within(date(2026, 11, 1), date(2026, 11, 30)).nights) == "11月1日至2日、11月4日"


def test_a_moment_of_any_zone_belongs_to_the_night_in_china() -> None:
    assert night_of(datetime.fromisoformat("2026-11-24T18:30:00+00:00")) == date(2026, 11, 25)


@given(st.sets(st.integers(0, 60), min_size=1), st.integers(61, 70))
def test_every_night_is_either_attended_or_missing_and_none_is_both(attended: set[int], now: int) -> None:
    start = at(1, month=1)
    results = [start + day * DAY for day in attended]
    missed = {
        night.toordinal() - night_of(start).toordinal()
        for night in gaps(results, start + now * DAY, 1).nights
    }
    assert missed == set(range(min(attended), now)) - attended
