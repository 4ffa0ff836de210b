"""Acts of a data-fix plan: rows of a database changed in one transaction, looked into and put back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hmaint.app import data_fix
from hmaint.app.data_fix import Answer, FixDone, InDoubt
from hmaint.app.upgrade_desk import Desk
from hmaint.app.upgrade_hand import Came, What, done, failed, never, undone, unknown
from hmaint.app.upgrade_plan import Prepared
from hmaint.app.world import World
from hmaint.engine.journal import Outcome
from hmaint.engine.upgrade import Standing
from hmaint.errors import Bug, CouldNotLook, Refused
from hmaint.kit.filename import file_name
from hmaint.kit.i18n import _
from hmaint.load.atomic import replace_file
from hmaint.model.data_fix import Fix
from hmaint.model.inventory import Database, Site
from hmaint.model.look import Seen
from hmaint.model.upgrade_act import Act
from hmaint.store.failures import RecordsFailure

_LOST = (Seen.UNREACHABLE, Seen.TIMED_OUT)
"""Why nothing was done although nothing is wrong with what was to be done."""


def refuse_changed(world: World, desk: Desk, prepared: Prepared) -> None:
    """Refused, with nothing touched, where rows that a run wrote are no longer what it wrote, or cannot be seen."""
    hand = FixHand(world, desk, prepared.site, {})
    state = desk.state()
    for act in prepared.drawn.acts:
        if isinstance(act.do, Fix) and state.standing(act.id).touched:
            came = hand.settle(act, state.standing(act.id))
            if came.outcome is not Outcome.DONE:
                words = _("{act} is not put back, nothing was touched: {reason}")
                raise Refused(words.format(act=act.id, reason=came.reason or _("the rows are as before")))


def kept_rows(desk: Desk, act: str) -> Mapping[str, object]:
    """What was noted of an act's rows before its transaction ended; nothing where there is no such note."""
    with suppress(FileNotFoundError, ValueError):
        told = json.loads(_place(desk, act).read_bytes())
        return told if isinstance(told, dict) else {}
    return {}


def _place(desk: Desk, act: str) -> Path:
    return desk.folder / f"{file_name(act)}.rows"


class FixHand:
    """Does acts of kind `fix`. `expected`: by act, the fingerprint of the rows that the approval is for."""

    def __init__(self, world: World, desk: Desk, site: Site, expected: Mapping[str, str]) -> None:
        self._world, self._desk = world, desk
        self._databases = {each.name: each for each in site.databases}
        self._expected = dict(expected)

    def intent(self, act: Act, what: What, attempt: int) -> dict[str, object]:  # noqa: ARG002 - the contract of hands
        return {}

    def do(self, act: Act, attempt: int, standing: Standing) -> Came:  # noqa: ARG002 - as above
        """Change the rows; what they were and became is on the disk before the transaction ends."""
        database, fix = self._of(act)
        if standing.touched:
            found = self.settle(act, replace(standing, what="do"))
            if not found.facts.get("never"):
                return found

        def note(facts: Mapping[str, object]) -> None:
            self._keep(act, facts)

        try:
            came = data_fix.do(self._world, act.id, database, fix, note, self._expected.get(act.id, ""))
        except InDoubt as lost:
            return unknown(str(lost))
        except CouldNotLook as failure:
            return failed("do", self._said(failure.reason), touched=False)
        except (Refused, RecordsFailure) as failure:
            return failed("do", self._said(str(failure)), touched=False)
        return done(**came.facts, words=came.words) if came.ok else failed("do", came.words, touched=False)

    def undo(self, act: Act, attempt: int, standing: Standing) -> Came:  # noqa: ARG002 - as above
        """Put the rows back, unless somebody changed them since."""
        database, fix = self._of(act)
        try:
            facts = self.kept(act, standing)
            came: FixDone = data_fix.undo(self._world, database, fix, facts, lambda _facts: None)
        except InDoubt as lost:
            return unknown(str(lost))
        except CouldNotLook as failure:
            if failure.seen in _LOST:
                return unknown(self._said(failure.reason))
            return failed("undo", self._said(failure.reason))
        except RecordsFailure as failure:
            return failed("undo", self._said(str(failure)))
        return undone(words=came.words) if came.ok else failed("undo", came.words)

    def settle(self, act: Act, standing: Standing) -> Came:
        """Tell by the rows themselves what became of what was begun."""
        database, fix = self._of(act)
        facts = self.kept(act, standing)
        try:
            answer: Answer = data_fix.probe(self._world, database, fix, facts)
        except CouldNotLook as failure:
            return unknown(self._said(failure.reason))
        except RecordsFailure as failure:
            return unknown(self._said(str(failure)))
        if answer == "unknown":
            words = _(
                "the rows are neither as they were nor as they were to become: somebody changed them since"
            )
            return failed(standing.what, words)
        if standing.what == "undo":
            return undone() if answer == "absent" else never("undo")
        return done(**facts) if answer == "there" else never("do")

    def kept(self, act: Act, standing: Standing) -> Mapping[str, object]:
        """What was noted of an act before its transaction ended; nothing where it never came so far.

        Where the note is gone the journal still says which rows were written.
        """
        journaled = [
            each.facts for each in (standing, standing.before) if each is not None and each.facts.get("rows")
        ]
        return kept_rows(self._desk, act.id) or (journaled[0] if journaled else {})

    def _keep(self, act: Act, facts: Mapping[str, object]) -> None:
        self._desk.make()
        replace_file(_place(self._desk, act.id), json.dumps(dict(facts)).encode())

    def _of(self, act: Act) -> tuple[Database, Fix]:
        database = self._databases.get(act.target)
        if database is None or not isinstance(act.do, Fix):
            raise Bug(_("act {act} is none that changes rows").format(act=act.id))
        return database, act.do

    def _said(self, reason: str) -> str:
        return self._world.redactor.redact(reason)
