"""An act of a host that failed is asked about before it is done again: it may have taken effect all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hmaint.app.upgrade_hand import Came
from hmaint.app.upgrade_host import HostHand
from hmaint.engine.journal import Journal, Outcome, read_journal
from hmaint.engine.upgrade import ActState, State, fold
from hmaint.errors import Refused
from hmaint.kit.clock import SystemClock
from hmaint.model.upgrade import UpgradePlan
from hmaint.model.upgrade_act import Act, Payload, Reboot, Reversal, Script
from hmaint.transport.lease import Holder
from hmaint.transport.local import LocalShell
from hmaint.transport.station import Station
from tests.engine.upgrades import act


@dataclass
class Bench:
    """One host, its hand, and a journal as a run keeps it."""

    folder: Path
    hand: HostHand
    station: Station
    journal: Journal

    def state(self) -> State:
        return fold(read_journal(self.folder / "journal.jsonl").lines)

    def do(self, each: Act) -> Came:
        return self._made(each, "do", self.hand.do)

    def undo(self, each: Act) -> Came:
        return self._made(each, "undo", self.hand.undo)

    def _made(self, each: Act, what: Any, work: Callable[..., Came]) -> Came:
        standing = self.state().standing(each.id)
        attempt = standing.attempt + 1
        self.journal.intend(each.id, what=what, attempt=attempt, **self.hand.intent(each, what, attempt))
        came = work(each, attempt, standing)
        if came.outcome is not None:
            self.journal.outcome(each.id, came.outcome, **came.facts)
        return came

    def decide(self, about: str, decision: str) -> None:
        self.journal.outcome("decide", Outcome.DONE, about=about, decision=decision)

    def ran(self) -> list[str]:
        path = self.folder / "ran"
        return path.read_text().split() if path.exists() else []

    def step(self, run: str, probe: str | None, undo: str = ":") -> Act:
        note = f"echo ran >> {self.folder}/ran\n"
        made = act("count@a", 0)
        back = f"echo undone >> {self.folder}/ran\n{undo}"
        asked = None if probe is None else Script(probe)
        return replace(made, do=Script(note + run), probe=asked, undo=Script(back))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """This machine as the host."""
    holder = Holder("R-1", "token", "1", "me")
    shell = LocalShell()
    line = SimpleNamespace(start=shell.start, close=lambda: None)
    station = Station("a", lambda: line, str(tmp_path / "host"), holder, patience=5, abandoned=Event())
    clock = SystemClock()
    with closing(station), Journal(tmp_path / "journal.jsonl", clock) as journal:
        station.take("new")
        made = Bench(tmp_path, cast("HostHand", None), station, journal)
        plan = cast("UpgradePlan", None)
        made.hand = HostHand(
            plan, {"a": station}, lambda _secret: "", lambda name: made.state().decisions.get(name, "")
        )
        yield made


def test_what_took_effect_although_it_failed_is_not_run_again(bench: Bench) -> None:
    effect = bench.folder / "effect"
    each = bench.step(f": > {effect}; exit 3", f"[ -e {effect} ]")
    assert bench.do(each).outcome == "failed"
    came = bench.do(each)
    assert (came.outcome, came.facts["how"]) == ("done", "probed")
    assert bench.ran() == ["ran"]


def test_what_has_no_effect_is_run_again(bench: Bench) -> None:
    effect = bench.folder / "effect"
    each = bench.step(f"[ -e {effect}.go ] || exit 3; : > {effect}", f"[ -e {effect} ]")
    assert bench.do(each).outcome == "failed"
    (bench.folder / "effect.go").touch()
    assert bench.do(each).outcome == "done"
    assert bench.ran() == ["ran", "ran"]


@pytest.mark.parametrize("probe", ["echo no idea; exit 3", None])
def test_where_nothing_can_tell_a_person_decides(bench: Bench, probe: str | None) -> None:
    each = bench.step("exit 3", probe)
    assert bench.do(each).outcome == "failed"
    came = bench.do(each)
    assert came.outcome == "failed"
    assert came.facts["half"]
    assert "--decide count@a=continue" in came.reason
    assert bench.ran() == ["ran"]
    bench.decide("count@a", "again")
    assert bench.do(each).outcome == "failed"
    assert bench.ran() == ["ran", "ran"]
    assert bench.do(each).facts["half"]  # what was decided was decided about what had happened until then
    bench.decide("count@a", "continue")
    came = bench.do(each)
    assert (came.outcome, came.facts["how"]) == ("done", "decided")
    assert bench.ran() == ["ran", "ran"]


def test_a_second_try_that_never_began_does_not_hide_what_the_first_left(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = bench.step("exit 3", "exit 1")
    bench.do(each)

    def refuse(*_all: object) -> None:
        raise Refused("no room")

    monkeypatch.setattr("hmaint.app.upgrade_orders.stage", refuse)
    brings = replace(cast("Script", each.do), payload=Payload("0" * 64, 1, content=b"x"))
    assert bench.do(replace(each, do=brings)).outcome == "failed"
    assert bench.state().standing("count@a").touched


def test_an_undo_that_failed_is_asked_about_before_it_is_run_again(bench: Bench) -> None:
    effect = bench.folder / "effect"
    each = bench.step(f": > {effect}", f"[ -e {effect} ]", f"rm {effect}; exit 4")
    assert bench.do(each).outcome == "done"
    assert bench.undo(each).outcome == "failed"
    assert bench.undo(each).outcome == "undone"
    assert bench.ran() == ["ran", "undone"]


def test_an_undo_nobody_can_tell_of_is_left_to_a_person(bench: Bench) -> None:
    each = bench.step(":", f"[ ! -e {bench.folder}/lost ] || exit 3", f": > {bench.folder}/lost; exit 4")
    bench.do(each)
    bench.undo(each)
    came = bench.undo(each)
    assert came.outcome == "failed"
    assert "--decide count@a=restore" in came.reason
    assert bench.ran() == ["ran", "undone"]


def test_a_restart_looks_for_itself_and_is_done_again(bench: Bench) -> None:
    each = replace(bench.step("exit 3", None), kind="service", undo=None, reversal=Reversal.NOTHING)
    bench.do(each)
    bench.do(each)
    assert bench.ran() == ["ran", "ran"]


def test_a_host_that_started_anew_after_all_is_not_sent_down_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Script(f"echo ran >> {bench.folder}/ran")
    each = replace(
        bench.step(":", None), kind="reboot", do=Reboot(start, Script(":")), undo=None, timeout=1.0
    )
    bench.station.touch()
    came = bench.do(each)
    assert came.outcome == "failed"
    assert bench.state().standing("count@a").state is ActState.FAILED
    other = bench.folder / "boot"
    other.write_text("another\n")
    monkeypatch.setenv("hm_boot_id", str(other))
    came = bench.do(each)
    assert (came.outcome, came.facts["boot"]) == ("done", "another")
    assert bench.ran() == ["ran"]
