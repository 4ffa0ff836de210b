"""The Word documents of a run: which there are, and what each tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hmaint.app.db_tune_names import COMMAND as TUNING
from hmaint.app.documents import issue_document
from hmaint.app.rectification import deadlines, overdue
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import BadFile, WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _, series
from hmaint.model.run import RunRecord

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that a run without a document need not pay
    from hmaint.report.view import Notes, Rectification

SHEET = "inspection-record"
HEALTH = "health-report"
DATA = "data-check-record"
OF_INSPECTIONS, OF_DATA_CHECKS = (SHEET, HEALTH), (DATA,)
"""The forms each sort of run can be told on; the first is its sheet."""
_FAR = 500
"""So many runs are looked through for one that can be told."""


def write_documents(world: World, run: RunRecord, forms: Sequence[str] = ()) -> tuple[str, ...]:
    """Write a run's documents, its sheet where none is named; answer their paths, relative to the workspace.

    Raises WrongUsage for a form that runs of this sort are not told on.
    """
    known = _forms_of(run)
    for name in forms:
        _refuse_stranger(run, name)
    return tuple(_write(world, run, name) for name in (forms or known[:1]))


def told_of(world: World, site: str, run: str, form: str) -> Told:
    """Tell a run of a site on a form: the one named, else the newest that can be. WrongUsage where there is none."""
    found = world.records.run(run or _newest(world, site, form)).ordered()
    if found.site != site:
        words = _("run {run} is of site {other}, not of {site}")
        raise WrongUsage(words.format(run=found.id, other=found.site, site=site))
    _refuse_stranger(found, form)
    return _told(world, found, form)


def _newest(world: World, site: str, form: str) -> str:
    """The newest run whose playbook asks for the form; where none does, the newest that can be told on it."""
    ended = (run for run in world.records.runs(site=site, limit=_FAR) if run.state != "running")
    fit = [run for run in ended if form in _forms_of(run)]
    if not fit:
        words = _("no run of site {site} that {form} could be told of is kept here")
        raise WrongUsage(words.format(site=site, form=form))
    asking = {name for name in {run.playbook for run in fit} if form in _asked_by(world, name)}
    return next((run.id for run in fit if run.playbook in asking), fit[0].id)


def _asked_by(world: World, playbook: str) -> tuple[str, ...]:
    """The forms a playbook asks for; none where there is no such playbook any more."""
    from hmaint.app.kinds import KINDS  # noqa: PLC0415 - only who names no run needs them
    from hmaint.load.playbook import load_playbook  # noqa: PLC0415 - as above

    try:
        return load_playbook(playbook, workspace=world.workspace.root, kinds=KINDS).forms
    except (BadFile, WrongUsage):
        return ()


def _forms_of(run: RunRecord) -> tuple[str, ...]:
    if run.command == TUNING:
        return ()
    return OF_DATA_CHECKS if run.command == "data-check" else OF_INSPECTIONS


def _refuse_stranger(run: RunRecord, form: str) -> None:
    known = _forms_of(run)
    if form not in known:
        words = _("a run of {command} is not told on the form {name}")
        hint = did_you_mean(form, known) or _("; there are: {names}").format(names=series(known))
        raise WrongUsage(words.format(command=run.command, name=form) + hint)


def _write(world: World, run: RunRecord, name: str) -> str:
    return issue_document(world, name, run.site, _told(world, run, name)).path


def _told(world: World, run: RunRecord, name: str) -> Told:
    data = _data(world, run, name)
    return Told(data, (run.id,), run.started_at.date(), f"{data['title']}-{run.id}")


def _data(world: World, run: RunRecord, name: str) -> Mapping[str, object]:
    from hmaint.app.health import quarter_of  # noqa: PLC0415 - see above
    from hmaint.report.data_check import data_check_record  # noqa: PLC0415 - see above
    from hmaint.report.health import health_report  # noqa: PLC0415 - see above
    from hmaint.report.view import inspection_record  # noqa: PLC0415 - see above

    owed = owed_of(world, run)
    if name == HEALTH:
        return health_report(quarter_of(world, run, owed), world.inventory)
    tell = data_check_record if name == DATA else inspection_record
    return tell(run, world.inventory, _notes(world, run), owed)


def owed_of(world: World, run: RunRecord) -> Rectification:
    """What was to be put right when a run began, as far as the records went then."""
    from hmaint.report.view import Late, Rectification  # noqa: PLC0415 - see above

    late = overdue(world, run.site, run.started_at)
    return Rectification(
        deadlines(world, run.site, run.started_at),
        [Late(each.finding.finding, each.since, each.term) for each in late],
    )


def _notes(world: World, run: RunRecord) -> dict[str, Notes]:
    from hmaint.report.view import Notes  # noqa: PLC0415 - see above

    notes = {}
    for finding in run.findings:
        said = world.records.notes(finding.id)
        notes[finding.id] = Notes(
            feedback="；".join(note.text for note in said if note.kind == "feedback"),
            solution="；".join(note.text for note in said if note.kind == "solution"),
        )
    return notes
