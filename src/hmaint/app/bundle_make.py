"""Documents that are missing and can be made from records: made, and not made again while they still say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hmaint.app import maintenance_log, rectification_sheet, schema_doc, sheet
from hmaint.app.bundle_papers import runs_in
from hmaint.app.db_tune_names import APPLIED, COMMAND
from hmaint.app.documents import as_printed, issue_document, with_questions
from hmaint.app.gather import GATHERERS, Options
from hmaint.app.record_days import numbers_in
from hmaint.app.record_papers import PAPERS
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.duty.papers import TUNING
from hmaint.errors import BadFile, WrongUsage
from hmaint.load.playbook_files import find_playbook
from hmaint.load.site_view import mapping
from hmaint.load.yaml import read_yaml
from hmaint.model.document import Document, Standing
from hmaint.model.period import Period
from hmaint.model.run import RunRecord
from hmaint.model.wanted import Rhythm, Wanted

OF_RUNS = (sheet.SHEET, sheet.HEALTH, sheet.DATA)
_ONCE = ("inspection-report", rectification_sheet.FORM)
"""Told of the newest inspection as things stand on the day: made once, for they would say something else every day."""
_LAST = (maintenance_log.FORM,)
"""Names the numbers of other documents, so it waits for them."""
NOT_HERE = (schema_doc.FORM,)
"""Told by looking at a database: a bundle is made of records and looks at nothing."""
NO_RECORD = "记录中没有该期间的内容，无法生成。"
_BAD = "表单模板或资料有误，未能生成。"


@dataclass(frozen=True, slots=True)
class Made:
    """What was issued just now, and why other things could not be, by form and period."""

    documents: Sequence[Document]
    reasons: Mapping[tuple[str, str], str]
    faults: Sequence[str] = ()
    """What is wrong in files that people wrote: for them, not for the hospital's paper."""


def make_missing(world: World, site: str, period: Period, wanted: Sequence[Wanted]) -> Made:
    """Make what is wanted for a period as far as records tell it. Refused where nothing can be written."""
    return _make(world, site, list(_questions(world, site, period, wanted)))


def make_of_runs(world: World, site: str, period: Period) -> Made:
    """Make every document of every run of a period."""
    runs = runs_in(world, site, period)
    return _make(
        world,
        site,
        [_Question(form, Options(run=run.id), run.id) for form, run in forms_of_runs(world, runs)],
    )


class _Question(NamedTuple):
    form: str
    asked: Options
    span: str


def _make(world: World, site: str, questions: Sequence[_Question]) -> Made:
    made: list[Document] = []
    reasons: dict[tuple[str, str], str] = {}
    faults: list[str] = []
    for form, asked, span in questions:
        try:
            document = ensure(world, form, site, GATHERERS[form](world, site, asked))
        except WrongUsage:
            reasons[form, span] = NO_RECORD
        except BadFile as wrong:
            reasons[form, span] = _BAD
            faults += [str(fault) for fault in wrong.faults]
        else:
            made += [document] if document else []
    return Made(made, reasons, list(dict.fromkeys(faults)))


def ensure(world: World, form: str, site: str, told: Told) -> Document | None:
    """Issue a document unless its newest version still says the same and lies there, or was handed in.

    What was handed in or signed is not overtaken by a bundle: whoever wants a new version says `report render`.
    """
    newest = newest_of(world, form, site, told.sources)
    if newest and newest.standing is not Standing.DRAFTED:
        return None
    there = newest and (world.workspace.root / newest.path).is_file()
    if newest and there and (form in _ONCE or says_same(world, newest, told)):
        return None
    if form == rectification_sheet.FORM and not told.data.get("items"):
        return None
    return issue_document(world, form, site, told)


def newest_of(world: World, form: str, site: str, sources: Sequence[str]) -> Document | None:
    """Find the newest version of the document made of these sources."""
    same = [each for each in world.records.documents.listed(site, form) if each.sources == tuple(sources)]
    return max(same, key=lambda each: each.version, default=None)


