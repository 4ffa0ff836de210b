"""整改单 of a run: what was to be put right when it ended, and what became of that since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from hmaint.app.rectification import sightings, terms_of
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.duty.rectification import Term, term
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.run import RunRecord, State
from hmaint.store.kept import Seen, StoredFinding

if TYPE_CHECKING:
    from hmaint.report.rectification_sheet import Item, Settled

FORM = "rectification"
_LOOKED = ("inspect", "data-check", "backup-verify")
_EVERY = 1_000_000


def told_of(world: World, site: str, run: str = "") -> Told:
    """Tell what the run named, or the newest one, left to be put right. WrongUsage where there is none of the site."""
    from hmaint.report.rectification_sheet import rectification_sheet  # noqa: PLC0415 - only for a document

    found = _run(world, site, run)
    data = rectification_sheet(found, _items(world, found), world.inventory, world.clock.now())
    return Told(data, (found.id,), found.started_at.date())


def _run(world: World, site: str, name: str) -> RunRecord:
    if not name:
        looked = (run.id for run in world.records.runs(site, _EVERY) if run.command in _LOOKED)
        name = next(looked, "")
    if not name:
        raise WrongUsage(_("no run of site {site} is kept here").format(site=site))
    found = world.records.run(name)
    if found.site != site:
        words = _("run {run} is of site {other}, not of {site}")
        raise WrongUsage(words.format(run=found.id, other=found.site, site=site))
    return found


def _items(world: World, run: RunRecord) -> list[Item]:
    """What was alive when the run ended, and how that stands now."""
    terms = terms_of(world, run.site)
    then = world.records.spells(run.site, run.finished_at or run.started_at)
    now = world.records.spells(run.site)
    items = []
    for identity, spell in then.items():
        # One that is alive still may have become graver meanwhile, and its term nearer.
        counted = now.get(identity, spell)
        due = term(sightings(counted), terms)
        if due is not None:
            items.append(_item(world.records.finding(identity), counted, due))
    return items


def _item(stored: StoredFinding, spell: Sequence[Seen], due: Term) -> Item:
    from hmaint.report.rectification_sheet import Item  # noqa: PLC0415 - only for a document

    runs = {event.at: event.run for event in stored.history}
    solutions = [note.text for note in stored.notes if note.kind == "solution"]
    return Item(
        stored.finding,
        spell[-1].level,
        spell[0].at.date(),
        runs.get(spell[0].at, stored.first_run),
        runs.get(spell[-1].at, stored.last_run),
        due,
        "；".join(solutions),
        _settled(stored),
    )


def _settled(stored: StoredFinding) -> Settled | None:
    from hmaint.report.rectification_sheet import Settled  # noqa: PLC0415 - only for a document

    if stored.finding.state is State.RESOLVED:
        ending = stored.ending
        if ending is None:
            return Settled(stored.last_seen.date(), stored.last_run, "")
        return Settled(ending.at.date(), ending.run, ending.summary)
    if stored.finding.state is State.CLOSED:
        closed = [note for note in stored.notes if note.kind == "closed"]
        last: date = closed[-1].at.date() if closed else stored.last_seen.date()
        return Settled(last, closed[-1].operator if closed else "", closed[-1].text if closed else "")
    return None
