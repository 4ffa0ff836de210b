"""Reminders before a clock runs out: each threshold once, to a real server; who has not heard is not said to have."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hmaint.app.incident import Saying, open_incident, tell
from hmaint.app.incident_remind import remind
from hmaint.app.incident_view import board
from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.kit.resources import shipped
from hmaint.load.workspace import Workspace
from hmaint.model.incident import Event
from tests.services.fixtures import running
from tests.services.hooks import Hooks

NINE = datetime(2026, 3, 5, 9, 0, tzinfo=CHINA)
INVENTORY = """
version: 1
hospital: {{name: 示范医院}}
notify: {{channels: {channels}}}
sites:
  video: {{name: 手术视频系统, contract: s3, hosts: {{h: {{connection: local}}}}}}
"""


class Clock:
    """Moves when told to."""

    def __init__(self) -> None:
        self.time = NINE

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    with running(Hooks(answer=b"")) as started:
        yield started


def world_of(folder: Path, channels: str) -> World:
    (folder / "inventory.yaml").write_text(INVENTORY.format(channels=channels), "utf-8")
    (folder / "contracts").mkdir()
    shutil.copy(shipped("contracts") / "s3.yaml", folder / "contracts")
    return World(Workspace(folder, folder / "inventory.yaml"), Clock(), {}, "张工", "zhang")


def reminded(world: World, minutes: float) -> list[str]:
    """What is said so many minutes after the report."""
    assert isinstance(world.clock, Clock)
    world.clock.time = NINE + timedelta(minutes=minutes)
    return list(remind(world, board(world)))


def opened(world: World) -> str:
    room = {"scope": "department", "interruption": "full", "rooms": 1}
    body = {"what": "无法登录", **room, "level": "P2", "classes": ["simple"]}
    return open_incident(world, "video", Saying(body)).number


def test_each_threshold_is_told_once_and_stops_with_the_clock(tmp_path: Path, hooks: Hooks) -> None:
    world = world_of(tmp_path, f'{{duty: {{json: "{hooks.url()}"}}}}')
    number = opened(world)
    # P2 answers within 30 minutes: half of it, five minutes before, and when it is over; restores within 4 hours.
    said = {minutes: reminded(world, minutes) for minutes in (14, 15, 16, 24, 25, 26, 30, 31, 32)}
    assert [minutes for minutes, lines in said.items() if lines] == [15, 25, 30]
    assert len(hooks.calls) == 3
    assert all(number in each for each in map(str, hooks.calls))
    tell(world, number, Event.RESPONDED, Saying({}))
    # 120 minutes: half of the four hours; 210: half an hour left; nothing of the response any more.
    said = {minutes: reminded(world, minutes) for minutes in (100, 119, 120, 121, 209, 210, 211)}
    assert [minutes for minutes, lines in said.items() if lines] == [120, 210]
    tell(world, number, Event.RESOLVED, Saying({"solution": "重启"}))
    assert reminded(world, 230) == []


def test_of_several_passed_at_once_only_the_last_is_told(tmp_path: Path, hooks: Hooks) -> None:
    world = world_of(tmp_path, f'{{duty: {{json: "{hooks.url()}"}}}}')
    opened(world)
    assert len(reminded(world, 29)) == 1
    # The morning after: both clocks are over, one line each.
    assert len(reminded(world, 600)) == 2
    assert reminded(world, 601) == []


def test_the_report_is_reminded_of_before_it_is_due(tmp_path: Path, hooks: Hooks) -> None:
    world = world_of(tmp_path, f'{{duty: {{json: "{hooks.url()}"}}}}')
    number = opened(world)
    tell(world, number, Event.RESOLVED, Saying({"solution": "重启"}))
    tell(world, number, Event.CLOSED, Saying({}))
    # Thursday 5 March and three working days: due on Tuesday the 10th at midnight.
    days = {day: reminded(world, 24 * 60 * day) for day in (1, 3, 4, 5)}
    assert [day for day, lines in days.items() if lines] == [5]


def test_nobody_is_said_to_be_told_who_is_not(tmp_path: Path) -> None:
    world = world_of(tmp_path, "{}")
    opened(world)
    lines = reminded(world, 16)
    assert len(lines) == 1
    assert "没有提醒任何人" in lines[0]
    # Nothing is on record as told either.
    assert [e for view in board(world) for e in view.incident.events if e.event == Event.REMINDED] == []


def test_what_no_channel_delivered_is_tried_again(tmp_path: Path) -> None:
    world = world_of(tmp_path, '{duty: {json: "http://127.0.0.1:9/hook", timeout: 2s}}')
    opened(world)
    (line,) = reminded(world, 16)
    assert "提醒失败" in line
    assert len(reminded(world, 17)) == 1


def test_a_channel_that_wants_only_the_worst_is_not_said_to_have_heard_of_less(
    tmp_path: Path, hooks: Hooks
) -> None:
    world = world_of(tmp_path, f'{{boss: {{json: "{hooks.url()}", least: critical}}}}')
    opened(world)
    (line,) = reminded(world, 16)
    assert "没有渠道接收" in line
    assert hooks.calls == []
    assert len(reminded(world, 31)) == 1
    assert len(hooks.calls) == 1
