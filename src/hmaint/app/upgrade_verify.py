"""The verifications of a run: after a wave, in the end, while it is observed, and once all is put back."""

from __future__ import annotations

import time
from collections.abc import Sequence

from hmaint.app.upgrade_book import Book
from hmaint.app.upgrade_look import Looked, look_over
from hmaint.app.upgrade_means import Means
from hmaint.app.world import World
from hmaint.engine import upgrade as words
from hmaint.engine.journal import Outcome
from hmaint.engine.upgrade_move import Halt, Verify
from hmaint.kit.i18n import _, for_a_record
from hmaint.model.playbook import Level, Playbook
from hmaint.model.upgrade import UpgradePlan

_AGAIN = 3
"""How often a verification that could not look is tried again before the run pauses."""


_BETWEEN = 2.0


class Verifying:
    """Verifies a plan's targets, once or for as long as they are observed."""

    def __init__(self, world: World, plan: UpgradePlan, means: Means, book: Book) -> None:
        self._world, self._plan, self._means, self._book = world, plan, means, book

    def verify(self, move: Verify) -> Halt | None:
        """Look, and write down what was seen; Halt where that is not known."""
        self._means.hear(_("verifying ({phase})").format(phase=move.phase))
        self._book.intend(words.VERIFY, phase=move.phase, wave=move.wave)
        plan = self._plan
        playbook = plan.preflight if move.phase == "rollback" else plan.verify
        if move.phase == "observe":
            looked, times = self._observe()
        else:
            looked, times = self._look(playbook, move.targets), 1
        if looked is None:
            return Halt("paused", _("watching was broken off"))
        facts = {"phase": move.phase, "wave": move.wave, "times": times, "checks": looked.facts()}
        if looked.good:
            self._book.outcome(words.VERIFY, Outcome.DONE, **facts)
            return None
        if looked.level is Level.UNKNOWN:
            # Could not look is not bad: nothing is put back for it behind a person's back.
            self._book.outcome(words.VERIFY, Outcome.UNDONE, reason=looked.reason, **facts)
            with for_a_record():
                return Halt("paused", _("it could not be verified: {reason}").format(reason=looked.reason))
        self._book.outcome(words.VERIFY, Outcome.FAILED, reason=looked.reason, **facts)
        self._means.hear(_("verification failed: {reason}").format(reason=looked.reason))
        return None

    def _look(self, playbook: Playbook, targets: Sequence[str]) -> Looked:
        for turn in range(_AGAIN):
            looked = look_over(self._world, self._means.site, playbook, self._means.tools, targets)
            if looked.level is not Level.UNKNOWN or self._means.signals.stop.is_set():
                return looked
            if turn + 1 < _AGAIN:
                time.sleep(_BETWEEN)
        return looked

    def _observe(self) -> tuple[Looked | None, int]:
        """Verify again and again for as long as the plan says; the first that is not good ends it."""
        plan = self._plan
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
