"""升级实施报告 tells times as they are lived: what runs at once takes as long as its longest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hmaint.model.upgrade_ran import StepRan
from hmaint.report.upgrade_report import _planned
from tests.report.test_data_fix import RAN


def steps(*told: tuple[int, float, bool]) -> tuple[StepRan, ...]:
    return tuple(
        StepRan(f"s@{n}", "s", str(n), "shell", planned, outage=outage, state="done", wave=wave)
        for n, (wave, planned, outage) in enumerate(told)
    )


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([(0, 60, False)], "不停业务"),
        ([(0, 60, True), (0, 120, True), (0, 120, True)], "2 分钟"),
        ([(0, 600, False), (1, 60, True), (2, 120, False), (3, 60, True), (4, 600, False)], "4 分钟"),
    ],
)
def test_the_planned_time_down_is_of_waves(told: list[tuple[int, float, bool]], words: str) -> None:
    assert _planned(replace(RAN, steps=steps(*told))) == words
