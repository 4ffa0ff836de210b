"""Build every shipped template from its source; with `--check` only tell which do not match."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from hmaint.kit.resources import shipped
from hmaint.report.package import unpack
from hmaint.report.source import (
    annual_volume,
    backup_log,
    confidentiality_pledge,
    customisation_report,
    data_check_record,
    data_fix_record,
    deduction_sheet,
    deployment_manual,
    disaster_recovery_plan,
    drill_record,
    emergency_plan,
    handover_index,
    health_report,
    incident_monthly,
    incident_report,
    inspection_record,
    inspection_report,
    inspection_sheet,
    knowledge_base,
    knowledge_digest,
    maintenance_log,
    meeting_minutes,
    operation_manual,
    operation_summary,
    patch_record,
    quarterly_index,
    rectification,
    release_notes,
    restore_manual,
    restore_report,
    schema_dictionary,
    service_assessment,
    test_report,
    training_record,
    training_signin,
    tuning_record,
    upgrade_log,
    upgrade_report,
    upgrade_request,
    vulnerability_record,
    year_plan,
)
from hmaint.report.source.parts import build
from hmaint.report.source.sheet import Layout

SOURCES: dict[str, Callable[[], Layout]] = {
    "annual-volume": annual_volume.layout,
    "backup-log": backup_log.layout,
    "confidentiality-pledge": confidentiality_pledge.layout,
    "customisation-report": customisation_report.layout,
    "data-check-record": data_check_record.layout,
    "data-fix-record": data_fix_record.layout,
    "deduction-sheet": deduction_sheet.layout,
    "deployment-manual": deployment_manual.layout,
    "disaster-recovery-plan": disaster_recovery_plan.layout,
    "drill-record": drill_record.layout,
    "emergency-plan": emergency_plan.layout,
    "handover-index": handover_index.layout,
    "health-report": health_report.layout,
    "incident-monthly": incident_monthly.layout,
    "incident-report": incident_report.layout,
    "inspection-record": inspection_record.layout,
    "inspection-report": inspection_report.layout,
    "inspection-sheet": inspection_sheet.layout,
    "knowledge-base": knowledge_base.layout,
    "knowledge-digest": knowledge_digest.layout,
    "maintenance-log": maintenance_log.layout,
    "meeting-minutes": meeting_minutes.layout,
    "operation-manual": operation_manual.layout,
    "operation-summary": operation_summary.layout,
    "patch-record": patch_record.layout,
    "quarterly-index": quarterly_index.layout,
    "rectification": rectification.layout,
    "release-notes": release_notes.layout,
    "restore-manual": restore_manual.layout,
    "restore-report": restore_report.layout,
    "schema-dictionary": schema_dictionary.layout,
    "service-assessment": service_assessment.layout,
    "test-report": test_report.layout,
    "training-record": training_record.layout,
    "training-signin": training_signin.layout,
    "tuning-record": tuning_record.layout,
    "upgrade-log": upgrade_log.layout,
    "upgrade-report": upgrade_report.layout,
    "upgrade-request": upgrade_request.layout,
    "vulnerability-record": vulnerability_record.layout,
    "year-plan": year_plan.layout,
}
"""Form id to its layout."""


def stale(folder: Path) -> list[str]:
    """Name the forms whose template in the folder is not what their source builds."""
    return [
        form
        for form, layout in SOURCES.items()
        if not _matches(folder / form / "template.docx", build(layout()))
    ]


def _matches(path: Path, built: bytes) -> bool:
    # Parts are compared, not bytes: another zlib packs the same parts differently.
    return path.is_file() and unpack(path.read_bytes()) == unpack(built)


def write(folder: Path) -> None:
    """Build every template into the folder."""
    for form, layout in SOURCES.items():
        (folder / form).mkdir(parents=True, exist_ok=True)
        (folder / form / "template.docx").write_bytes(build(layout()))


def main(arguments: list[str], folder: Path) -> int:
    """Write the templates, or check them; 1 when a check found a stale one."""
    if "--check" not in arguments:
        write(folder)
        return 0
    late = stale(folder)
    for form in late:
        sys.stderr.write(f"{form}: template.docx is not what its source builds; run make forms\n")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], shipped("report_templates")))
