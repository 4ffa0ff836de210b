"""Deadlines: the golden values three sources agree on, and what every deadline must keep to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.duty.days import due, read_span
from hmaint.duty.statutory import PACKAGED
from hmaint.model.limit import Limit

DAYS = st.dates(date(2023, 1, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("span", "event", "last"),
    [
        ("3wd", "2026-09-30", "2026-10-10"),
        ("3wd", "2026-10-01", "2026-10-10"),
        ("5wd", "2026-02-13", "2026-02-27"),
        ("7wd", "2026-09-18", "2026-09-29"),
        ("15wd", "2026-01-30", "2026-02-27"),
        ("3wd", "2026-06-18", "2026-06-24"),
        ("3wd", "2024-02-08", "2024-02-19"),
        ("10wd", "2026-12-11", "2026-12-25"),
        ("1mo", "2026-01-31", "2026-02-28"),
        ("1mo", "2026-03-05", "2026-04-07"),
        ("3mo", "2025-11-30", "2026-02-28"),
        ("3d", "2026-09-29", "2026-10-08"),
    ],
)
def test_the_last_day_is_what_the_law_makes_it(span: str, event: str, last: str) -> None:
    found = due(date.fromisoformat(event), read_span(span))
    assert (found.day.isoformat(), found.provisional) == (last, False)


@given(DAYS, st.integers(1, 20))
def test_the_nth_working_day_is_one_and_has_as_many_before_it(event: date, count: int) -> None:
    last = due(event, Limit(count, "workday")).day
    between = [event + timedelta(days=n) for n in range(1, (last - event).days + 1)]
    assert PACKAGED.works(last)
    assert sum(PACKAGED.works(day) for day in between) == count


@given(DAYS, st.integers(1, 60), st.sampled_from(["d", "mo"]))
def test_no_deadline_ends_on_a_rest_day_and_none_before_its_time(event: date, count: int, unit: str) -> None:
    span = Limit(count, "day") if unit == "d" else Limit(count % 12 + 1, "month")
    last = due(event, span).day
    assert PACKAGED.works(last)
    assert last > event


def test_a_year_not_announced_is_provisional_and_keeps_its_festivals() -> None:
    year = next(year for year in range(2026, 2040) if not PACKAGED.knows(year))
    assert due(date(year - 1, 12, 28), Limit(10, "workday")).provisional
    assert not PACKAGED.works(date(year, 10, 1))
    assert not PACKAGED.works(date(year, 5, 1))


def test_festivals_of_years_to_come_are_made_up_for_on_weekdays() -> None:
    if PACKAGED.knows(2029):
        pytest.fail("choose a year that is not announced")
    free = [day for day in (date(2029, 1, 1) + timedelta(n) for n in range(365)) if day.weekday() < 5]
    found = {day.isoformat() for day in free if not PACKAGED.works(day)}
    assert {"2029-01-01", "2029-02-12", "2029-02-15", "2029-04-04", "2029-06-18", "2029-09-24"} <= found
    assert len(found) == 13


@pytest.mark.parametrize("text", ["", "3", "3w", "0wd", "-1d", "3 wd", "1.5mo", "3wd 1d", "99999d"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="3d"):
        read_span(text)
