"""The Word sheet of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hmaint.app.rectification import deadlines, overdue
from hmaint.app.world import World
from hmaint.model.run import RunRecord

if TYPE_CHECKING:
    from hmaint.report.view import Rectification

FORM = "inspection-record"
DATA_FORM = "data-check-record"


def owed(world: World, run: RunRecord) -> Rectification:
    """What was to be put right when a run began, as far as the records went then."""
    from hmaint.report.view import Late, Rectification  # noqa: PLC0415 - Word's libraries, see below

    late = overdue(world, run.site, run.started_at)
    return Rectification(
        deadlines(world, run.site, run.started_at),
        [Late(each.finding.finding, each.since, each.term) for each in late],
    )


def write_sheet(world: World, run: RunRecord) -> str:
    """Write 日常系统巡检记录, or 数据检查记录 for a data check; answer its path, relative to the workspace."""
    # Word's libraries take a quarter of a second that a run without a sheet need not pay.
    from hmaint.report.data_check import data_check_record  # noqa: PLC0415 - see above
    from hmaint.report.docx import issue  # noqa: PLC0415 - see above
    from hmaint.report.form import find_form  # noqa: PLC0415 - see above
    from hmaint.report.view import Notes, inspection_record  # noqa: PLC0415 - goes with them

    notes = {}
    for finding in run.findings:
        said = world.records.notes(finding.id)
        notes[finding.id] = Notes(
            feedback="；".join(note.text for note in said if note.kind == "feedback"),
            solution="；".join(note.text for note in said if note.kind == "solution"),
        )
    of_data = run.command == "data-check"
    form = find_form(DATA_FORM if of_data else FORM, world.workspace.root)
    folder = world.workspace.reports / run.site / f"{run.started_at:%Y}"
    tell = data_check_record if of_data else inspection_record
    data = tell(run, world.inventory, notes, owed(world, run))
    path = issue(form, data, folder / f"{form.title}-{run.id}.docx")
    return path.relative_to(world.workspace.root).as_posix()
