"""What an upgrade does next, decided by its plan and its journal alone.

Doubt comes before everything: what may have been begun is looked into before anything more is done. What failed is
put back in the reverse order, and a failed putting back stops the run for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hmaint.engine.upgrade import ActState, Phase, RunState, Standing, State
from hmaint.kit.i18n import _
from hmaint.model.upgrade_act import Act, RenderedPlan, Reversal


@dataclass(frozen=True, slots=True)
class Settle:
    """Find out what became of acts whose end nobody wrote down."""

    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Do:
    """Do these acts; they may run at once."""

    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Undo:
    """Take these acts back; they may run at once."""

    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Verify:
    """Look whether all is well: on the targets done so far at a checkpoint, else on all."""

    phase: Phase
    wave: int = 0
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """From here on everything is put back; `targets` where not all of them are."""

    reason: str
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirm:
    """The supervisor confirms that he was there to the end."""


@dataclass(frozen=True, slots=True)
class Halt:
    """Nothing more is done before a person has seen to it."""

    state: RunState
    reason: str


@dataclass(frozen=True, slots=True)
class Close:
    """The run is over."""

    state: RunState


Move = Settle | Do | Undo | Verify | Turn | Confirm | Halt | Close


def next_move(rendered: RenderedPlan, state: State) -> Move:
    """Decide the next move; the same for the same plan and journal, so that any laptop goes on the same way."""
    doubtful = tuple(act for act in rendered.acts if state.standing(act.id).state is ActState.IN_DOUBT)
    if doubtful:
        return Settle(doubtful)
    if state.ended:
        return Close(state.ended)
    if state.halted:
        return Halt(state.halted, state.why_halted)
    return _back(rendered, state) if state.back else _forward(rendered, state)


def beyond(rendered: RenderedPlan, state: State) -> tuple[str, ...]:
    """The acts at or behind the point of no return that were begun: with one of them nothing is put back by itself."""
    return tuple(act.id for act in rendered.acts if act.beyond and _begun(state.standing(act.id)))


def _begun(standing: Standing) -> bool:
    return standing.touched or standing.state in {ActState.DONE, ActState.IN_DOUBT}


def _forward(rendered: RenderedPlan, state: State) -> Move:
    failed = [each for each in _standings(rendered, state) if _fresh(each, state)]
    if failed or state.unverified:
        return _trouble(rendered, state, failed)
    left = [act for act in rendered.acts if state.standing(act.id).state is not ActState.DONE]
    if not left:
        return _ending(rendered, state)
    wave = min(act.wave for act in left)
    for checkpoint in rendered.checkpoints:
        if (
            checkpoint < wave
            and ("checkpoint", checkpoint) not in state.verified
            and rendered.plan.verify.steps
        ):
            return Verify("checkpoint", checkpoint, _targets_until(rendered, checkpoint))
    return Do(tuple(act for act in left if act.wave == wave))


def _fresh(each: Standing, state: State) -> bool:
    """Whether it failed and that still counts: half a script counts until a person has decided about it."""
    undecided = bool(each.facts.get("half")) and each.act not in state.decisions
    return each.state is ActState.FAILED and each.what == "do" and (undecided or not each.stale)


def _standings(rendered: RenderedPlan, state: State) -> list[Standing]:
    return [state.standing(act.id) for act in rendered.acts]


def _targets_until(rendered: RenderedPlan, wave: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(act.target for act in rendered.acts if act.wave <= wave))


def _trouble(rendered: RenderedPlan, state: State, failed: Sequence[Standing]) -> Move:
    reason = "; ".join(_said(each) for each in failed) or state.unverified
    if gone := beyond(rendered, state):
        words = _("{reason}; the point of no return was passed with {acts}: nothing is put back by itself")
        return Halt("needs_person", words.format(reason=reason, acts=", ".join(gone)))
    if any(each.facts.get("half") for each in failed):
        return Halt("needs_person", reason)
    if rendered.plan.rollback.mode == "ask":
        words = _("{reason}; the plan leaves the decision to a person: hmaint upgrade resume, or rollback")
        return Halt("paused", words.format(reason=reason))
    return Turn(reason, _unfinished(rendered, state))


def _said(each: Standing) -> str:
    return f"{each.act}: {each.facts.get('reason', '')}".rstrip(": ")


def _unfinished(rendered: RenderedPlan, state: State) -> tuple[str, ...]:
    """The targets that are put back where the plan lets whole ones stay; empty: all of them."""
    if rendered.plan.rollout.all_or_none or state.unverified:
        return ()
    left = {act.target for act in rendered.acts if state.standing(act.id).state is not ActState.DONE}
    return tuple(dict.fromkeys(act.target for act in rendered.acts if act.target in left))


def _ending(rendered: RenderedPlan, state: State) -> Move:
    plan = rendered.plan
    if plan.verify.steps and ("after", 0) not in state.verified:
        return Verify("after")
    if plan.observe and ("observe", 0) not in state.verified:
        return Verify("observe")
    if plan.supervisor and "end" not in state.presence:
        return Confirm()
    return Close("done")


def _back(rendered: RenderedPlan, state: State) -> Move:
    stuck = [each for each in _standings(rendered, state) if each.what == "undo" and _failed(each)]
    if stuck:
        return Halt("needs_person", "; ".join(_said(each) for each in stuck))
    left = [act for act in rendered.acts if _to_be_undone(act, state)]
    if lasting := [act for act in left if act.reversal is Reversal.NONE]:
        words = _("{acts} cannot be taken back")
        return Halt("needs_person", words.format(acts=", ".join(act.id for act in lasting)))
    if left:
        wave = max(act.wave for act in left)
        return Undo(tuple(act for act in left if act.wave == wave))
    if state.unverified and state.unverified_phase == "rollback":
        return Halt("needs_person", state.unverified)
    if rendered.plan.preflight.steps and ("rollback", 0) not in state.verified:
        return Verify("rollback")
    return Close("rolled_back")


def _failed(each: Standing) -> bool:
    return each.state is ActState.FAILED and not each.stale


def _to_be_undone(act: Act, state: State) -> bool:
    standing = state.standing(act.id)
    inside = not state.scope or act.target in state.scope
    return inside and act.reversal is not Reversal.NOTHING and standing.touched
