"""季度汇总与提交清单, 年度装订册 and 服务期满移交清单 as they come out of the printer, and what they must bear."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from pypdf import PdfReader

from hmaint.app.bundle import Request, quarterly
from hmaint.app.bundle_year import annual
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from hmaint.report.pages import count_pages
from tests.app.bundled import content, make_world, names
from tests.forms.stress import HARMLESS, LONG, grids_of, heads_of, lengthened, stuffed, words_of
from tests.services.libreoffice import LibreOffice, pdf_pages

DEMANDED = {
    "quarterly-index": (
        *(
            "季度汇总与提交清单",
            "所属季度",
            "清单依据",
            "汇总",
            "一、提交的文档",
            "文档名称",
            "文件编号",
            "版本",
        ),
        *("日期", "页数", "签字", "SHA-256", "二、缺少的文档", "所属期间", "合同条款", "原因", "三、签收"),
        *("项目经理签字", "采购人签收"),
    ),
    "annual-volume": (
        *("年度装订册", "服务期间", "目　录", "文件编号", "页数", "起始页", "一、年度总结", "巡检与检查"),
        *("问题与整改", "未能检查", "总结与建议", "二、维护、保养、维修服务记录", "服务内容", "三、提交签收"),
        *("接收部门", "接收人签字", "项目经理签字", "采购人签收"),
    ),
    "handover-index": (
        *(
            "服务期满移交清单",
            "移交截止",
            "一、移交的资料",
            "二、未随附的内容",
            "三、资产清单",
            "四、未关闭的问题",
        ),
        *("整改时限", "五、文档总目录", "六、移交签收", "移交人签字", "接收人签字"),
    ),
}
FORMS = tuple(DEMANDED)


@pytest.mark.parametrize("form_id", FORMS)
def test_everything_demanded_is_printed_in_order(form_id: str, printed: Mapping[str, list[str]]) -> None:
    pages = printed[form_id]
    text, at = re.sub(r"\s+", "", "".join(pages)), 0
    for words in (re.sub(r"\s+", "", each) for each in DEMANDED[form_id]):
        found = text.find(words, at)
        assert found >= 0, f"{words} is missing, or not in its place"
        at = found + len(words)
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页共{len(pages)}页" in re.sub(r"\s+", "", page)


@pytest.mark.parametrize("form_id", FORMS)
def test_hostile_words_come_out_readable_and_do_nothing(form_id: str) -> None:
    form = find_form(form_id, None)
    text = words_of(fill(form, stuffed(form)))
    assert HARMLESS in text
    assert "[31m" not in text
    assert LONG in words_of(fill(form, stuffed(form, LONG)))


@pytest.mark.parametrize("form_id", FORMS)
def test_lists_of_five_hundred_rows_have_heads_that_come_again(form_id: str) -> None:
    form = find_form(form_id, None)
    filled = fill(form, lengthened(form, 500))
    lists = sum(field.type == "rows" for field in form.fields.values())
    assert sum(count > 0 for count in heads_of(filled)) >= lists


def test_an_index_of_five_hundred_documents_stays_a_document(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    form = find_form("quarterly-index", None)
    path = tmp_path / "long.docx"
    path.write_bytes(fill(form, lengthened(form, 500)))
    pages = pdf_pages(libreoffice.pdf(path))
    listed = [page for page in pages if "icu-" in page and "S3-" not in page]
    assert len(listed) > 20
    assert all("文档名称" in page and "SHA-256" in page for page in listed)


def test_a_quarter_with_pdf_counts_the_pages_it_encloses(libreoffice: LibreOffice, tmp_path: Path) -> None:
    assert libreoffice is not None
    world = make_world(tmp_path)
    bundled = quarterly(world, Request("icu", "2026Q4", pdf=True))
    assert bundled.no_pages == ""
    inside = names(world, bundled)
    assert [Path(name).suffix for name in inside] == [".docx", ".pdf"] * 4
    for paper in bundled.papers:
        pdf = content(world, bundled, str(Path(paper.name).with_suffix(".pdf")))
        assert paper.pages == count_pages(pdf)
    rows = grids_of(content(world, bundled, inside[0]))[1][1:]
    assert [row[5][0] for row in rows] == [str(paper.pages) for paper in bundled.papers]
    again = quarterly(world, Request("icu", "2026Q4", pdf=True))
    assert (again.path, again.index) == (bundled.path, bundled.index)


def test_a_volume_is_bound_and_every_page_number_of_its_contents_is_right(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    assert libreoffice is not None
    world = make_world(tmp_path)
    bundled = annual(world, Request("icu", "2026", pdf=True))
    inside = names(world, bundled)
    assert inside[1] == "年度装订册（2026 年）.pdf"
    bound = tmp_path / "bound.pdf"
    bound.write_bytes(content(world, bundled, inside[1]))
    pages = [re.sub(r"\s+", "", page) for page in pdf_pages(bound)]
    contents = [[cell[0] for cell in row] for row in grids_of(content(world, bundled, inside[0]))[2][1:]]
    for _number, title, paper, _date, _count, page in contents[:3]:
        assert paper == ""
        assert title in pages[int(page) - 1]
    for _number, title, paper, _date, count, page in contents[3:]:
        first = pages[int(page) - 1]
        assert title in first
        assert f"编号：{paper}" in first
        assert f"第1页共{count}页" in first
    last = contents[-1]
    assert len(pages) == int(last[5]) + int(last[4]) - 1
    outline = PdfReader(io.BytesIO(bound.read_bytes())).outline
    assert len(outline) == len(inside) - 1
    assert annual(world, Request("icu", "2026", pdf=True)).path == bundled.path
    with zipfile.ZipFile(world.workspace.root / bundled.path) as package:
        assert package.testzip() is None
