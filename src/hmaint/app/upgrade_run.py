"""An upgrade as it goes: what the journal says is next is done, and written down before and after."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import Literal, Self

from hmaint.app.upgrade_desk import Desk
from hmaint.app.upgrade_hand import Came, Hand, What
from hmaint.app.upgrade_look import Looked, look_over
from hmaint.app.world import World
from hmaint.engine import upgrade as words
from hmaint.engine.journal import Journal, Outcome
from hmaint.engine.trip import Tools
from hmaint.engine.upgrade import State, fold
from hmaint.engine.upgrade_move import Close, Confirm, Do, Halt, Settle, Turn, Undo, Verify, next_move
from hmaint.errors import CouldNotLook, ExitStatus, Failure, Refused
from hmaint.kit.i18n import _, for_a_record
from hmaint.kit.text import one_line
from hmaint.load.atomic import replace_file
from hmaint.model.inventory import Site
from hmaint.model.look import Seen
from hmaint.model.playbook import Level
from hmaint.model.upgrade_act import Act, RenderedPlan
from hmaint.store.alive import name_process
from hmaint.store.failures import RecordsFailure
from hmaint.transport.station import LeaseLost, Station

_BEAT = 60.0
"""Seconds between two signs of life on every host."""
_AGAIN = 3
"""How often a verification that could not look is tried again before the run pauses."""
_BETWEEN = 2.0
_BRIEFLY = 3.0
"""Seconds a host may be gone while a statement waits to be sent: its transaction may hold locks."""
Hear = Callable[[str], None]
Answered = bool | Literal["beforehand"] | None
"""`beforehand`: nobody was asked in the end, whoever began the run had said so then (`--yes`)."""


@dataclass
class Signals:
    """What the person at the keyboard has said: finish the running act and stop; or stop watching at once."""

    stop: Event = field(default_factory=Event)
    abandon: Event = field(default_factory=Event)


@dataclass(frozen=True)
class Means:
    """What a run works with."""

    site: Site
    tools: Tools
    stations: Mapping[str, Station]
    hands: Mapping[str, Hand]
    """By act id."""
    confirm: Callable[[str], Answered]
    """Asks the supervisor whether he was there; None where nobody can be asked."""
    signals: Signals
    hear: Hear


class Stuck(Failure):
    """A run that had begun cannot go on from here: its journal cannot be written, or its lease is another's."""

    status = ExitStatus.CRITICAL


