"""What doing, undoing or looking into one act of an upgrade comes to, whatever kind of act it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from hmaint.engine.journal import Outcome
from hmaint.engine.upgrade import Standing
from hmaint.kit.text import one_line
from hmaint.model.upgrade_act import Act

What = Literal["do", "undo"]
_KEPT = 2_000
"""Characters of an act's output that the journal keeps: its last ones, where the trouble stands."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an act; `outcome` None where that is not known, with the reason: nothing more is written of it."""

    outcome: Outcome | None
    reason: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


class Hand(Protocol):
    """Whoever can do acts of some kinds. Called from one thread at a time for one target."""

    def intent(self, act: Act, what: What, attempt: int) -> Mapping[str, object]:
        """What the journal must know before the act is begun, so that anybody can find out what became of it."""
        ...

    def do(self, act: Act, attempt: int, standing: Standing) -> Came:
        """Do it, once that intent is on the disk; `standing` tells how it was before.

        What was begun before is asked about first: it may have taken effect although it failed.
        """
        ...

    def undo(self, act: Act, attempt: int, standing: Standing) -> Came:
        """Take it back, once that intent is on the disk; `standing` tells how it was before."""
        ...

    def settle(self, act: Act, standing: Standing) -> Came:
        """Find out what became of what was begun. `facts` hold `never` where it never was."""
        ...


def done(**facts: object) -> Came:
    """It was done."""
    return Came(Outcome.DONE, facts={"what": "do", **facts})


def undone(**facts: object) -> Came:
    """It was taken back."""
    return Came(Outcome.UNDONE, facts={"what": "undo", **facts})


def failed(
    what: What, reason: str, facts: Mapping[str, object] | None = None, *, touched: bool = True
) -> Came:
    """It failed; `touched` unless it is certain that nothing was changed."""
    told = {"what": what, "reason": reason, "touched": touched, **(facts or {})}
    return Came(Outcome.FAILED, reason, told)


def never(what: What) -> Came:
    """It never began, and what was sent for it never will."""
    return Came(Outcome.UNDONE, facts={"what": what, "never": True})


def unknown(reason: str) -> Came:
    """Nobody knows: it stays in doubt."""
    return Came(None, reason)


def tail(output: bytes) -> str:
    """The end of what an act printed, as the journal keeps it."""
    return output.decode("utf-8", "replace")[-_KEPT:]


def said(output: bytes) -> str:
    """The last line of what an act printed, for a sentence."""
    lines = [line for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    return one_line(lines[-1], 160) if lines else ""
