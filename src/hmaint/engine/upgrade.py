"""How an upgrade stands, told by its journal alone: every act, which way the run goes, what it waits for.

The vocabulary of the journal is in docs/reference/upgrade-journal.md. Nothing here looks at a host or a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal

from hmaint.engine.journal import Line, Outcome

RUN, TURN, VERIFY, HALT = "run", "turn", "verify", "halt"
RESUME, TAKEOVER, DECIDE = "resume", "takeover", "decide"
OVERRUN, PRESENCE, LEASE = "overrun", "presence", "lease"
"""Lines of the journal that are no acts; an act's name holds an `@`."""
Phase = Literal["checkpoint", "after", "observe", "rollback"]
RunState = Literal["running", "done", "rolled_back", "paused", "needs_person"]


class ActState(StrEnum):
    """How an act stands; INTENT is being done at this moment, IN_DOUBT was begun by a process that is gone."""

    PENDING = "pending"
    INTENT = "intent"
    DONE = "done"
    UNDONE = "undone"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one act stands: `what` was last done to it, in which attempt, and the journal's line of that."""

    act: str
    state: ActState = ActState.PENDING
    what: Literal["do", "undo"] = "do"
    attempt: int = 0
    """How often anything was begun with it: names of attempts are never used twice."""
    touched: bool = False
    """Whether it may have left something on its target that must be put back."""
    stale: bool = False
    """Whether it failed before the run was last resumed: it may be tried again."""
    line: Line | None = None
    begun_at: str = ""
    """When it was first begun (RFC 3339), empty where it never was."""
    before: Standing | None = None
    """How it stood before what is in doubt."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the journal's last line of it says."""
        return self.line.facts if self.line else {}


@dataclass(frozen=True, slots=True)
class State:
    """How a run stands."""

    acts: Mapping[str, Standing] = field(default_factory=dict)
    head: Mapping[str, Any] = field(default_factory=dict)
    """What the first line says of the run."""
    back: bool = False
    why_back: str = ""
    scope: tuple[str, ...] = ()
    """The targets that are put back; empty: all."""
    verified: frozenset[tuple[str, int]] = frozenset()
    """Phases whose verification was good, with the wave (0 where there is none)."""
    unverified: str = ""
    """Why the last verification was not good; empty where none failed since the run was last resumed."""
    unverified_phase: str = ""
    halted: RunState | None = None
    why_halted: str = ""
    ended: RunState | None = None
    presence: frozenset[str] = frozenset()
    """`start` and `end`, as far as the supervisor's presence was confirmed."""
    decisions: Mapping[str, str] = field(default_factory=dict)
    """What a person decided about an act nobody can be sure of: continue or restore."""
    overrun: bool = False

    def standing(self, act: str) -> Standing:
        """How an act stands; pending where the journal does not know it."""
        return self.acts.get(act, Standing(act))

    @property
    def state(self) -> RunState:
        """The state in one word."""
        return self.ended or self.halted or "running"

    @property
    def left(self) -> tuple[str, ...]:
        """Targets that keep what they got while the others are put back, as a plan may allow."""
        kept = [name.rpartition("@")[2] for name, each in self.acts.items() if each.touched]
        outside = [name for name in kept if self.back and self.scope and name not in {*self.scope, "-"}]
        return tuple(dict.fromkeys(outside))