class Going:
    """One process at one run."""

    def __init__(self, world: World, desk: Desk, rendered: RenderedPlan, means: Means) -> None:
        self._world, self._desk, self._rendered, self._means = world, desk, rendered, means
        self._journal = Journal(desk.journal, world.clock, world.redactor.redact)
        self._writing = Lock()
        self._lost: LeaseLost | None = None
        self._broken: Exception | None = None
        self._over = Event()

    def __enter__(self) -> Self:
        replace_file(self._desk.card, name_process().encode())
        return self

    def __exit__(self, *_why: object) -> None:
        self._over.set()
        self._journal.close()
        self._desk.card.unlink(missing_ok=True)

    def state(self) -> State:
        """How the run stands by its journal."""
        return fold(self._desk.story().lines)

    def intend(self, act: str, **facts: object) -> None:
        """Write an intent, from whatever thread."""
        with self._writing:
            self._journal.intend(act, **facts)

    def outcome(self, act: str, outcome: Outcome, **facts: object) -> None:
        """Write an outcome, from whatever thread."""
        with self._writing:
            self._journal.outcome(act, outcome, **facts)

    def spread(self) -> None:
        """Bring the journal to one host at least, so that whoever takes the run over knows of it; and see the lease.

        CouldNotLook where there are hosts and none can be reached, or take it.
        """
        gone: CouldNotLook | None = None
        for station in self._means.stations.values():
            try:
                if any(station.touch(_BRIEFLY) for _again in range(2)):
                    return
            except CouldNotLook as failure:
                gone = failure
            else:
                words = _("{host} cannot keep a copy of the journal (disk full?)")
                gone = CouldNotLook(Seen.UNREACHABLE, words.format(host=station.name))
        if gone is not None:
            raise gone

    # ---- the loop --------------------------------------------------------------------------------------------------

    def go(self) -> State:
        """Go on until the run is over or a person is needed; Stuck where it cannot be gone on with from here."""
        Thread(target=self._keep_alive, daemon=True).start()
        try:
            return self._through()
        except Refused as refusal:
            # Nothing is refused any more once acts were done: whoever reads the status must not think so.
            raise Stuck(str(refusal)) from None

    def _through(self) -> State:
        while True:
            if self._lost is not None:
                raise self._lost
            state = self.state()
            with for_a_record():
                move = next_move(self._rendered, state)
            if isinstance(move, Close):
                return self._close(state, move)
            if isinstance(move, Halt):
                return self._halt(state, move)
            if self._means.signals.stop.is_set():
                with for_a_record():
                    halt = Halt("paused", _("stopped by the operator"))
                return self._halt(state, halt)
            if (trouble := self._make(state, move)) is not None:
                return self._halt(self.state(), trouble)

    def _make(self, state: State, move: Settle | Do | Undo | Verify | Turn | Confirm) -> Halt | None:
        match move:
            case Settle():
                trouble = self._settle(state, move)
            case Do():
                trouble = self._do(state, move)
            case Undo():
                trouble = self._each(move.acts, lambda act: self._undo(act, state))
            case Verify():
                trouble = self._verify(move)
            case Turn():
                trouble = self._turn(move)
            case Confirm():
                trouble = self._confirm()
        return trouble

    def _turn(self, move: Turn) -> Halt | None:
        self.outcome(words.TURN, Outcome.DONE, reason=move.reason, targets=list(move.targets))
        self._means.hear(_("putting everything back: {reason}").format(reason=one_line(move.reason)))
        return None

    def _halt(self, state: State, halt: Halt) -> State:
        self._over.set()  # a sign of life behind it would keep another laptop away for nothing
        if not state.halted:
            self.outcome(words.HALT, Outcome.DONE, state=halt.state, reason=halt.reason)
        for station in self._means.stations.values():
            with suppress(CouldNotLook, Refused):
                station.patience = min(station.patience, 3.0)
                station.touch()
                station.rest()
        return self.state()

    def _close(self, state: State, move: Close) -> State:
        if not state.ended:
            self.outcome(words.RUN, Outcome.DONE, state=move.state)
        for finish in (Station.touch, Station.release):
            for station in self._means.stations.values():
                self._last(station, finish)
        return self.state()

    def _last(self, station: Station, finish: Callable[..., object]) -> None:
        try:
            finish(station)
        except (CouldNotLook, Refused) as failure:
            told = _("{host}: the lease could not be given back: {reason}")
            self._means.hear(told.format(host=station.name, reason=one_line(str(failure))))

    # ---- acts ------------------------------------------------------------------------------------------------------

    def _each(self, acts: Sequence[Act], work: Callable[[Act], str]) -> Halt | None:
        """Do this for acts at once, those of one target one after another; Halt with all that is not known."""
        told: list[str] = []
        threads = [
            Thread(
                target=self._one_target,
                args=([a for a in acts if a.target == target], work, told),
                daemon=True,
            )
            for target in dict.fromkeys(act.target for act in acts)
        ]
        if len(threads) == 1 or self._main_only(acts):
            for target in dict.fromkeys(act.target for act in acts):
                self._one_target([act for act in acts if act.target == target], work, told)
        else:
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.2)
        if (trouble := self._lost or self._broken) is not None:
            raise trouble
        return Halt("paused", "; ".join(told)) if told else None

    def _main_only(self, acts: Sequence[Act]) -> bool:
        return any(act.target_kind == "person" for act in acts)

    def _one_target(self, acts: Sequence[Act], work: Callable[[Act], str], told: list[str]) -> None:
        for act in acts:
            try:
                trouble = work(act)
            except LeaseLost as lost:
                self._lost = lost
                return
            except (Refused, CouldNotLook) as failure:
                trouble = str(failure)
            except Exception as broken:  # noqa: BLE001 - raised again by the main thread: what it left is in doubt
                self._broken = broken
                return
            if trouble:
                told.append(f"{act.id}: {trouble}")
                return

    def _do(self, state: State, move: Do) -> Halt | None:
        if self._late(state, move):
            return None
        return self._each(move.acts, lambda act: self._act(act, "do", state))

    def _undo(self, act: Act, state: State) -> str:
        return self._act(act, "undo", state)

    def _act(self, act: Act, what: What, state: State) -> str:
        """One act with its intent before and its outcome after; in words what stays in doubt, empty for none."""
        hand, standing = self._means.hands[act.id], state.standing(act.id)
        attempt = standing.attempt + 1
        self._means.hear((_("do {act}") if what == "do" else _("undo {act}")).format(act=act.id))
        self.intend(act.id, what=what, attempt=attempt, target=act.target, **hand.intent(act, what, attempt))
        began = self._world.clock.monotonic()
        with for_a_record():
            work = hand.do if what == "do" else hand.undo
            came = work(act, attempt, standing)
        return self._told(act, what, came, self._world.clock.monotonic() - began)

    def _told(self, act: Act, what: What, came: Came, took: float) -> str:
        if came.outcome is None:
            return came.reason or _("nobody knows what became of it")
        self.outcome(act.id, came.outcome, **{**came.facts, "seconds": round(took, 3)})
        line = {
            "run": self._desk.run,
            "target": act.target,
            "sent": f"{what} {act.id}",
            "outcome": str(came.outcome),
            "ms": round(took * 1000),
        }
        try:
            with self._writing:
                self._world.audit.write([line], operator=self._world.operator, at=self._world.clock.now())
        except RecordsFailure as unwritten:
            # It is done and in the journal; that the trail lacks it must not hide what came of it.
            self._means.hear(str(unwritten))
        if came.reason:
            self._means.hear(f"{act.id}: {one_line(came.reason)}")
        return ""

    def _settle(self, state: State, move: Settle) -> Halt | None:
        def work(act: Act) -> str:
            standing = state.standing(act.id)
            self._means.hear(_("finding out what became of {act}").format(act=act.id))
            with for_a_record():
                came = self._means.hands[act.id].settle(act, standing)
            return self._told(act, standing.what, came, 0.0)

        return self._each(move.acts, work)

    # ---- the window ------------------------------------------------------------------------------------------------

    def _now(self, act: Act) -> datetime:
        """The time by the clock of the act's host, as far as it has one."""
        station = self._means.stations.get(act.target)
        return self._world.clock.now() + timedelta(seconds=station.skew if station else 0.0)

    def _late(self, state: State, move: Do) -> bool:
        """Whether the window leads to something else than doing these acts: then that is in the journal by now."""
        with for_a_record():
            return self._passed(state, move)

    def _passed(self, state: State, move: Do) -> bool:
        plan = self._rendered.plan
        end = plan.window.end
        past = [act for act in move.acts if self._now(act) >= end]
        if past and not state.overrun:
            told = _("the window ended at {end} before {acts}")
            reason = told.format(end=end.isoformat(timespec="minutes"), acts=", ".join(a.id for a in past))
            self.outcome(words.OVERRUN, Outcome.DONE, reason=reason)
            self._means.hear(reason)
        if plan.rollback.on_overrun != "rollback" or any(act.beyond for act in move.acts):
            return False
        unfit = past or [a for a in move.acts if not a.interruptible and _ends(a, self._now(a)) > end]
        if not unfit:
            return False
        told = _("the rest of the window is too short for {acts}")
        self._turn(Turn(told.format(acts=", ".join(act.id for act in unfit))))
        return True

    # ---- looking ---------------------------------------------------------------------------------------------------

    def _verify(self, move: Verify) -> Halt | None:
        self._means.hear(_("verifying ({phase})").format(phase=move.phase))
        self.intend(words.VERIFY, phase=move.phase, wave=move.wave)
        plan = self._rendered.plan
        playbook = plan.preflight if move.phase == "rollback" else plan.verify
        if move.phase == "observe":
            looked, times = self._observe()
        else:
            looked, times = self._look(playbook, move.targets), 1
        if looked is None:
            return Halt("paused", _("watching was broken off"))
        facts = {"phase": move.phase, "wave": move.wave, "times": times, "checks": looked.facts()}
        if looked.good:
            self.outcome(words.VERIFY, Outcome.DONE, **facts)
            return None
        if looked.level is Level.UNKNOWN:
            # Could not look is not bad: nothing is put back for it behind a person's back.
            self.outcome(words.VERIFY, Outcome.UNDONE, reason=looked.reason, **facts)
            with for_a_record():
                return Halt("paused", _("it could not be verified: {reason}").format(reason=looked.reason))
        self.outcome(words.VERIFY, Outcome.FAILED, reason=looked.reason, **facts)
        self._means.hear(_("verification failed: {reason}").format(reason=looked.reason))
        return None

    def _look(self, playbook: object, targets: Sequence[str]) -> Looked:
        for turn in range(_AGAIN):
            looked = look_over(self._world, self._means.site, playbook, self._means.tools, targets)  # type: ignore[arg-type]
            if looked.level is not Level.UNKNOWN or self._means.signals.stop.is_set():
                return looked
            if turn + 1 < _AGAIN:
                time.sleep(_BETWEEN)
        return looked

    def _observe(self) -> tuple[Looked | None, int]:
        """Verify again and again for as long as the plan says; the first that is not good ends it."""
        plan = self._rendered.plan
        if plan.observe is None:
            return self._look(plan.verify, ()), 1
        until, times = time.monotonic() + plan.observe.length, 0
        while True:
            looked = self._look(plan.verify, ())
            times += 1
            if not looked.good:
                return looked, times
            left = until - time.monotonic()
            if left <= 0:
                return looked, times
            self._means.hear(_("watching: all well, {n:.0f} s to go").format(n=left))
            if self._means.signals.stop.wait(min(plan.observe.every, left)):
                return None, times

    def _confirm(self) -> Halt | None:
        name = self._rendered.plan.supervisor
        answer = self._means.confirm(name)
        if answer:
            how = {"how": answer} if answer == "beforehand" else {}
            self.outcome(words.PRESENCE, Outcome.DONE, when="end", who=name, **how)
            return None
        with for_a_record():
            reason = _("{name} has not confirmed that he was there to the end")
        self.outcome(words.PRESENCE, Outcome.FAILED, when="end", who=name, asked=answer is not None)
        return Halt("paused", reason.format(name=name))

    # ---- signs of life ---------------------------------------------------------------------------------------------

    def _keep_alive(self) -> None:
        while not self._over.wait(_BEAT):
            for station in self._means.stations.values():
                try:
                    station.beat()
                except LeaseLost as lost:
                    self._lost = lost
                    return


def _ends(act: Act, now: datetime) -> datetime:
    return now + timedelta(seconds=act.estimate)
