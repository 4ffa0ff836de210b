"""The clauses of a profile: who, when, what is owed how often, on which document, and what stays open."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hmaint.load.profile_form import (
    Amount,
    Count,
    DayText,
    Form,
    Id,
    Length,
    LimitText,
    Period,
    PredicateText,
    Term,
    Texts,
    Words,
)

Cli = Literal["auto", "record", "document", "outside"]
Direction = Literal["at_most", "at_least"]


class SourceForm(Form):
    """The contract's own text: its file and digest."""

    file: Words | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class PartyForm(Form):
    """A side of the contract: its name, what the text calls it, whom it names as lead."""

    name: Words | None = None
    term: Words | None = None
    lead_role: Words | None = None


class PartiesForm(Form):
    """Both sides."""

    hospital: PartyForm = PartyForm()
    contractor: PartyForm = PartyForm()


class StartForm(Form):
    """The event the term begins with, and how many days later."""

    anchor: Literal["signed", "service_start"] | None = None
    offset_days: Annotated[int, Field(ge=0, le=366)] | None = None


class TermForm(Form):
    """How long the contract runs, and from when."""

    length: LimitText | None = None
    start: StartForm = StartForm()
    quote: Words | None = None


class DatesForm(Form):
    """Days that have come about: signing, begin of service, and the last day where the text has no length."""

    signed: DayText | None = None
    service_start: DayText | None = None
    end: DayText | None = None


class CalendarForm(Form):
    """When a clock runs."""

    kind: Literal["continuous", "hours", "cn-statutory"]
    days: Literal["cn-statutory", "everyday"] | None = None
    windows: list[Annotated[str, Field(pattern=r"^\d{2}:\d{2}-\d{2}:\d{2}$")]] | None = Field(
        default=None, min_length=1, max_length=10
    )
    hours_per_day: Annotated[int, Field(ge=1, le=24)] | None = None
    quote: Words | None = None


class ChannelForm(Form):
    """A way to report faults that the contract accepts."""

    id: Id
    name: Words
    needs: Term | None = None
    quote: Words | None = None


class ServiceHoursForm(Form):
    """When a channel is served."""

    channel: Id
    calendar: Id
    quote: Words | None = None


class PersonnelForm(Form):
    """What is asked of the people who serve."""

    id: Id
    role: Words | None = None
    count: Count | None = None
    fixed: bool = False
    min_years: Count | None = None
    change: Term | None = None
    on: Term | None = None
    act: Term | None = None
    quote: Words | None = None


class ObligationForm(Form):
    """Something owed every period."""

    id: Id
    title: Words
    kind: Term
    per: Period | None
    min: Annotated[int, Field(ge=1, le=1_000)] = 1
    mode: Literal["any", "remote", "onsite"] = "any"
    align: Literal["calendar", "contract", "agreed"] = "calendar"
    at: Literal["end"] | None = None
    before: Words | None = None
    assumed_period: bool = False
    keep_current: bool = False
    scope: Texts = Field(default=[])
    evidence: list[Id] = Field(default=[])
    sign: list[Term] = Field(default=[])
    confirm: Term | None = None
    approve: Term | None = None
    report_to: Words | None = None
    to: Words | None = None
    audience: Words | None = None
    size: list[Count] | None = Field(default=None, min_length=2, max_length=2)
    cli: Cli | None = None
    quote: Words | None = None


class TriggeredForm(Form):
    """Something owed after an event, or before it."""

    id: Id
    title: Words | None = None
    on: Term
    when: PredicateText | None = None
    deliver: Id | list[Id] | None = None
    act: Term | None = None
    within: Length | None
    calendar: Id | None = None
    immediate: bool = False
    before: bool = False
    seal: Term | None = None
    confirm: Term | None = None
    to: Words | None = None
    audience: Words | None = None
    content: Words | None = None
    quote: Words | None = None


class OnDemandForm(Form):
    """Something done whenever the hospital asks for it."""

    id: Id
    title: Words
    evidence: list[Id] = Field(default=[])
    cli: Cli | None = None
    approve: Term | None = None
    condition: Term | None = None
    fee: Term | None = None
    includes: Texts = Field(default=[])
    quote: Words | None = None


class StandingForm(Form):
    """A duty without period or date."""

    id: Id
    title: Words
    cli: Cli | None = None
    quote: Words | None = None


class QuotaForm(Form):
    """A count that must not be exceeded, or must be reached."""

    id: Id
    what: Words
    limit: Annotated[int, Field(ge=0, le=1_000_000)] | Amount
    unit: Words
    per: Period
    direction: Direction = "at_most"
    soft: bool = False
    on_exceed: Term | None = None
    exclude: Words | None = None
    quote: Words | None = None


class AvailabilityForm(Form):
    """How long the system may be down."""

    max_downtime: LimitText
    per: Period
    scope: Words | None = None
    quote: Words | None = None


class DocumentForm(Form):
    """A document the contract demands."""

    id: Id
    name: Words
    fields: Texts = Field(default=[])
    columns: Texts = Field(default=[])
    parts: list[Id] = Field(default=[])
    sign: list[Term] = Field(default=[])
    seal: Term | None = None
    confirm: Term | None = None
    approve: Term | None = None
    if_any: bool = False
    quote: Words | None = None


class SecurityForm(Form):
    """A duty of confidence or security."""

    id: Id
    deliver: Id | None = None
    duty: Term | None = None
    who: Term | None = None
    when: Term | None = None
    survives_term: bool = False
    quote: Words | None = None


class OutsideForm(Form):
    """What is no matter of software."""

    id: Id
    text: Words
    quote: Words | None = None


class ChangeForm(Form):
    """What a reading changes in one clause or clock."""

    limit: Length | None = None
    within: Length | None = None
    calendar: Id | None = None
    from_: Term | None = Field(default=None, alias="from")
    until: Term | None = None
    per: Period | None = None
    base: Term | None = None


class ReadingForm(Form):
    """One way to read an open question."""

    id: Id
    title: Words
    changes: dict[str, ChangeForm] = Field(default={})


class AmbiguityForm(Form):
    """A question the contract leaves open."""

    id: Id
    text: Words
    proposal: Words
    needs: Literal["written_confirmation", "note"]
    about: list[Words] = Field(default=[])
    readings: list[ReadingForm] = Field(default=[])
    quote: Words | None = None


class ConfirmationForm(Form):
    """How forms are confirmed."""

    by: Term
    quote: Words | None = None


class RemoteAccessForm(Form):
    """What must be so before anybody may work from afar."""

    gates: list[Term] = Field(min_length=1)
    quote: Words | None = None
