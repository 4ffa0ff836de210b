"""From the parts of a profile about assessment and deductions to nouns; shares are decimal from text to sum."""

from __future__ import annotations

from decimal import Decimal

from hmaint.load.predicate import read_predicate
from hmaint.load.profile_alike import alike
from hmaint.load.profile_money import (
    AssessmentForm,
    DeductionClassForm,
    DeductionForm,
    DeductionsForm,
    FeesForm,
)
from hmaint.model.contract_money import Assessment, DeductionRule, Deductions


def assessment_of(form: AssessmentForm) -> Assessment:
    """What is said about assessment."""
    fail, pay, adjust = form.fail, form.pay, form.adjust
    return alike(
        Assessment,
        form,
        on_fail=(fail.first or "") if fail else "",
        on_fail_again=(fail.again or "") if fail else "",
        pay_share=Decimal(pay.share) if pay else None,
        pay_of=pay.of if pay else "",
        adjust_on=adjust.on if adjust else "",
        adjust_cycles=tuple(adjust.cycle) if adjust else (),
    )


def deductions_of(form: list[DeductionForm] | DeductionsForm | None) -> Deductions:
    """What the hospital may deduct."""
    if form is None:
        return Deductions()
    if isinstance(form, list):
        return Deductions(tuple(_rule(rule) for rule in form))
    rules = tuple(_rule(rule, group) for group in form.classes for rule in group.rules)
    return Deductions(rules, form.verify.required if form.verify else False)


def fees_of(form: FeesForm) -> dict[str, Decimal]:
    """The amounts that are put there."""
    given = {"annual_fee": form.annual_fee, "service_fee": form.service_fee}
    return {name: Decimal(amount) for name, amount in given.items() if amount is not None}


def _rule(form: DeductionForm, group: DeductionClassForm | None = None) -> DeductionRule:
    return alike(
        DeductionRule,
        form,
        when=read_predicate(form.when) if form.when else None,
        rate=None if form.rate is None else Decimal(form.rate),
        terminate=form.or_ == "terminate" or form.action == "terminate",
        class_id=group.id if group else "",
        class_name=group.name if group else "",
    )
