"""What a contract says about defects, requirements and upgrades."""

from __future__ import annotations

from decimal import Decimal

from hmaint.kit.frozen import dataclass
from hmaint.model.contract_incident import Clock
from hmaint.model.limit import Limit
from hmaint.model.predicate import Predicate


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of defects or requirements with its clocks."""

    id: str
    kind: str
    """`bug` or `requirement`."""
    name: str
    criteria: Predicate | None
    clocks: tuple[Clock, ...]
    clause: str = ""
    fee: str = ""
    """`free` where the contract says that it costs nothing."""
    via: str = ""
    """`version_upgrade` where it is only delivered with a version."""
    extension: str = ""
    """`joint_confirmation` where both sides may plan another date."""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class FreeQuota:
    """How much work a request may cost before it is paid for."""

    limit: Decimal
    unit: str
    """`person_workday`: working days of one person."""
    per: str
    """`request`, or a period."""
    inclusive: bool
    """Whether exactly the limit is still free."""
    on_exceed: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request as the hospital's form numbers it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Requirements:
    """All a contract says about defects and requirements."""

    grades: tuple[Grade, ...] = ()
    starts: str = ""
    """The event every clock runs from where the contract names one for all: accepted_and_written_confirmed."""
    estimate_confirm: str = ""
    """Who must confirm the estimate of effort: purchaser; empty: nobody is named."""
    free_quota: FreeQuota | None = None
    overall_cap: Limit | None = None
    """The longest a repair may take altogether, in principle."""
    overall_cap_clause: str = ""
    form: str = ""
    """Id of the document each request is written on."""
    kinds: tuple[Kind, ...] = ()
    promise_field: str = ""
    """The field of that form that bears a promised date; what is promised there is a deadline of ours."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What must be there before an upgrade may run."""

    id: str
    required: bool = True
    doc: str = ""
    by: str = ""
    who: str = ""
    until: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """All a contract says about upgrades."""

    gates: tuple[Gate, ...] = ()
    applies_to: tuple[str, ...] = ()
    after_doc: str = ""
    after_within: Limit | None = None
    """By when `after_doc` is due; None where the text has no figure."""
    after_clause: str = ""
    record_doc: str = ""
    record_fields: tuple[str, ...] = ()
