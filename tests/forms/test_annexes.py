"""The three annexes of the contract, held cell by cell against the paper: titles, labels, order, columns, merges."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hmaint.errors import BadFile
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from tests.forms.stress import LONG, Grid, grids_of, heads_of, lengthened, titles_of
from tests.services.libreoffice import LibreOffice, pdf_pages

HOSPITAL = "青海红十字医院"
RUN_TABLE = ("日期", "维护工程师签到", "服务器运行情况", "系统运行情况", "医院信息科签字", "备注")
SIGNED = (RUN_TABLE.index("维护工程师签到"), RUN_TABLE.index("医院信息科签字"))
EMPTY_ROW = [("", 1, "")]
SIGN_IN: Grid = [
    [("培训内容", 1, ""), ("", 3, "")],
    [("培训日期", 1, ""), ("", 3, "")],
    [("序号", 1, ""), ("姓名", 1, ""), ("工号", 1, ""), ("科室", 1, "")],
    *([EMPTY_ROW * 4] * 8),
]
CUSTOMISATION: Grid = [
    [("医院名称", 1, ""), (HOSPITAL, 1, ""), ("提出科室/人员", 1, ""), ("药房/XXX", 1, "")],
    [("维护工程师", 1, ""), ("", 1, ""), ("提出时间", 1, ""), ("", 1, "")],
    [("完成时间", 1, ""), ("", 1, ""), ("模块名称", 1, ""), ("", 1, "")],
    [("详细需求", 1, ""), ("", 3, "")],
    [
        ("问题类型：1、BUG问题2、反复BUG3、新功能4、特殊需求", 1, "restart"),
        ("1", 1, ""),
        ("时间要求", 1, ""),
        ("", 1, ""),
    ],
    [("", 1, "continue"), ("需求描述：", 3, "")],
    [("", 1, "continue"), ("需求分析：", 3, "")],
    [("", 1, "continue"), ("需求修改方案：", 3, "")],
    [("", 1, "continue"), ("结果：", 3, "")],
    [
        (
            "备注：以上客户化需求为医院的最终需求；承诺于年月日之前提交修改后的软件并进入现场调试。",
            4,
            "",
        )
    ],
]
"""As the paper has it before anything is written in, with the sample values it carries."""


def filled(form_id: str, **changed: Any) -> bytes:
    form = find_form(form_id, None)
    return fill(form, {**form.example(), "hospital": HOSPITAL, **changed})


def blank_report(**changed: Any) -> bytes:
    empty = {
        name: ""
        for name, field in find_form("customisation-report", None).fields.items()
        if field.handwriting
    }
    return filled("customisation-report", **{**empty, "requester": "药房/XXX", "kind": "1", **changed})


def test_the_running_table_is_the_paper_s() -> None:
    paper = filled("maintenance-log", visits=[], blanks=[{}] * 5)
    assert titles_of(paper) == ["青海红十字医院维护项目运行表"]
    assert grids_of(paper) == [[[(head, 1, "") for head in RUN_TABLE], *([EMPTY_ROW * 6] * 5)]]
    assert heads_of(paper) == [1]


def test_the_sign_in_sheet_is_the_paper_s() -> None:
    paper = filled("training-signin", topic="", date="", people=[], blanks=[{}] * 8)
    assert titles_of(paper) == ["青海红十字医院", "系统培训服务培训人员签到表"]
    assert grids_of(paper) == [SIGN_IN]
    assert heads_of(paper) == [3]


def test_the_customisation_report_is_the_paper_s() -> None:
    paper = blank_report()
    assert titles_of(paper) == ["青海红十字医院客户化维护报告"]
    assert grids_of(paper) == [CUSTOMISATION]


@pytest.mark.parametrize("form_id", ["maintenance-log", "training-signin", "customisation-report"])
def test_the_hospital_of_the_title_is_the_inventory_s(form_id: str) -> None:
    form = find_form(form_id, None)
    assert form.fields["hospital"].source == "inventory hospital.name"
    title = titles_of(fill(form, {**form.example(), "hospital": "某县中医院"}))[0]
    assert title.startswith("某县中医院")
    assert "青海" not in title


def test_both_signatures_of_the_running_table_are_left_to_the_hand() -> None:
    form = find_form("maintenance-log", None)
    (grid,) = grids_of(fill(form, lengthened(form, 40)))
    assert {row[column][0] for row in grid[1:] for column in SIGNED} == {""}
    assert {signature.label for signature in form.signatures} == {RUN_TABLE[column] for column in SIGNED}


def test_a_visit_stands_below_its_heads() -> None:
    visit = {"date": "2026-11-21", "servers": "甲", "system": "乙", "remark": "丙"}
    (grid,) = grids_of(filled("maintenance-log", visits=[visit], blanks=[{}] * 3))
    assert [text for text, _, _ in grid[1]] == ["2026-11-21", "", "甲", "乙", "", "丙"]


def test_who_was_invited_comes_before_the_blank_rows_of_which_more_can_be_had() -> None:
    people = [{"number": 1, "name": "李老师", "staff_number": "1021", "department": "信息科"}]
    (grid,) = grids_of(filled("training-signin", people=people, blanks=[{}] * 20))
    assert [text for text, _, _ in grid[3]] == ["1", "李老师", "1021", "信息科"]
    assert grid[4:] == [EMPTY_ROW * 4] * 20


def test_the_promised_day_stands_in_its_line() -> None:
    last = grids_of(blank_report(promised="2026 年 12 月 8 日"))[0][-1][0][0]
    assert "承诺于2026年12月8日之前提交修改后的软件" in last


@pytest.mark.parametrize("kind", ["5", "0", "12", "1、BUG问题", "一", 1])
def test_a_kind_that_is_no_code_is_refused(kind: object) -> None:
    with pytest.raises(BadFile) as refused:
        blank_report(kind=kind)
    assert "kind（问题类型）" in str(refused.value)


@pytest.mark.parametrize("kind", ["", "1", "2", "3", "4"])
def test_the_four_kinds_and_none_are_taken(kind: str) -> None:
    assert grids_of(blank_report(kind=kind))[0][4][1][0] == kind


@pytest.mark.parametrize(
    ("form_id", "heads"),
    [
        ("maintenance-log", RUN_TABLE),
        ("training-signin", ("培训内容", "培训日期", "序号", "姓名", "工号", "科室")),
    ],
)
def test_five_hundred_rows_keep_their_heads_on_every_page(
    libreoffice: LibreOffice, tmp_path: Path, form_id: str, heads: tuple[str, ...]
) -> None:
    form = find_form(form_id, None)
    path = tmp_path / "long.docx"
    path.write_bytes(fill(form, lengthened(form, 500)))
    pages = pdf_pages(libreoffice.pdf(path))
    assert len(pages) < 120
    for page in pages:
        # A head may be set in two lines of a narrow column: each of its characters stands on the page.
        assert set("".join(heads)) <= set(page)
        assert re.search(rf"第\s*\d+\s*页\s*共\s*{len(pages)}\s*页", page)


def test_sentences_of_ten_thousand_characters_are_printed_to_the_end(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    path = tmp_path / "long.docx"
    path.write_bytes(blank_report(details=LONG, description=LONG, result=f"{LONG}到此为止"))
    text = re.sub(r"\s+", "", "".join(pdf_pages(libreoffice.pdf(path))))
    assert text.count("甲") == 3 * LONG.count("甲")
    assert "到此为止" in text
    assert text.index("需求修改方案") < text.index("结果") < text.index("备注")
