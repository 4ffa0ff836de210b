"""What a contract says about assessment and what the hospital may deduct."""

from __future__ import annotations

from decimal import Decimal

from hmaint.kit.frozen import dataclass
from hmaint.model.predicate import Predicate


@dataclass(frozen=True, slots=True)
class Assessment:
    """How often the hospital assesses the service, by what, and what hangs on it."""

    cycle: str = ""
    """quarter, half_year, …; empty where the text names none."""
    by: str = ""
    indicators: tuple[str, ...] = ()
    used_for: tuple[str, ...] = ()
    on_fail: str = ""
    on_fail_again: str = ""
    pay_share: Decimal | None = None
    """The share of `pay_of` that is paid after a cycle, all or in part; 0.5 is one half."""
    pay_of: str = ""
    adjust_on: str = ""
    """What lets the hospital shorten the cycle, and to which."""
    adjust_cycles: tuple[str, ...] = ()
    quote: str = ""


@dataclass(frozen=True, slots=True)
class DeductionRule:
    """One way the fee may be cut; several rules may hold at once, and all that hold are told."""

    id: str
    when: Predicate | None
    """Over same_issue_warnings, warnings, severe_consequence_or_loss, severe_consequence_or_major_loss, occurred."""
    on: str = ""
    """An event instead: incident.overdue."""
    action: str = "deduct"
    rate: Decimal | None = None
    """0.03 is three per cent; None where the text has no figure."""
    base: str = ""
    """`service_fee` (which the text may leave open), `annual_fee`, or the text's own words."""
    terminate: bool = False
    """The hospital may end the contract instead."""
    class_id: str = ""
    class_name: str = ""
    """The class of problems it is for (ordinary, urgent, major, disaster); empty: for all."""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Deductions:
    """The rules in the order of the contract."""

    rules: tuple[DeductionRule, ...] = ()
    verify_required: bool = False
    """Nothing may be deducted before the facts are verified."""
