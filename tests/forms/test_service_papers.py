"""The annexes and the papers around people and money as they come out of the printer, and what they must bear."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from hmaint.errors import BadFile
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from tests.forms.stress import HARMLESS, LONG, heads_of, lengthened, stuffed, words_of
from tests.services.libreoffice import LibreOffice, pdf_pages

DEMANDED = {
    "maintenance-log": (
        "青海示范医院维护项目运行表",
        *("日期", "服务器运行情况", "系统运行情况", "备注"),
    ),
    "training-signin": (
        *("青海示范医院", "系统培训服务培训人员签到表", "培训内容", "培训日期"),
        *("序号", "姓名", "工号", "科室"),
    ),
    "customisation-report": (
        *("青海示范医院客户化维护报告", "医院名称", "提出科室/人员", "维护工程师", "提出时间"),
        *("完成时间", "模块名称", "详细需求", "时间要求", "需求描述", "需求分析", "需求修改方案"),
        *("结果", "备注", "承诺于"),
    ),
    "training-record": (
        *("培训记录", "培训内容", "培训日期", "培训讲师", "培训对象", "一、培训项目", "二、培训材料"),
        *("三、参加人员", "签到表", "四、培训效果", "效果评价", "意见与建议", "培训讲师签字"),
        "医院信息科签字",
    ),
    "meeting-minutes": (
        *("例会纪要", "会议时间", "会议地点", "医院参加人员", "维护单位参加人员"),
        *("一、会前提交的材料", "二、上次会议决议的落实", "三、议题", "讨论情况", "四、决议"),
        *("负责人", "完成时限", "医院意见", "医院代表签字", "维护单位代表签字"),
    ),
    "confidentiality-pledge": (
        *("个人保密承诺书", "承诺人姓名", "身份证号", "岗位与职责", "一、保密范围", "二、承诺事项"),
        *("三、保密期限", "合同期满或终止", "不解除保密义务", "承诺人签字", "日期"),
    ),
    "rectification": (
        *("整改单", "问题来源", "一、整改事项一览", "整改事项", "风险等级", "整改时限"),
        *("二、逐项整改与核验", "来源", "问题", "风险等级", "整改措施", "责任人", "完成日期"),
        *("核验人", "整改负责人签字", "医院核验人签字"),
    ),
    "service-assessment": (
        *("服务考核表", "考核周期", "考核指标", "目标", "实测", "数据来源", "得分", "评语"),
        *("故障响应及时性", "故障解决率", "巡检完成质量", "培训效果", "医院考核人签字"),
    ),
    "deduction-sheet": (
        *("扣款计算单", "一、问题与核实", "问题类别", "此前警告次数", "核实情况", "条款编号", "比例"),
        *("读法一基数", "读法一扣款", "读法二基数", "读法二扣款", "扣款合计", "本周期剩余应付"),
        *("四、待书面确认的事项", "A4-1", "医院签字", "维护单位签字"),
    ),
}
"""Headings and labels of each form in their order; what wraps in a narrow cell is looked for in the Word file."""
FORMS = tuple(DEMANDED)


@pytest.mark.parametrize("form_id", FORMS)
def test_everything_demanded_is_there_in_order(form_id: str) -> None:
    form = find_form(form_id, None)
    text, at = re.sub(r"\s+", "", words_of(fill(form, form.example()))), 0
    for words in DEMANDED[form_id]:
        found = text.find(words, at)
        assert found >= 0, f"{words} is missing, or not in its place"
        at = found + len(words)


@pytest.mark.parametrize("form_id", FORMS)
def test_it_is_printed_with_head_foot_and_counted_pages(
    form_id: str, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    form = find_form(form_id, None)
    path = tmp_path / "form.docx"
    path.write_bytes(fill(form, form.example()))
    pages = pdf_pages(libreoffice.pdf(path))
    assert len(pages) <= 2, "a usual one is two pages at most"
    for number, page in enumerate(pages, start=1):
        flat = re.sub(r"\s+", "", page)
        assert f"第{number}页共{len(pages)}页" in flat
        assert f"青海示范医院{form.title}编号：{form.example()['number']}合同：S4-2026-01" in flat
        assert f"本文件由记录{form.example()['record']}生成版本1".replace(" ", "") in flat
        assert "数据SHA-256：" in flat
    assert "{{" not in "".join(pages)


@pytest.mark.parametrize("form_id", FORMS)
def test_hostile_words_come_out_readable_and_do_nothing(form_id: str) -> None:
    form = find_form(form_id, None)
    text = words_of(fill(form, stuffed(form)))
    assert HARMLESS in text
    assert "[31m" not in text


@pytest.mark.parametrize("form_id", FORMS)
def test_lines_of_ten_kilobytes_are_kept_whole(form_id: str) -> None:
    form = find_form(form_id, None)
    assert LONG in words_of(fill(form, stuffed(form, LONG)))


@pytest.mark.parametrize("form_id", FORMS)
def test_lists_of_five_hundred_rows_have_heads_that_come_again(form_id: str) -> None:
    form = find_form(form_id, None)
    content = fill(form, lengthened(form, 500))
    lists = sum(field.type == "rows" and name != "blanks" for name, field in form.fields.items())
    assert sum(count > 0 for count in heads_of(content)) >= lists


def test_a_long_rectification_sheet_stays_a_document(libreoffice: LibreOffice, tmp_path: Path) -> None:
    form = find_form("rectification", None)
    path = tmp_path / "long.docx"
    path.write_bytes(fill(form, lengthened(form, 150)))
    pages = pdf_pages(libreoffice.pdf(path))
    assert len(pages) < 60
    glance = [page for page in pages if re.search(r"持续存在，已逾\s*期|待安装安全更新.*新发现", page)]
    assert len(glance) > 2
    for page in glance[:-1]:
        assert "整改事项" in page
        assert "当前状态" in page


@pytest.mark.parametrize("number", ["630101199001012517", "6301011990010125", "12345678901", "无"])
def test_an_identity_number_that_is_not_masked_never_reaches_a_pledge(number: str) -> None:
    form = find_form("confidentiality-pledge", None)
    with pytest.raises(BadFile) as refused:
        fill(form, {**form.example(), "id_number": number})
    assert "id_number（身份证号）" in str(refused.value)
    assert number not in str(refused.value)


def test_a_pledge_fits_on_one_sheet(libreoffice: LibreOffice, tmp_path: Path) -> None:
    form = find_form("confidentiality-pledge", None)
    path = tmp_path / "pledge.docx"
    path.write_bytes(fill(form, form.example()))
    assert len(pdf_pages(libreoffice.pdf(path))) == 1


def test_the_sample_of_a_deduction_is_computed_right() -> None:
    sample = find_form("deduction-sheet", None).example()
    sums = sample["sums"]
    assert isinstance(sums, list)
    for reading in ("annual", "cycle"):
        for item in sums:
            rate = money(item["rate"].rstrip("%")) / 100
            assert money(item[f"base_{reading}"]) * rate == money(item[f"amount_{reading}"])
        total = sum(money(item[f"amount_{reading}"]) for item in sums)
        assert total == money(sample[f"total_{reading}"])
        assert money(sample["cycle_fee"]) - total == money(sample[f"payable_{reading}"])


def money(text: object) -> Decimal:
    return Decimal(str(text).replace(",", ""))


def test_an_indicator_without_data_is_said_to_have_none() -> None:
    indicators = find_form("service-assessment", None).example()["indicators"]
    assert isinstance(indicators, list)
    assert [row["measured"] for row in indicators if row["indicator"] == "培训效果"] == [
        "无数据（本季度没有培训）"
    ]
