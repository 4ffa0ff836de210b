"""The spans of a term: as many as the rhythm says, whatever day it begins on, and one after the other."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.duty.days import months_after
from hmaint.duty.periods import spans

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
RHYTHMS = (("week", 52), ("month", 12), ("quarter", 4), ("half_year", 2), ("year", 1), ("contract", 1))
DAY = timedelta(days=1)


@given(first=DAYS, align=st.sampled_from(["calendar", "contract", "agreed"]))
def test_a_year_has_as_many_spans_as_its_rhythm_says_on_whatever_day_it_begins(
    first: date, align: str
) -> None:
    last = months_after(first, 12) - DAY
    assert {per: len(spans(per, align, first, last, last)) for per, _count in RHYTHMS} == dict(RHYTHMS)


@given(
    first=DAYS, length=st.integers(1, 1200), ahead=st.integers(0, 1500),
    per=st.sampled_from(["day", "week", "month", "quarter", "half_year", "year"]),
    align=st.sampled_from(["calendar", "contract"]),
)  # fmt: skip
def test_spans_never_overlap_never_leave_the_term_and_do_not_change_as_time_goes_on(
    first: date, length: int, ahead: int, per: str, align: str
) -> None:
    last = first + timedelta(days=length)
    until = first + timedelta(days=ahead)
    found = spans(per, align, first, last, until)
    assert all(first <= one.first <= (one.last or last) <= last for one in found)
    assert all((one.last or last) < other.first for one, other in itertools.pairwise(found))
    assert spans(per, align, first, last, until + 40 * DAY)[: len(found)] == found


@pytest.mark.parametrize(("per", "names"), [
    ("month", ["2026-04", "2026-05", "2026-06"]),
    ("quarter", ["2026Q2", "2026Q3", "2026Q4", "2027Q1"]),
    ("half_year", ["2026H1", "2026H2"]),
    ("year", ["2026"]),
])  # fmt: skip
def test_of_a_month_or_quarter_that_the_term_cuts_only_the_longer_part_counts(
    per: str, names: list[str]
) -> None:
    # From 18 March 2026 to 17 March 2027: 14 of 31 days of the first March, 17 of the second.
    first, last = date(2026, 3, 18), date(2027, 3, 17)
    assert [one.name for one in spans(per, "calendar", first, last, last)][: len(names)] == names
    assert spans("month", "calendar", first, last, last)[-1].last == date(2027, 3, 17)


def test_spans_counted_from_the_first_day_end_on_the_day_before_the_same_day() -> None:
    found = spans("quarter", "contract", date(2026, 11, 30), date(2027, 11, 29), date(2027, 11, 29))
    assert [(one.first, one.last) for one in found] == [
        (date(2026, 11, 30), date(2027, 2, 27)),
        (date(2027, 2, 28), date(2027, 5, 29)),
        (date(2027, 5, 30), date(2027, 8, 29)),
        (date(2027, 8, 30), date(2027, 11, 29)),
    ]


def test_a_term_without_a_known_end_goes_on_as_far_as_is_asked() -> None:
    found = spans("month", "calendar", date(2026, 1, 1), None, date(2030, 6, 15))
    assert len(found) == 54
    assert spans("contract", "calendar", date(2026, 1, 1), None, date(2030, 6, 15))[0].last is None
