"""Lines, bars and weeks as pictures: looked at point by point, also as a black and white copy shows them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from numpy.typing import NDArray

from hmaint.errors import Refused
from hmaint.kit.clock import CHINA
from hmaint.report import chart_bars, chart_heat, chart_lines, chart_page
from hmaint.report.chart_bars import Stack, bar_chart
from hmaint.report.chart_heat import heat_map
from hmaint.report.chart_lines import Line, Threshold, line_chart, spread

FIRST = datetime(2026, 1, 5, 9, tzinfo=CHINA)
Grey = NDArray[np.float64]


def points(*values: float | None) -> list[tuple[datetime, float | None]]:
    return [(FIRST + timedelta(days=7 * n), value) for n, value in enumerate(values)]


TWO = (Line("内存", points(60, 61, 62, 63)), Line("/data", points(20, 30, 40, 50)))
LIMITS = (Threshold("警告", 80), Threshold("严重", 90))
FAULTS = (Stack("P3 级", (5, 7, 4)), Stack("P2 级", (1, 2, 0)), Stack("P1 级", (0, 1, 0)))
WEEK = {(day, hour): float(day * hour) for day in range(7) for hour in range(24)}


def lines() -> bytes:
    return line_chart("icu-db-1 使用率", "%", TWO, LIMITS)


def bars() -> bytes:
    return bar_chart("故障", "起", ("1 月", "2 月", "3 月"), FAULTS)


def week() -> bytes:
    return heat_map("报修时间", "起", WEEK)


KINDS = pytest.mark.parametrize("draw", [lines, bars, week])


def grey(png: bytes) -> Grey:
    """The picture as a copying machine sees it, 0 black to 1 white."""
    colours = imread(io.BytesIO(png))[..., :3]
    seen: Grey = colours @ np.array([0.299, 0.587, 0.114])
    return seen


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Every figure that is drawn, to be asked for its words."""
    seen: list[Figure] = []
    save = Figure.savefig

    def keep(figure: Figure, *args: object, **more: object) -> None:
        seen.append(figure)
        save(figure, *args, **more)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(Figure, "savefig", keep)
    return seen


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


@KINDS
def test_a_picture_is_the_same_each_time_as_wide_as_a_page_and_not_empty(draw: Callable[[], bytes]) -> None:
    drawn = draw()
    assert drawn == draw()
    seen = grey(drawn)
    assert seen.shape[1] == 990
    assert 375 <= seen.shape[0] <= 390
    assert 0.01 < (seen < 0.5).mean() < 0.6, "neither blank nor black"


@KINDS
def test_nothing_is_cut_off_at_the_edge(draw: Callable[[], bytes]) -> None:
    seen = grey(draw())
    edges = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]])
    assert edges.min() > 0.9


@KINDS
def test_without_a_chinese_font_it_says_what_to_install(
    draw: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart_page, "FONTS", ("No Such Font",))
    with pytest.raises(Refused, match="Noto Sans CJK"):
        draw()


def test_lines_and_thresholds_are_named_at_their_ends(figures: list[Figure]) -> None:
    lines()
    assert words(figures[0]) == ["警告 80", "严重 90", "内存", "/data"]
    strokes = [(line.get_linestyle(), line.get_marker()) for line in figures[0].axes[0].lines[:2]]
    assert len(set(strokes)) == 2


def test_every_line_there_may_be_has_a_stroke_and_marker_of_its_own() -> None:
    styles = {(stroke, marker) for stroke, marker, _ink in chart_lines._STYLES}
    assert len(styles) == chart_lines.MOST
    assert len({marker for _stroke, marker in styles}) == chart_lines.MOST


def test_a_line_breaks_where_nobody_looked_and_says_when_its_end_is_not_known(figures: list[Figure]) -> None:
    line_chart("a", "%", [Line("断", points(1, None, 3, None)), Line("无", points(None, None))])
    assert words(figures[0]) == ["断（末次未采集）", "无（未采集）"]
    shown = np.asarray(figures[0].axes[0].lines[0].get_ydata(), dtype=float)
    assert np.isnan(shown).tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    "some", [[], [Line("a", points(None))], [Line(str(n), points(1)) for n in range(chart_lines.MOST + 1)]]
)
def test_no_line_or_too_many_are_refused(some: list[Line]) -> None:
    with pytest.raises(ValueError, match="line"):
        line_chart("a", "%", some)


