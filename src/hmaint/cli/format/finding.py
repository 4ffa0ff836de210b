"""A finding over all runs: its risk, by when it is to be put right, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.app.rectification import deadlines
from hmaint.app.world import World
from hmaint.cli.format.machine import finding_object, stamp
from hmaint.cli.words import RISKS
from hmaint.duty.rectification import Term
from hmaint.kit.i18n import _
from hmaint.store.kept import StoredFinding


class Owed:
    """By when each finding is to be put right; what a site's contract says of it is read once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._today = world.clock.now().date()
        self._terms: dict[str, Mapping[str, Term]] = {}

    def term(self, one: StoredFinding) -> Term | None:
        if one.site not in self._terms:
            self._terms[one.site] = deadlines(self._world, one.site)
        return self._terms[one.site].get(one.finding.id)

    def late(self, one: StoredFinding) -> int:
        """Days overdue."""
        term = self.term(one)
        return 0 if term is None else term.late(self._today)

    def said(self, one: StoredFinding) -> str:
        """The day for people, and by how much it has passed."""
        term = self.term(one)
        if term is None:
            return ""
        late = self.late(one)
        day = f"{term.day:%Y-%m-%d}" + (_(" (provisional)") if term.provisional else "")
        return _("{day}, {n} days overdue").format(day=day, n=late) if late else day

    def object(self, one: StoredFinding) -> dict[str, object]:
        """A finding over all runs as JSON has it."""
        term = self.term(one)
        return {
            **finding_object(one.finding),
            "risk": RISKS.get(one.finding.level),
            "site": one.site,
            "first_seen": stamp(one.first_seen),
            "last_seen": stamp(one.last_seen),
            "due": None if term is None else term.day.isoformat(),
            "due_from": None if term is None else "proposal" if term.proposed else "contract",
            "due_provisional": None if term is None else term.provisional,
            "overdue": self.late(one) > 0,
            "days_overdue": self.late(one),
        }


def put_right(owed: Owed, one: StoredFinding) -> str:
    """By when, and who says so."""
    term = owed.term(one)
    if term is None:
        return ""
    source = _("proposed, no contract says so") if term.proposed else _("by the contract")
    return _("{said} ({span}, {source})").format(said=owed.said(one), span=term.span, source=source)


def seen(one: StoredFinding) -> list[str]:
    """Since when and until when it was seen."""
    first = _("first {at} in {run}").format(at=f"{one.first_seen:%Y-%m-%d %H:%M}", run=one.first_run)
    last = _("last {at} in {run}").format(at=f"{one.last_seen:%Y-%m-%d %H:%M}", run=one.last_run)
    return [first, last]


def resolved(one: StoredFinding) -> dict[str, object] | None:
    """Which run saw it gone, by what, and where the answers it rests on are kept."""
    end = one.ending
    if end is None:
        return None
    return {
        "run": end.run,
        "at": stamp(end.at),
        "operator": end.operator,
        "summary": end.summary,
        "evidence": end.evidence or None,
    }


def ended(one: StoredFinding) -> list[str]:
    """How it ended: by a run that saw it gone, or by a person."""
    end = one.ending
    if end is not None:
        words = _("put right: {run} ({operator}, {at}) saw: {summary}")
        said = words.format(
            run=end.run, operator=end.operator, at=f"{end.at:%Y-%m-%d %H:%M}", summary=end.summary
        )
        return [said, *([_("evidence: sha256 {digest}").format(digest=end.evidence)] if end.evidence else [])]
    closed = [note for note in one.notes if note.kind == "closed"]
    if one.finding.state != "closed" or not closed:
        return []
    words = _("closed by {operator}, {at}: {reason}")
    last = closed[-1]
    return [words.format(operator=last.operator, at=f"{last.at:%Y-%m-%d %H:%M}", reason=last.text)]
