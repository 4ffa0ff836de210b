"""What the end of the window means for what comes next, by each host's own clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hmaint.engine.upgrade import State
from hmaint.kit.i18n import _
from hmaint.model.upgrade import UpgradePlan
from hmaint.model.upgrade_act import Act


@dataclass(frozen=True, slots=True)
class Late:
    """What the window's end means for acts: that they are done behind it, and that everything is put back instead."""

    overrun: str = ""
    turn: str = ""


def late(plan: UpgradePlan, state: State, acts: Sequence[Act], now: Callable[[Act], datetime]) -> Late:
    """Hold acts that are about to be done against the window; `now` is the time by the clock of an act's host."""
    end = plan.window.end
    past = [act for act in acts if now(act) >= end]
    overrun = turn = ""
    if past and not state.overrun:
        told = _("the window ended at {end} before {acts}")
        overrun = told.format(end=end.isoformat(timespec="minutes"), acts=", ".join(a.id for a in past))
    if plan.rollback.on_overrun != "rollback" or any(act.beyond for act in acts):
        return Late(overrun)
    unfit = past or [a for a in acts if not a.interruptible and _ends(a, now(a)) > end]
    if unfit:
        told = _("the rest of the window is too short for {acts}")
        turn = told.format(acts=", ".join(act.id for act in unfit))
    return Late(overrun, turn)


def _ends(act: Act, now: datetime) -> datetime:
    return now + timedelta(seconds=act.estimate)
