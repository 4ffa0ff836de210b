"""The parts of a profile about assessment and deductions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hmaint.load.profile_form import Amount, Form, Id, PredicateText, Share, Term, Texts, Words

Cycle = Literal["month", "quarter", "half_year", "year"]


class FailForm(Form):
    """What follows an assessment that was not passed."""

    first: Term | None = None
    again: Term | None = None
    quote: Words | None = None


class PayForm(Form):
    """What is paid after a cycle."""

    share: Share
    of: Literal["annual_fee", "service_fee"]
    all_or_part: bool = False
    quote: Words | None = None


class AdjustForm(Form):
    """What lets the hospital shorten the cycle."""

    on: Term
    cycle: list[Cycle] = Field(min_length=1)
    pay_share: Literal["proportional"] | None = None
    quote: Words | None = None


class AssessmentForm(Form):
    """How the hospital assesses the service."""

    cycle: Cycle | None
    by: Term | None = None
    indicators: Texts = Field(default=[])
    used_for: Texts = Field(default=[])
    fail: FailForm | None = None
    pay: PayForm | None = None
    adjust: AdjustForm | None = None
    quote: Words | None = None


class DeductionForm(Form):
    """One way the fee may be cut."""

    id: Id
    when: PredicateText | None = None
    on: Term | None = None
    action: Literal["deduct", "reduce_fee", "terminate"] = "deduct"
    rate: Share | None
    base: Words
    or_: Literal["terminate"] | None = Field(default=None, alias="or")
    quote: Words | None = None


class VerifyForm(Form):
    """Whether facts must be verified first."""

    required: bool
    quote: Words | None = None


class DeductionClassForm(Form):
    """The rules for one class of problems."""

    id: Id
    name: Words
    rules: list[DeductionForm] = Field(min_length=1)


class DeductionsForm(Form):
    """Rules by class of problems."""

    verify: VerifyForm | None = None
    classes: list[DeductionClassForm] = Field(min_length=1)


class FeesForm(Form):
    """What rates are taken of, in yuan, quoted."""

    annual_fee: Amount | None = None
    service_fee: Amount | None = None
