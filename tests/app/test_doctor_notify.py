"""What the doctor says of notices: who is told, what did not arrive, and no word where all of it did."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hmaint.app.doctor_notify import ask_notices
from hmaint.app.notify import notify
from hmaint.app.world import World
from hmaint.kit.clock import SystemClock
from hmaint.load.workspace import Workspace
from hmaint.model.notice import Notice
from hmaint.model.playbook import Level
from tests.app.test_notify import BAD, Ward, ward  # noqa: F401 - a fixture


def levels(folder: Path) -> list[tuple[Level, str]]:
    return [(each.level, each.what) for each in ask_notices(Workspace(folder, folder / "inventory.yaml"))]


def test_nobody_to_tell_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "inventory.yaml").write_text("version: 1\nhospital: {name: 示范医院}\n", "utf-8")
    assert levels(tmp_path) == [(Level.SKIPPED, "通知")]
    assert not (tmp_path / ".hmaint").exists()


def test_what_did_not_arrive_is_said_until_something_arrives(ward: Ward) -> None:  # noqa: F811 - the fixture
    ward.clock.time = SystemClock().now() - timedelta(hours=2)
    assert levels(ward.folder) == [(Level.OK, "通知")]
    ward.robot.status = 500
    notify(ward.world(), "icu", BAD)
    assert levels(ward.folder) == [(Level.WARNING, "渠道 group")]
    (answer,) = ask_notices(Workspace(ward.folder, ward.folder / "inventory.yaml"))
    assert "HTTP 500" in answer.said
    assert "2 份备份异常" in answer.said
    ward.robot.status = 200
    ward.clock.time += timedelta(hours=1)
    notify(ward.world(), "icu", BAD)
    assert levels(ward.folder) == [(Level.OK, "通知")]


@pytest.mark.parametrize("text", ["version: [", ""])
def test_a_broken_inventory_is_anothers_answer(tmp_path: Path, text: str) -> None:
    (tmp_path / "inventory.yaml").write_text(text, "utf-8")
    assert levels(tmp_path) == []


def test_a_topic_that_is_over_is_not_forgotten_by_a_channel_that_never_heard(ward: Ward) -> None:  # noqa: F811 - as above
    world: World = ward.world()
    ward.robot.status = 500
    notify(world, "icu", BAD)
    # It got well before the channel worked again: nothing is told to who never heard of it.
    ward.robot.status = 200
    assert [d.channel for d in notify(world, "icu", Notice(BAD.topic, "好了", "", Level.OK))] == [
        "ops",
        "boss",
    ]
