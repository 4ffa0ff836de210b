"""A maintenance contract as data: what is owed, by when, on which form, and what it costs to be late.

Read from `contracts/NAME.yaml` by `hmaint.load.contract.load_contract`. Strings that are empty, tuples without members
and None mean that the contract does not say; what it leaves unclear stands in `ambiguities`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Literal

from hmaint.kit.frozen import dataclass
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.contract_change import Requirements, Upgrade
from hmaint.model.contract_incident import Incidents
from hmaint.model.contract_money import Assessment, Deductions
from hmaint.model.limit import ALWAYS, Calendar, Limit
from hmaint.model.predicate import Predicate

Per = Literal["day", "week", "month", "quarter", "half_year", "year", "contract", "continuous"]
Anchor = Literal["signed", "service_start"]
Mode = Literal["any", "remote", "onsite"]
PERSONAL_PLEDGE = "nda_personal"


@dataclass(frozen=True, slots=True)
class Party:
    """A side of the contract; `term` is what the text calls it, `lead_role` whom it names as its lead."""

    name: str = ""
    term: str = ""
    lead_role: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """How long the contract runs; `hmaint.duty.term.span_of` makes days of it."""

    length: Limit | None = None
    """None where the text has no length."""
    anchor: Anchor | None = None
    """The event the first day hangs on; None where the text names none."""
    offset_days: int = 0
    """1: the service begins the day after."""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to report faults that the contract accepts."""

    id: str
    name: str
    needs: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """When a channel is served."""

    channel: str
    calendar: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Personnel:
    """What the contract asks of the people who serve."""

    id: str
    role: str = ""
    count: int | None = None
    fixed: bool = False
    min_years: int | None = None
    change: str = ""
    """What a change of person needs: purchaser_consent, prior_written_consent."""
    on: str = ""
    act: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Availability:
    """How long the system may be down."""

    max_downtime: Limit
    per: Per
    scope: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something owed every period: once inside each period, due at its end, whatever day it was done on before."""

    id: str
    title: str
    kind: str
    """What sort of work: inspection, submission, performance, backup_check, restore_drill, kb_update, bundle, …"""
    per: Per | None
    """None: the text says only "regularly"; nothing may be called overdue for it."""
    min: int = 1
    mode: Mode = "any"
    align: Literal["calendar", "contract", "agreed"] = "calendar"
    """`calendar`: periods begin on 1 January; `contract`: on the first day of the term; `agreed`: read as calendar
    until another day is agreed."""
    at: str = ""
    """`end`: due when the term is over."""
    before: str = ""
    assumed_period: bool = False
    """The period is hmaint's proposal, the text has none."""
    keep_current: bool = False
    """A document that must be there and be brought up to date."""
    scope: tuple[str, ...] = ()
    """What the work covers, in the contract's words."""
    evidence: tuple[str, ...] = ()
    """Ids of `Contract.documents`."""
    sign: tuple[str, ...] = ()
    confirm: str = ""
    approve: str = ""
    report_to: str = ""
    audience: str = ""
    size: tuple[int, int] | None = None
    """How many people take part, from and to."""
    cli: str = ""
    """auto: the program does it · record: a person does it and the program keeps it · document · outside."""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Triggered:
    """Something owed after an event."""

    id: str
    on: str
    """The event: inspection.finished, onsite_inspection.finished, service.started, contract.signed, contract.end,
    incident.resolved, incident.closed, security_event, upgrade.done, training.done, …"""
    within: Limit | None
    """None: the text has no figure."""
    when: Predicate | None = None
    """Over what is known of the event: level, scope."""
    deliver: tuple[str, ...] = ()
    """Ids of `Contract.documents`."""
    act: str = ""
    immediate: bool = False
    before: bool = False
    """Owed before the event, not after it."""
    seal: str = ""
    confirm: str = ""
    to: str = ""
    audience: str = ""
    content: str = ""
    title: str = ""
    calendar: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class OnDemand:
    """Something done whenever the hospital asks for it."""

    id: str
    title: str
    evidence: tuple[str, ...] = ()
    cli: str = ""
    approve: str = ""
    condition: str = ""
    fee: str = ""
    includes: tuple[str, ...] = ()
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A duty without period or date: only its evidence is kept."""

    id: str
    title: str
    cli: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """A count that must not be exceeded, or must be reached, within a period."""

    id: str
    what: str
    limit: Decimal
    unit: str
    per: Per
    direction: Literal["at_most", "at_least"] = "at_most"
    soft: bool = False
    """In principle only."""
    on_exceed: str = ""
    exclude: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class BackupTerms:
    """What the contract asks of backups; None and no members where it does not."""

    full_per: Per | None = None
    full_min: int = 1
    copies: tuple[str, ...] = ()
    drill_per: Per | None = None
    drill_min: int = 1
    drill_doc: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class SecurityTerm:
    """A duty of confidence or security: `deliver` a document, or keep to a `duty`."""

    id: str
    deliver: str = ""
    duty: str = ""
    who: str = ""
    """`each_person` where everybody who serves must."""
    when: str = ""
    """`before_work` where nobody may begin without it."""
    survives_term: bool = False
    quote: str = ""


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """A document the contract demands, and what must stand on it."""

    id: str
    name: str
    fields: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    """Ids of the documents it is made of."""
    sign: tuple[str, ...] = ()
    seal: str = ""
    confirm: str = ""
    approve: str = ""
    if_any: bool = False
    """Only where there was an occasion."""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """What the contract asks that is no matter of software."""

    id: str
    text: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract. Ids of clauses are unique within it; lists stand in the order of the file."""

    name: str
    """What inventories call it: contracts/NAME.yaml."""
    id: str
    title: str
    sha256: str
    """Of the profile's bytes, so that what was computed can be computed again."""
    hospital: Party = field(default_factory=Party)
    contractor: Party = field(default_factory=Party)
    term: Term = field(default_factory=Term)
    dates: Mapping[str, date] = field(default_factory=dict)
    """Days that have come about: signed, service_start, end (the last day, where the text has no length)."""
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    service_hours: tuple[ServiceHours, ...] = ()
    personnel: tuple[Personnel, ...] = ()
    availability: Availability | None = None
    incident: Incidents | None = None
    triggered: tuple[Triggered, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    on_demand: tuple[OnDemand, ...] = ()
    duties: tuple[Standing, ...] = ()
    quotas: tuple[Quota, ...] = ()
    requirements: Requirements | None = None
    upgrade: Upgrade | None = None
    backup: BackupTerms | None = None
    assessment: Assessment | None = None
    deductions: Deductions = field(default_factory=Deductions)
    fees: Mapping[str, Decimal] = field(default_factory=dict)
    """annual_fee, service_fee: what rates are taken of, in yuan; empty until somebody has put them there."""
    security: tuple[SecurityTerm, ...] = ()
    documents: Mapping[str, DocumentTerms] = field(default_factory=dict)
    outside: tuple[Outside, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    modules: tuple[str, ...] = ()
    confirmation: str = ""
    """How forms are confirmed: email."""
    remote_access: tuple[str, ...] = ()
    """What must be so before anybody may work from afar."""
    rectification: Mapping[str, Limit] = field(default_factory=dict)
    """How long a finding of each level (critical, warning) may take."""

    def calendar(self, name: str) -> Calendar:
        """The calendar of that id; the continuous one where a clock names none."""
        return self.calendars.get(name, ALWAYS)

    def document(self, name: str) -> DocumentTerms:
        """The document of that id; one that only has its id for a name where the profile lists none."""
        return self.documents.get(name) or DocumentTerms(name, name)

    def personal_pledge(self) -> SecurityTerm | None:
        """The clause by which each person must sign a pledge; None where there is none."""
        return next((each for each in self.security if each.deliver == PERSONAL_PLEDGE), None)
