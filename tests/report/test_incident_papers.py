"""What documents tell of incidents and of plans: what the entries say, what nobody said, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hmaint.duty.incident import fold
from hmaint.duty.incident_view import View, view
from hmaint.duty.recurrence import repeats
from hmaint.model.contract import Contract
from hmaint.model.inventory import Hospital, Inventory, Vendor
from hmaint.model.period import read_period
from hmaint.report.agreement import disagreements
from hmaint.report.estate_known import Drilled, Known, Measured, drill_rows, levels
from hmaint.report.form import find_form
from hmaint.report.incident_month import Month, incident_month
from hmaint.report.incident_report import incident_report
from tests.duty.incidents import at, entry, profile, told

NOW = at("2026-03-10 09:00:00")
FULL: dict[str, object] = {
    "scope": "department",
    "interruption": "full",
    "rooms": 1,
    "effects": ["treatment"],
}


@pytest.fixture
def inventory() -> Inventory:
    from pathlib import Path  # noqa: PLC0415 - only a name of a file that is not there

    return Inventory(Path("inventory.yaml"), Hospital("某某医院", "信息科"), Vendor("某某公司"), {})


def seen(
    body: dict[str, object], *events: tuple[str, str], contract: Contract | None = None, number: str = "I-1"
) -> View:
    incident = fold(told("2026-03-05 09:00:00", body, *events))
    assert incident is not None
    return view(replace(incident, id=number), contract or profile("s3"), NOW)


def rows(data: dict[str, object], name: str) -> list[dict[str, object]]:
    found = data[name]
    assert isinstance(found, list)
    return found


def test_a_report_of_an_incident_nobody_touched_claims_nothing(inventory: Inventory) -> None:
    data = incident_report(seen({}), [], [], inventory)
    assert disagreements(data, find_form("incident-report", None).fields) == []
    assert data["scope"] == "未填写"
    assert "拟定，未经确认" in str(data["level"])
    assert str(data["duration"]).startswith("尚未恢复，截至 2026-03-10 09:00 已 ")
    assert data["recurrence"] == "未关联到以往同类故障"
    assert (data["cause"], data["root_cause"], data["solution"], data["summary"], data["actions"]) == (
        "",
        "",
        "",
        "",
        [],
    )
    assert [row["point"] for row in rows(data, "timeline")] == ["报修"]


def test_a_report_tells_the_clocks_met_missed_and_what_is_not_judged(inventory: Inventory) -> None:
    events = (("responded", "2026-03-05 09:20:00"), ("resolved", "2026-03-05 13:30:00"))
    data = incident_report(seen(FULL, *events), [], [], inventory)
    results = {row["clock"]: (row["limit"], row["due"], row["result"]) for row in rows(data, "clocks")}
    assert results["响应（严重故障）"] == ("30 分", "2026-03-05 09:30", "达标")
    assert results["恢复（严重故障）"] == ("4 小时", "2026-03-05 13:00", "超时")
    assert results["到场（严重故障）"] == ("2 小时", "—", "不适用")
    # Thursday the 5th; then Friday, Monday and Tuesday.
    assert data["due"] == "2026-03-10（解决后 3 个工作日，S3-2.4.3）"
    assert data["duration"] == "4 小时 30 分（2026-03-05 09:00 至 2026-03-05 13:30）"
    simple = seen({"difficulty": "simple"}, ("resolved", "2026-03-05 09:12:00"), contract=profile("s0"))
    (clock,) = rows(incident_report(simple, [], [], inventory), "clocks")
    assert (clock["limit"], clock["due"], clock["result"]) == ("立即", "—", "实测 12 分，不判定")


def test_a_report_says_whose_date_it_goes_by_and_when_there_is_none(inventory: Inventory) -> None:
    closed = (("resolved", "2026-03-05 10:00:00"), ("closed", "2026-03-05 11:00:00"))
    undated = incident_report(seen(FULL, *closed, contract=profile("s0")), [], [], inventory)
    assert undated["due"] == "合同未写期限（S0-2.3b）；A0-4 拟按 2026-03-10，待书面确认"
    assert (
        incident_report(seen(FULL, *closed, contract=profile("s2")), [], [], inventory)["due"]
        == "合同未要求（自愿提交）"
    )
    assert incident_report(seen(FULL), [], [], inventory)["due"] == "故障结束后 3 个工作日内（S3-2.4.3）"


def test_a_month_counts_each_incident_once_and_hides_no_gap(inventory: Inventory) -> None:
    done = (("responded", "2026-03-05 09:05:00"), ("resolved", "2026-03-05 09:50:00"))
    first = seen(FULL, *done, number="I-1")
    second = seen({"scope": "person", "interruption": "minor"}, number="I-2")
    linked = replace(second.incident, links=("I-1",))
    second = replace(second, incident=linked)
    period = read_period("2026-03")
    assert period is not None
    groups = repeats([first.incident, linked])
    data = incident_month(Month(period, "icu", [first, second], groups, NOW), inventory)
    assert disagreements(data, find_form("incident-monthly", None).fields) == []
    assert str(data["summary"]).startswith("登记故障 2 起，已解决 1 起")
    assert "重复故障 1 类" in str(data["summary"])
    assert "级别未经确认 2 起" in str(data["summary"])
    assert data["as_of"] == "本期尚未结束，以下为截至 2026-03-10 09:00 的情况。"
    *kinds, total = rows(data, "matrix")
    assert (len(kinds), total["count"], total["solved"], total["late"]) == (2, 2, 1, 1)
    assert sum(int(str(row["minutes"])) for row in kinds) == total["minutes"]
    assert {row["id"] for row in rows(data, "overdue")} == {"I-2"}
    assert [row["cause"] for row in rows(data, "causes")] == ["原因未填写"]


def test_a_month_without_incidents_says_that_none_is_on_record(inventory: Inventory) -> None:
    period = read_period("2026-02")
    assert period is not None
    data = incident_month(Month(period, "icu", [], [], NOW), inventory)
    assert disagreements(data, find_form("incident-monthly", None).fields) == []
    assert (data["summary"], data["as_of"]) == ("本期没有登记故障。", "")


def test_a_month_without_a_contract_says_that_clocks_were_not_computed(inventory: Inventory) -> None:
    period = read_period("2026-03")
    assert period is not None
    bare = replace(seen(FULL), contract=None, timers=(), duties=(), proposal=None)
    data = incident_month(Month(period, "icu", [bare], [], NOW), inventory)
    assert "没有可用的合同，时限未计算 1 起" in str(data["summary"])


def test_a_late_entry_is_marked_in_the_timeline(inventory: Inventory) -> None:
    story = told("2026-03-05 09:00:00", FULL)
    story.append(replace(entry("responded", at("2026-03-05 09:05:00"), 5), recorded_at=NOW))
    incident = fold(story)
    assert incident is not None
    data = incident_report(view(incident, profile("s3"), NOW), [], [], inventory)
    assert [row["note"] for row in rows(data, "timeline")] == ["", "（补录）"]


def test_plans_take_levels_from_the_contract_and_invent_none() -> None:
    graded = levels(Known(profile("s3")), ("领导小组", "现场指挥", "技术处置组"), "空")
    assert [(row["level"], row["response"], row["arrival"], row["restore"]) for row in graded] == [
        ("P1 级 重大故障", "15 分", "1 小时（如需）", "2 小时"),
        ("P2 级 严重故障", "30 分", "2 小时（如需）", "4 小时（须恢复，替代不算）"),
        ("P3 级 一般故障", "2 小时", "空", "24 小时（处理完成）"),
    ]
    assert graded[0]["command"] == "领导小组"
    classed = levels(Known(profile("s2")), ("领导小组",), "空")
    assert [
        (row["level"], row["response"], row["arrival"], row["restore"], row["command"]) for row in classed
    ] == [
        ("平台故障", "15 分", "空", "尽快（合同未写数字）", "空"),
        ("突发事故", "空", "12 小时", "空", "空"),
    ]
    assert levels(Known(), ("领导小组",), "空") == []


def test_plans_tell_the_last_drill_of_each_kind_and_never_claim_one() -> None:
    planned = (("数据库恢复（隔离环境）", "实战", "每季度"), ("网络中断", "桌面推演", "每年"))
    held = (
        Drilled("D-3", "网络中断桌面推演", "核心交换机停机", "桌面推演", date(2026, 3, 1), "达到目标"),
        Drilled("D-2", "网络演练", "线路中断", "桌面推演", date(2025, 3, 1), "未达到"),
        Drilled("D-1", "疏散", "火警", "实战", date(2025, 1, 1), ""),
    )
    measured = {"icu-full": Measured("9 分", date(2026, 2, 1)), "old": Measured("8 分", date(2025, 2, 1))}
    told_rows = drill_rows(Known(None, measured, held), planned, "空", "无演练记录")
    assert [(row["number"], row["what"], row["last"]) for row in told_rows] == [
        (1, "数据库恢复（隔离环境）", "2026-02-01 icu-full 实测恢复 9 分"),
        (2, "网络中断", "2026-03-01 达到目标（D-3）"),
        (3, "疏散", "2025-01-01 结果未填写（D-1）"),
    ]
    assert {row["last"] for row in drill_rows(Known(), planned, "空", "无演练记录")} == {"无演练记录"}
