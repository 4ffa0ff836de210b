"""What may be deducted: every rule at its threshold and below it, by every reading; never what nobody verified."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from hmaint.duty.deduction import Issue, Reckoning, issues, reckon
from hmaint.model.contract import Contract
from hmaint.model.contract_money import Assessment, DeductionRule, Deductions
from hmaint.model.duty import Span
from hmaint.model.entry import WITHDRAWN, Entry
from hmaint.model.ledgers.warning import WARNING
from hmaint.model.matter import fold_all
from hmaint.model.predicate import Compare, Fact
from tests.store.samples import NOON

LOSS, MAJOR, HAPPENED = (
    Fact("severe_consequence_or_loss"), Fact("severe_consequence_or_major_loss"), Fact("occurred"),
)  # fmt: skip


def _rule(
    number: str, grade: str, when: Compare | Fact, rate: str, base: str, **more: object
) -> DeductionRule:
    return DeductionRule(
        number, when, rate=Decimal(rate), base=base, class_id=grade, class_name=grade, **more
    )  # type: ignore[arg-type] # spelt by the table below


def _count(field: str, least: int) -> Compare:
    return Compare(field, ">=", Decimal(least))


RULES = (
    _rule("D4-1", "ordinary", _count("same_issue_warnings", 3), "0.01", "service_fee"),
    _rule("D4-2", "ordinary", LOSS, "0.03", "annual_fee"),
    _rule("D4-3", "urgent", _count("same_issue_warnings", 2), "0.03", "service_fee"),
    _rule("D4-4", "urgent", LOSS, "0.05", "annual_fee"),
    _rule("D4-5", "major", _count("warnings", 1), "0.05", "service_fee"),
    _rule("D4-6", "major", MAJOR, "0.10", "annual_fee", terminate=True),
    _rule("D4-7", "disaster", HAPPENED, "0.10", "annual_fee", terminate=True),
)
CONTRACT = Contract(
    "tj", "s4", "体检", "0" * 64,
    assessment=Assessment(cycle="half_year", pay_share=Decimal("0.5"), pay_of="annual_fee"),
    deductions=Deductions(RULES, verify_required=True),
    fees={"annual_fee": Decimal(120_000)},
)  # fmt: skip
FIRST, LAST = date(2026, 3, 2), date(2026, 9, 1)
CYCLE = Span("2026-03-02/2026-09-01", FIRST, LAST, FIRST, LAST)


def _on(*days: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(f"2026-{day}") for day in days)


def _issue(grade: str, *warned: str, consequence: str = "none", verified: str = "08-24") -> Issue:
    day = _on(verified)[0] if verified else None
    return Issue("W-1", "打印错位", grade, _on(*warned), day, consequence=consequence, verified_by="李老师")


def _reckoned(*found: Issue, contract: Contract = CONTRACT) -> Reckoning:
    return reckon(contract, found, CYCLE, "half_year")


@pytest.mark.parametrize(
    ("issue", "held", "totals"),
    [
        (_issue("ordinary", "04-01", "05-01"), [], ("0.00", "0.00")),
        (_issue("ordinary", "04-01", "05-01", "06-18"), ["D4-1"], ("1200.00", "600.00")),
        (_issue("ordinary", "04-01", consequence="loss"), ["D4-2"], ("3600.00", "3600.00")),
        (_issue("ordinary", "04-01", consequence=""), [], ("0.00", "0.00")),
        (_issue("urgent", "04-01"), [], ("0.00", "0.00")),
        (_issue("urgent", "04-01", "07-09"), ["D4-3"], ("3600.00", "1800.00")),
        (_issue("urgent", "08-20", consequence="severe"), ["D4-4"], ("6000.00", "6000.00")),
        (_issue("major", "08-20"), ["D4-5"], ("6000.00", "3000.00")),
        (_issue("major", "08-20", consequence="loss"), ["D4-5"], ("6000.00", "3000.00")),
        (_issue("major", "08-20", consequence="major"), ["D4-5", "D4-6"], ("12000.00", "12000.00")),
        (_issue("disaster", "08-20"), ["D4-7"], ("12000.00", "12000.00")),
    ],
)
def test_each_rule_holds_at_its_threshold_and_not_below(
    issue: Issue, held: list[str], totals: tuple[str, str]
) -> None:
    found = _reckoned(issue)
    assert [each.rule.id for each in found.charges] == held
    assert tuple(map(str, found.totals)) == totals


def test_what_nobody_verified_costs_nothing_and_is_named() -> None:
    found = _reckoned(_issue("disaster", "08-20", consequence="major", verified=""))
    assert found.charges == ()
    assert [each.id for each in found.unverified] == ["W-1"]
    assert found.totals == (0, 0)


def test_what_was_found_untrue_is_not_even_pending() -> None:
    untrue = replace(_issue("disaster", "08-20", verified=""), refuted=True)
    assert _reckoned(untrue) == _reckoned()


def test_of_several_rules_for_one_problem_the_gravest_counts_and_all_are_told() -> None:
    found = _reckoned(_issue("ordinary", "04-01", "05-01", "06-18", consequence="severe"))
    assert [(each.rule.id, each.counts) for each in found.charges] == [("D4-1", False), ("D4-2", True)]
    assert found.totals == (3600, 3600)
    two = _reckoned(
        _issue("ordinary", "06-18", consequence="loss"), _issue("urgent", "07-01", consequence="loss")
    )
    assert two.totals == (9600, 9600)


def test_what_began_to_hold_in_another_cycle_is_not_charged_in_this_one() -> None:
    assert _reckoned(_issue("ordinary", "01-05", "01-06", "01-07", verified="02-01")).charges == ()
    assert _reckoned(_issue("urgent", "09-02", "09-03", verified="09-04")).charges == ()


def test_warnings_of_an_earlier_cycle_count_by_one_reading_only_and_it_says_so() -> None:
    (one,) = _reckoned(_issue("ordinary", "01-05", "02-06", "06-18")).charges
    assert (one.rule.id, one.only, one.warnings) == ("D4-1", "contract", 3)
    (two,) = _reckoned(_issue("ordinary", "01-05", "01-06", "01-07", "04-01", "05-01", "06-18")).charges
    assert (two.only, two.warnings, two.day) == ("cycle", 3, date(2026, 6, 18))
    assert _reckoned(two.issue).totals == (0, 0)
    (both,) = _reckoned(_issue("ordinary", "04-01", "05-01", "06-18")).charges
    assert both.only == ""


def test_after_a_deduction_warnings_begin_anew() -> None:
    again = replace(_issue("ordinary", "01-05", "01-06", "01-07", "04-01"), deducted=_on("02-01"))
    assert _reckoned(again).charges == ()
    (one,) = _reckoned(
        replace(again, warned=_on("01-05", "01-06", "01-07", "04-01", "05-01", "06-18"))
    ).charges
    assert (one.only, one.warnings) == ("", 3)


def test_without_a_fee_nothing_is_told_rather_than_nought() -> None:
    found = _reckoned(_issue("disaster", "08-20"), contract=replace(CONTRACT, fees={}))
    assert found.totals == (None, None)
    assert found.payable(0) is found.payable(1) is None
    assert _reckoned(contract=replace(CONTRACT, fees={})).totals == (0, 0)


def test_cents_are_rounded_as_money_is_and_what_is_left_may_be_negative() -> None:
    odd = replace(CONTRACT, fees={"annual_fee": Decimal("33333.33"), "service_fee": Decimal("1000.50")})
    found = _reckoned(_issue("major", "08-20", consequence="major"), contract=odd)
    assert [str(each.amounts[0]) for each in found.charges] == ["1666.67", "3333.33"]
    assert str(found.charges[0].amounts[1]) == "50.03"
    assert found.payable(1) == Decimal("1000.50") - Decimal("3333.33")


def test_a_confirmed_base_is_the_same_by_either_reading() -> None:
    for base, amount in (("annual_fee", 1200), ("cycle_fee", 600)):
        rules = (replace(RULES[0], base=base),)
        sure = replace(CONTRACT, deductions=Deductions(rules, verify_required=True))
        assert _reckoned(_issue("ordinary", "04-01", "05-01", "06-18"), contract=sure).totals == (
            amount,
            amount,
        )


def test_a_problem_is_told_from_its_entries_in_whatever_order() -> None:
    def entry(number: str, event: str, body: dict[str, object], corrects: str = "") -> Entry:
        at = NOON.replace(day=int(number))
        return Entry(number, "W-1", "warning", event, "tj", at, at, "张工", body, corrects)

    told = [
        entry("01", "warned", {"issue": "打印错位", "problem_class": "ordinary"}),
        entry("02", "repeated", {"repeated": "又一次"}),
        entry("03", "repeated", {"repeated": "记错了"}),
        entry("04", WITHDRAWN, {"reason": "记错了"}, corrects="03"),
        entry("05", "verified", {"outcome": "true", "consequence": "loss", "verified_by": "李老师"}),
        entry("06", "deducted", {"rule": "D4-1", "amount": "600"}),
    ]
    seen = {issues(fold_all(WARNING, order)) for order in permutations(told)}
    (found,) = seen
    (one,) = found
    assert (len(one.warned), one.consequence, one.verified_by, len(one.deducted)) == (2, "loss", "李老师", 1)
    later = [*told, entry("07", "verified", {"outcome": "refuted", "verified_by": "双方"})]
    (one,) = issues(fold_all(WARNING, later))
    assert (one.refuted, one.verified, one.consequence) == (True, None, "")


@pytest.mark.parametrize("verified", ["02-01", "10-20"])
def test_what_was_verified_in_another_cycle_is_no_charge_of_this_one(verified: str) -> None:
    found = _reckoned(_issue("ordinary", "01-10", consequence="loss", verified=verified))
    assert found.charges == ()
    assert found.totals == (Decimal("0.00"), Decimal("0.00"))


def test_a_graver_rule_of_an_earlier_cycle_does_not_take_the_place_of_one_that_holds_now() -> None:
    found = _reckoned(
        _issue("ordinary", "01-10", "04-01", "05-01", consequence="loss", verified="02-01"),
    )
    assert [(each.rule.id, each.counts) for each in found.charges] == [("D4-1", True)]
    assert found.totals == (Decimal("1200.00"), Decimal("600.00"))


def test_a_graver_rule_that_holds_by_warnings_of_the_cycle_alone_is_not_the_one_that_counts() -> None:
    both = (
        _rule("D4-1", "urgent", _count("same_issue_warnings", 3), "0.01", "service_fee"),
        _rule("D4-3", "urgent", _count("same_issue_warnings", 2), "0.03", "service_fee"),
    )
    contract = replace(CONTRACT, deductions=Deductions(both, verify_required=True))
    found = _reckoned(
        _issue("urgent", "01-10", "01-20", "04-01", "05-01", verified="02-01"), contract=contract
    )
    assert [(each.rule.id, each.counts, each.only) for each in found.charges] == [
        ("D4-1", True, "contract"),
        ("D4-3", False, "cycle"),
    ]
    assert found.totals == (Decimal("1200.00"), Decimal("600.00"))