@dataclass
class _Fold:
    acts: dict[str, Standing] = field(default_factory=dict)
    head: Mapping[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    verified: set[tuple[str, int]] = field(default_factory=set)
    presence: set[str] = field(default_factory=set)
    decisions: dict[str, str] = field(default_factory=dict)


def fold(lines: Iterable[Line]) -> State:
    """Tell how a run stands by the lines of its journal, in their order."""
    told = _Fold()
    for line in lines:
        if "@" in line.act:
            told.acts[line.act] = _act(told.acts.get(line.act, Standing(line.act)), line)
            if line.outcome is Outcome.FAILED or _sends(line):
                # What was decided was decided about what had happened until then.
                told.decisions.pop(line.act, None)
        else:
            _take(told, line)
    return State(
        acts=told.acts,
        head=told.head,
        verified=frozenset(told.verified),
        presence=frozenset(told.presence),
        decisions=told.decisions,
        **told.state,
    )


def _sends(line: Line) -> bool:
    return line.facts.get("ledger") == "sent" or bool(line.facts.get("committing"))


def _act(before: Standing, line: Line) -> Standing:
    what: Literal["do", "undo"] = "undo" if line.facts.get("what") == "undo" else "do"
    if line.outcome is Outcome.INTENT and line.facts.get("note"):
        # More is known of what was begun; nothing further was.
        return replace(before, line=line)
    if line.outcome is Outcome.INTENT:
        begun = before.begun_at or line.at
        attempt = before.attempt + 1
        return Standing(
            line.act, ActState.IN_DOUBT, what, attempt, touched=True, line=line, begun_at=begun, before=before
        )
    if line.facts.get("never") and before.before is not None:
        # It was found never to have begun: all is as it was before the intent, but for the name of the attempt.
        partly = before.before.touched or bool(line.facts.get("partly"))
        return replace(before.before, attempt=before.attempt, touched=partly)
    state = {
        Outcome.DONE: ActState.DONE,
        Outcome.FAILED: ActState.FAILED,
        Outcome.UNDONE: ActState.UNDONE,
    }[line.outcome]
    touched = bool(line.facts.get("touched", line.outcome is not Outcome.UNDONE))
    return replace(before, state=state, what=what, touched=touched, stale=False, line=line, before=None)


def _take(told: _Fold, line: Line) -> None:
    taker = _TAKERS.get(line.act)
    if taker is not None:
        taker(told, line)


def _run(told: _Fold, line: Line) -> None:
    if line.outcome is Outcome.INTENT:
        told.head = line.facts
    else:
        told.state["ended"] = line.facts.get("state", "done")


def _turn(told: _Fold, line: Line) -> None:
    told.state.update(_CALM)
    told.state.update(
        # Data that was put right for good may be put back later: the run is not over then.
        ended=None,
        back=True,
        why_back=str(line.facts.get("reason", "")),
        scope=tuple(str(each) for each in line.facts.get("targets", ())),
    )


def _verify(told: _Fold, line: Line) -> None:
    phase = str(line.facts.get("phase", ""))
    if line.outcome is Outcome.DONE:
        told.verified.add((phase, int(line.facts.get("wave", 0))))
    elif line.outcome is Outcome.FAILED:
        told.state.update(unverified=str(line.facts.get("reason", "")) or "?", unverified_phase=phase)


def _halt(told: _Fold, line: Line) -> None:
    told.state.update(halted=line.facts.get("state", "paused"), why_halted=str(line.facts.get("reason", "")))


def _resume(told: _Fold, _line: Line) -> None:
    told.state.update(_CALM)
    told.acts.update({name: _staled(each) for name, each in told.acts.items()})


def _decide(told: _Fold, line: Line) -> None:
    told.decisions[str(line.facts.get("about", ""))] = str(line.facts.get("decision", ""))


def _presence(told: _Fold, line: Line) -> None:
    if line.outcome is Outcome.DONE:
        told.presence.add(str(line.facts.get("when", "")))


def _overrun(told: _Fold, _line: Line) -> None:
    told.state["overrun"] = True


_CALM = {"halted": None, "why_halted": "", "unverified": "", "unverified_phase": ""}
_TAKERS: Mapping[str, Callable[[_Fold, Line], None]] = {
    RUN: _run,
    TURN: _turn,
    VERIFY: _verify,
    HALT: _halt,
    RESUME: _resume,
    TAKEOVER: _resume,
    DECIDE: _decide,
    OVERRUN: _overrun,
    PRESENCE: _presence,
}


def _staled(each: Standing) -> Standing:
    return replace(each, stale=True) if each.state is ActState.FAILED else each
