"""Notices from the inventory to real servers: told on a change, again while it lasts, and never in the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hmaint.app.notify import KIND, notify, try_channels
from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.load.workspace import Workspace
from hmaint.model.notice import Delivery, Notice
from hmaint.model.playbook import Level
from tests.services.hooks import Hooks
from tests.services.mailbox import Mailbox

KEY = "693a91f6-7c51-4bc4-97a0-0ec2sifa5aaa"
INVENTORY = """
version: 1
hospital: {{name: 示范医院}}
notify:
  repeat: 12h
  channels:
    ops: {{mail: "{mail}", tls: none, from: hmaint@h.example, to: [ops@h.example]}}
    group: {{wecom: !env WECOM, timeout: 5s}}
sites:
  icu:
    name: 重症监护系统
    notify: {{channels: {{boss: {{json: "{boss}", least: critical, timeout: 5s}}}}}}
  lis: {{name: 检验系统, notify: {{inherit: false}}}}
"""
BAD = Notice("backup-verify", "2 份备份异常", "icu-full 压缩包不完整", Level.CRITICAL)
GOOD = Notice("backup-verify", "备份核验正常", "3 份全部正常", Level.OK)


class Clock:
    """Moves when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 25, 3, 0, tzinfo=CHINA)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0


class Ward:
    """A workspace whose three channels end in real servers of this machine."""

    def __init__(self, folder: Path) -> None:
        self.box, self.robot, self.boss = Mailbox().start(), Hooks().start(), Hooks(answer=b"").start()
        self.clock = Clock()
        self.folder = folder
        text = INVENTORY.format(mail=self.box.place, boss=self.boss.url())
        (folder / "inventory.yaml").write_text(text, "utf-8")

    def world(self) -> World:
        environ = {"WECOM": self.robot.url(f"/send?key={KEY}")}
        return World(
            Workspace(self.folder, self.folder / "inventory.yaml"), self.clock, environ, "张工", "zhang"
        )

    def heard(self) -> tuple[int, int, int]:
        return len(self.box.letters), len(self.robot.calls), len(self.boss.calls)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = Ward(tmp_path)
    yield made
    made.box.stop()
    for hooks in (made.robot, made.boss):
        hooks.stop()


def test_a_change_is_told_once_through_every_channel(ward: Ward) -> None:
    told = notify(ward.world(), "icu", BAD)
    assert told == (Delivery("ops"), Delivery("group"), Delivery("boss"))
    # A further process knows what this one told.
    assert notify(ward.world(), "icu", BAD) == ()
    assert ward.heard() == (1, 1, 1)
    assert ward.box.letters[0]["Subject"] == "【严重】重症监护系统：2 份备份异常"
    assert "icu-full 压缩包不完整" in ward.box.letters[0].get_content()
    assert (
        ward.robot.calls[0].body["text"]["content"].startswith("【严重】重症监护系统：2 份备份异常\nicu-full")
    )
    body = ward.boss.calls[0].body
    assert (body["schema"], body["level"], body["state"]) == ("hmaint.notice/1", "critical", "new")


def test_its_end_is_told_and_then_nothing_more(ward: Ward) -> None:
    world = ward.world()
    notify(world, "icu", BAD)
    ward.clock.time += timedelta(hours=1)
    assert len(notify(world, "icu", GOOD)) == 3
    assert ward.box.letters[1]["Subject"] == "【恢复】重症监护系统：备份核验正常"
    assert notify(world, "icu", GOOD) == ()
    assert notify(world, "icu", replace(BAD, level=Level.CRITICAL)) != ()


def test_what_was_never_bad_is_never_told_to_be_over(ward: Ward) -> None:
    assert notify(ward.world(), "icu", GOOD) == ()
    assert ward.heard() == (0, 0, 0)


def test_it_is_told_again_while_it_lasts(ward: Ward) -> None:
    world = ward.world()
    notify(world, "icu", BAD)
    ward.clock.time += timedelta(hours=11)
    assert notify(world, "icu", BAD) == ()
    # A nightly job that begins twenty minutes earlier than the night before is told again all the same.
    ward.clock.time += timedelta(minutes=40)
    assert len(notify(world, "icu", BAD)) == 3
    assert ward.box.letters[1]["Subject"].endswith("2 份备份异常（仍未解决）")


def test_another_mark_is_another_state(ward: Ward) -> None:
    world = ward.world()
    notify(world, "icu", replace(BAD, mark="icu-full"))
    assert notify(world, "icu", replace(BAD, mark="icu-full")) == ()
    assert len(notify(world, "icu", replace(BAD, mark="icu-full,icu-inc"))) == 3


