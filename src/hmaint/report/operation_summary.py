"""系统运行汇总报告 as data: how a system ran, as far as the records tell it, and plainly what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hmaint.model.inventory import Endpoint, Inventory
from hmaint.model.playbook import Level
from hmaint.report.digest import digest
from hmaint.report.health_capacity import capacity_rows
from hmaint.report.health_changes import change_rows
from hmaint.report.health_figures import figure
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.questions import ambiguity_rows
from hmaint.report.rows import Row
from hmaint.report.stretch import Stretch, by_urgency
from hmaint.report.stretch_rows import (
    compared_words,
    inspection_rows,
    last_day,
    missing_months,
    none_open,
    open_rows,
    open_words,
    span_words,
    tallied,
)
from hmaint.report.unexamined import gaps
from hmaint.report.wording import brief, moment, tally

TITLE = "系统运行汇总报告"
_FIGURES = 60
_PLANNED = 20
_BLANK = 2
AVAILABILITY = (
    "故障登记与停机时间不在记录中，停机时间和可用率不作计算，由维护单位另行填报。"
    "下表是巡检时对服务接口的探测结果，只说明探测当时的状态。"
)
INCIDENTS = "故障登记不在记录中，本期有无故障不能由记录得出，由维护单位另行填报。"

NOTHING_SEEN = "两次巡检之间没有看到配置变化（以已检查的内容为限）"
NOTHING_HELD = "没有可比的记录，有无变更不明"


@dataclass(frozen=True, slots=True)
class Course:
    """A figure over the period: what it is called, and its readings, oldest first."""

    target: str
    item: str
    unit: str
    values: Sequence[float]


def operation_summary(
    stretch: Stretch, courses: Sequence[Course], inventory: Inventory, site: str, generated_at: datetime
) -> dict[str, object]:
    """Tell some months as the form `operation-summary` has them."""
    data = {
        **parties(inventory, site, TITLE),
        "number": stretch.period.name,
        "record": f"{stretch.period.name} {site}，巡检 {len(stretch.inspections)} 次",
        **span_words(stretch),
        "overall": _overall(stretch),
        "availability": AVAILABILITY,
        "probes": _probes(stretch, inventory, site),
        "incident_summary": INCIDENTS,
        "incidents": [],
        "inspections": inspection_rows(stretch.inspections),
        "anomalies": open_rows(stretch),
        "no_anomalies": none_open(stretch),
        "performance": _performance(courses),
        "capacity": capacity_rows(stretch.forecasts, stretch.sentences, stretch.until),
        "data_checks": _data_checks(stretch),
        "compared": compared_words(stretch),
        "changes": _changes(stretch),
        "no_changes": NOTHING_SEEN if stretch.difference else NOTHING_HELD,
        "plan": _plan(stretch),
        "unrecorded": _unrecorded(stretch),
        "ambiguities": ambiguity_rows(stretch.ambiguities),
        "version": 1,
        "generated_at": moment(generated_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _overall(stretch: Stretch) -> str:
    runs = stretch.inspections
    total = sum(run.examined for run in runs)
    seen = f"本期巡检 {len(runs)} 次，检查 {total} 项次（{tallied(runs)}）"
    return f"{seen}；{open_words(stretch)}。故障与停机没有记录可依，见第九部分。"


def _probes(stretch: Stretch, inventory: Inventory, site: str) -> list[Row]:
    known = inventory.sites.get(site)
    places = {each.name: _place(each) for each in known.endpoints} if known else {}
    seen: dict[str, list[Level]] = {}
    for run in stretch.inspections:
        for name, level in run.probes.items():
            seen.setdefault(name, []).append(level)
    return [
        {
            "number": number,
            "name": brief(name),
            "address": brief(places.get(name, "")),
            "times": len(levels),
            "up": levels.count(Level.OK),
            "down": sum(level in (Level.WARNING, Level.CRITICAL) for level in levels),
            "unknown": levels.count(Level.UNKNOWN),
        }
        for number, (name, levels) in enumerate(seen.items(), start=1)
    ]


def _place(each: Endpoint) -> str:
    asked = (each.url, each.tcp, each.tls, each.ntp, each.dns, each.ldap, each.smtp, each.ftp, each.ssh)
    return next((word for word in (*asked, each.dicom, each.mllp) if word), "")


def _performance(courses: Sequence[Course]) -> list[Row]:
    return [
        {
            "number": number,
            "target": brief(each.target),
            "item": brief(each.item),
            "first": figure(each.values[0], each.unit),
            "last": figure(each.values[-1], each.unit),
            "highest": figure(max(each.values), each.unit),
            "readings": len(each.values),
        }
        for number, each in enumerate(courses[:_FIGURES], start=1)
    ]


def _data_checks(stretch: Stretch) -> list[Row]:
    return [
        {
            "number": number,
            "time": moment(run.head.started_at),
            "playbook": f"{brief(run.head.playbook_title)}（{brief(run.head.playbook)}）",
            "result": f"检查 {run.examined} 项：{tally([Level(n) for n, c in run.counts.items() for _ in range(c)])}",
            "record": run.head.id,
        }
        for number, run in enumerate(stretch.data_checks, start=1)
    ]


def _changes(stretch: Stretch) -> list[Row]:
    """Only what was set up otherwise; findings that came and went are told as findings."""
    if stretch.difference is None:
        return []
    bare = replace(
        stretch.difference, new=(), gone=(), worse=(), better=(), unexamined=(), examined=(), undecided=()
    )
    return change_rows(bare)


def _plan(stretch: Stretch) -> list[Row]:
    """What the records show to be done next; the rest people write."""
    wanted = [
        (
            f"整改：{brief(each.finding.title)}（{each.where}）",
            f"{each.term.day:%Y-%m-%d}" if each.term else "",
        )
        for each in by_urgency(stretch.open, last_day(stretch))
    ]
    more = len(wanted) - _PLANNED
    wanted = wanted[:_PLANNED] + ([(f"整改其余 {more} 项未关闭的异常", "")] if more > 0 else [])
    missed = len(gaps(stretch.last)) if stretch.last else 0
    if missed:
        wanted.append((f"补查最近一次巡检未能检查的 {missed} 处内容", ""))
    wanted += [("", "")] * _BLANK
    return [
        {"number": number, "what": what, "owner": "", "due": due}
        for number, (what, due) in enumerate(wanted, start=1)
    ]


def _unrecorded(stretch: Stretch) -> list[Row]:
    missing = missing_months(stretch)
    told = [
        ("故障、停机时间与可用率", "故障登记不在记录中；巡检探测只说明探测当时的状态"),
        ("升级与人工变更", "只列出两次巡检之间看得到的配置变化；没有被检查的内容可能有变更"),
        ("业务响应时间", "没有持续监测，性能读数只在巡检当时取得"),
    ]
    told += [(f"{'、'.join(missing)} 的运行情况", "当月没有巡检记录")] if missing else []
    told += [] if stretch.data_checks else [("数据准确性与完整性", "本期没有数据检查记录")]
    missed = sum(run.counts[Level.UNKNOWN] for run in stretch.inspections)
    told += (
        [(f"未能检查的 {missed} 项次", "各次巡检中未能检查，状况不明，见相应的巡检记录")] if missed else []
    )
    return [{"number": number, "item": item, "why": why} for number, (item, why) in enumerate(told, start=1)]
