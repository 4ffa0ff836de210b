"""Plans for tests of what comes next: a few acts on two hosts, without anything of a file or a host."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hmaint.engine.journal import Line, Outcome
from hmaint.model.upgrade import Observation, Rollback, Rollout, UpgradePlan, Window
from hmaint.model.upgrade_act import Act, RenderedPlan, Reversal, Script

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def act(name: str, wave: int, reversal: Reversal = Reversal.UNDO, *, beyond: bool = False) -> Act:
    """An act `STEP@TARGET` of a wave."""
    step, _at, target = name.partition("@")
    script = Script(":")
    return Act(
        id=name,
        step=step,
        title=step,
        kind="shell",
        target=target,
        target_kind="host",
        wave=wave,
        do=script,
        probe=script,
        undo=script if reversal is Reversal.UNDO else None,
        undone=None,
        reversal=reversal,
        estimate=1.0,
        timeout=10.0,
        interruptible=False,
        outage=False,
        beyond=beyond,
    )


def rendered(*acts: Act, checkpoints: tuple[int, ...] = (), **more: Any) -> RenderedPlan:
    """A plan of these acts; `looks` gives it something to verify."""
    looks = more.pop("looks", False)
    playbook = _playbook() if not looks else _playbook(steps=(object(),))
    plan = UpgradePlan(
        path=Path("plan.yaml"),
        kind="upgrade",
        name="p",
        title="p",
        site="icu",
        from_version="1",
        to_version="2",
        content="",
        reason="",
        impact="",
        window=Window(NOON, NOON + timedelta(hours=2)),
        approvers=("a",),
        supervisor=more.pop("supervisor", ""),
        steps=(),
        preflight=playbook,
        verify=playbook,
        digest="",
        rollback=more.pop("rollback", Rollback()),
        rollout=more.pop("rollout", Rollout()),
        observe=Observation(1.0, 1.0) if more.pop("observe", False) else None,
    )
    return RenderedPlan(plan, acts, (), "{}", "d", checkpoints)


def _playbook(steps: tuple[Any, ...] = ()) -> Any:
    @dataclass
    class Looks:
        steps: tuple[Any, ...] = field(default=())

    return Looks(steps)


class Book:
    """A journal in memory."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def write(self, name: str, outcome: Outcome, **facts: Any) -> None:
        """One more line."""
        number = len(self.lines) + 1
        self.lines.append(Line(number, f"2026-11-25T12:00:{number % 60:02d}+08:00", name, outcome, facts))
