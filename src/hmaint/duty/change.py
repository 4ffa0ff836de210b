"""Where a change stands. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from hmaint.model.contract import Contract
from hmaint.model.contract_change import Grade
from hmaint.model.matter import Matter


class Stage(StrEnum):
    """How far a change has come; each goes further than those before it."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    STARTED = "started"
    ASSESSED = "assessed"
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    PROMISED = "promised"
    DELIVERED = "delivered"
    DEBUGGED = "debugged"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


ENDED = (Stage.DEBUGGED, Stage.CLOSED, Stage.WITHDRAWN)


def stage_of(change: Matter) -> Stage:
    """The furthest a change has come by what is on record, in whatever order it was told."""
    if change.withdrawn:
        return Stage.WITHDRAWN
    reached = {each.event for each in change.entries}
    return max((each for each in Stage if each.value in reached), key=list(Stage).index, default=Stage.ASKED)


def is_bug(change: Matter) -> bool:
    """Whether annex 3 calls it a BUG (1) or a recurring one (2)."""
    return change.text("kind") in ("1", "2")


def promised_on(change: Matter) -> date | None:
    """The day promised last; earlier promises stay in the history."""
    last = change.last("promised")
    return date.fromisoformat(str(last.body["promised"])) if last else None


def grade_of(change: Matter, contract: Contract | None) -> Grade | None:
    """The contract's grade a change was given; None where it was given none, or one the contract does not know."""
    grades = contract.requirements.grades if contract and contract.requirements else ()
    return next((each for each in grades if each.id == change.text("grade")), None)
