"""What is due how often, what stands in for it, and what is made once only."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from hmaint.app.bundle import Request, quarterly
from hmaint.app.bundle_make import spans_of
from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.model.period import Period, read_period
from tests.app.bundled import inspect, make_world

Q4 = Request("icu", "2026Q4")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("hmaint.report.pdf._office", lambda: None)
    return make_world(tmp_path)


def demand(world: World, per: str, document: str) -> None:
    text = (
        "schema: hmaint.contract/1\nid: s3\ntitle: 分级服务\n"
        f"documents: [{{id: {document}, name: {document}}}]\n"
        f"obligations: [{{id: A-1, title: 应交, kind: bundle, per: {per}, evidence: [{document}]}}]\n"
    )
    (world.workspace.root / "contracts" / "s3.yaml").write_text(text, "utf-8")


def quarter(text: str = "2026Q4") -> Period:
    found = read_period(text)
    assert found is not None
    return found


def test_weeks_of_a_quarter_are_those_whose_monday_lies_in_it() -> None:
    weeks = spans_of(quarter(), "week")
    assert len(weeks) == 13
    assert (weeks[0].name, weeks[0].first, weeks[0].last) == (
        "2026-W41",
        date(2026, 10, 5),
        date(2026, 10, 11),
    )
    assert weeks[-1].first == date(2026, 12, 28)
    assert spans_of(quarter("2027Q1"), "week")[0].first == date(2027, 1, 4)


def test_what_is_due_on_an_occasion_is_due_in_no_span() -> None:
    assert spans_of(quarter(), "if_any") == ()
    assert [span.name for span in spans_of(quarter(), "month")] == ["2026-10", "2026-11", "2026-12"]


def test_each_week_without_an_inspection_is_missing_by_its_days(world: World) -> None:
    demand(world, "week", "inspection_record")
    missing = quarterly(world, Q4).lacks
    assert len(missing) == 11, "two of thirteen weeks had an inspection"
    reasons = {lack.period: lack.reason for lack in missing}
    assert "2026-10-05 至 2026-10-11" not in reasons
    assert "2026-11-09 至 2026-11-15" not in reasons
    assert reasons["2026-10-12 至 2026-10-18"] == "记录中没有该期间的内容，无法生成。"
    assert reasons["2026-11-23 至 2026-11-29"] == "该期间尚未结束，目前没有登记。"
    assert reasons["2026-11-30 至 2026-12-06"] == "该期间尚未开始。"


def test_an_inspection_that_is_not_the_deep_one_is_no_health_report(world: World) -> None:
    demand(world, "quarter", "health_report")
    bundled = quarterly(world, Request("icu", "2026Q3"))
    assert bundled.papers == []
    assert [(lack.title, lack.reason) for lack in bundled.lacks] == [
        ("health_report", "记录中没有该期间的内容，无法生成。")
    ]


def test_what_tells_how_things_stand_today_is_made_once_of_the_newest_inspection(world: World) -> None:
    demand(world, "quarter", "rectification")
    (made,) = quarterly(world, Q4).made
    assert made.sources == ("R-20261110-090000-icu",)
    finding = world.records.findings("icu")[0].finding.id
    world.records.note(finding, "已扩容", "solution", "张工", world.clock.now())
    assert quarterly(world, Q4).made == []
    inspect(world, "R-20261120-090000-icu", datetime(2026, 11, 20, 9, tzinfo=CHINA))
    (newer,) = quarterly(world, Q4).made
    assert (newer.sources, newer.version) == (("R-20261120-090000-icu",), 1)


def test_a_database_is_never_asked_for_a_bundle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    demand(world, "quarter", "schema_doc")

    def touched(*_asked: object) -> None:
        raise AssertionError("a bundle looked at a database")

    monkeypatch.setattr("hmaint.app.schema_doc.told_of", touched)
    (lack,) = quarterly(world, Q4).lacks
    assert lack.reason == "没有登记；须先读取数据库生成（hmaint schema-doc --report）。"
