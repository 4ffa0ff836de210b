"""扣款计算单 as data: what was warned of and verified, by which rule, and what it comes to by either reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from hmaint.duty.assessment import Indicator
from hmaint.duty.deduction import Charge, Issue, Reckoning
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.contract import Contract
from hmaint.model.contract_money import DeductionRule
from hmaint.model.duty import Span
from hmaint.model.inventory import Inventory
from hmaint.model.predicate import Compare, Fact, Predicate
from hmaint.report.assessment import period_words
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.questions import ambiguity_rows
from hmaint.report.wording import moment, several

TITLE = "扣款计算单"
NO_FIGURE = "无法计算"
_CONSEQUENCES = {"none": "无后果", "loss": "造成损失", "severe": "严重后果", "major": "重大损失"}
_FACTS = {
    "severe_consequence_or_loss": "造成严重后果或损失",
    "severe_consequence_or_major_loss": "造成严重后果或重大损失",
    "occurred": "发生即扣",
}
_COUNTS = {"same_issue_warnings": "同一问题满 {n} 次警告", "warnings": "警告满 {n} 次"}


def deduction_sheet(  # noqa: PLR0913, PLR0917 - what the form is made of
    contract: Contract,
    site: str,
    inventory: Inventory,
    span: Span,
    found: Reckoning,
    overdue: Indicator,
    questions: Iterable[Ambiguity],
    now: datetime,
) -> dict[str, object]:
    """Fill the form `deduction-sheet`; it computes and never decides. `overdue`: incidents whose clocks were missed."""
    issues = {each.issue.id: each.issue for each in found.charges} | {
        each.id: each for each in found.unverified
    }
    names = {each.class_id: each.class_name for each in contract.deductions.rules if each.class_id}
    sums = [_sum(each) for each in found.charges] + _of_events(contract, overdue)
    one, two = found.totals
    data = {
        **parties(inventory, site, TITLE),
        "number": f"{site} {span.name}",
        "record": span.name,
        "period": period_words(span, now),
        "issues": [{"number": n, **_issue(each, names)} for n, each in enumerate(issues.values(), 1)],
        "sums": [{"number": n, **each} for n, each in enumerate(sums, 1)],
        "annual_fee": yuan(found.fees.annual, "合同档案未填写"),
        "cycle_fee": yuan(found.fees.cycle, "合同档案未填写"),
        "total_annual": yuan(one),
        "total_cycle": yuan(two),
        "payable_annual": yuan(found.payable(0)),
        "payable_cycle": yuan(found.payable(1)),
        "over": "；".join(_remarks(found)),
        "ambiguities": ambiguity_rows(questions),
        "confirmation": "",
        "version": 1,
        "generated_at": moment(now),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def yuan(amount: Decimal | None, unknown: str = NO_FIGURE) -> str:
    """An amount as money is written: 1,200.00."""
    return unknown if amount is None else f"{amount:,.2f}"


def _issue(issue: Issue, names: Mapping[str, str]) -> dict[str, object]:
    if issue.verified:
        verified = f"{issue.verified} 核实属实（{issue.verified_by}），记录 {issue.id}"
    else:
        verified = f"尚未核实，不计扣款，记录 {issue.id}"
    return {
        "issue": issue.what,
        "kind": names.get(issue.grade, issue.grade),
        "at": f"{issue.warned[0]}" if issue.warned else "",
        "warnings": len(issue.warned),
        "consequence": _CONSEQUENCES.get(issue.consequence, "不明"),
        "verification": verified,
    }


def _sum(charge: Charge) -> dict[str, str]:
    rate = charge.rule.rate
    return {
        "rule": charge.rule.id,
        "condition": _condition(charge),
        "rate": "合同未写明" if rate is None else f"{(rate * 100).normalize():f}%",
        "base_annual": yuan(charge.bases[0]),
        "amount_annual": yuan(charge.amounts[0]),
        "base_cycle": yuan(charge.bases[1]),
        "amount_cycle": yuan(charge.amounts[1]),
    }


def _condition(charge: Charge) -> str:
    said = [f"{charge.rule.class_name}，{rule_words(charge.rule)}（{charge.issue.id}，{charge.day}）"]
    if not charge.counts:
        said.append("与同一问题较重的一条不重复计入合计")
    if charge.only == "cycle":
        said.append("仅当警告只在本周期内累计时成立，不计入合计")
    elif charge.only == "contract":
        said.append("仅当警告跨周期累计时成立")
    return "；".join(said)


def rule_words(rule: DeductionRule) -> str:
    """What a rule asks for, and whether the contract may be ended by it instead."""
    words = _predicate(rule.when) if rule.when else ""
    return f"{words}（或终止合同）" if rule.terminate else words


def _predicate(when: Predicate) -> str:
    if isinstance(when, Compare) and when.field in _COUNTS:
        return _COUNTS[when.field].format(n=when.value)
    return _FACTS.get(when.name, when.name) if isinstance(when, Fact) else "按合同条件"


def _of_events(contract: Contract, overdue: Indicator) -> list[dict[str, str]]:
    """Rules that hang on an event: the text of these gives no share, so that the records are all that can be told."""
    numbers = [each.id for each in overdue.missed]
    return [
        {
            "rule": rule.id,
            "condition": f"故障超时未解决 {len(numbers)} 起：{several(numbers, 6)}",
            "rate": "合同未写明" if rule.rate is None else f"{(rule.rate * 100).normalize():f}%",
            "base_annual": rule.base or NO_FIGURE, "amount_annual": NO_FIGURE,
            "base_cycle": rule.base or NO_FIGURE, "amount_cycle": NO_FIGURE,
        }
        for rule in contract.deductions.rules
        if rule.on == "incident.overdue" and numbers
    ]  # fmt: skip


def _remarks(found: Reckoning) -> Iterable[str]:
    for number, name in enumerate(("读法一", "读法二")):
        left = found.payable(number)
        if left is not None and left < 0:
            yield f"{name}的扣款超过本周期服务费 {yuan(-left)} 元，须双方协商"
    if found.unverified:
        yield f"另有 {len(found.unverified)} 个问题尚未核实，未计入"
    if any(not each.counts for each in found.charges):
        yield "同一问题同时符合多条的，只将最重的一条计入合计，是否累加须双方书面确认"
