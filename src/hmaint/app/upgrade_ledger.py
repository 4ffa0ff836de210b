"""Which statements of a script were sent and which are done, as the journal and the hosts know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from hmaint.app.upgrade_desk import Desk
from hmaint.app.upgrade_hand import What
from hmaint.engine.journal import Outcome
from hmaint.errors import Bug, CouldNotLook, Refused
from hmaint.model.upgrade_act import Act

Note = Callable[..., None]
"""Writes a line of the ledger: the act's name, then what is to be kept."""


Spread = Callable[[], None]
"""Brings the journal to the hosts, for whoever takes the run over; CouldNotLook, or LeaseLost where somebody has."""


Mark = Literal["sent", "done", "absent"]


class Ledger:
    """The statements of scripts in the journal of one run."""

    def __init__(self, desk: Desk, note: Note | None = None) -> None:
        self._desk = desk
        self.note = note
        self.spread: Spread | None = None

    def marks(self, act: Act, what: What) -> dict[int, Mark]:
        """What the journal knows of every statement that was ever sent."""
        found: dict[int, Mark] = {}
        for line in self._desk.story().lines:
            if line.act != act.id:
                continue
            if (
                line.outcome is Outcome.UNDONE
                and line.facts.get("what") == "undo"
                and not line.facts.get("never")
            ):
                found = {}
            elif line.facts.get("ledger") and line.facts.get("what") == what:
                found[int(line.facts["statement"])] = line.facts["ledger"]
        return found

    def noted(self, act: Act, what: What, **facts: object) -> None:
        """Write a line of it."""
        if self.note is None:
            raise Bug("a ledger without a journal")
        self.note(act.id, what=what, note=True, **facts)

    def promised(
        self, act: Act, what: What, facts: Mapping[str, object], withdrawn: Mapping[str, object]
    ) -> None:
        """Note what is about to be sent, on a host too: another laptop must not send it again. Else `withdrawn`."""
        self.noted(act, what, **facts)
        if self.spread is None:
            return
        try:
            self.spread()
        except (CouldNotLook, Refused):
            self.noted(act, what, **withdrawn)
            raise

    def was_committing(self, act: Act, what: What) -> bool:
        """Whether a transaction was perhaps committed, and nobody has found out since."""
        found = False
        for line in (each for each in self._desk.story().lines if each.act == act.id):
            noted = line.outcome is Outcome.INTENT and "committing" in line.facts
            if noted:
                found = line.facts.get("what") == what and bool(line.facts["committing"])
            elif line.outcome is not Outcome.INTENT and not line.facts.get("half"):
                found = False
        return found

    def touched(self, act: Act) -> bool:
        """Whether any statement may have left something."""
        return any(mark != "absent" for mark in self.marks(act, "do").values())

    def decision(self, act: Act) -> str:
        """What a person decided about it since the last statement was sent; empty where he did not."""
        return self._desk.state().decisions.get(act.id, "")
