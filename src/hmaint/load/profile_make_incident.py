"""From the parts of a profile with clocks to nouns."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from hmaint.load.profile_alike import alike, each
from hmaint.load.profile_form import criteria_of, limit_of
from hmaint.load.profile_incident import (
    BackupForm,
    ClockForm,
    FaultClassForm,
    GradeForm,
    IncidentForm,
    RequirementsForm,
    UpgradeForm,
)
from hmaint.model.contract import BackupTerms
from hmaint.model.contract_change import FreeQuota, Gate, Grade, Kind, Requirements, Upgrade
from hmaint.model.contract_incident import AlwaysDo, Clock, ClockRules, FaultClass, Incidents


def incidents_of(form: IncidentForm) -> Incidents:
    """What is said about faults."""
    words = {name: () if given == "free" else tuple(given) for name, given in (form.dimensions or {}).items()}
    return Incidents(
        alike(ClockRules, form.clock_rules),
        words,
        tuple(_class(one) for one in form.levels),
        tuple(_class(one) for one in form.classes),
        each(AlwaysDo, form.always_do),
    )


def requirements_of(form: RequirementsForm) -> Requirements:
    """What is said about defects and requirements."""
    free = form.free_quota
    return Requirements(
        grades=tuple(_grade(one) for one in form.grades),
        starts=form.clock_from.event if form.clock_from else "",
        estimate_confirm=form.estimate.confirm if form.estimate else "",
        free_quota=alike(FreeQuota, free, limit=Decimal(free.limit)) if free else None,
        overall_cap=limit_of(form.overall_cap.limit) if form.overall_cap else None,
        overall_cap_clause=(form.overall_cap.clause or "") if form.overall_cap else "",
        form=form.form or "",
        kinds=each(Kind, form.kinds),
        promise_field=form.promise_date.field if form.promise_date else "",
    )


def upgrade_of(form: UpgradeForm) -> Upgrade:
    """What is said about upgrades."""
    after, record = form.after, form.record
    return Upgrade(
        each(Gate, form.gates),
        tuple(form.applies_to),
        after.doc if after else "",
        limit_of(after.within) if after else None,
        (after.clause or "") if after else "",
        record.doc if record else "",
        tuple(record.fields) if record else (),
    )


def backup_of(form: BackupForm) -> BackupTerms:
    """What is said about backups."""
    full, drill = form.full, form.drill
    return BackupTerms(
        full.per if full else None,
        full.min if full else 1,
        tuple(form.copies or ()),
        drill.per if drill else None,
        drill.min if drill else 1,
        (drill.doc or "") if drill else "",
        form.quote or "",
    )


def _class(form: FaultClassForm) -> FaultClass:
    return alike(
        FaultClass,
        form,
        criteria=criteria_of(form.criteria),
        clocks=_clocks(form.clocks),
        report=tuple(form.report.fields),
    )


def _grade(form: GradeForm) -> Grade:
    return alike(
        Grade,
        form,
        name=form.name or form.id,
        criteria=criteria_of(form.criteria),
        clocks=_clocks(form.clocks),
    )


def _clocks(forms: Iterable[ClockForm]) -> tuple[Clock, ...]:
    return tuple(alike(Clock, form, limit=limit_of(form.limit), cap=limit_of(form.cap)) for form in forms)
