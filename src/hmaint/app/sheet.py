"""The Word sheet of a run."""

from __future__ import annotations

from hmaint.app.world import World
from hmaint.model.run import RunRecord
from hmaint.report.docx import fill, write_document
from hmaint.report.form import find_form
from hmaint.report.view import Notes, inspection_record

FORM = "inspection-record"


def write_sheet(world: World, run: RunRecord) -> str:
    """Write 日常系统巡检记录 for a run and answer its path, relative to the workspace."""
    form = find_form(FORM, world.workspace.root)
    notes = {finding.id: _notes(world, finding.id) for finding in run.findings}
    data = inspection_record(run, world.inventory, notes)
    folder = world.workspace.reports / run.site / f"{run.started_at:%Y}"
    path = write_document(folder / f"{form.title}-{run.id}.docx", fill(form, data))
    return path.relative_to(world.workspace.root).as_posix()


def _notes(world: World, finding: str) -> Notes:
    said = world.records.notes(finding)
    return Notes(
        feedback="；".join(n.text for n in said if n.kind == "feedback"),
        solution="；".join(n.text for n in said if n.kind == "solution"),
    )