def says_same(world: World, document: Document, told: Told) -> bool:
    """Whether a document, told again, would say what it says."""
    whole = with_questions(world, document.form, document.site, told)
    return as_printed(whole.data, document.number)["digest"] == document.digest


def forms_of_runs(world: World, runs: Sequence[RunRecord]) -> Iterator[tuple[str, RunRecord]]:
    """Give each run with every form its playbook writes; its sheet alone where the playbook is not there any more."""
    known: dict[str, tuple[str, ...]] = {}
    for run in runs:
        if run.command == "data-check":
            yield sheet.DATA, run
            continue
        if run.command == COMMAND:
            if run.playbook == APPLIED:
                yield TUNING, run
            continue
        if run.playbook not in known:
            known[run.playbook] = _forms_of_playbook(world, run.playbook)
        yield from ((form, run) for form in known[run.playbook])


def _forms_of_playbook(world: World, name: str) -> tuple[str, ...]:
    path = find_playbook(name, world.workspace.root)
    try:
        written = mapping(read_yaml(path).value).get("forms") if path else None
    except BadFile:
        written = None
    named = [each for each in written if each in sheet.OF_INSPECTIONS] if isinstance(written, list) else []
    return tuple(dict.fromkeys((sheet.SHEET, *named)))


def _questions(world: World, site: str, period: Period, wanted: Sequence[Wanted]) -> Iterator[_Question]:
    wished = _rhythms(wanted)
    for form in sorted(wished, key=lambda each: (each in _LAST, each not in OF_RUNS)):
        yield from _asked(world, site, period, form, wished[form])


def _rhythms(wanted: Sequence[Wanted]) -> dict[str, set[Rhythm]]:
    found: dict[str, set[Rhythm]] = {}
    for each in wanted:
        if each.form in GATHERERS and each.form not in NOT_HERE:
            found.setdefault(each.form, set()).add(each.rhythm)
    return found


def _asked(world: World, site: str, period: Period, form: str, rhythms: set[Rhythm]) -> Iterator[_Question]:
    """What to ask a form's gatherer for: every run or record of the period, or each span that is due and has begun."""
    if form in OF_RUNS:
        yield from _of_every_run(world, site, period, form)
        return
    if form in _ONCE:
        inspections = [run for run in runs_in(world, site, period) if run.command == "inspect"]
        if inspections:
            yield _Question(form, Options(run=inspections[-1].id), period.name)
        return
    if form in PAPERS:
        yield from _of_records(world, site, period, form, rhythms)
        return
    today = world.clock.now().date()
    spans = [span for rhythm in sorted(rhythms) for span in spans_of(period, rhythm)]
    for span in dict.fromkeys(spans):
        if span.first <= today:
            yield _Question(form, Options(period=span.name), span.name)


def _of_every_run(world: World, site: str, period: Period, form: str) -> Iterator[_Question]:
    for told, run in forms_of_runs(world, runs_in(world, site, period)):
        if told == form:
            yield _Question(form, Options(run=run.id), run.id)


def _of_records(
    world: World, site: str, period: Period, form: str, rhythms: set[Rhythm]
) -> Iterator[_Question]:
    """Every record of the period, and tuning that was applied; a decision about a restart is none that is due."""
    if form != TUNING or rhythms == {"if_any"}:
        for number in numbers_in(world, site, PAPERS[form][0], period):
            yield _Question(form, Options(of=number), period.name)
    if form == TUNING:
        yield from _of_every_run(world, site, period, form)


def spans_of(period: Period, rhythm: Rhythm) -> tuple[Period, ...]:
    """The spans of a period in each of which a document is due; what is due on an occasion is due in none."""
    if rhythm == "if_any":
        return ()
    return {"month": period.months, "week": period.weeks}.get(rhythm, lambda: (period,))()
