"""Deadlines to the second: golden dates, an independent reckoning from two packages, and what always holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import chinese_calendar
import holidays
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from hmaint.duty.clock import Deadline, deadline
from hmaint.duty.statutory import PACKAGED, StatutoryDays, Year
from hmaint.kit.clock import CHINA
from hmaint.model.limit import AGREED, ALWAYS, Calendar, Limit, Window

DAY, HOUR = timedelta(days=1), 3600
SECOND_OPINION = holidays.country_holidays("CN", years=range(2014, 2027))
OFFICE = Calendar(
    "office", "hours", "cn-statutory", (Window(8 * HOUR, 12 * HOUR), Window(14 * HOUR, 18 * HOUR))
)
PHONE = Calendar("phone", "hours", "everyday", (Window(8 * HOUR, 16 * HOUR),))
UNTOLD = Calendar("untold", "hours", "cn-statutory", (), 8 * HOUR)
STATUTORY = Calendar("workday", "cn-statutory", "cn-statutory")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def due(limit: Limit, start: str, calendar: Calendar = ALWAYS) -> str:
    found = deadline(limit, at(start), calendar)
    assert found is not None
    return f"{found.due:%Y-%m-%d %H:%M:%S}"


def workdays(count: int) -> Limit:
    return Limit(count, "workday")


def hours(count: float) -> Limit:
    return Limit(int(count * HOUR), "second")


@pytest.mark.parametrize(
    ("limit", "start", "last"),
    [
        (workdays(3), "2026-09-30", "2026-10-10"),
        (workdays(3), "2026-10-01", "2026-10-10"),
        (workdays(5), "2026-02-13", "2026-02-27"),
        (workdays(7), "2026-09-18", "2026-09-29"),
        (workdays(15), "2026-01-30", "2026-02-27"),
        (workdays(3), "2026-06-18", "2026-06-24"),
        (workdays(3), "2024-02-08", "2024-02-19"),
        (workdays(10), "2026-12-11", "2026-12-25"),
        (Limit(1, "month"), "2026-01-31", "2026-02-28"),
        (Limit(1, "month"), "2026-03-05", "2026-04-07"),
        (Limit(3, "month"), "2025-11-30", "2026-02-28"),
    ],
)
@pytest.mark.parametrize("hour", ["00:00:00", "09:30:00", "23:59:59"])
def test_the_golden_dates_hold_whatever_the_hour_of_the_event(
    limit: Limit, start: str, last: str, hour: str
) -> None:
    found = deadline(limit, at(f"{start} {hour}"))
    assert found is not None
    assert found.due == at(f"{last} 23:59:59")
    assert (found.provisional, found.earliest) == (False, None)
    assert found.calendar == PACKAGED.sha256


@pytest.mark.parametrize(
    ("limit", "start", "calendar", "end"),
    [
        # Through night and holidays, as long as nothing else is agreed.
        (hours(0.25), "2026-09-30 23:50:00", ALWAYS, "2026-10-01 00:05:00"),
        (hours(24), "2026-02-28 12:00:00", ALWAYS, "2026-03-01 12:00:00"),
        (hours(0), "2026-10-01 03:00:00", ALWAYS, "2026-10-01 03:00:00"),
        # Office hours with a lunch break: 11:30 + 1 h = 14:30; the last second belongs to the day.
        (hours(1), "2026-11-25 11:30:00", OFFICE, "2026-11-25 14:30:00"),
        (hours(4), "2026-11-25 08:00:00", OFFICE, "2026-11-25 12:00:00"),
        (hours(8), "2026-11-25 08:00:00", OFFICE, "2026-11-25 18:00:00"),
        (hours(8), "2026-11-25 12:30:00", OFFICE, "2026-11-26 12:00:00"),
        # Reported on a Saturday night: from Monday's opening. 10 October 2026 is a Saturday people work on.
        (hours(2), "2026-11-21 22:00:00", OFFICE, "2026-11-23 10:00:00"),
        (hours(2), "2026-09-30 17:00:00", OFFICE, "2026-10-08 09:00:00"),
        (hours(9), "2026-10-09 17:00:00", OFFICE, "2026-10-10 18:00:00"),
        (hours(0), "2026-11-25 12:30:00", OFFICE, "2026-11-25 14:00:00"),
        # At the very second of closing the day is over.
        (hours(1), "2026-11-25 18:00:00", OFFICE, "2026-11-26 09:00:00"),
        # Every day, holidays too.
        (hours(2), "2026-10-01 15:00:00", PHONE, "2026-10-02 09:00:00"),
        # Whole statutory working days.
        (hours(24), "2026-09-30 12:00:00", STATUTORY, "2026-10-08 12:00:00"),
        # A day ends when business closes.
        (workdays(3), "2026-09-30 10:00:00", OFFICE, "2026-10-10 18:00:00"),
    ],
)
def test_hours_run_in_their_calendar(limit: Limit, start: str, calendar: Calendar, end: str) -> None:
    assert due(limit, start, calendar) == end


@pytest.mark.parametrize(
    ("limit", "start", "earliest"),
    [
        (hours(4), "2026-11-25 10:00:00", "2026-11-25 14:00:00"),
        (hours(8), "2026-11-25 23:00:00", "2026-11-26 07:00:00"),
        (hours(16), "2026-11-25 00:00:00", "2026-11-26 08:00:00"),
        (hours(4), "2026-11-21 10:00:00", "2026-11-23 04:00:00"),
    ],
)
def test_hours_the_contract_does_not_tell_are_provisional_and_reckoned_the_strictest_way(
    limit: Limit, start: str, earliest: str
) -> None:
    found = deadline(limit, at(start), UNTOLD)
    assert found is not None
    assert found.provisional
    assert found.earliest == at(earliest) == found.due


def independent(start: date, limit: Limit) -> date:
    """Count with the two packages alone, and make sure that they agree."""

    def works(day: date) -> bool:
        one, other = chinese_calendar.is_workday(day), SECOND_OPINION.is_working_day(day)
        assert one == other, day
        return one

    if limit.unit == "workday":
        found = start
        for _number in range(limit.count):
            found += DAY
            while not works(found):
                found += DAY
        return found
    found = start + (relativedelta(months=limit.count) if limit.unit == "month" else limit.count * DAY)
    while not works(found):
        found += DAY
    return found


def test_ten_thousand_deadlines_agree_with_an_independent_reckoning() -> None:
    random = Random(20261125)  # noqa: S311 - a table that is the same every time
    first, span = date(2015, 1, 1), (date(2026, 9, 1) - date(2015, 1, 1)).days
    for _number in range(10_000):
        start = first + random.randrange(span) * DAY
        limit = random.choice(
            [
                workdays(random.randint(1, 20)),
                Limit(random.randint(1, 60), "day"),
                Limit(random.randint(1, 3), "month"),
            ]
        )
        moment = datetime.combine(start, datetime.min.time(), CHINA) + random.randrange(86400) * timedelta(
            seconds=1
        )
        found = deadline(limit, moment)
        assert found is not None
        assert (found.due.date(), found.provisional) == (independent(start, limit), False), (start, limit)


MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2040, 12, 31)).map(  # noqa: DTZ001 - hypothesis wants them so
    lambda each: each.replace(tzinfo=CHINA)
)
LIMITS = st.one_of(
    st.integers(0, 30).map(workdays),
    st.integers(0, 90).map(lambda n: Limit(n, "day")),
    st.integers(0, 12).map(lambda n: Limit(n, "month")),
    st.integers(0, 300_000).map(lambda n: Limit(n, "second")),
)
CALENDARS = st.sampled_from([ALWAYS, OFFICE, PHONE, UNTOLD, STATUTORY])


@given(MOMENTS, LIMITS, CALENDARS)
def test_what_is_certain_has_no_earliest_and_what_is_not_has_one_that_is_no_later(
    start: datetime, limit: Limit, calendar: Calendar
) -> None:
    found = deadline(limit, start, calendar)
    assert found is not None
    assert found.due.microsecond == 0
    assert (found.earliest is None) == (not found.provisional)
    assert found.earliest is None or found.earliest <= found.due
    if limit.unit != "second" or calendar is not OFFICE:
        assert found.due >= start.replace(microsecond=0) or calendar.windows


@given(MOMENTS, LIMITS, CALENDARS, st.integers(0, 86400))
def test_who_starts_later_is_never_due_earlier(
    start: datetime, limit: Limit, calendar: Calendar, later: int
) -> None:
    one = deadline(limit, start, calendar)
    other = deadline(limit, start + timedelta(seconds=later), calendar)
    assert one is not None
    assert other is not None
    assert one.due <= other.due


@given(MOMENTS, st.integers(0, 300_000), CALENDARS, st.integers(0, 50_000))
def test_more_time_is_never_over_earlier(start: datetime, count: int, calendar: Calendar, more: int) -> None:
    one = deadline(Limit(count, "second"), start, calendar)
    other = deadline(Limit(count + more, "second"), start, calendar)
    assert one is not None
    assert other is not None
    assert one.due <= other.due


@given(MOMENTS, st.integers(1, 200_000))
def test_as_much_is_served_until_the_end_as_was_granted(start: datetime, count: int) -> None:
    found = deadline(Limit(count, "second"), start, OFFICE)
    assert found is not None
    served, moment = 0, start.replace(hour=0, minute=0, second=0, microsecond=0)
    begun = start.replace(microsecond=0)
    while moment < found.due:
        if PACKAGED.works(moment.date()):
            for window in OFFICE.windows:
                opens = max(moment + timedelta(seconds=window.start), begun)
                closes = min(moment + timedelta(seconds=window.end), found.due)
                served += max(0, int((closes - opens).total_seconds()))
        moment += DAY
    assert served == count


@given(MOMENTS, LIMITS)
def test_the_zone_a_start_is_told_in_does_not_matter(start: datetime, limit: Limit) -> None:
    assert deadline(limit, start) == deadline(limit, start.astimezone(UTC))


def test_a_start_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="zone"):
        deadline(workdays(1), datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_without_a_figure_there_is_no_deadline() -> None:
    assert deadline(None, at("2026-11-25")) is None
    assert deadline(AGREED, at("2026-11-25")) is None


@pytest.mark.parametrize(
    ("agreed", "end"),
    [
        (None, "2026-05-25 23:59:59"),
        (date(2026, 3, 10), "2026-03-10 23:59:59"),
        (at("2026-03-10 16:00"), "2026-03-10 16:00:00"),
        # Later than may be agreed in principle: the bound holds.
        (date(2026, 9, 10), "2026-05-25 23:59:59"),
    ],
)
def test_what_is_agreed_holds_within_its_bound(agreed: date | datetime | None, end: str) -> None:
    found = deadline(AGREED, at("2026-02-25 09:00"), cap=Limit(3, "month"), agreed=agreed)
    assert found is not None
    assert f"{found.due:%Y-%m-%d %H:%M:%S}" == end


def test_a_deadline_is_kept_in_its_last_second_and_missed_in_the_next() -> None:
    found = Deadline(at("2026-11-25 10:00:00"))
    assert found.kept(at("2026-11-25 10:00:00.999999"))
    assert not found.kept(at("2026-11-25 10:00:01"))


def test_a_year_not_announced_is_provisional_with_its_earliest_day_and_certain_once_it_is() -> None:
    start = at("2027-01-28 09:00")
    before = deadline(workdays(10), start)
    assert before is not None
    assert before.provisional
    # Without a notice 5 and 8 to 10 February are free; a notice may make work of all but the festival, 5 to 8.
    assert (before.due.date(), before.earliest and before.earliest.date()) == (
        date(2027, 2, 17),
        date(2027, 2, 11),
    )
    off = frozenset(date(2027, 2, day) for day in range(5, 12))
    notice = Year(2027, off, frozenset({date(2027, 1, 31), date(2027, 2, 14)}))
    after = deadline(workdays(10), start, days=StatutoryDays((notice,)))
    assert after is not None
    assert (after.due.date(), after.provisional, after.earliest) == (date(2027, 2, 16), False, None)
    assert after.calendar != before.calendar
