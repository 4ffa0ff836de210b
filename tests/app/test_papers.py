"""The forms that are told from records: the running table of visits, and the sheet of what is to be put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hmaint.app.documents import issue_document
from hmaint.app.gather import GATHERERS, Options
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.load.workspace import Workspace
from hmaint.model.playbook import Level
from hmaint.model.run import Check
from hmaint.report.agreement import disagreements
from hmaint.report.form import find_form
from hmaint.store.records import Records
from tests.store.samples import NOON, a_check, a_finding, a_run, a_target

INVENTORY = """
version: 1
hospital: {name: 青海示范医院, department: 信息科}
vendor: {name: 某某公司, project_manager: 王经理}
sites:
  icu: {name: 重症监护系统, contract: icu, hosts: {icu-app-1: {address: 10.1.2.11}}}
  lis: {name: 检验系统, hosts: {lis-1: {address: 10.1.2.21}}}
"""
TODAY = datetime(2026, 12, 20, 15, 0, tzinfo=CHINA)


class _Clock:
    def now(self) -> datetime:
        return TODAY

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nothing here waits, not even {seconds} s")


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "inventory.yaml").write_text(INVENTORY, "utf-8")
    return World(Workspace(tmp_path, tmp_path / "inventory.yaml"), _Clock(), {}, "张工", "zhang")


def keep(records: Records, name: str, checks: Sequence[Check], **more: Any) -> None:
    day = more.pop("day", 0)
    run = replace(a_run(name, site=more.pop("site", "icu"), day=day), **more)
    records.begin_run(run)
    # A visit is later than the beginning of its run, and on the disk before the run is closed.
    records.append(name, run.site, a_target(), checks, [])
    records.finish_run(name, run.started_at + timedelta(minutes=1), Level.OK)


def told(world: World, form: str, **asked: str) -> Told:
    return GATHERERS[form](world, "icu", Options(**asked))


def rows(told_: Told, name: str) -> list[dict[str, Any]]:
    found = told_.data[name]
    assert isinstance(found, list)
    return found


class TestMaintenanceLog:
    FORM = "maintenance-log"

    def test_a_row_a_visit_over_the_year_of_the_newest(self, world: World) -> None:
        keep(world.records, "R-old", [a_check()], day=-400)
        keep(world.records, "R-1", [a_check()], day=-200)
        keep(world.records, "R-2", [a_check(a_finding(level=Level.CRITICAL))])
        log = told(world, self.FORM)
        assert [row["date"] for row in rows(log, "visits")] == ["2026-05-05", "2026-11-21"]
        assert rows(log, "visits")[0]["servers"] == "1 台，检查 1 项，均正常（磁盘）"
        assert rows(log, "visits")[1]["servers"] == "1 台，检查 1 项：1 项异常（磁盘：严重 1）"
        assert rows(log, "visits")[1]["system"] == "本次未检查"
        assert "F-icu-app-1-disk-/data" in rows(log, "visits")[1]["remark"]
        assert log.sources == ("2026",)
        assert log.data["contract"] == "icu"

    def test_a_further_visit_makes_a_further_version_of_the_same_document(self, world: World) -> None:
        keep(world.records, "R-1", [a_check()])
        first = issue_document(world, self.FORM, "icu", told(world, self.FORM))
        keep(world.records, "R-2", [a_check()], day=3)
        second = issue_document(world, self.FORM, "icu", told(world, self.FORM))
        assert (first.number, first.version) == (second.number, second.version - 1)
        assert first.digest != second.digest

    def test_the_remark_names_the_documents_of_the_visit(self, world: World) -> None:
        keep(world.records, "R-1", [a_check()])
        sheet = issue_document(world, "inspection-record", "icu", told(world, "inspection-record"))
        assert f"文件 {sheet.number}" in rows(told(world, self.FORM), "visits")[0]["remark"]

    def test_runs_of_one_day_are_one_visit_as_it_was_seen_last(self, world: World) -> None:
        keep(world.records, "R-1", [a_check(a_finding())])
        keep(world.records, "R-2", [a_check()], started_at=NOON + timedelta(hours=2))
        (row,) = rows(told(world, self.FORM), "visits")
        assert row["servers"] == "1 台，检查 1 项，均正常（磁盘）；另有 1 项异常已于当日消除"
        assert "R-1、R-2" in row["remark"]

    def test_other_sites_other_commands_and_other_playbooks_are_no_visits(self, world: World) -> None:
        keep(world.records, "R-1", [a_check()], site="lis")
        keep(world.records, "R-2", [a_check()], command="upgrade")
        keep(world.records, "R-3", [a_check()], playbook="inspect/weekly")
        keep(world.records, "R-4", [a_check()], day=1)
        assert len(rows(told(world, self.FORM), "visits")) == 2
        log = told(world, self.FORM, of="inspect/mon*")
        assert [row["date"] for row in rows(log, "visits")] == ["2026-11-22"]
        assert log.sources == ("2026", "inspect/mon*")

    @pytest.mark.parametrize(("period", "days"), [("2026Q4", 1), ("2026-05", 1), ("2026", 2)])
    def test_a_period_can_be_named(self, world: World, period: str, days: int) -> None:
        keep(world.records, "R-1", [a_check()], day=-200)
        keep(world.records, "R-2", [a_check()])
        assert len(rows(told(world, self.FORM, period=period), "visits")) == days

    @pytest.mark.parametrize("period", ["2026-13", "last year", "2024"])
    def test_a_period_that_is_none_or_empty_is_refused(self, world: World, period: str) -> None:
        keep(world.records, "R-1", [a_check()])
        with pytest.raises(WrongUsage):
            told(world, self.FORM, period=period)

    def test_no_visit_at_all_is_refused(self, world: World) -> None:
        with pytest.raises(WrongUsage):
            told(world, self.FORM)

    def test_data_and_form_agree(self, world: World) -> None:
        keep(world.records, "R-1", [a_check(a_finding())])
        assert disagreements(told(world, self.FORM).data, find_form(self.FORM, None).fields) == []


class TestRectification:
    FORM = "rectification"

    def items(self, world: World, **asked: str) -> list[dict[str, Any]]:
        return rows(told(world, self.FORM, **asked), "items")

    def test_findings_come_with_their_term_counted_from_the_day_they_came_up(self, world: World) -> None:
        keep(world.records, "R-1", [a_check(a_finding())], day=-2)
        keep(world.records, "R-2", [a_check(a_finding(level=Level.CRITICAL))])
        (item,) = self.items(world)
        assert item["since"] == "2026-11-19"
        assert item["source"] == "R-1"
        assert item["risk"] == "高（严重）"
        assert item["due"] == "2026-11-25（3 个工作日，拟定），已逾期 25 天"
        assert item["standing"] == "持续存在，已逾期"
        assert item["measure"] == "拟定：清理或扩容"
        assert (item["owner"], item["done"]) == ("", "")

    def test_the_term_is_the_contract_s_where_it_has_one(self, world: World) -> None:
        (world.workspace.root / "contracts").mkdir()
        contract = "schema: hmaint.contract/1\nid: icu\ntitle: 示例\nrectification: {warning: 10wd}\n"
        (world.workspace.root / "contracts" / "icu.yaml").write_text(contract)
        keep(world.records, "R-1", [a_check(a_finding())])
        assert self.items(world)[0]["due"].startswith("2026-12-04（10 个工作日，合同约定）")

    def test_what_a_later_run_saw_gone_is_told_with_that_run_and_never_as_done_on_a_day(
        self, world: World
    ) -> None:
        keep(world.records, "R-1", [a_check(a_finding(), a_finding("/log"))])
        keep(world.records, "R-2", [a_check(a_finding("/log"))], day=5)
        world.records.note("F-icu-app-1-disk-/data", "已扩容 200 GB", "solution", "张工", TODAY)
        open_item, gone = self.items(world, run="R-1")
        assert gone["standing"] == "已消除"
        assert gone["recheck"] == "记录 R-2 复查已消除：1 项"
        assert gone["done"] == "不晚于 2026-11-26"
        assert gone["measure"] == "已扩容 200 GB"
        assert gone["risk"] == "中（警告）"
        assert open_item["recheck"] == "记录 R-2 最近一次看到，此后未见消除"
        summary = told(world, self.FORM, run="R-1").data["summary"]
        assert summary == "共 2 项：待整改 1 项（其中逾期 0 项），已消除 1 项，已关闭 0 项"

    def test_what_a_person_closed_is_not_called_done(self, world: World) -> None:
        keep(world.records, "R-1", [a_check(a_finding())])
        closed = NOON + timedelta(days=3)
        world.records.close("F-icu-app-1-disk-/data", "医院接受此风险", "李老师", closed)
        (item,) = self.items(world)
        assert (item["standing"], item["done"]) == ("已关闭", "")
        assert item["recheck"] == "由 李老师 关闭，未经复查：医院接受此风险"

    def test_the_sheet_of_an_earlier_run_has_what_was_alive_then(self, world: World) -> None:
        keep(world.records, "R-1", [a_check(a_finding())])
        keep(world.records, "R-2", [a_check(a_finding(), a_finding("/log"))], day=5)
        assert len(self.items(world, run="R-1")) == 1
        assert len(self.items(world)) == 2
        assert told(world, self.FORM, run="R-1").sources == ("R-1",)

    def test_nothing_to_put_right_is_said_of_what_was_examined_alone(self, world: World) -> None:
        keep(world.records, "R-1", [a_check()])
        sheet = told(world, self.FORM)
        assert sheet.data["no_items"] == "在已检查的内容中，没有须整改的问题"
        keep(world.records, "R-2", [a_check(level=Level.UNKNOWN)], day=1)
        sheet = told(world, self.FORM)
        assert sheet.data["no_items"] == "该次记录未检查到任何内容，有无须整改的问题不明"
        assert "另有 1 处未能检查" in str(sheet.data["unexamined"])

    def test_no_run_or_another_site_s_is_refused(self, world: World) -> None:
        with pytest.raises(WrongUsage):
            told(world, self.FORM)
        keep(world.records, "R-1", [a_check()], site="lis")
        with pytest.raises(WrongUsage):
            told(world, self.FORM, run="R-1")

    def test_it_is_issued_and_says_when_it_was_drawn_up(self, world: World) -> None:
        keep(world.records, "R-1", [a_check(a_finding())])
        document = issue_document(world, self.FORM, "icu", told(world, self.FORM))
        assert document.sources == ("R-1",)
        assert told(world, self.FORM).data["until"] == "2026-12-20"
        assert told(world, self.FORM).day == date(2026, 11, 21)

    def test_an_empty_sheet_can_be_issued_too(self, world: World) -> None:
        keep(world.records, "R-1", [a_check()])
        assert issue_document(world, self.FORM, "icu", told(world, self.FORM)).version == 1