def test_topics_and_sites_are_told_apart(ward: Ward) -> None:
    world = ward.world()
    notify(world, "icu", BAD)
    assert len(notify(world, "icu", replace(BAD, topic="incident I-1"))) == 3
    assert len(notify(world, "", BAD)) == 2
    assert notify(world, "lis", BAD) == ()


def test_who_hears_the_gravest_only_hears_nothing_less(ward: Ward) -> None:
    world = ward.world()
    warning = replace(BAD, level=Level.WARNING)
    assert {each.channel for each in notify(world, "icu", warning)} == {"ops", "group"}
    assert {each.channel for each in notify(world, "icu", BAD)} == {"ops", "group", "boss"}
    assert {each.channel for each in notify(world, "icu", warning)} == {"ops", "group", "boss"}
    assert ward.boss.calls[-1].body["state"] == "over"
    assert {each.channel for each in notify(world, "icu", GOOD)} == {"ops", "group"}


def test_a_dead_channel_keeps_no_other_from_being_told_and_is_tried_again_later(ward: Ward) -> None:
    ward.robot.status = 500
    world = ward.world()
    told = {each.channel: each.failure for each in notify(world, "icu", BAD)}
    assert told == {"ops": "", "group": "接收方没有接受：HTTP 500", "boss": ""}
    assert notify(world, "icu", BAD) == ()
    ward.clock.time += timedelta(minutes=11)
    ward.robot.status = 200
    assert notify(world, "icu", BAD) == (Delivery("group"),)
    assert notify(world, "icu", BAD) == ()


def test_another_state_is_tried_at_once_although_the_last_could_not_be_told(ward: Ward) -> None:
    ward.robot.status = 500
    world = ward.world()
    notify(world, "icu", BAD)
    ward.robot.status = 200
    assert Delivery("group") in notify(world, "icu", replace(BAD, mark="worse"))


def test_no_key_is_in_the_records_whatever_the_service_answers(ward: Ward) -> None:
    ward.robot.answer = f'{{"errcode": 93000, "errmsg": "invalid webhook url, key {KEY}"}}'.encode()
    world = ward.world()
    failed = [each for each in notify(world, "icu", BAD) if each.failure]
    assert failed[0].failure.startswith("机器人没有接受：errcode 93000")
    world.records.dispose()
    for file in (ward.folder / ".hmaint").rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file


def test_patients_and_passwords_are_masked_before_they_leave(ward: Ward) -> None:
    text = "患者身份证 11010519491231002X，password=Semmelweis1847"
    notify(ward.world(), "icu", replace(BAD, text=text, title="电话 13812345678"))
    said = [ward.box.letters[0].as_string(), str(ward.robot.calls[0].body), str(ward.boss.calls[0].body)]
    said.append(ward.box.letters[0].get_content())
    for each in said:
        assert not any(secret in each for secret in ("11010519491231002X", "Semmelweis1847", "13812345678"))


def test_two_at_once_tell_it_once(ward: Ward) -> None:
    threads = [threading.Thread(target=notify, args=(ward.world(), "icu", BAD)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ward.heard() == (1, 1, 1)


def test_records_that_cannot_be_read_keep_nobody_from_being_told(ward: Ward) -> None:
    (ward.folder / ".hmaint").mkdir(mode=0o700)
    (ward.folder / ".hmaint" / "records.db").write_bytes(b"no database at all" * 100)
    notify(ward.world(), "icu", BAD)
    assert ward.heard() == (1, 1, 1)


def test_a_secret_that_is_missing_is_that_channels_failure(ward: Ward) -> None:
    world = replace(ward.world(), environ={})
    told = {each.channel: each.failure for each in notify(world, "icu", BAD)}
    assert told["ops"] == ""
    assert "WECOM" in told["group"]


def test_a_broken_inventory_breaks_no_job(ward: Ward) -> None:
    (ward.folder / "inventory.yaml").write_text("version: [", "utf-8")
    told = notify(ward.world(), "icu", BAD)
    assert [bool(each.failure) for each in told] == [True]


def test_what_was_told_is_on_record(ward: Ward) -> None:
    world = ward.world()
    ward.boss.status = 503
    notify(world, "icu", BAD)
    kept = world.records.entries.listed(kinds=[KIND], site="icu")
    assert [(each.event, each.body["channel"]) for each in kept] == [
        ("told", "ops"),
        ("told", "group"),
        ("failed", "boss"),
    ]


def test_channels_can_be_tried_without_that_being_a_state(ward: Ward) -> None:
    world = ward.world()
    assert len(try_channels(world, "icu", replace(BAD, title="测试"))) == 3
    assert ward.box.letters[0]["Subject"] == "【测试】重症监护系统：测试"
    assert len(notify(world, "icu", BAD)) == 3
