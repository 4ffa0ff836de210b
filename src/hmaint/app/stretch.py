"""Some months of a site as documents tell them: gathered from the records, each run read, told in small and let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING

from hmaint.app.bundle_papers import ALL_RUNS, day_of, runs_in
from hmaint.app.contract import questions_of
from hmaint.app.difference import difference
from hmaint.app.rectification import sightings, terms_of
from hmaint.app.trend import forecasts, told
from hmaint.app.world import World
from hmaint.duty.rectification import term
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model.difference import Difference
from hmaint.model.period import Period, read_period
from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.store.kept import Note

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.anomalies import Notes
    from hmaint.report.stretch import Inspected, Open, Stretch

_BAD = (Level.WARNING, Level.CRITICAL)


def period_of(world: World, site: str, text: str, *, monthly: bool = False) -> Period:
    """Read the period asked for; the quarter (or month) of the newest run where none is. WrongUsage otherwise."""
    world.site(site)
    if not text:
        newest = next(iter(world.records.runs(site, 1)), None)
        if newest is None:
            raise WrongUsage(_("no run of site {site} is kept here").format(site=site))
        day = day_of(newest)
        text = f"{day:%Y-%m}" if monthly else f"{day.year}Q{(day.month + 2) // 3}"
    found = read_period(text)
    if found is None:
        words = _("{text} is no period: write 2026Q4, 2026-11 or 2026")
        raise WrongUsage(words.format(text=text))
    return found


def stretch_of(world: World, site: str, period: Period) -> Stretch:
    """Gather what the records hold of a period. WrongUsage where there was no run in it."""
    from hmaint.report.stretch import Stretch, bare, in_small  # noqa: PLC0415 - see above

    heads = runs_in(world, site, period)
    if not heads:
        words = _("no run of site {site} in {period} is kept here")
        raise WrongUsage(words.format(site=site, period=period.name))
    runs = [in_small(world.records.run(head.id)) for head in heads]
    over = world.clock.now().astimezone(CHINA).date() > period.last
    until = _end(period) if over else max(head.finished_at or head.started_at for head in heads)
    looked = [run for run in runs if run.head.command == "inspect"]
    last = world.records.run(looked[-1].head.id).ordered() if looked else None
    found = forecasts(world, site, until=until)
    return Stretch(
        period,
        until,
        over,
        looked,
        [run for run in runs if run.head.command == "data-check"],
        [run for run in runs if run.backups],
        last,
        [*_open(world, site, until if over else None), *(bare(last) if last else [])],
        _difference(world, looked),
        found,
        [told(each, until) for each in found],
        questions_of(world, site),
    )


def _end(period: Period) -> datetime:
    return datetime.combine(period.last, time.max, CHINA)


def _difference(world: World, looked: Sequence[Inspected]) -> Difference | None:
    """Hold the last inspection that can be against the first of its kind in the period, else what was before."""
    for run in reversed(looked):
        first = next(each.head for each in looked if each.head.playbook == run.head.playbook)
        if first.id != run.head.id:
            return difference(world, first.id, run.head.id)
    try:
        return difference(world, "previous", looked[-1].head.id) if looked else None
    except WrongUsage:  # the first of its kind has nothing to be held against
        return None


def _open(world: World, site: str, until: datetime | None) -> list[Open]:
    """What is to be put right now, or was at a moment, each as it was seen last by then."""
    from hmaint.report.stretch import Open  # noqa: PLC0415 - see above

    terms = terms_of(world, site)
    found = []
    for identity, spell in world.records.spells(site, until).items():
        level, since = spell[-1].level, spell[0].at.date()
        if level in _BAD:
            stored = world.records.finding(identity)
            seen = [event.summary for event in stored.history if event.at <= spell[-1].at]
            finding = replace(stored.finding, summary=seen[-1] if seen else stored.finding.summary)
            due = term(sightings(spell), terms)
            found.append(Open(finding, level, since, due, _notes(stored.notes, spell[0].at, until)))
    return found


def _notes(said: Sequence[Note], since: datetime, until: datetime | None) -> Notes:
    """Put together what people said since a finding last came up; what was done about it before, did not help."""
    from hmaint.report.anomalies import Notes  # noqa: PLC0415 - see above

    def of(kind: str) -> str:
        known = (note for note in said if since <= note.at and (until is None or note.at <= until))
        return "；".join(note.text for note in known if note.kind == kind)

    return Notes(of("feedback"), of("solution"))


def heads_before(world: World, site: str, run: RunRecord) -> list[RunRecord]:
    """The heads of a site's inspections up to a run, newest first, itself among them."""
    heads = world.records.runs(site, ALL_RUNS)
    return [each for each in heads if each.command == "inspect" and each.started_at <= run.started_at]
