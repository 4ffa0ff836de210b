"""A run is told by its journal: what was planned beside what was, and what went otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.engine.journal import Journal, Outcome, read_journal
from hmaint.engine.upgrade_ran import ran_of
from hmaint.model.upgrade_ran import Ran
from tests.app.desks import Still

DONE, FAILED, UNDONE = Outcome.DONE, Outcome.FAILED, Outcome.UNDONE
HEAD = {
    "schema": 1,
    "site": "icu",
    "kind": "upgrade",
    "name": "icu-2",
    "title": "升级",
    "from": "1",
    "to": "2",
    "digest": "d" * 64,
    "operator": "张工",
    "supervisor": "王主任",
    "window": ["2026-11-25T14:00:00+08:00", "2026-11-25T16:00:00+08:00"],
}
DOCUMENT = {
    "plan": {"content": "修复", "modules": ["护理"], "impact": "十分钟"},
    "acts": [
        {"id": "stop@a", "title": "停止", "target": "a", "kind": "service", "estimate": 60.0, "outage": True},
        {"id": "put@a", "title": "替换", "target": "a", "kind": "upload", "estimate": 30.0, "outage": False},
        {
            "id": "start@a",
            "title": "启动",
            "target": "a",
            "kind": "service",
            "estimate": 60.0,
            "outage": True,
        },
        {"id": "last@a", "title": "清理", "target": "a", "kind": "shell", "estimate": 5.0, "outage": False},
    ],
}


class Teller:
    """Writes a journal whose lines are a minute apart."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.path = Still(), folder / "journal.jsonl"
        self.journal = Journal(self.path, self.clock)
        self.intend("run", **HEAD)

    def intend(self, act: str, **facts: object) -> None:
        self._pass()
        self.journal.intend(act, **facts)

    def told(self, act: str, outcome: Outcome, **facts: object) -> None:
        self._pass()
        self.journal.outcome(act, outcome, **facts)

    def did(self, act: str, **facts: object) -> None:
        self.intend(act, what="do", attempt=1)
        self.told(act, DONE, what="do", code=0, **facts)

    def _pass(self) -> None:
        self.clock.at = self.clock.at.replace(minute=self.clock.at.minute + 1)

    def ran(self) -> Ran:
        return ran_of("R-1", read_journal(self.path).lines, DOCUMENT)


def test_a_good_run_is_told_whole(tmp_path: Path) -> None:
    teller = Teller(tmp_path)
    teller.told("presence", DONE, when="start", who="王主任")
    for act in DOCUMENT["acts"]:
        teller.did(str(act["id"]))  # type: ignore[index]  # a list of mappings
    teller.intend("verify", phase="after", wave=0)
    check = {"id": "x", "target": "a", "title": "登录", "level": "ok", "told": "2"}
    teller.told("verify", DONE, phase="after", wave=0, times=1, checks=[check])
    teller.told("presence", DONE, when="end", who="王主任")
    teller.told("run", DONE, state="done")
    ran = teller.ran()
    assert (ran.state, ran.rolled_back, ran.ended is not None) == ("done", False, True)
    assert [step.state for step in ran.steps] == ["done"] * 4
    assert (ran.outage[1] - ran.outage[0]).total_seconds() == 300 if ran.outage else False
    assert [check.title for check in ran.checks] == ["登录"]
    assert [each.confirmed for each in ran.presence] == [True, True]
    assert ran.turns == ()


def test_what_failed_and_was_put_back_is_told_with_its_reason(tmp_path: Path) -> None:
    teller = Teller(tmp_path)
    teller.did("stop@a")
    teller.intend("put@a", what="do", attempt=1)
    teller.told("put@a", FAILED, what="do", reason="磁盘满", touched=False)
    teller.told("turn", DONE, reason="put@a: 磁盘满", targets=[])
    teller.intend("stop@a", what="undo", attempt=2)
    teller.told("stop@a", UNDONE, what="undo")
    teller.told("run", DONE, state="rolled_back")
    ran = teller.ran()
    assert (ran.state, ran.rolled_back) == ("rolled_back", True)
    assert {step.id: step.state for step in ran.steps} == {
        "stop@a": "undone",
        "put@a": "failed",
        "start@a": "pending",
        "last@a": "pending",
    }
    assert [turn.what for turn in ran.turns] == ["put@a 失败：磁盘满", "开始回退：put@a: 磁盘满"]
    assert ran.steps[1].reason == "磁盘满"


def test_a_note_in_the_middle_of_an_act_begins_nothing_and_another_laptop_is_named(tmp_path: Path) -> None:
    teller = Teller(tmp_path)
    teller.intend("stop@a", what="do", attempt=1)
    teller.intend("stop@a", what="do", note=True)
    teller.told("takeover", DONE, operator="李工", laptop="b", reason="电脑丢失")
    teller.told("stop@a", DONE, what="do", how="probed")
    teller.did("put@a")
    ran = teller.ran()
    assert (ran.steps[0].attempts, ran.steps[0].probed) == (1, True)
    assert (ran.steps[0].operator, ran.steps[1].operator) == ("张工", "李工")
    assert (ran.state, ran.ended) == ("running", None)


def test_data_that_was_put_back_later_is_over_only_then(tmp_path: Path) -> None:
    teller = Teller(tmp_path)
    teller.did("stop@a")
    teller.told("run", DONE, state="done")
    teller.told("turn", DONE, reason="改错了", targets=[])
    assert teller.ran().ended is None
    teller.told("run", DONE, state="rolled_back")
    assert teller.ran().state == "rolled_back"


def test_a_journal_without_a_beginning_is_told_as_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="R-1"):
        ran_of("R-1", read_journal(tmp_path / "none").lines, DOCUMENT)


def test_targets_that_keep_what_they_got_are_told_when_the_others_are_put_back(tmp_path: Path) -> None:
    teller = Teller(tmp_path)
    teller.did("stop@a")
    teller.did("stop@b")
    teller.intend("put@b", what="do", attempt=1)
    teller.told("put@b", FAILED, what="do", reason="voll")
    teller.told("turn", DONE, reason="voll", targets=["b"])
    for act in ("put@b", "stop@b"):
        teller.intend(act, what="undo", attempt=2)
        teller.told(act, UNDONE, what="undo")
    teller.told("run", DONE, state="rolled_back")
    assert teller.ran().left == ("a",)


def test_a_presence_nobody_was_asked_for_is_told_apart(tmp_path: Path) -> None:
    teller = Teller(tmp_path)
    teller.told("presence", DONE, when="start", who="王主任")
    teller.told("presence", DONE, when="end", who="王主任", how="beforehand")
    assert [each.asked for each in teller.ran().presence] == [True, False]
