"""Medians, ratios and limits."""

from __future__ import annotations

import pytest
from bench.figures import Figure, Sample, limits, ratio, summarise

STARTUP = {"import typer": 0.1, "--help": 0.15, "--version": 0.2}


def figure(tool: str, wall: float, **more: float) -> Figure:
    return Figure(tool, 50, 3, wall=wall, **more)  # type: ignore[arg-type]


def met(*figures: Figure) -> dict[str, bool | None]:
    return {limit.text: limit.met for limit in limits(figures, STARTUP)}


def test_the_median_is_not_led_astray_by_one_slow_run() -> None:
    samples = [Sample("hmaint", 50, "", wall, wall, 51200, 450, 102_400) for wall in (1.0, 1.2, 60.0)]
    told = summarise(samples)
    assert (told.wall, told.cpu_ms_per_host, told.peak_mb) == (1.2, 24.0, 50.0)
    assert (told.forks_per_host, told.wire_kb_per_host) == (9.0, 2.0)


def test_where_memory_was_looked_at_no_time_was_measured() -> None:
    samples = [Sample("hmaint", 50, "", 1.0, 1.0, 40960, 450, 102_400) for _ in range(2)]
    told = summarise([*samples, Sample("hmaint", 50, "", 9.0, 9.0, 51200, 900, 1, memory=True)])
    assert (told.runs, told.wall, told.cpu_ms_per_host, told.peak_mb, told.forks_per_host) == (
        2,
        1.0,
        20.0,
        50.0,
        9.0,
    )


def test_a_tool_that_failed_once_has_no_figures_however_fast_it_failed() -> None:
    good, bad = Sample("xargs", 50, wall=4.0), Sample("xargs", 50, "exit status 123", wall=0.01)
    told = summarise([good, bad, good])
    assert told.problem == "1 of 3 runs failed: exit status 123"
    assert told.wall == 0.0
    assert ratio(told, figure("hmaint", 1.0)) is None


def test_forks_that_could_not_be_counted_are_no_zero() -> None:
    assert summarise([Sample("hmaint", 10, forks=None)]).forks_per_host is None


def test_each_wall_limit_is_met_at_its_edge_and_not_below() -> None:
    own = figure("hmaint", 2.0)
    at = met(own, figure("ansible", 50.0), figure("pyinfra", 4.0), figure("xargs", 2.1))
    below = met(own, figure("ansible", 49.0), figure("pyinfra", 3.9), figure("xargs", 2.0))
    walls = [text for text in at if "wall" in text]
    assert [at[text] for text in walls] == [True, True, True]
    assert [below[text] for text in walls] == [False, False, False]


@pytest.mark.parametrize(("forks", "memory", "held"), [(12.0, 79.9, True), (12.1, 80.0, False)])
def test_forks_may_reach_their_limit_and_memory_may_not(forks: float, memory: float, held: bool) -> None:  # noqa: FBT001 - a row of the table above
    told = met(figure("hmaint", 1.0, forks_per_host=forks, peak_mb=memory))
    assert {told[text] for text in told if "forks" in text or "memory" in text} == {held}


def test_start_up_at_exactly_twice_is_not_under_twice() -> None:
    told = met()
    assert [told[text] for text in told if "typer" in text] == [True, False]


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    broken = Figure("hmaint", 50, 3, problem="3 of 3 runs failed: exit status 70")
    told = met(broken, figure("ansible", 60.0))
    assert {told[text] for text in told if "50 hosts" in text} == {None}


def test_figures_of_other_numbers_of_hosts_do_not_count() -> None:
    ten = Figure("hmaint", 10, 3, wall=0.1)
    assert {value for text, value in met(ten, figure("ansible", 60.0)).items() if "wall" in text} == {None}
