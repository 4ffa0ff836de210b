"""The Word sheet of a run."""

from __future__ import annotations

from hmaint.app.world import World
from hmaint.model.run import RunRecord

FORM = "inspection-record"


def write_sheet(world: World, run: RunRecord) -> str:
    """Write 日常系统巡检记录 for a run and answer its path, relative to the workspace."""
    # Word's libraries take a quarter of a second that a run without a sheet need not pay.
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
    form = find_form(FORM, world.workspace.root)
    folder = world.workspace.reports / run.site / f"{run.started_at:%Y}"
    data = inspection_record(run, world.inventory, notes)
    path = issue(form, data, folder / f"{form.title}-{run.id}.docx")
    return path.relative_to(world.workspace.root).as_posix()
