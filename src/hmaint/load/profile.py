"""A contract's profile, the file contracts/NAME.yaml: which keys there are and what they may hold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hmaint.duty.days import read_span
from hmaint.load.profile_clauses import (
    AmbiguityForm,
    AvailabilityForm,
    CalendarForm,
    ChannelForm,
    ConfirmationForm,
    DatesForm,
    DocumentForm,
    ObligationForm,
    OnDemandForm,
    OutsideForm,
    PartiesForm,
    PersonnelForm,
    QuotaForm,
    RemoteAccessForm,
    SecurityForm,
    ServiceHoursForm,
    SourceForm,
    StandingForm,
    TermForm,
    TriggeredForm,
)
from hmaint.load.profile_form import Form, Id, Texts, Words
from hmaint.load.profile_incident import BackupForm, IncidentForm, RequirementsForm, UpgradeForm
from hmaint.load.profile_money import AssessmentForm, DeductionForm, DeductionsForm, FeesForm

SCHEMA = "hmaint.contract/1"


def _span(text: str) -> str:
    read_span(text)
    return text


SpanText = Annotated[str, AfterValidator(_span)]


class RectificationForm(Form):
    """How long a finding of each level may take."""

    critical: SpanText | None = None
    warning: SpanText | None = None


class ProfileForm(Form):
    """One contract. What its text does not say is null or left out; what it leaves unclear is an ambiguity."""

    schema_: Literal["hmaint.contract/1"] = Field(alias="schema")
    id: Id
    title: Words
    source: SourceForm = SourceForm()
    parties: PartiesForm = PartiesForm()
    term: TermForm = TermForm()
    dates: DatesForm = DatesForm()
    calendars: dict[Id, CalendarForm] = Field(default={})
    channels: list[ChannelForm] = Field(default=[])
    service_hours: list[ServiceHoursForm] = Field(default=[])
    confirmation: ConfirmationForm | None = None
    remote_access: RemoteAccessForm | None = None
    personnel: list[PersonnelForm] = Field(default=[])
    availability: AvailabilityForm | None = None
    incident: IncidentForm | None = None
    triggered: list[TriggeredForm] = Field(default=[])
    obligations: list[ObligationForm] = Field(default=[])
    on_demand: list[OnDemandForm] = Field(default=[])
    duties: list[StandingForm] = Field(default=[])
    quotas: list[QuotaForm] = Field(default=[])
    scope_modules: Texts = Field(default=[])
    requirements: RequirementsForm | None = None
    upgrade: UpgradeForm | None = None
    backup: BackupForm | None = None
    assessment: AssessmentForm | None = None
    deductions: list[DeductionForm] | DeductionsForm | None = None
    fees: FeesForm = FeesForm()
    rectification: RectificationForm | None = None
    security: list[SecurityForm] = Field(default=[])
    documents: list[DocumentForm] = Field(default=[])
    outside: list[OutsideForm] = Field(default=[])
    ambiguities: list[AmbiguityForm] = Field(default=[])
