"""Paper forms told from what people put on record: whole, honest about what nobody told, the annexes cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hmaint.app.bundle_lacks import lacks
from hmaint.app.bundle_make import make_missing
from hmaint.app.bundle_papers import documents_in
from hmaint.app.contract import contract_of
from hmaint.app.corrections import withdraw
from hmaint.app.deeds import known_of, paper_deeds
from hmaint.app.documents import issue_document
from hmaint.app.gather import GATHERERS, Options
from hmaint.app.matters import Wording, carry_on, open_matter
from hmaint.app.record_days import days_of_matters
from hmaint.app.record_papers import PAPERS
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.model.ledger import Field, Ledger
from hmaint.model.ledgers.change import CHANGE
from hmaint.model.ledgers.log import LOG
from hmaint.model.ledgers.meeting import MEETING
from hmaint.model.ledgers.training import TRAINING
from hmaint.model.ledgers.upkeep import PATCH, RESTART, VULNERABILITY
from hmaint.model.matter import Matter
from hmaint.model.period import read_period
from hmaint.model.wanted import Wanted
from hmaint.report.agreement import disagreements
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from tests.app.desks import NOW, a_world
from tests.app.test_papers import keep
from tests.forms.stress import grids_of, titles_of
from tests.forms.test_annexes import CUSTOMISATION, EMPTY_ROW, SIGN_IN
from tests.store.samples import a_check, a_finding

HOSTILE = "</w:t> {{ 7*7 }} {%tr for %} \x1b[31m<b>&amp;\x07 \ufdd0"
"""What no word may do to a form."""
TRAINED = {"topic": "备份与恢复", "date": "2026-11-21", "trainer": "张工", "audience": "信息科系统管理人员"}
ASKED = {"kind": "1", "requester": "药房/XXX", "module": "收费对账", "details": "导出错位"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return a_world(tmp_path)


def told(world: World, form: str, of: str = "", site: str = "tj") -> Told:
    return GATHERERS[form](world, site, Options(of=of))


def value(field: Field, text: str) -> object:
    """Something a field can hold, with `text` wherever there is text."""
    if field.sort == "rows":
        return [dict.fromkeys(field.columns, text)]
    known: dict[str, object] = {
        "day": "2026-11-20", "when": "2026-11-20T22:40:00+08:00", "moment": "2026-11-20T22:40:00+08:00",
        "number": "2.5", "flag": True,
    }  # fmt: skip
    return next(iter(field.choices)) if field.choices else known.get(field.sort, text)


def a_matter(world: World, ledger: Ledger, text: str = "", *, whole: bool) -> Matter:
    """One of a kind, with all that can be told or only what must be."""
    left_out = ("run", "clause", "identity", "grade", "quota")
    values = {
        each.name: value(each, text or "甲")
        for each in ledger.opening.fields
        if (whole or each.required) and each.name not in left_out
    }
    return open_matter(world, ledger, "tj", Wording(values, "2026-11-20 21:00"))


def come(world: World, training: Matter, *names: str) -> Matter:
    values = {"attended": [{"name": name} for name in names]}
    return carry_on(
        world, TRAINING, TRAINING.event("attended"), training.id, Wording(values, "2026-11-21 09:00")
    )


@pytest.mark.parametrize("whole", [True, False], ids=["everything", "the least"])
@pytest.mark.parametrize("form", PAPERS)
def test_data_and_form_agree_whether_much_was_told_or_little(world: World, form: str, *, whole: bool) -> None:
    matter = a_matter(world, PAPERS[form][0], whole=whole)
    if form == "training-record":
        come(world, matter, "李老师")
    data = told(world, form).data
    assert disagreements(data, find_form(form, None).fields) == []
    assert data["record"] == matter.id
    assert data["contract"] == "s4"


@pytest.mark.parametrize("form", PAPERS)
def test_hostile_words_stand_in_the_form_as_words(world: World, form: str) -> None:
    matter = a_matter(world, PAPERS[form][0], HOSTILE, whole=True)
    if form == "training-record":
        come(world, matter, HOSTILE)
    content = fill(find_form(form, None), told(world, form).data)
    text = str(grids_of(content))
    assert "7*7" in text
    assert "\x1b" not in text


def test_a_document_of_a_record_is_made_again_as_a_further_version(world: World) -> None:
    change = open_matter(world, CHANGE, "tj", Wording(ASKED, "2026-11-16 10:20"))
    first = issue_document(
        world, "customisation-report", "tj", told(world, "customisation-report", change.id)
    )
    carry_on(world, CHANGE, CHANGE.event("promised"), change.id, Wording({"promised": "2026-12-08"}))
    second = issue_document(
        world, "customisation-report", "tj", told(world, "customisation-report", change.id)
    )
    assert (first.number, first.version, second.version) == (second.number, 1, 2)
    assert first.sources == (change.id,)
    assert first.digest != second.digest


def test_annex_two_from_the_records_is_the_contract_s_cell_by_cell(world: World) -> None:
    training = open_matter(world, TRAINING, "tj", Wording(TRAINED))
    content = fill(find_form("training-signin", None), told(world, "training-signin", training.id).data)
    (grid,) = grids_of(content)
    assert titles_of(content) == ["青海红十字医院", "系统培训服务培训人员签到表"]
    expected = [list(row) for row in SIGN_IN]
    expected[0][1], expected[1][1] = ("备份与恢复", 3, ""), ("2026-11-21", 3, "")
    assert grid == expected
    assert grid[3:] == [EMPTY_ROW * 4] * 8


@pytest.mark.parametrize(("invited", "blank"), [(1, 7), (5, 3), (30, 3)])
def test_who_was_invited_stands_above_blank_rows_for_those_who_come_of_themselves(
    world: World, invited: int, blank: int
) -> None:
    training = open_matter(world, TRAINING, "tj", Wording(TRAINED))
    people = [{"name": f"第{n}人", "staff_number": str(n), "department": "信息科"} for n in range(invited)]
    carry_on(world, TRAINING, TRAINING.event("invited"), training.id, Wording({"invited": people}))
    content = fill(find_form("training-signin", None), told(world, "training-signin", training.id).data)
    (grid,) = grids_of(content)
    assert [text for text, _, _ in grid[3]] == ["1", "第0人", "0", "信息科"]
    assert grid[3 + invited :] == [EMPTY_ROW * 4] * blank


def test_annex_three_from_the_records_is_the_contract_s_cell_by_cell(world: World) -> None:
    change = open_matter(world, CHANGE, "tj", Wording({**ASKED, "engineer": "李工"}, "2026-11-16 10:20"))
    content = fill(
        find_form("customisation-report", None), told(world, "customisation-report", change.id).data
    )
    (grid,) = grids_of(content)
    assert titles_of(content) == ["青海红十字医院客户化维护报告"]
    expected = [list(row) for row in CUSTOMISATION]
    expected[1][1], expected[1][3] = ("李工", 1, ""), ("2026-11-1610:20", 1, "")
    expected[2][3] = ("收费对账", 1, "")
    expected[3][1] = ("导出错位", 3, "")
    assert grid == expected


def test_annex_three_fills_up_as_the_change_goes_on(world: World) -> None:
    change = open_matter(world, CHANGE, "tj", Wording(ASKED, "2026-11-16 10:20"))
    steps: tuple[tuple[str, Mapping[str, object], str], ...] = (
        ("assessed", {"analysis": "不改表结构", "effort": "2", "solution": "加日期条件"}, "2026-11-17"),
        ("promised", {"promised": "2026-12-08"}, "2026-11-18"),
        ("delivered", {"result": "按批次导出"}, "2026-11-24"),
    )
    for event, values, at in steps:
        carry_on(world, CHANGE, CHANGE.event(event), change.id, Wording(values, at))
    data = told(world, "customisation-report", change.id).data
    assert (data["promised"], data["done_at"], data["engineer"]) == (
        "2026 年 12 月 8 日",
        "2026-11-24",
        "张工",
    )
    assert (data["analysis"], data["solution"], data["result"]) == ("不改表结构", "加日期条件", "按批次导出")


def test_a_training_nobody_attended_has_no_record_and_one_that_was_names_its_sheet(world: World) -> None:
    training = open_matter(world, TRAINING, "tj", Wording(TRAINED))
    with pytest.raises(WrongUsage, match="尚未举办"):
        told(world, "training-record", training.id)
    sheet = issue_document(world, "training-signin", "tj", told(world, "training-signin", training.id))
    invited = {"invited": [{"name": "李老师"}, {"name": "周老师"}]}
    carry_on(world, TRAINING, TRAINING.event("invited"), training.id, Wording(invited))
    come(world, training, "李老师", "孙老师")
    data = told(world, "training-record", training.id).data
    assert (data["invited"], data["attended"], data["signin"]) == (2, 2, sheet.number)
    assert [row["attended"] for row in rows(data, "attendance")] == ["到", "未到", "到（未在邀请名单）"]


def rows(data: Mapping[str, object], name: str) -> list[dict[str, Any]]:
    found = data[name]
    assert isinstance(found, list)
    return found


def test_what_nobody_told_is_untold_and_nothing_is_said_to_be_well(world: World) -> None:
    least = {"window": "22:00", "approval": "王科长", "backup": "快照", "verification": "巡检"}
    open_matter(world, PATCH, "tj", Wording({**least, "patches": [{"target": "db-1"}]}))
    data = told(world, "patch-record").data
    assert rows(data, "patches")[0]["result"] == "未记录"
    assert rows(data, "antivirus")[0]["product"] == "本次未查看"
    assert "防病毒本次未查看" in str(data["summary"])
    assert "正常" not in str(data)


def test_a_look_for_vulnerabilities_takes_a_run_along_and_says_what_it_could_not_see(world: World) -> None:
    keep(world.records, "R-1", [a_check(a_finding())], site="tj")
    checked = {"scope": "主机 1 台", "basis": "inspect/security", "run": "R-1",
               "findings": [{"target": "app-1", "what": "Tomcat CVE-2023-46589", "risk": "高"}],
               "unexamined": [{"target": "床旁终端", "reason": "无法登录"}]}  # fmt: skip
    look = open_matter(world, VULNERABILITY, "tj", Wording(checked, "2026-05-20"))
    data = told(world, "vulnerability-record", look.id).data
    assert [row["risk"] for row in rows(data, "findings")] == ["高", "中"]
    assert "未能检查 1 处，状况未知" in str(data["summary"])
    assert (data["reported"], data["period"]) == ("尚无报告医院的记录", "2026 年上半年")
    fixed = {"fixed": [{"target": "app-1", "what": "CVE-2023-46589", "state": "已升级"}]}
    carry_on(world, VULNERABILITY, VULNERABILITY.event("fixed"), look.id, Wording(fixed))
    assert rows(told(world, "vulnerability-record", look.id).data, "findings")[0]["state"] == "已升级"
    later = open_matter(
        world, VULNERABILITY, "tj", Wording({"scope": "主机 1 台", "basis": "人工"}, "2026-11-20")
    )
    earlier = rows(told(world, "vulnerability-record", later.id).data, "earlier")
    assert [row["now"] for row in earlier] == ["已升级"]


def test_an_earlier_vulnerability_nobody_looked_at_again_is_not_called_mended(world: World) -> None:
    found = {"scope": "甲", "basis": "乙", "findings": [{"target": "app-1", "what": "弱口令"}]}
    open_matter(world, VULNERABILITY, "tj", Wording(found, "2026-05-20"))
    open_matter(world, VULNERABILITY, "tj", Wording({"scope": "甲", "basis": "乙"}, "2026-11-20"))
    (row,) = rows(told(world, "vulnerability-record").data, "earlier")
    assert row["now"] == "没有复查记录，仍按未修补处理"


def test_minutes_go_through_the_last_decisions_and_the_papers_handed_in(world: World) -> None:
    met = {"name": "三季度例会", "hospital_people": "李老师", "vendor_people": "张工",
           "decisions": [{"decision": "扩容"}, {"decision": "异地备份"}]}  # fmt: skip
    first = open_matter(world, MEETING, "tj", Wording(met, "2026-08-20 14:00"))
    carry_on(
        world,
        MEETING,
        MEETING.event("followed"),
        first.id,
        Wording({"followed": [{"number": "1", "state": "已完成"}]}),
    )
    open_matter(world, MEETING, "tj", Wording({**met, "name": "四季度例会", "decisions": []}, "2026-11-20"))
    data = told(world, "meeting-minutes").data
    assert [(row["decision"], row["state"]) for row in rows(data, "earlier")] == [
        ("扩容", "已完成"),
        ("异地备份", ""),
    ]
    assert rows(data, "topics")[0]["topic"] == "未记录"


@pytest.mark.parametrize(
    ("decision", "kind", "window"),
    [("not_needed", "重启评估", "不适用（未执行重启）"), ("restarted", "重启", "未记录")],
)
def test_a_decision_about_restarts_does_not_pretend_that_one_was_done(
    world: World, decision: str, kind: str, window: str
) -> None:
    open_matter(
        world, RESTART, "tj", Wording({"target": "数据库", "decision": decision, "reason": "内存平稳"})
    )
    data = told(world, "tuning-record").data
    assert (data["kind"], data["window"]) == (kind, window)


def test_a_record_of_another_site_or_a_withdrawn_one_is_refused(world: World) -> None:
    change = open_matter(world, CHANGE, "or", Wording(ASKED))
    with pytest.raises(WrongUsage, match="or"):
        told(world, "customisation-report", change.id)
    with pytest.raises(WrongUsage):
        told(world, "customisation-report")


class TestRunningTable:
    FORM = "maintenance-log"

    def table(self, world: World, **asked: str) -> list[dict[str, Any]]:
        return rows(GATHERERS[self.FORM](world, "tj", Options(**asked)).data, "visits")

    def visit(self, world: World, at: str, **values: object) -> Matter:
        return open_matter(world, LOG, "tj", Wording(values, at))

    def test_visits_told_by_hand_stand_between_those_of_runs(self, world: World) -> None:
        keep(world.records, "R-1", [a_check()], site="tj")
        self.visit(world, "2026-11-20", system="体检登记可用", mode="onsite", remark="随院方巡查")
        first, second = self.table(world)
        assert (first["date"], first["servers"], first["system"]) == (
            "2026-11-20",
            "本次未检查",
            "体检登记可用",
        )
        assert first["remark"].startswith("记录 L-")
        assert "现场" in first["remark"]
        assert second["date"] == "2026-11-21"

    def test_what_was_told_of_a_day_with_runs_joins_their_row(self, world: World) -> None:
        keep(world.records, "R-1", [a_check()], site="tj")
        self.visit(world, "2026-11-21", servers="更换内存", system="重启后可用")
        (row,) = self.table(world)
        assert row["servers"] == "1 台，检查 1 项，均正常（磁盘）\n更换内存"
        assert row["system"] == "重启后可用"
        assert "R-1" in row["remark"]
        assert "L-20261125-001" in row["remark"]

    def test_a_table_can_be_of_visits_told_by_hand_alone_and_withdrawn_ones_are_gone(
        self, world: World
    ) -> None:
        visit = self.visit(world, "2026-11-20", remark="甲")
        assert len(self.table(world)) == 1
        assert len(self.table(world, period="2026Q4")) == 1
        withdraw(world, LOG, visit.id, reason="重复")
        with pytest.raises(WrongUsage):
            self.table(world)

    def test_narrowed_to_a_playbook_it_is_of_runs_alone(self, world: World) -> None:
        keep(world.records, "R-1", [a_check()], site="tj")
        self.visit(world, "2026-11-20", remark="甲")
        assert [row["date"] for row in self.table(world, of="inspect/*")] == ["2026-11-21"]

    def test_the_signature_cells_stay_empty(self, world: World) -> None:
        self.visit(world, "2026-11-20", remark="甲", engineer="李工")
        content = fill(find_form(self.FORM, None), GATHERERS[self.FORM](world, "tj", Options()).data)
        (grid,) = grids_of(content)
        assert {row[column][0] for row in grid[1:] for column in (1, 4)} == {""}


def test_a_quarter_takes_the_papers_of_what_happened_in_it_and_of_nothing_else(world: World) -> None:
    met = {"name": "例会", "hospital_people": "李老师", "vendor_people": "张工"}
    third = open_matter(world, MEETING, "tj", Wording(met, "2026-08-20"))
    fourth = open_matter(world, MEETING, "tj", Wording(met, "2026-11-20"))
    wanted = [
        Wanted("例会纪要", "meeting-minutes", "quarter", "S4-x"),
        Wanted("培训记录", "training-record", "if_any"),
    ]
    period = read_period("2026Q3")
    assert period is not None
    made = make_missing(world, "tj", period, wanted)
    assert [each.sources for each in made.documents] == [(third.id,)]
    # Printed in the fourth quarter, it is a paper of the third all the same.
    assert [each.sources for each in documents_in(world, "tj", period)] == [(third.id,)]
    missing, occasions = lacks(world, "tj", period, wanted, made)
    assert (missing, occasions) == ([], ["培训记录"])
    later = read_period("2026Q4")
    assert later is not None
    assert documents_in(world, "tj", later) == ()
    assert [each.sources for each in make_missing(world, "tj", later, wanted).documents] == [(fourth.id,)]
    assert make_missing(world, "tj", later, wanted).documents == []


def test_a_training_belongs_to_the_quarter_it_was_held_in(world: World) -> None:
    training = open_matter(world, TRAINING, "tj", Wording({**TRAINED, "date": "2026-12-05"}))
    days = days_of_matters(world, "tj")
    assert f"{days[training.id]}" == "2026-12-05"
    carry_on(world, TRAINING, TRAINING.event("attended"), training.id,
             Wording({"attended": [{"name": "李"}]}, "2026-09-29"))  # fmt: skip
    assert f"{days_of_matters(world, 'tj')[training.id]}" == "2026-09-29"


def test_a_decision_about_a_restart_is_no_tuning_that_was_due(world: World) -> None:
    decided = {"target": "数据库", "decision": "not_needed", "reason": "内存平稳"}
    restart = open_matter(world, RESTART, "tj", Wording(decided, "2026-11-20"))
    issue_document(world, "tuning-record", "tj", told(world, "tuning-record", restart.id))
    period = read_period("2026Q4")
    assert period is not None
    due = [Wanted("性能调优记录", "tuning-record", "quarter", "S3-1.2.2")]
    missing, _occasions = lacks(world, "tj", period, due, make_missing(world, "tj", period, due))
    assert [each.title for each in missing] == ["性能调优记录"]
    asked = [Wanted("重启评估记录", "tuning-record", "if_any", "S0-1.2c")]
    assert lacks(world, "tj", period, asked, make_missing(world, "tj", period, asked)) == ([], [])
    assert (
        list(
            paper_deeds("tj", world.records.heads.papers({"tj": ["tuning-record"]}, NOW - timedelta(days=30)))
        )
        == []
    )


def test_the_paper_of_what_was_taken_back_is_no_deed(world: World) -> None:
    training = come(world, open_matter(world, TRAINING, "tj", Wording(TRAINED, "2026-11-20")), "李老师")
    issue_document(world, "training-record", "tj", told(world, "training-record", training.id))
    contract = contract_of(world, "tj")
    assert contract is not None

    def shown() -> list[str]:
        known = known_of(world, {"tj": contract}, NOW.date() - timedelta(days=30))["tj"]
        return sorted(deed.record for deed in known.deeds)

    assert shown() == [training.id, "tj-training-record-2026-001"]
    withdraw(world, TRAINING, training.id, reason="未举办")
    assert shown() == []
