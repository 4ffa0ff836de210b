"""日常系统巡检记录 as it comes out of the printer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from hmaint.model.run import RunRecord
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from hmaint.report.view import Notes, inspection_record
from tests.report import runs
from tests.services.libreoffice import LibreOffice, pdf_fonts, pdf_pages

DEMANDED = (
    "日常系统巡检记录",
    "医院名称",
    "科室",
    "系统名称",
    "维护单位",
    "合同编号",
    "文件编号",
    "巡检时间",
    "巡检人员",
    "巡检方式",
    "一、巡检结论",
    "结果汇总",
    "二、巡检对象",
    "三、巡检内容与巡检结果",
    "四、异常事件与处理",
    "异常事件",
    "风险等级",
    "整改时限",
    "处理建议",
    "异常反馈",
    "异常问题解决方案",
    "五、未能检查的内容",
    "六、不适用的内容",
    "七、签字确认",
    "巡检人员签字",
    "医院信息科签字",
)
HEADS = ("序号", "巡检内容", "对象", "巡检结果", "说明")


class Printer:
    """Fills the sheet and prints it."""

    def __init__(self, office: LibreOffice, folder: Path) -> None:
        self._office = office
        self._folder = folder

    def pdf(self, run: RunRecord, notes: Mapping[str, Notes] | None = None) -> Path:
        path = self._folder / "sheet.docx"
        path.write_bytes(
            fill(find_form("inspection-record", None), inspection_record(run, runs.inventory(), notes or {}))
        )
        return self._office.pdf(path)

    def pages(self, run: RunRecord, notes: Mapping[str, Notes] | None = None) -> list[str]:
        return pdf_pages(self.pdf(run, notes))


@pytest.fixture
def printer(libreoffice: LibreOffice, tmp_path: Path) -> Printer:
    return Printer(libreoffice, tmp_path)


def flat(pages: list[str]) -> str:
    return re.sub(r"\s+", "", "".join(pages))


def test_the_usual_sheet_has_every_demanded_heading_in_order(printer: Printer) -> None:
    text = flat(printer.pages(*runs.usual()))
    at = 0
    for words in DEMANDED:
        found = text.find(words, at)
        assert found >= 0, f"{words} is missing, or not in its place"
        at = found


def test_the_usual_sheet_tells_what_was_seen_noted_and_not_seen(printer: Printer) -> None:
    text = flat(printer.pages(*runs.usual()))
    for words in (
        "青海示范医院",
        "重症监护系统",
        "2026-11-2109:30至09:32",
        "张工",
        "远程",
        "R-20261121-093012-icu",
        "检查35项：正常27，警告2，严重1，未能检查3，不适用2",
        "ORA-12170:TNS<connect>timeout",
        "已于11月21日10:05电话告知信息科李老师",
        "重启监听后恢复",
        "权限不足：读取/var/log/btmp",
        "不是从库（icu-main）：主从复制",
        "敏感内容已遮盖4处",
        "未列入本次巡检的对象：bastion",
        "本文件由记录R-20261121-093012-icu生成版本1",
        "已消除的异常时间同步（icu-app-1）",
    ):
        assert words in text, words
    assert re.search(r"数据SHA-256：[0-9a-f]{64}", text)


def test_every_page_says_which_of_how_many_it_is(printer: Printer) -> None:
    pages = printer.pages(*runs.usual())
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页共{len(pages)}页" in flat([page])


def test_a_long_list_repeats_its_head_on_every_page_and_stays_short(printer: Printer) -> None:
    pages = printer.pages(runs.crowd())
    assert len(pages) < 16, "2100 checks of 60 hosts must stay a document people read"
    listed = [page for page in pages if re.search(r"icu-node-\d+.*(?:正常|警告) +(?:各对象|数值)", page)]
    assert len(listed) > 1
    for page in listed:
        assert all(head in page for head in HEADS)


def test_signature_cells_are_empty(printer: Printer) -> None:
    text = flat(printer.pages(*runs.usual()))
    assert "巡检人员签字日期年月日医院信息科签字日期年月日" in text


def test_chinese_is_set_in_song_and_hei(printer: Printer) -> None:
    fonts = pdf_fonts(printer.pdf(*runs.usual()))
    names = {line.split()[0].partition("+")[2] for line in fonts}
    assert any(name.startswith("NotoSerifCJK") for name in names), names
    assert any(name.startswith("NotoSansCJK") for name in names), names
    assert not [line for line in fonts if not re.search(r"\byes\s+(yes|no)\s+(yes|no)\b", line)], (
        "not embedded"
    )


def test_hostile_words_are_printed_as_they_are_and_do_nothing(printer: Printer) -> None:
    run, notes = runs.hostile()
    text = flat(printer.pages(run, notes))
    assert "{{7*7}}{%forxiny%}{_{a}_}<w:p>&amp;</w:p>失败␇␌␀</w:t>${x}" in text
    assert "[31m" not in text
    assert "第一行" in text
    assert "第二行制表" in text
    assert all(words in text for words in DEMANDED)


def test_nothing_reached_is_never_printed_as_well(printer: Printer) -> None:
    text = flat(printer.pages(runs.nothing_reached()))
    assert "本次未能检查到任何内容" in text
    assert "未检查到任何内容，有无异常不明" in text
    assert re.findall(r"正常(?!或异常判断)\d*", text) == ["正常0"]


def test_a_healthy_site_is_called_so_once_everything_was_examined(printer: Printer) -> None:
    text = flat(printer.pages(runs.healthy()))
    assert "本次检查的30项均正常，未发现异常。" in text
    assert "无（在已检查的内容中未发现异常）" in text
