"""A quarter assessed by its records, from the command line to the two forms the hospital signs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docx import Document

from tests.end_to_end.desk import Desk, Written

CONTRACT = """
schema: hmaint.contract/1
id: s1
title: 重症系统维护
dates: {signed: 2026-06-20, service_start: 2026-07-01}
term: {length: P1Y, start: {anchor: service_start}}
fees: {annual_fee: "120000.00"}
calendars:
  always: {kind: continuous}
availability: {max_downtime: PT8H, per: year}
incident:
  clock_rules: {from: reported, pause: none, combine: strictest, on_reclassify: keep_start}
  levels:
    - id: P1
      name: 重大故障
      clocks:
        - {id: response, limit: PT15M, calendar: always, from: reported, until: responded}
        - {id: resolve, limit: PT2H, calendar: always, from: reported, until: resolved}
obligations:
  - {id: O-1, title: 月度巡检, kind: inspection, per: month, min: 1}
assessment:
  cycle: quarter
  by: hospital
  indicators: [故障响应及时性, 故障解决率, 巡检完成质量, 培训效果, 服务态度]
deductions:
  verify: {required: true}
  classes:
    - id: urgent
      name: 紧急问题
      rules:
        - {id: D-1, when: "same_issue_warnings >= 2", rate: "0.03", base: service_fee}
ambiguities:
  - {id: A-1, text: 基数未写明, proposal: 两种都列出, needs: written_confirmation}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("assessment"))
    sites: Written = {
        "icu": {"name": "重症监护系统", "contract": "icu", "hosts": {"here": {"connection": "local"}}},
        "his": {"name": "门诊系统", "hosts": {"here2": {"connection": "local"}}},
    }
    desk.write_inventory(sites)
    (desk.root / "contracts").mkdir()
    (desk.root / "contracts" / "icu.yaml").write_text(CONTRACT, "utf-8")
    for words in (
        "incident open --site icu --what 打印错位 --level P1 --at 2026-07-06T09:00:00+08:00 --interruption full",
        "incident ack latest --at 2026-07-06T09:10:00+08:00",
        "incident resolve latest --at 2026-07-06T10:00:00+08:00 --cause 驱动 --solution 重装",
        "incident open --site icu --what 无法登录 --level P1 --at 2026-08-03T09:00:00+08:00 --interruption full",
        "incident ack latest --at 2026-08-03T09:40:00+08:00",
        "incident resolve latest --at 2026-08-03T12:00:00+08:00 --cause 连接数 --solution 调整",
        (
            "contract downtime add --site icu --at 2026-08-15T22:00+08:00 --planned --reason 升级"
            " --until 2026-08-16T03:00+08:00"
        ),
        "contract done O-1 --site icu --what 巡检 --at 2026-07-20",
        "contract warning add --site icu --class 紧急问题 --issue 登录缓慢 --at 2026-07-09",
        "contract warning again latest --what 第二次 --at 2026-08-13",
        "contract warning verify latest --outcome true --consequence none --by 李老师 --at 2026-08-14",
        "contract warning add --site icu --class urgent --issue 报告丢失 --at 2026-09-01",
    ):
        done = desk.run(*words.split())
        assert done.code == 0, (words, done.err)
    return desk


def _assessed(desk: Desk, *words: str) -> Written:
    done = desk.run("contract", "assess", "--site", "icu", "--format", "json", *words)
    assert done.code == 0, done.err
    return done.object


def test_every_figure_is_that_of_the_records(desk: Desk) -> None:
    found = _assessed(desk, "--period", "2026Q3")
    by = {each["id"]: each for each in found["indicators"]}
    assert (by["response"]["share_pct"], [each["late_s"] for each in by["response"]["missed"]]) == (
        50.0,
        [1500.0],
    )
    assert (len(by["solution"]["met"]), [each["late_s"] for each in by["solution"]["missed"]]) == (
        1,
        [3600.0],
    )
    assert (len(by["inspection"]["met"]), len(by["inspection"]["missed"])) == (1, 2)
    assert by["training"]["share_pct"] is None
    assert (found["downtime"]["unplanned_s"], found["downtime"]["total_s"]) == (4 * 3600, 9 * 3600)
    assert (found["downtime"]["within_unplanned"], found["downtime"]["within_total"]) == (True, False)
    assert found["deductions"]["totals"] == {"annual": "3600.00", "cycle": "900.00"}
    assert len(found["deductions"]["unverified"]) == 1
    assert found["over"] is True


def test_without_a_period_it_is_the_contracts_last_cycle_that_is_over(desk: Desk) -> None:
    assert _assessed(desk)["period"]["first"] == "2026-07-01"


def _text(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(each.text for each in document.paragraphs)])


def test_both_forms_are_issued_and_say_what_nobody_knows(desk: Desk) -> None:
    done = desk.run("contract", "assess", "--site", "icu", "--period", "2026Q3", "--report")
    assert done.code == 0, done.err
    papers = {
        each["form"]: each["path"]
        for each in desk.run("report", "list", "--documents", "--format", "json").object["documents"]
    }
    sheet = _text(desk.root / papers["service-assessment"])
    for words in (
        "2 项中 1 项达到（50.0%）",
        "超时 25 分钟",
        "无数据",
        "服务态度",
        "由医院评定",
        "A-1",
        "计入计划停机 9 小时（超过）",
    ):
        assert words in sheet
    money = _text(desk.root / papers["deduction-sheet"])
    for words in ("3,600.00", "900.00", "29,100.00", "尚未核实，不计扣款", "同一问题满 2 次警告"):
        assert words in money


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("--site his", 64, "没有可依据的合同"),
        ("--site icu --period 2026Q9", 64, "不是周期"),
        ("--site icu --period 2026-02-30/2026-03-01", 64, "没有这一天"),
        ("--site icu --period 2026-09-30/2026-07-01", 64, "早于"),
        ("--site icu --period 2999Q1", 64, "不是周期"),
        ("--site icu --period 2099Q1", 64, "还没有开始"),
        ("--site icc", 64, "icu"),
        ("", 64, "--site"),
    ],
)
def test_what_cannot_be_assessed_is_refused_in_one_line(desk: Desk, words: str, code: int, says: str) -> None:
    done = desk.run("contract", "assess", *words.split())
    assert (done.code, says in done.err, "Traceback" in done.err) == (code, True, False), done.err


def test_a_class_the_contract_does_not_know_is_refused_with_the_nearest(desk: Desk) -> None:
    done = desk.run("contract", "warning", "add", "--site", "icu", "--class", "urgant", "--issue", "x")
    assert done.code == 64
    assert "urgent" in done.err


def test_the_records_move_to_another_place_and_tell_the_same(desk: Desk) -> None:
    before = _assessed(desk, "--period", "2026Q3")
    assert desk.run("store", "export", "all.jsonl.gz").code == 0
    assert desk.run("store", "export", "all.jsonl.gz").code == 77
    copied = desk.run("store", "copy", "workspace", "other/records.db")
    assert copied.code == 0, copied.err
    assert desk.run("store", "copy", "workspace", "other/records.db").code == 77
    assert desk.run("store", "copy", "workspace", "postgresql://u:geheim@h/x").code == 64
    (desk.root / ".hmaint" / "records.db").unlink()
    for left in (desk.root / ".hmaint").glob("records.db-*"):
        left.unlink()
    assert desk.run("store", "copy", "all.jsonl.gz", "workspace").code == 0
    assert _assessed(desk, "--period", "2026Q3") == before
    assert json.loads(desk.run("store", "show", "--format", "json").out)["rows"]["entries"] == 12
