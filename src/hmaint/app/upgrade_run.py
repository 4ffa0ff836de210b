"""An upgrade as it goes: what the journal says is next is done, and written down before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Self

from hmaint.app.upgrade_book import Book
from hmaint.app.upgrade_desk import Desk
from hmaint.app.upgrade_hand import Came, What
from hmaint.app.upgrade_means import Means
from hmaint.app.upgrade_verify import Verifying
from hmaint.app.upgrade_window import late
from hmaint.app.world import World
from hmaint.engine import upgrade as words
from hmaint.engine.journal import Outcome
from hmaint.engine.upgrade import State
from hmaint.engine.upgrade_move import Close, Confirm, Do, Halt, Settle, Turn, Undo, Verify, next_move
from hmaint.errors import CouldNotLook, ExitStatus, Failure, Refused
from hmaint.kit.i18n import _, for_a_record
from hmaint.kit.text import one_line
from hmaint.load.atomic import replace_file
from hmaint.model.look import Seen
from hmaint.model.upgrade_act import Act, RenderedPlan
from hmaint.store.alive import name_process
from hmaint.store.failures import RecordsFailure
from hmaint.transport.lease import LeaseLost
from hmaint.transport.station import Station

_BEAT = 60.0
"""Seconds between two signs of life on every host."""
_BRIEFLY = 3.0
"""Seconds a host may be gone while a statement waits to be sent: its transaction may hold locks."""


class Stuck(Failure):
    """A run that had begun cannot go on from here: its journal cannot be written, or its lease is another's."""

    status = ExitStatus.CRITICAL


class Going(Book):
    """One process at one run."""

    def __init__(self, world: World, desk: Desk, rendered: RenderedPlan, means: Means) -> None:
        super().__init__(world, desk)
        self._world, self._rendered, self._means = world, rendered, means
        self._lost: LeaseLost | None = None
        self._broken: Exception | None = None
        self._over = Event()

    def __enter__(self) -> Self:
        replace_file(self._desk.card, name_process().encode())
        return self

    def __exit__(self, *_why: object) -> None:
        self._over.set()
        self.close()
        self._desk.card.unlink(missing_ok=True)

    def spread(self) -> None:
        """Bring the journal to one host at least, so that whoever takes the run over knows of it; and see the lease.

        CouldNotLook where there are hosts and none can be reached, or take it, and where a database's lock was lost.
        """
        self._means.holds.see()
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
                trouble = Verifying(self._world, self._rendered.plan, self._means, self).verify(move)
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
        self._means.holds.see()
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

    def _now(self, act: Act) -> datetime:
        """The time by the clock of the act's host, as far as it has one."""
        station = self._means.stations.get(act.target)
        return self._world.clock.now() + timedelta(seconds=station.skew if station else 0.0)

    def _late(self, state: State, move: Do) -> bool:
        """Whether the window leads to something else than doing these acts: then that is in the journal by now."""
        with for_a_record():
            found = late(self._rendered.plan, state, move.acts, self._now)
            if found.overrun:
                self.outcome(words.OVERRUN, Outcome.DONE, reason=found.overrun)
                self._means.hear(found.overrun)
            if found.turn:
                self._turn(Turn(found.turn))
        return bool(found.turn)

    # ---- people ----------------------------------------------------------------------------------------------------

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
            with suppress(CouldNotLook):  # told before the next act
                self._means.holds.see()
            for station in self._means.stations.values():
                try:
                    station.beat()
                except LeaseLost as lost:
                    self._lost = lost
                    return
