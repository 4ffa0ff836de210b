"""年度服务计划 as data: every duty of a contract year over its months, and month by month what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hmaint.duty.periodic import RHYTHMS
from hmaint.model.contract import Contract, Obligation
from hmaint.model.duty import Due
from hmaint.model.inventory import Inventory
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.wording import brief, moment

TITLE = "年度服务计划"
PER: Mapping[str, str] = {
    "day": "每天", "week": "每周", "month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年",
    "contract": "合同期内", "continuous": "持续", "event": "签订后",
}  # fmt: skip
_OFTEN = ("day", "week")
_MONTHS = 12
_NAMED = 8
_VISITS = ("restore_drill", "drill", "training", "inspection_meeting", "review_meeting")


@dataclass(frozen=True, slots=True)
class Year:
    """What is told of: one year of a contract."""

    contract: Contract
    site: str
    first: date
    last: date
    dues: Sequence[Due]
    """Everything owed in it, also what is met already."""
    proposals: Mapping[str, str]
    """By clause, what is proposed for obligations without a period."""


def year_plan(year: Year, inventory: Inventory, operator: str, generated_at: datetime) -> dict[str, object]:
    """Put a contract year on the form `year-plan`."""
    contract = year.contract
    data = {
        **parties(inventory, year.site, TITLE),
        "number": f"{year.site} {year.first}",
        "record": f"合同 {brief(contract.name)}（配置校验值 {contract.sha256[:12]}）",
        "term": f"{year.first} 至 {year.last}",
        "manager": inventory.vendor.project_manager,
        "author": brief(operator),
        "hotline": inventory.vendor.hotline,
        "goals": _goals(year),
        "basis": _basis(contract),
        **{f"m{place + 1}": str(month_of(year, place).month) for place in range(_MONTHS)},
        "duties": [_duty(year, number, one) for number, one in enumerate(_by_clause(year), start=1)],
        "months": list(_months(year)),
        "unscheduled": [
            {
                "number": number,
                "what": one.title,
                "clause": one.id,
                "proposal": year.proposals.get(one.id, ""),
            }
            for number, one in enumerate(_unscheduled(contract), start=1)
        ],
        "support": _support(contract),
        "version": 1,
        "generated_at": moment(generated_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def month_of(year: Year, place: int) -> date:
    """The first day of the month that a column stands for."""
    years, month = divmod(year.first.month - 1 + place, _MONTHS)
    return date(year.first.year + years, month + 1, 1)


def _place(year: Year, day: date) -> int:
    """The column a day falls into; the rest of the first month at the end of the year goes into the last one."""
    months = (day.year - year.first.year) * _MONTHS + day.month - year.first.month
    return min(max(months, 0), _MONTHS - 1)


def _by_clause(year: Year) -> list[list[Due]]:
    found: dict[str, list[Due]] = {}
    for due in year.dues:
        found.setdefault(due.clause, []).append(due)
    return list(found.values())


def _duty(year: Year, number: int, same: Sequence[Due]) -> dict[str, object]:
    first = same[0]
    planned = {_place(year, due.day) for due in same if due.day is not None}
    columns = {f"m{place + 1}": "●" if place in planned else "" for place in range(_MONTHS)}
    per = PER.get(first.per, first.per)
    return {"number": number, "what": first.title, "per": per, "clause": first.clause, **columns}


def _months(year: Year) -> Iterator[dict[str, object]]:
    """A row for each day on which something is due; what recurs every week or day stands once a month."""
    for place in range(_MONTHS):
        mine = [due for due in year.dues if due.day is not None and _place(year, due.day) == place]
        month = f"{month_of(year, place):%Y-%m}"
        often = list({due.clause: due for due in mine if due.per in _OFTEN}.values())
        if often:
            yield _row(month, often, "、".join(dict.fromkeys(f"{PER[due.per]}内" for due in often)))
        days: dict[date, list[Due]] = {}
        for due in mine:
            if due.per not in _OFTEN and due.day is not None:
                days.setdefault(due.day, []).append(due)
        for day in sorted(days):
            unsure = "（暂定）" if any(due.provisional for due in days[day]) else ""
            yield _row(month, days[day], f"{day:%m-%d}{unsure}")


def _row(month: str, dues: Sequence[Due], by: str) -> dict[str, object]:
    papers = dict.fromkeys(paper for due in dues for paper in due.papers)
    what = "；".join(f"{due.title}（{due.clause}）" for due in dues)
    return {"month": month, "what": what, "papers": "、".join(papers), "due": by}


def _unscheduled(contract: Contract) -> list[Obligation]:
    return [each for each in contract.obligations if each.per not in RHYTHMS]


def _goals(year: Year) -> str:
    counted = sum(1 for due in year.dues if due.per != "day")
    words = [f"按期完成本服务年度的到期事项 {counted} 项"]
    if year.contract.availability:
        hours = year.contract.availability.max_downtime.count // 3600
        words.append(f"年停机时间不超过 {hours} 小时")
    return "；".join(words) + "。"


def _basis(contract: Contract) -> str:
    told = [f"合同“{brief(contract.title)}”（{brief(contract.name)}）"]
    if contract.ambiguities:
        asked = "；".join(f"{each.id} {brief(each.question)}" for each in contract.ambiguities[:_NAMED])
        more = f"等 {len(contract.ambiguities)} 项" if len(contract.ambiguities) > _NAMED else ""
        told.append(f"尚待书面确认、可能改变本计划的约定：{asked}{more}")
    assumed = [each.id for each in contract.obligations if each.assumed_period]
    if assumed:
        told.append(f"周期由维护单位拟定、合同未写明的条款：{'、'.join(assumed)}")
    return "。".join(told) + "。"


def _support(contract: Contract) -> str:
    asked = [
        each.title
        for each in contract.obligations
        if each.mode == "onsite" or each.kind in _VISITS or "hospital" in "".join(each.sign)
    ]
    return f"下列工作须医院配合安排时间、场地或签字：{'、'.join(asked)}。" if asked else ""
