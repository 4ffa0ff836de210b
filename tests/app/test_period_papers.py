"""Forms told of some months, of one inspection and of the inventory: seen, missing, and unknown kept apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hmaint.app.gather import GATHERERS, Options
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.load.workspace import Workspace
from hmaint.model.playbook import Level
from hmaint.model.run import Check, RunRecord
from hmaint.report.agreement import disagreements
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from tests.report import quarters, runs

INVENTORY = """
version: 1
hospital: {name: 青海示范医院, department: 信息科}
vendor: {name: 某某公司, project_manager: 王经理, hotline: 0971-6100001}
sites:
  icu:
    name: 重症监护系统
    contract: icu
    hosts: {icu-app-1: {address: 10.1.2.11}, icu-db-1: {address: 10.1.2.12}}
    databases:
      icu-main: {engine: mysql, address: 10.1.2.12, user: ro, password: !secret a}
      his-view: {engine: oracle, address: 10.1.9.2, service: his, user: ro, password: !secret b}
    endpoints: {portal: {url: "https://10.1.2.11/login"}}
    backups:
      icu-full: {host: icu-db-1, path: /backup/full-%Y%m%d.gz, of: icu-main, copies: [{host: icu-app-1, path: /copy}]}
      icu-files: {host: icu-app-1, path: /backup/files-%Y%m%d.gz}
