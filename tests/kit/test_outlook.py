"""Where a curve is heading: made-up histories whose true course is known, and what may be said of each."""

from __future__ import annotations

import random
from itertools import permutations, product
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.kit.outlook import HORIZON, Heading, Outlook, look_ahead
from hmaint.kit.robust import Point, chance, split, student

SEEDS = range(200)
MONTH = 30.4


def history(
    seed: int, *, rate: float | None = None, noise: float = 0.3, outlier: bool = False, cleaned: bool = False
) -> tuple[list[Point], float]:
    """Twelve monthly readings in per cent, and the day on which the true line is full."""
    dice = random.Random(seed)  # noqa: S311 - made-up figures
    growth = dice.uniform(1.2, 3.0) / MONTH if rate is None else rate
    start, drop, at = dice.uniform(30, 50), dice.uniform(8, 20), dice.randrange(4, 9)
    days = [month * MONTH + dice.uniform(-2, 2) for month in range(12)]
    true = [start + growth * day - (drop if cleaned and n >= at else 0) for n, day in enumerate(days)]
    full = days[-1] + (100 - true[-1]) / growth if growth else 0.0
    read = [value + dice.gauss(0, noise) for value in true]
    if outlier:
        read[dice.randrange(0, 11)] += dice.choice((-1, 1)) * dice.uniform(10, 25)
    return [Point(*pair) for pair in zip(days, read, strict=True)], full


def relative_error(outlook: Outlook, full: float) -> float:
    assert outlook.full is not None, outlook
    return abs((outlook.full - outlook.last) / (full - outlook.last) - 1)