@pytest.mark.parametrize("value", [0.0, -5.0, 7.0])
def test_a_single_reading_can_be_drawn(value: float) -> None:
    assert line_chart("a", "", [Line("a", points(value))]).startswith(b"\x89PNG")


@pytest.mark.parametrize("heights", [[0.5, 0.5, 0.5], [0.0, 0.01, 0.02], [1.0, 1.0, 0.99], [0.1, 0.9]])
def test_names_are_moved_apart_and_stay_on_the_page(heights: list[float]) -> None:
    placed = spread(heights, 0.08)
    ordered = sorted(placed)
    assert all(after - before > 0.07 for before, after in pairwise(ordered))
    assert 0 <= ordered[0] <= ordered[-1] <= 1
    assert spread([0.1, 0.9], 0.08) == [0.1, 0.9]


def test_bars_carry_their_totals_and_every_class_its_hatch(figures: list[Figure]) -> None:
    bars()
    assert words(figures[0]) == ["6", "10", "4"]
    legend = figures[0].axes[0].get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["P1 级", "P2 级", "P3 级"]
    assert len({*chart_bars._FILLS}) == chart_bars.MOST


def test_classes_are_told_apart_without_colour() -> None:
    everything = bar_chart("a", "", ("一",), [Stack(f"类 {n}", (10,)) for n in range(chart_bars.MOST)])
    colours = imread(io.BytesIO(everything))[..., :3]
    assert np.abs(colours[..., 0] - colours[..., 2]).max() < 0.02, "grey from the start"
    middle = grey(everything)[:, 430]
    assert len({round(float(shade), 1) for shade in middle}) >= 5


@pytest.mark.parametrize(
    ("names", "stacks"),
    [
        ((), FAULTS),
        (("1 月",), FAULTS),
        (("a",), ()),
        (("a",), (Stack("x", (-1,)),)),
        (("a",), (Stack("x", (1,)),) * 9),
    ],
)
def test_bars_that_do_not_fit_are_refused(names: tuple[str, ...], stacks: tuple[Stack, ...]) -> None:
    with pytest.raises(ValueError, match="class"):
        bar_chart("a", "", names, stacks)


def test_a_week_shows_a_number_in_every_field_and_a_cross_where_nobody_looked(figures: list[Figure]) -> None:
    heat_map("a", "起", {(0, 0): 0, (0, 1): 7, (6, 23): 1234})
    shown = words(figures[0])
    assert (shown[0], shown[1], shown[-1]) == ("0", "7", "1k")
    assert shown.count("×") == 7 * 24 - 3


def test_the_more_the_darker() -> None:
    seen = grey(heat_map("a", "", {(day, hour): hour for day in range(7) for hour in range(24)}))
    row = seen[seen.shape[0] // 2]
    left, right = row[100:300].mean(), row[750:950].mean()
    assert left > right + 0.3


@pytest.mark.parametrize("bad", [{(7, 0): 1.0}, {(0, 24): 1.0}, {(0, 0): -1.0}])
def test_what_is_no_week_is_refused(bad: chart_heat.Week) -> None:
    with pytest.raises(ValueError, match="week"):
        heat_map("a", "", bad)


def test_a_week_nobody_looked_at_is_drawn_as_such(figures: list[Figure]) -> None:
    heat_map("a", "", {})
    assert set(words(figures[0])) == {"×"}


def test_names_that_look_like_formulas_are_only_names(figures: list[Figure]) -> None:
    line_chart("$\\frac{1}{0}$ \x1b[31m", "%", [Line("$\\bad", points(1, 2))], [Threshold("$x", 3)])
    assert words(figures[0])[1] == "$\\bad"
    assert "\x1b" not in figures[0].axes[0].get_title(loc="left")