"""
OF_MONTHS = ("inspection-sheet", "operation-summary", "backup-log")


class _Clock:
    today = datetime(2027, 1, 5, 15, 0, tzinfo=CHINA)

    def now(self) -> datetime:
        return self.today

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "inventory.yaml").write_text(INVENTORY, "utf-8")
    return World(Workspace(tmp_path, tmp_path / "inventory.yaml"), _Clock(), {}, "张工", "zhang")


def keep(world: World, run: RunRecord) -> RunRecord:
    world.records.begin_run(run)
    for target in run.targets:
        world.records.append(run.id, run.site, target, [c for c in run.checks if c.target == target.name], [])
    world.records.finish_run(run.id, run.finished_at, run.level)
    return run


def deep(days: int = 0, *, full: bool = False, backup: Level | None = None) -> RunRecord:
    """A quarterly inspection so many days before 21 November: a disk full or not, a look at a backup or none."""
    at = runs.BEGUN - timedelta(days=days)
    bad = frozenset({"disk"} if full else ())
    run = quarters.run_of(f"R-{at:%Y%m%d-%H%M%S}-icu", at, 1 - days / 400, bad=bad)
    if backup is None:
        return run
    found = runs.finding(
        3, "icu-main", check="mysql.backup", category="备份", title="最近一次备份", subject=""
    )
    findings = (found,) if backup is Level.WARNING else ()
    check = Check("mysql.backup", "icu-main", "最近一次备份", "备份", backup, "3 天前", findings)
    return replace(run, checks=(*run.checks, check))


def told(world: World, form: str, **asked: str) -> Told:
    return GATHERERS[form](world, "icu", Options(**asked))


def rows(told_: Told, name: str) -> list[dict[str, Any]]:
    found = told_.data[name]
    assert isinstance(found, list)
    return found


class TestInspectionSheet:
    FORM = "inspection-sheet"

    def test_every_inspection_of_the_quarter_with_its_counts_and_none_of_another(self, world: World) -> None:
        keep(world, deep(100))
        keep(world, deep(40))
        keep(world, deep())
        sheet = told(world, self.FORM)
        assert sheet.sources == ("2026Q4",)
        assert [row["record"] for row in rows(sheet, "inspections")] == [
            "R-20261012-093012-icu",
            "R-20261121-093012-icu",
        ]
        assert rows(sheet, "inspections")[1]["unknown"] == 1
        assert sheet.data["summary"] == "巡检 2 次，检查 28 项次：正常 26，警告 0，严重 0，未能检查 2"

    def test_a_month_without_an_inspection_is_named_and_not_called_well(self, world: World) -> None:
        keep(world, deep(40))
        sheet = told(world, self.FORM)
        assert sheet.data["missing"] == "2026-11、2026-12"
        assert "2 个月没有巡检记录，当月状况不明" in str(sheet.data["conclusion"])
        assert "正常" not in str(sheet.data["conclusion"])
        assert [row["inspections"] for row in rows(sheet, "months")] == [1, 0, 0]

    def test_what_was_open_at_the_end_is_listed_even_where_it_went_later(self, world: World) -> None:
        keep(world, deep(full=True))
        keep(world, deep(-50))
        sheet = told(world, self.FORM, period="2026Q4")
        (row,) = rows(sheet, "anomalies")
        assert row["problem"].startswith("磁盘空间使用率（icu-db-1 /data）")
        assert "逾期" in row["due"]
        assert "高风险 1 项" in str(sheet.data["conclusion"])
        assert rows(told(world, self.FORM, period="2027Q1"), "anomalies") == []

    def test_what_went_within_the_quarter_is_told_with_the_run_that_saw_it(self, world: World) -> None:
        keep(world, deep(40, full=True))
        keep(world, deep())
        sheet = told(world, self.FORM)
        assert rows(sheet, "anomalies") == []
        assert sheet.data["no_anomalies"] == "期末没有未关闭的异常（以已检查的内容为限）"
        assert [row["record"] for row in rows(sheet, "resolved")] == ["R-20261121-093012-icu"]
        assert [(row["found"], row["gone"]) for row in rows(sheet, "months")] == [(1, 0), (0, 1), (0, 0)]
        assert "已消除 1 项" in str(sheet.data["compared"])

    def test_a_quarter_that_is_not_over_says_as_of_when(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_Clock, "today", datetime(2026, 11, 25, 9, 0, tzinfo=CHINA))
        keep(world, deep())
        sheet = told(world, self.FORM)
        assert "截至 2026-11-21" in str(sheet.data["as_of"])
        assert sheet.data["missing"] == "2026-10"

    def test_feedback_and_solutions_stand_beside_the_anomaly(self, world: World) -> None:
        keep(world, deep(full=True))
        (alive,) = world.records.spells("icu")
        world.records.note(alive, "已电话告知信息科", "feedback", "张工", runs.ENDED)
        assert rows(told(world, self.FORM), "anomalies")[0]["handling"] == "已反馈：已电话告知信息科"

    def test_what_was_done_before_it_came_again_is_not_told_as_done(self, world: World) -> None:
        keep(world, deep(40, full=True))
        (alive,) = world.records.spells("icu")
        world.records.note(alive, "已清理日志", "solution", "张工", runs.BEGUN - timedelta(days=39))
        assert rows(told(world, self.FORM), "anomalies")[0]["handling"] == "处理：已清理日志"
        keep(world, deep(20))
        last = keep(world, deep(full=True))
        assert rows(told(world, self.FORM), "anomalies")[0]["handling"] == ""
        report = told(world, "inspection-report", run=last.id)
        assert rows(report, "rectification")[0]["measure"] == ""
        assert "未关闭的异常 1 项，其中 1 项没有处理记录" in rows(report, "scopes")[3]["result"]

    def test_a_run_that_reached_nothing_is_no_good_news(self, world: World) -> None:
        keep(world, runs.nothing_reached(2, 3))
        sheet = told(world, self.FORM)
        assert sheet.data["no_anomalies"] == "未检查到任何内容，有无异常不明"
        assert "未能检查 6" in str(sheet.data["summary"])


class TestOperationSummary:
    FORM = "operation-summary"

    def test_it_says_plainly_what_is_not_on_record(self, world: World) -> None:
        keep(world, deep())
        summary = told(world, self.FORM)
        assert "停机时间和可用率不作计算" in str(summary.data["availability"])
        assert "有无故障不能由记录得出" in str(summary.data["incident_summary"])
        items = [row["item"] for row in rows(summary, "unrecorded")]
        assert "故障、停机时间与可用率" in items
        assert "数据准确性与完整性" in items
        assert "2026-10、2026-12 的运行情况" in items
        assert "未能检查的 1 项次" in items

    def test_a_service_that_could_not_be_asked_is_neither_up_nor_down(self, world: World) -> None:
        keep(world, deep())
        (probe,) = rows(told(world, self.FORM), "probes")
        assert (probe["name"], probe["address"]) == ("portal", "https://10.1.2.11/login")
        assert (probe["times"], probe["up"], probe["down"], probe["unknown"]) == (1, 0, 0, 1)

    def test_figures_are_told_from_first_to_last_under_the_name_of_their_check(self, world: World) -> None:
        keep(world, deep(40))
        keep(world, deep())
        figures = {(row["target"], row["item"]): row for row in rows(told(world, self.FORM), "performance")}
        cpu = figures["icu-db-1", "CPU 使用率"]
        assert (cpu["first"], cpu["last"], cpu["readings"]) == ("30.8%", "34.2%", 2)

    def test_without_a_run_to_compare_with_nothing_is_said_of_changes(self, world: World) -> None:
        keep(world, deep())
        assert told(world, self.FORM).data["no_changes"] == "没有可比的记录，有无变更不明"

    def test_data_checks_are_told_apart_from_inspections(self, world: World) -> None:
        keep(world, deep())
        checked = replace(
            deep(-1), id="R-data", command="data-check", playbook="data/icu", playbook_title="数据检查"
        )
        keep(world, checked)
        summary = told(world, self.FORM)
        assert [row["record"] for row in rows(summary, "data_checks")] == ["R-data"]
        assert len(rows(summary, "inspections")) == 1

    def test_what_the_contract_leaves_open_is_told_until_it_is_confirmed(self, world: World) -> None:
        keep(world, deep())
        assert rows(told(world, self.FORM), "ambiguities") == []
        folder = world.workspace.root / "contracts"
        folder.mkdir()
        (folder / "icu.yaml").write_text(
            "schema: hmaint.contract/1\nid: icu\ntitle: 示例\nambiguities:\n"
            "  - {id: A2-3, text: 计划内停机是否计入, proposal: 两个口径都列出, needs: written_confirmation}\n"
            "  - {id: A2-6, text: 序号缺 5, proposal: 提示核对, needs: note}\n",
            "utf-8",
        )
        assert rows(told(world, self.FORM), "ambiguities") == [
            {"id": "A2-3", "question": "计划内停机是否计入", "proposal": "两个口径都列出"}
        ]

    def test_what_is_open_is_planned_with_its_term(self, world: World) -> None:
        keep(world, deep(full=True))
        plan = rows(told(world, self.FORM), "plan")
        assert plan[0]["what"] == "整改：磁盘空间使用率（icu-db-1 /data）"
        assert plan[0]["due"]
        assert [row["what"] for row in plan[-2:]] == ["", ""]


class TestBackupLog:
    FORM = "backup-log"

    def test_a_month_in_which_nobody_looked_at_a_backup_says_so(self, world: World) -> None:
        keep(world, deep())
        log = told(world, self.FORM)
        assert log.sources == ("2026-11",)
        assert "没有检查到备份的任何内容" in str(log.data["conclusion"])
        assert log.data["no_anomalies"] == "未检查到任何内容，有无异常不明"
        assert [row["target"] for row in rows(log, "unexamined")] == ["icu-full", "icu-files", "his-view"]
        assert rows(log, "checks") == []

    def test_what_was_looked_at_is_listed_and_what_was_not_still_is(self, world: World) -> None:
        keep(world, deep(backup=Level.OK))
        log = told(world, self.FORM)
        assert [row["result"] for row in rows(log, "checks")] == ["正常"]
        assert "另有 3 处没有检查，状况不明" in str(log.data["conclusion"])
        assert [row["copies"] for row in rows(log, "backups")] == ["icu-app-1：/copy", "无（只有一份）"]

    def test_an_anomaly_of_a_backup_is_listed_and_no_other(self, world: World) -> None:
        keep(world, deep(full=True, backup=Level.WARNING))
        log = told(world, self.FORM)
        assert [row["problem"].split("（")[0] for row in rows(log, "anomalies")] == ["最近一次备份"]
        assert "其中异常 1 项次" in str(log.data["conclusion"])

    def test_an_anomaly_that_went_is_not_called_never_seen(self, world: World) -> None:
        keep(world, deep(5, backup=Level.WARNING))
        keep(world, deep(backup=Level.OK))
        log = told(world, self.FORM)
        assert rows(log, "anomalies") == []
        assert "本期发现过的见第三部分" in str(log.data["no_anomalies"])

    def test_a_look_that_failed_is_not_examined(self, world: World) -> None:
        keep(world, deep(backup=Level.UNKNOWN))
        log = told(world, self.FORM)
        assert "没有检查到备份的任何内容" in str(log.data["conclusion"])
        assert ("icu-main", "3 天前") in [(row["target"], row["reason"]) for row in rows(log, "unexamined")]


class TestInspectionReport:
    FORM = "inspection-report"

    def test_the_four_scopes_of_the_contract_and_what_was_not_looked_at(self, world: World) -> None:
        keep(world, deep())
        hardware, software, backup, kept = rows(told(world, self.FORM), "scopes")
        assert "磁盘" in hardware["content"]
        assert "1 项" not in hardware["content"]
        assert "portal" in software["content"]
        assert (backup["content"], backup["result"]) == ("本次没有检查，不作判断", "未检查")
        assert "2026-08、2026-09、2026-10 没有巡检记录" in kept["result"]

    def test_it_is_due_five_working_days_after_the_end(self, world: World) -> None:
        keep(world, deep())  # a Saturday
        assert told(world, self.FORM).data["due"] == "2026-11-27（巡检结束后 5 个工作日）"

    def test_what_a_later_run_saw_gone_is_done_and_verified_by_nobody_yet(self, world: World) -> None:
        first = keep(world, deep(full=True))
        before = told(world, self.FORM)
        assert rows(before, "rectification")[0]["done"] == ""
        keep(world, deep(-3))
        report = told(world, self.FORM, run=first.id)
        (item,) = rows(report, "rectification")
        assert item["done"].startswith("2026-11-24 复查已消除")
        assert item["verified"] == ""
        assert before.sources == report.sources

    def test_the_period_asked_for_chooses_the_run(self, world: World) -> None:
        keep(world, deep(40))
        keep(world, deep())
        assert told(world, self.FORM, period="2026-10").sources == ("R-20261012-093012-icu",)

    def test_a_data_check_is_no_inspection(self, world: World) -> None:
        checked = keep(world, replace(deep(), command="data-check"))
        with pytest.raises(WrongUsage):
            told(world, self.FORM, run=checked.id)
        with pytest.raises(WrongUsage):
            told(world, self.FORM)


class TestRestoreManual:
    FORM = "restore-manual"

    def test_databases_backups_and_people_come_from_the_inventory(self, world: World) -> None:
        manual = told(world, self.FORM)
        assert [(row["name"], row["backups"]) for row in rows(manual, "databases")] == [
            ("icu-main", "icu-full"),
            ("his-view", "没有登记备份"),
        ]
        assert {row["role"]: row["name"] or row["phone"] for row in rows(manual, "contacts")}[
            "维护单位项目经理"
        ] == "王经理"
        assert [row["name"] for row in rows(manual, "scenarios")] == [
            "单表或少量数据（MySQL / MariaDB）",
            "整库（MySQL / MariaDB）",
            "单表或少量数据（Oracle）",
            "整库（Oracle）",
            "整台服务器",
            "勒索软件",
        ]

    def test_what_is_missing_is_told_and_no_time_is_invented(self, world: World) -> None:
        manual = told(world, self.FORM)
        gaps = " ".join(row["what"] for row in rows(manual, "gaps"))
        assert "his-view 的备份" in gaps
        assert "icu-files 的其他副本" in gaps
        assert {row["expected"] for row in rows(manual, "scenarios")} == {"未知（没有恢复演练记录）"}
        assert rows(manual, "times") == []

    def test_no_secret_and_no_password_is_in_it(self, world: World) -> None:
        text = str(told(world, self.FORM).data)
        assert "!secret" not in text
        assert "***" not in text


@pytest.mark.parametrize("form_id", [*OF_MONTHS, "inspection-report", "restore-manual"])
def test_what_is_told_fills_its_form(world: World, form_id: str) -> None:
    keep(world, deep(40, full=True, backup=Level.WARNING))
    keep(world, deep(full=True))
    form = find_form(form_id, None)
    data = told(world, form_id).data
    assert disagreements(data, form.fields) == []
    assert fill(form, data)


@pytest.mark.parametrize("form_id", [*OF_MONTHS, "inspection-report"])
def test_hostile_answers_of_hosts_reach_the_forms_clipped_and_harmless(world: World, form_id: str) -> None:
    run, _notes = runs.hostile()
    named = tuple(replace(target, name="icu-app-1") for target in run.targets)
    checks = tuple(replace(check, target="icu-app-1", category="备份") for check in run.checks)
    keep(world, replace(run, targets=named, checks=checks))
    data = told(world, form_id).data
    assert "\x1b" not in str(data)
    assert fill(find_form(form_id, None), data)


@pytest.mark.parametrize("form_id", OF_MONTHS)
def test_told_again_it_says_the_same(world: World, form_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(world, deep(40, full=True))
    keep(world, deep(full=True))
    first = told(world, form_id).data["digest"]
    monkeypatch.setattr(_Clock, "today", datetime(2027, 3, 5, 15, 0, tzinfo=CHINA))
    assert told(world, form_id).data["digest"] == first


@pytest.mark.parametrize("form_id", OF_MONTHS)
@pytest.mark.parametrize("period", ["2025Q1", "2026Q5", "soon"])
def test_a_period_without_runs_or_that_is_none_is_refused(world: World, form_id: str, period: str) -> None:
    keep(world, deep())
    with pytest.raises(WrongUsage):
        told(world, form_id, period=period)


@pytest.mark.parametrize("form_id", [*OF_MONTHS, "inspection-report"])
def test_a_site_without_any_run_is_refused(world: World, form_id: str) -> None:
    with pytest.raises(WrongUsage):
        told(world, form_id)
