"""The parts of a profile with clocks: faults, defects, requirements, upgrades."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hmaint.load.profile_form import (
    Count,
    CriteriaForm,
    CriterionText,
    Form,
    Id,
    Length,
    Period,
    Term,
    Texts,
    Words,
)


class ClockForm(Form):
    """One time limit, from one event until another."""

    id: Id
    limit: Length | None
    starts: Term = Field(alias="from")
    ends: Term = Field(alias="until")
    calendar: Id | None = None
    condition: Term | None = None
    immediate: bool = False
    best_effort: bool = False
    cap: Length | None = None
    quote: Words | None = None


class ReportForm(Form):
    """The hospital's own report of a fault."""

    form: Term | None = None
    fields: Texts = Field(default=[])
    quote: Words | None = None


class FaultClassForm(Form):
    """A level or class of faults with its clocks."""

    id: Id
    name: Words
    clause: Id | None = None
    criteria: CriterionText | CriteriaForm | None = None
    clocks: list[ClockForm] = Field(min_length=1)
    report: ReportForm = ReportForm()
    quote: Words | None = None


class ClockRulesForm(Form):
    """How clocks are read in this contract."""

    starts: Term = Field(alias="from")
    via: Literal["accepted_channel"] | None = None
    pause: Literal["none", "by_written_agreement"] = "none"
    combine: Literal["strictest"] = "strictest"
    on_reclassify: Literal["keep_start"] = "keep_start"
    quote: Words | None = None


class AlwaysDoForm(Form):
    """What is done about every fault at an event."""

    id: Id
    act: Term
    on: Term
    quote: Words | None = None


class IncidentForm(Form):
    """All a contract says about faults."""

    dimensions: dict[Term, Literal["free"] | Texts] | None = None
    clock_rules: ClockRulesForm
    levels: list[FaultClassForm] = Field(default=[])
    classes: list[FaultClassForm] = Field(default=[])
    always_do: list[AlwaysDoForm] = Field(default=[])


class GradeForm(Form):
    """A grade of defects or requirements."""

    id: Id
    kind: Literal["bug", "requirement"]
    name: Words | None = None
    clause: Id | None = None
    criteria: CriterionText | CriteriaForm | None = None
    clocks: list[ClockForm] = Field(min_length=1)
    fee: Term | None = None
    via: Term | None = None
    extension: Term | None = None
    quote: Words | None = None


class ClockFromForm(Form):
    """The event every clock of requirements runs from."""

    event: Term
    quote: Words | None = None


class EstimateForm(Form):
    """Who confirms an estimate of effort."""

    confirm: Term
    quote: Words | None = None


class FreeQuotaForm(Form):
    """How much work is free."""

    limit: Count
    unit: Term
    per: Term
    inclusive: bool
    on_exceed: Term | None = None
    quote: Words | None = None


class CapForm(Form):
    """The longest a repair may take altogether."""

    limit: Length
    clause: Id | None = None
    quote: Words | None = None


class KindForm(Form):
    """A kind of request as the hospital numbers it."""

    code: Annotated[str, Field(min_length=1, max_length=8)]
    name: Words


class PromiseForm(Form):
    """The field of the form that bears a promised date."""

    field: Words
    quote: Words | None = None


class RequirementsForm(Form):
    """All a contract says about defects and requirements."""

    clock_from: ClockFromForm | None = None
    estimate: EstimateForm | None = None
    free_quota: FreeQuotaForm | None = None
    overall_cap: CapForm | None = None
    form: Id | None = None
    kinds: list[KindForm] = Field(default=[])
    promise_date: PromiseForm | None = None
    grades: list[GradeForm] = Field(default=[])


class GateForm(Form):
    """What must be there before an upgrade may run."""

    id: Term
    required: bool = True
    doc: Id | None = None
    by: Term | None = None
    who: Words | None = None
    until: Term | None = None
    quote: Words | None = None


class AfterForm(Form):
    """What follows an upgrade."""

    doc: Id
    within: Length | None = None
    clause: Id | None = None
    quote: Words | None = None


class RecordForm(Form):
    """What is kept of every upgrade."""

    doc: Id
    fields: Texts = Field(default=[])
    quote: Words | None = None


class LiabilityForm(Form):
    """Who answers for mistakes."""

    quote: Words | None = None


class UpgradeForm(Form):
    """All a contract says about upgrades."""

    applies_to: Texts = Field(default=[])
    applies_quote: Words | None = None
    gates: list[GateForm] = Field(default=[])
    after: AfterForm | None = None
    record: RecordForm | None = None
    liability: LiabilityForm | None = None


class FullForm(Form):
    """How often a full backup is made."""

    per: Period
    min: Annotated[int, Field(ge=1, le=1_000)] = 1
    quote: Words | None = None


class DrillForm(Form):
    """How often a restore is tried."""

    per: Period | None
    min: Annotated[int, Field(ge=1, le=1_000)] = 1
    doc: Id | None = None
    quote: Words | None = None


class BackupForm(Form):
    """What a contract asks of backups."""

    full: FullForm | None = None
    copies: list[Literal["local", "offsite"]] | None = None
    copies_quote: Words | None = None
    drill: DrillForm | None = None
    quote: Words | None = None
