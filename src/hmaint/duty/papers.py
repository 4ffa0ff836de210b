"""On which form each document of a contract's profile is written here, and what a document shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hmaint.model.ledgers.upkeep import RESTART

TUNING = "tuning-record"
"""The form that decisions about restarts share with tuning."""

FORMS: Mapping[str, str] = {
    "annual_binder": "annual-volume",
    "assessment_form": "service-assessment",
    "backup_check_log": "backup-log",
    "backup_verify_report": "restore-report",
    "customization_report": "customisation-report",
    "data_check_record": "data-check-record",
    "data_fix_record": "data-fix-record",
    "deploy_manual": "deployment-manual",
    "dr_plan": "disaster-recovery-plan",
    "drill_record": "drill-record",
    "emergency_plan": "emergency-plan",
    "health_report": "health-report",
    "incident_monthly": "incident-monthly",
    "inspection_monthly_report": "inspection-record",
    "inspection_record": "inspection-record",
    "inspection_report": "inspection-report",
    "inspection_sheet": "inspection-sheet",
    "kb_digest": "knowledge-digest",
    "major_incident_docs": "incident-report",
    "meeting_minutes": "meeting-minutes",
    "nda_personal": "confidentiality-pledge",
    "operation_summary": "operation-summary",
    "ops_manual": "operation-manual",
    "patch_record": "patch-record",
    "perf_record": "tuning-record",
    "rca": "incident-report",
    "rectification": "rectification",
    "release_notes": "release-notes",
    "restart_record": "tuning-record",
    "restore_manual": "restore-manual",
    "run_table": "maintenance-log",
    "schema_doc": "schema-dictionary",
    "test_report": "test-report",
    "training_record": "training-record",
    "training_signin": "training-signin",
    "tuning_record": "tuning-record",
    "update_notes": "release-notes",
    "upgrade_application": "upgrade-request",
    "upgrade_log": "upgrade-log",
    "upgrade_report": "upgrade-report",
    "vuln_record": "vulnerability-record",
}
"""The form each document of a profile is written on; what is not here has no form and is made by hand."""


def shows(form: str, sources: Iterable[str], rhythm: str) -> bool:
    """Whether a document shows what is wanted in a rhythm: a decision about a restart shows no tuning that is due."""
    if form != TUNING or rhythm == "if_any":
        return True
    return not any(each.startswith(f"{RESTART.prefix}-") for each in sources)
