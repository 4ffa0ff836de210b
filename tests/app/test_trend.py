"""Which figures are forecast, and in what order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hmaint.app.trend import forecasts, told
from hmaint.app.world import World
from hmaint.kit.clock import SystemClock
from hmaint.kit.outlook import Heading
from hmaint.load.workspace import Workspace
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Metric
from hmaint.store.records import Records
from tests.store.samples import NOON, a_run, a_target

CURVES = {
    ("disk.used_pct", "%"): lambda month: 50.0 + 4 * month,
    ("sqlserver.volume.free_pct", "%"): lambda month: 60.0 - 6 * month,
    ("cpu.busy_pct", "%"): lambda month: 10.0 + 5 * month,
    ("postgresql.sequence.used_pct", "%"): lambda _month: 1.0,
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "inventory.yaml").write_text(
        "version: 1\nhospital: {name: 甲}\nvendor: {name: 乙}\nsites: {icu: {hosts: {app: {connection: local}}}}\n"
    )
    with Records.open(tmp_path / ".hmaint" / "records.db") as records:
        for month in range(6):
            run = f"R-{month}"
            records.begin_run(a_run(run, day=30 * month))
            metrics = tuple(
                Metric("app", name, curve(month), "x", unit) for (name, unit), curve in CURVES.items()
            )
            check = Check("c", "app", "查", "", Level.OK, "", metrics=metrics)
            records.append(run, "icu", a_target("app"), [check], [])
    return World(Workspace(tmp_path, tmp_path / "inventory.yaml"), SystemClock(), {}, "张工", "zhang")


def test_what_fills_up_is_forecast_the_soonest_first_and_processors_are_not(world: World) -> None:
    found = forecasts(world, "icu")
    assert [(f.metric, f.outlook.heading) for f in found] == [
        ("sqlserver.volume.used_pct", Heading.GROWING),
        ("disk.used_pct", Heading.GROWING),
        ("postgresql.sequence.used_pct", Heading.FLAT),
    ]


def test_what_is_free_is_told_as_what_is_used(world: World) -> None:
    volume = forecasts(world, "icu")[0]
    assert volume.value == pytest.approx(70)
    assert volume.full_on is not None
    assert volume.full_on - NOON == pytest.approx(timedelta(days=300), abs=timedelta(hours=1))
    assert told(volume, NOON + timedelta(days=150)).startswith("每月增长 6.0 个百分点，约 150 天后写满")


def test_a_report_of_an_earlier_day_says_what_could_be_said_then(world: World) -> None:
    then = forecasts(world, "icu", until=NOON + timedelta(days=90))
    assert {f.outlook.heading for f in then} == {Heading.FEW}
    assert told(then[0], NOON) == "读数太少，无法预测：只有 4 天的读数，至少要 5 天"
