"""What a hospital may deduct by the contract: computed by every reading, decided by none. Pure.

A rule that is left open (of which fee a share is taken, whether warnings begin anew with a cycle) is computed each
way. What nobody has verified costs nothing. Where several rules of its class hold for one problem, the gravest counts
in the sum, and the others are told beside it: no text says that they add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract
from hmaint.model.contract_money import DeductionRule
from hmaint.model.duty import Span
from hmaint.model.matter import Matter
from hmaint.model.predicate import Among, Compare, Either, Every, Fact, Predicate

Base = Literal["annual", "cycle"]
BASES: tuple[Base, ...] = ("annual", "cycle")
"""The readings of an open base: the fee of a year, or that of the cycle that is assessed."""
SERVICE_FEE, ANNUAL_FEE, CYCLE_FEE = "service_fee", "annual_fee", "cycle_fee"
"""What rules take their share of; the first is left open by the text, and read both ways."""
_CENT = Decimal("0.01")
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_SEVERE, _MAJOR = ("loss", "severe", "major"), ("severe", "major")


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem as the hospital's warnings and their verification tell it."""

    id: str
    what: str
    grade: str
    """The class of the contract: ordinary, urgent, …"""
    warned: tuple[date, ...]
    verified: date | None = None
    """The day it was found to be true; None as long as nobody did."""
    refuted: bool = False
    verified_by: str = ""
    consequence: str = ""
    """none, loss, severe, major; empty where nobody told."""
    deducted: tuple[date, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Fees:
    """What shares are taken of, in yuan; None where nobody has put it into the contract's profile."""

    annual: Decimal | None
    cycle: Decimal | None

    def of(self, base: Base) -> Decimal | None:
        """The fee one reading takes its share of."""
        return self.annual if base == "annual" else self.cycle


@dataclass(frozen=True, slots=True)
class Charge:
    """One rule that holds for one problem; amounts by reading, None where a figure is missing."""

    issue: Issue
    rule: DeductionRule
    day: date
    """The day from which it held."""
    warnings: int
    bases: tuple[Decimal | None, Decimal | None]
    amounts: tuple[Decimal | None, Decimal | None]
    counts: bool = True
    """Whether it is the gravest of those that hold for the problem."""
    only: str = ""
    """`contract` or `cycle`: it holds only where warnings are counted so; empty where either way."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a cycle comes to."""

    charges: tuple[Charge, ...]
    unverified: tuple[Issue, ...]
    fees: Fees
    totals: tuple[Decimal | None, Decimal | None]
    """By reading; None where an amount that counts cannot be told."""

    def payable(self, number: int) -> Decimal | None:
        """What is left of the cycle's fee by a reading; negative where more is deducted than it."""
        total = self.totals[number]
        return None if total is None or self.fees.cycle is None else self.fees.cycle - total


def issues(matters: Iterable[Matter]) -> tuple[Issue, ...]:
    """Tell the problems from what is on record about them, by the time of their first warning."""
    found = [_issue(each) for each in matters if not each.withdrawn]
    return tuple(sorted(found, key=lambda each: (each.warned, each.id)))


def _issue(matter: Matter) -> Issue:
    warned = [each.at.date() for each in (*matter.all("warned"), *matter.all("repeated"))]
    last = matter.last("verified")
    refuted = last is not None and last.body.get("outcome") == "refuted"
    return Issue(
        matter.id,
        matter.text("issue"),
        matter.text("problem_class"),
        tuple(sorted(warned)),
        last.at.date() if last and not refuted else None,
        refuted,
        matter.text("verified_by"),
        str(last.body.get("consequence") or "") if last and not refuted else "",
        tuple(sorted(each.at.date() for each in matter.all("deducted"))),
        matter.text("about"),
    )


def fees_of(contract: Contract, cycle: str) -> Fees:
    """The fee of a year and of a cycle: as put down, else the share paid after a cycle, else its part of the year."""
    annual, terms = contract.fees.get(ANNUAL_FEE), contract.assessment
    told = contract.fees.get(SERVICE_FEE)
    if told is not None or annual is None:
        return Fees(annual, told)
    if terms and terms.pay_share is not None and terms.pay_of == ANNUAL_FEE and terms.cycle == cycle:
        return Fees(annual, _cents(annual * terms.pay_share))
    months = _MONTHS.get(cycle)
    return Fees(annual, _cents(annual * months / 12) if months else None)


def reckon(contract: Contract, found: Sequence[Issue], span: Span, cycle: str) -> Reckoning:
    """Reckon what may be deducted for a cycle: what began to hold on one of its days."""
    fees = fees_of(contract, cycle)
    known = [each for each in found if not each.refuted]
    charges = [charge for each in known for charge in _charges(contract, each, span, fees)]
    pending = [each for each in known if each.verified is None and any(day in span for day in each.warned)]
    return Reckoning(tuple(charges), tuple(pending), fees, (_total(charges, 0), _total(charges, 1)))


def _charges(contract: Contract, issue: Issue, span: Span, fees: Fees) -> list[Charge]:
    if issue.verified is None and contract.deductions.verify_required:
        return []
    rules = [each for each in contract.deductions.rules if each.class_id in ("", issue.grade) and each.when]
    held = [charge for rule in rules if (charge := _charge(rule, issue, span, fees)) is not None]
    # What holds only where warnings are counted within the cycle is in no sum, and must not take another's place there.
    gravest = max(held, key=lambda each: (each.only != "cycle", each.rule.rate or Decimal(0)), default=None)
    return [
        each if each is gravest else Charge(each.issue, each.rule, each.day, each.warnings, each.bases,
                                            each.amounts, counts=False, only=each.only)
        for each in held
    ]  # fmt: skip


def _charge(rule: DeductionRule, issue: Issue, span: Span, fees: Fees) -> Charge | None:
    # Warnings of the whole contract since the last deduction is the reading that is proposed; the other one counts
    # those of the cycle alone.
    since = max((day for day in issue.deducted if day < span.first), default=None)
    whole = [day for day in issue.warned if since is None or day > since]
    cycle = [day for day in issue.warned if day in span]
    one, two = _held(rule, issue, whole), _held(rule, issue, cycle)
    one, two = (day if day and day in span else None for day in (one, two))
    day = one or two
    if day is None:
        return None
    bases = _bases(rule, fees)
    amounts = tuple(None if base is None or rule.rate is None else _cents(base * rule.rate) for base in bases)
    only = "" if one and two else "contract" if one else "cycle"
    warned = whole if one else cycle
    return Charge(
        issue, rule, day, sum(1 for each in warned if each <= day), bases, (amounts[0], amounts[1]), only=only
    )


def _bases(rule: DeductionRule, fees: Fees) -> tuple[Decimal | None, Decimal | None]:
    """A base the text names is the same by either reading; one it leaves open is each in turn."""
    if rule.base == SERVICE_FEE:
        return fees.annual, fees.cycle
    base = fees.annual if rule.base == ANNUAL_FEE else fees.cycle if rule.base == CYCLE_FEE else None
    return base, base


def _held(rule: DeductionRule, issue: Issue, warned: Sequence[date]) -> date | None:
    """The first day on which the rule's condition was fulfilled, by these warnings; None where it is not."""
    days = sorted({*warned, *([issue.verified] if issue.verified else [])})
    for day in days:
        if rule.when and _holds(rule.when, issue, [each for each in warned if each <= day], day):
            return day
    return None


def _holds(when: Predicate, issue: Issue, warned: Sequence[date], day: date) -> bool:
    match when:
        case Every(parts):
            return all(_holds(each, issue, warned, day) for each in parts)
        case Either(parts):
            return any(_holds(each, issue, warned, day) for each in parts)
        case Compare(field, operator, value, _unit):
            known = field in ("warnings", "same_issue_warnings") and isinstance(value, Decimal)
            return known and _compared(len(warned), operator, int(value))  # type: ignore[arg-type] # known says so
        case Fact(name):
            return _is(name, issue, warned, day)
        case Among():
            return False


def _compared(count: int, operator: str, wanted: int) -> bool:
    return {
        "==": count == wanted, "!=": count != wanted, ">": count > wanted, ">=": count >= wanted,
        "<": count < wanted, "<=": count <= wanted,
    }[operator]  # fmt: skip


def _is(name: str, issue: Issue, warned: Sequence[date], day: date) -> bool:
    """What the contract calls so; a consequence is known from the day it was verified on."""
    known = issue.verified is not None and issue.verified <= day
    if name == "occurred":
        return bool(warned) or known
    if name == "severe_consequence_or_loss":
        return known and issue.consequence in _SEVERE
    if name == "severe_consequence_or_major_loss":
        return known and issue.consequence in _MAJOR
    return False


def _total(charges: Sequence[Charge], reading: int) -> Decimal | None:
    counted = [each.amounts[reading] for each in charges if each.counts and each.only != "cycle"]
    if any(each is None for each in counted):
        return None
    return sum((each for each in counted if each is not None), Decimal("0.00"))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
