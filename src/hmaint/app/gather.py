"""Which forms are told from records, and who gathers each: form id → the function that makes its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hmaint.app import (
    assessment_papers,
    db_tune_record,
    drill_report,
    estate,
    incident_month,
    incident_report,
    inspection_report,
    knowledge_papers,
    maintenance_log,
    period_papers,
    record_papers,
    rectification_sheet,
    restore_manual,
    schema_doc,
    sheet,
    upgrade_report,
    year_plan,
)
from hmaint.app.told import Told
from hmaint.app.world import World


@dataclass(frozen=True, slots=True)
class Options:
    """What narrows the records down; each gatherer reads those it knows, and refuses none."""

    run: str = ""
    """A run, by its id or a beginning of it; the newest one that can be told on the form where empty."""
    of: str = ""
    """What the document is about: a database, a backup, an incident, a training, the playbook of visits."""
    period: str = ""
    """A quarter (2026Q4), a month (2026-11) or a year (2026)."""


Gatherer = Callable[[World, str, Options], Told]
"""Gathers a document about a site. Raises WrongUsage where the records asked for are not there."""


def _of_a_record(form: str) -> Gatherer:
    return lambda world, site, asked: record_papers.told_of(world, site, form, asked.of)


GATHERERS: Mapping[str, Gatherer] = {
    sheet.SHEET: lambda world, site, asked: sheet.told_of(world, site, asked.run, sheet.SHEET),
    sheet.HEALTH: lambda world, site, asked: sheet.told_of(world, site, asked.run, sheet.HEALTH),
    sheet.DATA: lambda world, site, asked: sheet.told_of(world, site, asked.run, sheet.DATA),
    maintenance_log.FORM: lambda world, site, asked: maintenance_log.told_of(
        world, site, asked.period, asked.of
    ),
    rectification_sheet.FORM: lambda world, site, asked: rectification_sheet.told_of(world, site, asked.run),
    estate.EMERGENCY: lambda world, site, _asked: estate.told_of(world, site, estate.EMERGENCY),
    estate.RECOVERY: lambda world, site, _asked: estate.told_of(world, site, estate.RECOVERY),
    schema_doc.FORM: lambda world, site, asked: schema_doc.told_of(world, site, asked.of),
    estate.DEPLOYMENT: lambda world, site, _asked: estate.told_of(world, site, estate.DEPLOYMENT),
    estate.OPERATION: lambda world, site, _asked: estate.told_of(world, site, estate.OPERATION),
    inspection_report.FORM: lambda world, site, asked: inspection_report.told_of(
        world, site, asked.run, asked.period
    ),
    period_papers.SHEET: lambda world, site, asked: period_papers.inspections(world, site, asked.period),
    period_papers.SUMMARY: lambda world, site, asked: period_papers.summary(world, site, asked.period),
    period_papers.BACKUPS: lambda world, site, asked: period_papers.backups(world, site, asked.period),
    knowledge_papers.DIGEST: lambda world, site, asked: knowledge_papers.digest_of(world, site, asked.period),
    knowledge_papers.VOLUME: lambda world, site, _asked: knowledge_papers.volume_of(world, site),
    incident_report.FORM: lambda world, site, asked: incident_report.told_of(world, site, asked.of),
    incident_month.FORM: lambda world, site, asked: incident_month.told_of(world, site, asked.period),
    assessment_papers.FORM: lambda world, site, asked: assessment_papers.told_of(world, site, asked.period),
    assessment_papers.DEDUCTIONS: lambda world, site, asked: assessment_papers.deductions_of(
        world, site, asked.period
    ),
    drill_report.FORM: lambda world, site, asked: drill_report.told_of(world, site, asked.run),
    restore_manual.FORM: lambda world, site, _asked: restore_manual.told_of(world, site),
    year_plan.FORM: lambda world, site, asked: year_plan.told_of(world, site, asked.period),
    upgrade_report.REPORT: lambda world, site, asked: upgrade_report.report_told(world, site, asked.run),
    upgrade_report.LOG: lambda world, site, asked: upgrade_report.log_told(world, site, asked.period),
    upgrade_report.RECORD: lambda world, site, asked: upgrade_report.record_told(world, site, asked.run),
    **{form: _of_a_record(form) for form in record_papers.PAPERS},
    db_tune_record.FORM: lambda world, site, asked: db_tune_record.told_of(world, site, asked.run, asked.of),
}
"""One line a form, in the order of FORM ids; whoever makes a form from records adds one here."""