@pytest.mark.parametrize(
    ("mishap", "allowed"),
    # The part behind a clean-up may be as short as three readings, one of them wild.
    [({}, 0), ({"outlier": True}, 0), ({"cleaned": True}, 1), ({"outlier": True, "cleaned": True}, 3)],
)
def test_twelve_monthly_readings_tell_the_day_within_a_tenth(mishap: dict[str, bool], allowed: int) -> None:
    off = []
    for seed in SEEDS:
        points, full = history(seed, **mishap)
        found = look_ahead(points, 100.0)
        assert found.heading is Heading.GROWING, (seed, found)
        off.append(relative_error(found, full))
    assert sum(error > 0.1 for error in off) <= allowed, sorted(off)[-10:]
    assert sorted(off)[len(off) // 2] < 0.03


def test_flat_noise_has_no_trend() -> None:
    for noise in (0.2, 1.0, 3.0):
        headings = [look_ahead(history(seed, rate=0.0, noise=noise)[0], 100.0).heading for seed in SEEDS]
        assert headings.count(Heading.FLAT) >= 197
        assert Heading.GROWING not in headings


def test_flat_noise_with_an_outlier_or_a_clean_up_has_none_either() -> None:
    for outlier, cleaned in ((True, False), (False, True), (True, True)):
        made = [history(seed, rate=0.0, noise=1.0, outlier=outlier, cleaned=cleaned)[0] for seed in SEEDS]
        headings = [look_ahead(points, 100.0).heading for points in made]
        assert headings.count(Heading.FLAT) >= 194
        assert Heading.GROWING not in headings


def test_the_interval_holds_the_true_day_nine_times_in_ten() -> None:
    for noise in (0.3, 1.0):
        held = 0
        for seed in SEEDS:
            points, full = history(seed, noise=noise)
            found = look_ahead(points, 100.0)
            assert found.early is not None
            held += found.early <= full and (found.late is None or full <= found.late)
        assert 165 <= held <= 195


def line(*values: float) -> list[Point]:
    return [Point(MONTH * month, value) for month, value in enumerate(values)]


def test_a_perfect_line_is_drawn_on_exactly() -> None:
    found = look_ahead(line(50, 52, 54, 56, 58), 100.0)
    assert found.heading is Heading.GROWING
    assert found.full == pytest.approx(25 * MONTH)
    assert found.early == pytest.approx(found.full)
    assert found.late == pytest.approx(found.full)


@pytest.mark.parametrize(
    ("values", "heading"),
    [
        ((), Heading.FEW),
        ((50, 52, 54, 56), Heading.FEW),
        ((50, 50, 50, 50, 50, 50), Heading.FLAT),
        ((0, 0, 0, 0, 0), Heading.FLAT),
        ((60, 58, 56, 54, 52, 50), Heading.FALLING),
        ((40, 40.1, 40.2, 40.3, 40.4, 40.5), Heading.SLOW),
        ((90, 92, 94, 96, 98, 100), Heading.FULL),
    ],
)
def test_what_may_be_said(values: tuple[float, ...], heading: Heading) -> None:
    found = look_ahead(line(*values), 100.0)
    assert found.heading is heading
    assert found.full is None


def test_readings_of_one_day_are_one() -> None:
    morning = [Point(20_000 + hour / 24, 50 + hour) for hour in range(20)]
    assert (look_ahead(morning, 100.0).heading, look_ahead(morning, 100.0).readings) == (Heading.FEW, 1)


def test_without_a_limit_a_slope_is_told_and_no_day() -> None:
    found = look_ahead(line(1000, 1100, 1200, 1300, 1400, 1500))
    assert (found.heading, found.full) == (Heading.GROWING, None)
    assert found.line is not None
    assert found.line.slope == pytest.approx(100 / MONTH)


def test_the_line_goes_on_from_where_a_clean_up_left_it() -> None:
    found = look_ahead(line(60, 62, 64, 66, 68, 70, 52, 54, 56, 58), 100.0)
    assert found.since == pytest.approx(6 * MONTH)
    assert found.full == pytest.approx((9 + 21) * MONTH)


def test_a_part_that_grows_at_another_pace_is_believed_alone() -> None:
    found = look_ahead(line(10, 11, 12, 13.1, 14, 15, 16, 30, 35.1, 40, 45, 50, 55.1), 100.0)
    assert found.line is not None
    assert found.line.slope * MONTH == pytest.approx(5, abs=0.1)


def test_a_last_reading_far_above_the_line_is_left_out_and_yet_allowed_for() -> None:
    calm, risen = line(50, 52, 54, 56, 58, 60, 62), line(50, 52, 54, 56, 58, 60, 90)
    assert look_ahead(calm, 100.0).alone is None
    found = look_ahead(risen, 100.0)
    assert found.alone == risen[-1]
    assert found.full == pytest.approx(25 * MONTH)
    assert found.early == pytest.approx((6 + 5) * MONTH)


def test_a_last_reading_far_below_is_a_clean_up() -> None:
    found = look_ahead(line(50, 52, 54, 56, 58, 60, 40), 100.0)
    assert found.full == pytest.approx((6 + 30) * MONTH)


def test_what_is_further_than_five_years_is_no_date() -> None:
    slow = look_ahead(line(*(10 + 0.9 * n for n in range(12))), 100.0)
    assert slow.line is not None
    assert (100 - slow.line.at(slow.last)) / slow.line.slope > HORIZON
    assert (slow.heading, slow.full) == (Heading.SLOW, None)


def test_years_of_daily_readings_are_put_together() -> None:
    dice = random.Random(7)  # noqa: S311 - made-up figures
    points = [Point(float(day), 20 + 0.03 * day + dice.gauss(0, 1)) for day in range(1500)]
    found = look_ahead(points, 100.0)
    assert found.readings <= 121
    assert relative_error(found, 80 / 0.03) < 0.1


@given(
    st.lists(st.tuples(st.floats(0, 4000), st.floats(-1e9, 1e9) | st.integers(0, 100)), max_size=60),
    st.sampled_from([100.0, 0.0, 1e6, None]),
)
def test_whatever_was_read_an_outlook_holds_together(
    read: list[tuple[float, float]], limit: float | None
) -> None:
    found = look_ahead([Point(day, float(value)) for day, value in read], limit)
    assert (found.full is None) is (found.early is None)
    if found.full is not None:
        assert found.heading is Heading.GROWING
        assert found.early is not None
        assert found.last <= found.early <= found.full + 1e-6 * abs(found.full)
        assert found.late is None or found.full <= found.late + 1e-6 * abs(found.late)
        assert found.full - found.last <= HORIZON


def test_the_chance_of_an_order_is_counted_as_by_hand() -> None:
    for values in ((1, 2, 3, 4, 5), (2, 1, 3, 4, 5), (1, 3, 2, 5, 4)):
        orders = list(permutations(range(5)))
        score = abs(_kendall(values))
        share = sum(abs(_kendall(order)) >= score for order in orders) / len(orders)
        assert chance([line(*values)]) == pytest.approx(share)
    two = [line(1, 2, 3), line(5, 6, 7)]
    pairs = list(product(permutations(range(3)), repeat=2))
    both = sum(abs(_kendall(a) + _kendall(b)) >= 6 for a, b in pairs) / len(pairs)
    assert chance(two) == pytest.approx(both)


def _kendall(values: tuple[float, ...]) -> int:
    return sum((b > a) - (b < a) for n, a in enumerate(values) for b in values[n + 1 :])


def test_ties_and_long_histories_are_judged_by_the_normal_law() -> None:
    assert chance([line(1, 1, 1, 1)]) == 1.0
    long = [Point(float(n), float(n)) for n in range(60)]
    assert chance([long]) < 1e-9


def test_student_is_wider_than_normal_and_nears_it() -> None:
    assert student(0.95, 10) == pytest.approx(1.812, abs=0.002)
    assert student(0.95, 3) == pytest.approx(2.353, abs=0.02)
    assert student(0.95, 10_000) == pytest.approx(NormalDist().inv_cdf(0.95), abs=0.001)


def test_one_wild_reading_parts_nothing_and_a_lasting_fall_does() -> None:
    wild = line(50, 52, 54, 90, 58, 60, 62, 64)
    assert [len(part) for part in split(wild, 4.0)] == [8]
    fallen = line(50, 52, 54, 56, 40, 42, 44, 46)
    assert [len(part) for part in split(fallen, 4.0)] == [4, 4]
