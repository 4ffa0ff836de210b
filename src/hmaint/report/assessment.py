"""服务考核表 as data: each indicator with its target by the contract, what the records say, and which they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from hmaint.duty.assessment import Indicator, Record, Standstill, Topic
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.contract import Contract
from hmaint.model.duty import Span
from hmaint.model.inventory import Inventory
from hmaint.model.limit import Limit
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.wording import moment, several

TITLE = "服务考核表"
NO_DATA = "无数据（本期没有记录可依）"
TITLES: Mapping[Topic, str] = {
    Topic.RESPONSE: "故障响应及时性",
    Topic.ONSITE: "到场及时性",
    Topic.SOLUTION: "故障解决率",
    Topic.INSPECTION: "巡检完成质量",
    Topic.TRAINING: "培训效果",
    Topic.CHANGES: "需求与缺陷处理及时性",
    Topic.DUTIES: "其他合同义务按期完成",
}
_CLOCKS: Mapping[Topic, tuple[str, ...]] = {
    Topic.RESPONSE: ("response",),
    Topic.ONSITE: ("onsite",),
    Topic.SOLUTION: ("restore", "resolve", "fix"),
}
_UNITS = {"workday": "个工作日", "day": "日", "month": "个月"}
_CYCLES = {"month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年"}
_PER = {
    "day": "每日",
    "week": "每周",
    "month": "每月",
    "quarter": "每季度",
    "half_year": "每半年",
    "year": "每年",
}
_PARTY = {"hospital": "医院", "purchaser": "采购人"}
_FAILED = {"rectify_by_deadline": "不合格的限期整改", "may_terminate": "整改后仍不合格的，可按合同终止服务"}
_SHARE_OF = {"annual_fee": "年度服务费"}
_NAMED = 6


def service_assessment(  # noqa: PLR0913, PLR0917 - what the form is made of
    contract: Contract,
    site: str,
    inventory: Inventory,
    span: Span,
    indicators: Sequence[Indicator],
    down: Standstill | None,
    questions: Iterable[Ambiguity],
    now: datetime,
) -> dict[str, object]:
    """Fill the form `service-assessment`; scores, verdict and what is to be rectified are the hospital's to write."""
    rows = [*_named(contract, indicators, contract.assessment.indicators if contract.assessment else ())]
    rows += [_availability(down, now)] if down else []
    data = {
        **parties(inventory, site, TITLE),
        "number": f"{site} {span.name}",
        "record": span.name,
        "period": period_words(span, now),
        "basis": _basis(contract),
        "assessor": _PARTY.get(contract.assessment.by, contract.assessment.by) if contract.assessment else "",
        "date": "",
        "indicators": [
            {"number": n, **row, "weight": "", "score": "", "comment": ""} for n, row in enumerate(rows, 1)
        ],
        "total": "",
        "comment": "",
        "payment": _payment(contract),
        "rectifications": [],
        "ambiguities": _open(contract, questions),
        "version": 1,
        "generated_at": moment(now),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def period_words(span: Span, now: datetime) -> str:
    """From which day to which; a period that is not over says so."""
    days = f"{span.first} 至 {span.last}"
    name = "" if "/" in span.name else f"{span.name}："
    over = span.last is not None and now.date() > span.last
    return f"{name}{days}" if over else f"{name}{days}（尚未结束，统计截至 {now:%Y-%m-%d}）"


def _named(
    contract: Contract, indicators: Sequence[Indicator], wanted: Sequence[str]
) -> Iterable[dict[str, str]]:
    """The contract's own indicators in its order, those without records by hand; then the others there are."""
    titled = {TITLES[each.topic]: each for each in indicators}
    for title in wanted:
        each = titled.pop(title, None)
        yield _row(contract, each) if each else _by_hand(title)
    for title, each in titled.items():
        if each.known or not wanted:
            yield {**_row(contract, each), "indicator": f"{title}（参考）" if wanted else title}


def _by_hand(title: str) -> dict[str, str]:
    return {"indicator": title, "target": "合同未写明", "measured": "由医院评定", "source": "无对应记录"}


def _row(contract: Contract, each: Indicator) -> dict[str, str]:
    return {
        "indicator": TITLES[each.topic],
        "target": target(contract, each.topic),
        "measured": measured(each),
        "source": _source(each),
    }


def target(contract: Contract, topic: Topic) -> str:
    """What the contract asks for, by its own figures."""
    if topic in _CLOCKS:
        return _clock_targets(contract, _CLOCKS[topic]) or "合同未写明时限，只记录用时"
    if topic is Topic.INSPECTION:
        found = [f"{each.title}（{_PER[each.per]}不少于 {each.min} 次）" for each in contract.obligations
                 if each.kind.startswith("inspection") and each.per in _PER]  # fmt: skip
        return "；".join(found) or "合同未写明次数"
    if topic is Topic.TRAINING:
        return "合同未写明合格线"
    return "按合同时限"


def _clock_targets(contract: Contract, names: Sequence[str]) -> str:
    terms = contract.incident
    if terms is None:
        return ""
    found = [
        f"{kind.id if kind in terms.levels else kind.name} {limit_words(clock.limit or clock.cap)}"
        for kind in (*terms.levels, *terms.classes)
        for clock in kind.clocks
        if clock.id in names and (clock.limit or clock.cap) and not clock.immediate
    ]
    return "；".join(dict.fromkeys(found))


def limit_words(limit: Limit | None) -> str:
    """How documents write a length of time: 15 分钟, 2 小时, 3 个工作日."""
    if limit is None or limit.unit == "agreed":
        return "双方商定"
    if limit.unit != "second":
        return f"{limit.count} {_UNITS[limit.unit]}"
    return span_words(timedelta(seconds=limit.count))


def span_words(span: timedelta) -> str:
    """The same for a span that was measured; seconds are left out above a minute."""
    seconds = int(span.total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    if seconds < 60:  # noqa: PLR2004 - seconds of a minute
        return f"{seconds} 秒" if seconds else "立即"
    days, rest = divmod(hours, 24)
    if days and not minutes:
        return f"{days} 天 {rest} 小时" if rest else f"{days} 天"
    if days:
        return f"{days} 天 {rest} 小时 {minutes} 分钟"
    return " ".join([*([f"{hours} 小时"] if hours else []), *([f"{minutes} 分钟"] if minutes else [])])


def measured(each: Indicator) -> str:
    """What the records say; nothing of what nobody judged is counted as good."""
    if not each.known:
        return NO_DATA
    said = []
    if each.judged:
        said.append(f"{each.judged} 项中 {len(each.met)} 项达到（{each.share}%）")
    if each.missed:
        said.append(
            f"未达到 {len(each.missed)} 项：" + several([_missed(one) for one in each.missed], _NAMED)
        )
    if each.repeated:
        said.append(f"其中复发 {len(each.repeated)} 起：" + several(each.repeated, _NAMED))
    if each.open:
        said.append(f"尚未到期或仍在处理 {len(each.open)} 项")
    if each.unjudged:
        told = [f"{one.id}：{one.note}" if one.note else one.id for one in each.unjudged]
        said.append(f"无法判定 {len(each.unjudged)} 项：" + several(told, _NAMED))
    if each.partial:
        said.append("未能检查的对象：" + several(each.partial, _NAMED))
    return "；".join(said)


def _missed(one: Record) -> str:
    late = f"超时 {span_words(one.late)}" if one.late else ""
    told = "，".join(filter(None, (one.note, late)))
    return f"{one.id}（{told}）" if told else one.id


def _source(each: Indicator) -> str:
    found = [one.id for one in (*each.met, *each.missed, *each.open, *each.unjudged)]
    return several(list(dict.fromkeys(found)), _NAMED) if found else "无"


def _availability(down: Standstill, now: datetime) -> dict[str, str]:
    found, (without, whole) = down.found, down.within
    sources = list(dict.fromkeys(each.source for each in found.stretches if each.source))
    over = down.span.last is not None and now.date() > down.span.last
    words = {True: "未超过" if over else "迄今未超过", False: "超过", None: "无法判定是否超过"}
    said = [
        f"不计计划停机 {span_words(found.unplanned) if found.unplanned else '0 分钟'}（{words[without]}）",
        f"计入计划停机 {span_words(found.total) if found.total else '0 分钟'}（{words[whole]}）",
    ]
    if down.untold:
        told = several(down.untold, _NAMED)
        said.append(f"另有 {len(down.untold)} 起故障没有写明业务是否中断，未计入：{told}")
    return {
        "indicator": "可用性",
        "target": f"{down.span.first} 至 {down.span.last} 停机不超过 {span_words(down.allowed)}",
        "measured": "；".join(said),
        "source": several(sources, _NAMED) if sources else "期内没有停机记录",
    }


def _basis(contract: Contract) -> str:
    terms = contract.assessment
    if terms is None:
        return "合同没有约定考核，本表供双方参考"
    party = _PARTY.get(terms.by, terms.by or "医院")
    return f"合同约定：{party}{_CYCLES.get(terms.cycle, '')}考核" + ("" if terms.cycle else "（周期未写明）")


def _payment(contract: Contract) -> str:
    terms = contract.assessment
    if terms is None:
        return "合同没有约定"
    said = []
    if terms.pay_share is not None:
        base = _SHARE_OF.get(terms.pay_of, terms.pay_of)
        said.append(f"按考核结果支付{base}的 {terms.pay_share * 100:.0f}% 的全部或部分")
    if terms.used_for:
        said.append("考核结果用于" + "、".join(terms.used_for))
    said += [_FAILED[each] for each in (terms.on_fail, terms.on_fail_again) if each in _FAILED]
    return "；".join(said) + "。" if said else "合同没有写明"


def _open(contract: Contract, questions: Iterable[Ambiguity]) -> str:
    terms = contract.assessment
    said = [f"{each.id} {each.question}（拟定：{each.proposal}）" for each in questions]
    if terms is None or not terms.indicators:
        said.append("合同没有写明考核指标和合格线，本表所列为拟定，须双方书面确认")
    return "；".join(said) or "无"
