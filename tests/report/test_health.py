"""The health report as data: nothing that was not seen, and everything beside what it was last time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hmaint.model.difference import Gap
from hmaint.model.playbook import Level
from hmaint.report.agreement import disagreements
from hmaint.report.form import find_form
from hmaint.report.health import Quarter, health_report
from hmaint.report.health_figures import change, figure
from tests.report import quarters, runs


def told(quarter: Quarter) -> dict[str, Any]:
    return health_report(quarter, runs.inventory())


def block(data: dict[str, Any], part: str, name: str) -> dict[str, Any]:
    return next(each for each in data[part] if each["name"].startswith(name))


def test_each_figure_stands_beside_that_of_the_last_quarter() -> None:
    data = told(quarters.quarter())
    rows = block(data, "servers", "icu-db-1")["figures"]
    disk = next(row for row in rows if row["subject"] == "/data")
    assert (disk["now"], disk["before"], disk["change"]) == ("88.4%", "82.2%", "+6.2 个百分点")
    assert disk["result"] == "严重"
    assert rows.index(disk) < rows.index(next(row for row in rows if row["subject"] == "/"))


def test_the_first_quarter_compares_with_nothing_and_says_so() -> None:
    data = told(quarters.quarter(first=True))
    assert "没有同一方案的上一次记录可比" in data["compared"]
    assert data["changes"] == []
    assert {row["before"] for row in block(data, "servers", "icu-db-1")["figures"]} == {"—"}


def test_what_changed_is_listed_and_what_is_worse_leads() -> None:
    data = told(quarters.quarter())
    kinds = [row["kind"] for row in data["changes"]]
    assert kinds[0] == "新出现"
    assert "新出现 1 项" in data["compared"]


def test_many_new_checks_of_one_target_are_one_row() -> None:
    quarter = quarters.quarter()
    assert quarter.difference is not None
    gaps = tuple(Gap("icu-db-1", f"x.{n}", f"检查 {n}", "该次巡检没有这一项") for n in range(40))
    data = told(replace(quarter, difference=replace(quarter.difference, examined=gaps)))
    rows = [row for row in data["changes"] if row["kind"] == "上次未检查"]
    assert [row["what"].endswith("等 40 个：该次巡检没有这一项") for row in rows] == [True]


def test_a_target_that_was_lost_has_no_figures_and_is_not_called_fine() -> None:
    portal = block(told(quarters.quarter()), "others", "portal")
    assert portal["figures"] == []
    assert portal["conclusion"].startswith("未能检查，性能与状态不明")


def test_a_figure_of_a_check_that_could_not_judge_is_not_called_fine() -> None:
    quarter = quarters.quarter()
    checks = tuple(
        replace(check, level=Level.UNKNOWN, findings=()) if check.id == "x.cpu" else check
        for check in quarter.run.checks
    )
    data = told(replace(quarter, run=replace(quarter.run, checks=checks)))
    rows = block(data, "servers", "icu-app-1")["figures"]
    assert [row["result"] for row in rows if row["item"] == "CPU 使用率"] == ["未能检查"]


def test_a_figure_that_was_only_read_is_neither_fine_nor_bad() -> None:
    quarter = quarters.quarter()
    checks = tuple(
        replace(check, level=Level.SKIPPED, findings=()) if check.id == "x.cpu" else check
        for check in quarter.run.checks
    )
    data = told(replace(quarter, run=replace(quarter.run, checks=checks)))
    rows = [row for row in block(data, "servers", "icu-app-1")["figures"] if row["item"] == "CPU 使用率"]
    assert [(row["result"], row["bad"]) for row in rows] == [("未作判断", False)]


def test_what_is_urgent_names_the_overdue_the_grave_and_the_unseen() -> None:
    urgent = told(quarters.quarter())["urgent"]
    assert "2 项问题已超过整改时限" in urgent
    assert "高风险 1 项：icu-db-1 磁盘空间使用率" in urgent
    assert "1 项未能检查" in urgent


def test_capacity_tells_dates_with_their_interval_and_what_cannot_be_told() -> None:
    rows = {row["subject"].split(" ")[0]: row for row in told(quarters.quarter())["capacity"]}
    assert "90% 区间" in rows["/data"]["outlook"] or "2027" in rows["/data"]["outlook"]
    assert rows["/"]["outlook"].startswith("无趋势")
    assert rows["/"]["monthly"] == "—"
    assert "/new" not in rows
    assert "icu-db-1 /new，历史读数不足 5 天，不作预测" in told(quarters.quarter())["capacity_conclusion"]


def test_a_disk_that_may_be_full_within_a_quarter_must_be_acted_on() -> None:
    near = quarters.forecast("/data", 66.0, 2.9, 12)
    quarter = replace(
        quarters.quarter(),
        prospect=replace(quarters.prospect(), forecasts=(near,), sentences=("约 20 天后写满",)),
    )
    data = told(quarter)
    assert data["capacity"][0]["soon"]
    assert "须尽快清理或扩容" in data["capacity_conclusion"]
    assert "1 项存储可能在 90 天内写满" in data["urgent"]


def test_data_and_form_agree_in_every_shape() -> None:
    form = find_form("health-report", None)
    for quarter in (
        quarters.quarter(),
        quarters.quarter(first=True),
        Quarter(runs.usual()[0]),
        Quarter(runs.crowd(12, 20)),
    ):
        assert disagreements(told(quarter), form.fields) == []


def test_equal_data_has_an_equal_digest_whenever_it_is_printed() -> None:
    one = health_report(quarters.quarter(), runs.inventory(), version=1)
    two = health_report(quarters.quarter(), runs.inventory(), version=2, generated_at=runs.BEGUN)
    assert one["digest"] == two["digest"]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (88.4, "%", "88.4%"),
        (12.0, "个", "12 个"),
        (28412.4, "MB", "28,412 MB"),
        (0.0412, "", "0.04"),
        (3, "", "3"),
    ],
)
def test_figures_have_as_many_digits_as_tell_something(value: float, unit: str, shown: str) -> None:
    assert figure(value, unit) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(2.3, "+2.3 个百分点"), (-2.3, "−2.3 个百分点"), (0.0, "持平"), (0.001, "持平")]
)
def test_changes_say_which_way(value: float, shown: str) -> None:
    assert change(value, "%") == shown
