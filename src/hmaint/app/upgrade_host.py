"""Acts on hosts: scripts under the detached runner, asked about by their probes, and starting a host anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from hmaint.app.upgrade_hand import Came, What, done, failed, never, said, undone, unknown
from hmaint.app.upgrade_judged import ended_words, facts_of, judged, unbegun_words
from hmaint.app.upgrade_orders import LOOK, Orders
from hmaint.engine.journal import Outcome
from hmaint.engine.upgrade import Standing
from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.model.secret import Secret
from hmaint.model.upgrade import UpgradePlan
from hmaint.model.upgrade_act import Act, Reboot, Script
from hmaint.transport.lease import LeaseLost
from hmaint.transport.orders import Known, Told, plain
from hmaint.transport.reach import Unreachable
from hmaint.transport.station import Station

_SLACK = 60.0
"""Seconds an act may outlive its time before hmaint stops waiting: the runner ends it where `timeout` is there."""
_AWAY = 5.0
"""Seconds one try to reach a host takes while it starts anew."""


class HostHand:
    """Does the acts of hosts."""

    def __init__(
        self,
        plan: UpgradePlan,
        stations: Mapping[str, Station],
        secret_of: Callable[[Secret], str],
        decided: Callable[[str], str] = lambda _act: "",
    ) -> None:
        """`decided` tells what a person decided about an act nobody can be sure of, empty where he did not."""
        self._orders, self._stations, self._decided = Orders(plan, secret_of), stations, decided

    def intent(self, act: Act, what: What, attempt: int) -> dict[str, object]:
        station = self._stations[act.target]
        return {"key": _key(act, what, attempt), "boot": station.boot, "fence": station.fence}

    def do(self, act: Act, attempt: int, standing: Standing) -> Came:
        station, key = self._stations[act.target], _key(act, "do", attempt)
        if isinstance(act.do, Reboot):
            return self._went_down(act, act.do, standing) or self._reboot(act, act.do, key)
        if not isinstance(act.do, Script):
            return failed("do", _("this is no act for a host"), touched=False)
        if standing.touched and (found := self._found(station, act)) is not None:
            return found
        came = self._begun(station, act, act.do, key)
        # What failed before may have left something, although this time nothing was begun.
        left = standing.touched and came.outcome is Outcome.FAILED
        return Came(came.outcome, came.reason, {**came.facts, "touched": True}) if left else came

    def _begun(self, station: Station, act: Act, script: Script, key: str) -> Came:
        try:
            order = self._orders.order(act, key, script, act.timeout)
            self._orders.stage(station, script, order)
            probe = self._orders.probe(act)
        except LeaseLost:
            raise
        except (Refused, CouldNotLook) as failure:
            if isinstance(failure, Unreachable):
                return unknown(failure.reason)
            return failed("do", str(failure), touched=False)
        came = self._watched(station, act, lambda watch: station.perform(order, watch, probe))
        return failed("do", unbegun_words(), touched=False) if came.facts.get("never") else came

    def undo(self, act: Act, attempt: int, standing: Standing) -> Came:
        station, key = self._stations[act.target], _key(act, "undo", attempt)
        if not isinstance(act.undo, Script):
            return failed("undo", _("it has no undo"))
        try:
            if (found := self._taken_back(station, act, standing)) is not None:
                return found
            order = self._orders.order(act, key, act.undo, act.timeout)
            self._orders.stage(station, act.undo, order)
            known, _told = station.perform(order, _patient(act.timeout))
            return self._undone(station, act, known)
        except Unreachable as failure:
            return unknown(failure.reason)
        except LeaseLost:
            raise
        except (Refused, CouldNotLook) as failure:
            return failed("undo", str(failure))

    def settle(self, act: Act, standing: Standing) -> Came:
        station, key = self._stations[act.target], str(standing.facts.get("key", ""))
        what = standing.what
        try:
            known = station.settle(key)
            if known.state in {"barred", "none"}:
                return never(what)
            if isinstance(act.do, Reboot) and what == "do":
                return self._returned(act, act.do, str(standing.facts.get("boot", "")))
            if what == "undo":
                known, _told = station.attend(key, _patient(act.timeout))
                return self._undone(station, act, known)
        except Unreachable as failure:
            return unknown(failure.reason)
        probe = self._orders.probe(act)
        return self._watched(station, act, lambda watch: station.attend(key, watch, probe))

    # ---- what was begun before -------------------------------------------------------------------------------------

    def _found(self, station: Station, act: Act) -> Came | None:
        """What came of an act that was begun before and failed; None where its effect is not there."""
        decision = self._decided(act.id)
        if decision == "again" or (act.probe is None and act.kind != "shell"):
            # A restart and a wait look for themselves at what there is.
            return None
        if decision == "continue":
            return done(how="decided")
        try:
            told = self._asked(station, act)
        except Unreachable as failure:
            return unknown(failure.reason)
        if told.code == 0:
            return done(how="probed")
        return None if told.code == 1 else self._undecided(act, "do", told)

    def _taken_back(self, station: Station, act: Act, standing: Standing) -> Came | None:
        """What is known before an undo is run; None where it is to be run.

        A step that failed may have left everything as it was, and an undo that failed may have taken effect.
        """
        again = standing.what == "undo" and standing.state == "failed"
        decision = self._decided(act.id) if again else ""
        if decision == "again":
            return None
        if decision == "continue":
            return undone(how="decided")
        told = self._before(station, act, standing) if again or isinstance(act.undone, Script) else Told(None)
        if told.code == 0:
            return undone(how="as before")
        return self._undecided(act, "undo", told) if again and told.code != 1 else None

    def _before(self, station: Station, act: Act, standing: Standing) -> Told:
        """Whether everything is as it was before an act, or a person has put it so, as a question is answered."""
        if standing.state != "failed":
            return Told(None)
        if isinstance(act.undone, Script):
            return station.question(self._orders.order(act, "undone", act.undone, LOOK))
        told = self._asked(station, act)
        return Told({0: 1, 1: 0}.get(told.code if told.code is not None else -1), told.out)

    def _undecided(self, act: Act, what: What, told: Told) -> Came:
        doing = _(
            "{act} was begun before, and whether its effect is there could not be told ({said}): look at the host, then"
            " resume with --decide {act}=continue (it took effect), ={again} (it did not, run it again), or put back by"
            " hand what it left and say ={restore}"
        )
        undoing = _(
            "the undo of {act} was begun before, and whether all is as before could not be told ({said}): look at the"
            " host, then resume with --decide {act}={restore} (all is as before) or ={again} (run the undo again)"
        )
        heard = said(told.out) or ("-" if told.code is None else told.code)
        words = doing if what == "do" else undoing
        reason = words.format(act=act.id, said=heard, again="again", restore="restore")
        return failed(what, reason, {"half": True})

    def _went_down(self, act: Act, reboot: Reboot, standing: Standing) -> Came | None:
        """Whether a host that was sent down before has started anew since; None where it is to be sent down."""
        before = str(standing.facts.get("boot", ""))
        if not standing.touched or not before:
            return None
        station = self._stations[act.target]
        try:
            station.question(self._orders.order(act, "ready", reboot.ready, 30.0))
        except Unreachable as failure:
            return unknown(failure.reason)
        return None if station.boot == before else self._returned(act, reboot, before)

    # ---- doing -----------------------------------------------------------------------------------------------------

    def _watched(
        self, station: Station, act: Act, watch: Callable[[Callable[[], bool]], tuple[Known, Told]]
    ) -> Came:
        try:
            known, told = watch(_patient(act.timeout))
            if known.state == "gone":
                told = self._asked(station, act)
        except Unreachable as failure:
            return unknown(failure.reason)
        return judged(act, known, told)

    def _asked(self, station: Station, act: Act) -> Told:
        probe = self._orders.probe(act)
        return Told(None) if probe is None else station.question(probe)

    # ---- undoing ---------------------------------------------------------------------------------------------------

    def _undone(self, station: Station, act: Act, known: Known) -> Came:
        facts = facts_of(known)
        if not known.over:
            return unknown(_("its undo still runs on the host"))
        if known.state in {"barred", "none"}:
            return failed("undo", unbegun_words(), facts)
        if known.state == "ended" and known.code != 0:
            return failed("undo", ended_words(act, known), facts)
        trouble = self._left(station, act, known)
        return failed("undo", trouble, facts) if trouble else undone(**facts)

    def _left(self, station: Station, act: Act, known: Known) -> str:
        """What is not as it was before, once the undo has run; empty where all is."""
        if isinstance(act.undone, Script):
            told = station.question(self._orders.order(act, "undone", act.undone, LOOK))
            words = _("its undo ran, but not everything is as before: {said}")
            return "" if told.code == 0 else words.format(said=said(told.out) or told.code)
        probe = self._orders.probe(act)
        if probe is None:
            cut_off = _("its undo was cut off, and nothing can tell how far it came")
            return cut_off if known.state == "gone" else ""
        code = station.question(probe).code
        if code == 0:
            return _("its undo ran, but its effect is still there")
        return "" if code == 1 else _("its undo ran, but whether its effect is gone could not be told")

    # ---- starting anew ---------------------------------------------------------------------------------------------

    def _reboot(self, act: Act, reboot: Reboot, key: str) -> Came:
        station = self._stations[act.target]
        before = station.boot
        if before == "unknown":
            return failed(
                "do",
                _("the host does not tell its boot id: it could not be told when it is back"),
                touched=False,
            )
        order = self._orders.order(act, key, reboot.start, 0.0)
        patience, station.patience = station.patience, _AWAY
        try:
            known, _told = station.perform(order, lambda: False)
            if known.state == "ended" and known.code not in {0, None}:
                return failed("do", ended_words(act, known), facts_of(known))
        except Unreachable:
            pass  # it is what was asked for
        finally:
            station.patience = patience
        return self._returned(act, reboot, before)

    def _returned(self, act: Act, reboot: Reboot, before: str) -> Came:
        """Wait for the host to answer with another boot id and to be ready, as long as the act may take."""
        station = self._stations[act.target]
        ready = self._orders.order(act, "ready", reboot.ready, 30.0)
        until, reason = time.monotonic() + act.timeout, ""
        patience, station.patience = station.patience, _AWAY
        try:
            while time.monotonic() < until:
                if station.abandoned:
                    return unknown(_("watching was stopped while the host started anew"))
                try:
                    told = station.question(ready)
                    if station.boot != before and told.code == 0:
                        return done(boot=station.boot)
                    reason = _("it has not gone down") if station.boot == before else _("it is not ready")
                except Unreachable as failure:
                    reason = failure.reason
                time.sleep(1)
        finally:
            station.patience = patience
        words = _("the host was not back within {n:g} s: {reason}")
        return failed("do", words.format(n=act.timeout, reason=reason), {"boot": before})


def _key(act: Act, what: What, attempt: int) -> str:
    return f"{plain(act.id)}.{what}.{attempt}"


def _patient(timeout: float) -> Callable[[], bool]:
    until = time.monotonic() + timeout + _SLACK
    return lambda: time.monotonic() < until
