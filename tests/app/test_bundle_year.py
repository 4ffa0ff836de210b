"""The bound volume of a year: every run told, every document behind the cover, pages only where they were measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from hmaint.app.bundle import Request
from hmaint.app.bundle_year import annual
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.model.playbook import Level
from tests.app.bundled import content, everything, inspect, make_world, names
from tests.forms.stress import grids_of, words_of
from tests.store.samples import a_run, a_target

YEAR = Request("icu", "2026")
VOLUME = "000-年度装订册-icu-annual-volume-2026-001.docx"


@pytest.fixture
def world(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> World:
    """A laptop without LibreOffice."""
    monkeypatch.setattr("hmaint.report.pdf._office", lambda: None)
    return make_world(tmp_path)  # type: ignore[arg-type] # pytest's path


def test_every_run_is_told_on_its_forms_and_bound_in_date_order(world: World) -> None:
    bundled = annual(world, YEAR)
    assert names(world, bundled) == [
        VOLUME,
        "001-日常系统巡检记录-R-20260801-090000-icu.docx",
        "002-日常系统巡检记录-R-20261010-090000-icu.docx",
        "003-系统健康检查与性能分析报告-R-20261110-090000-icu.docx",
        "004-日常系统巡检记录-R-20261110-090000-icu.docx",
    ]


def test_services_are_listed_by_day_with_their_result_and_their_documents(world: World) -> None:
    bundled = annual(world, YEAR)
    rows = [[cell[0] for cell in row] for row in grids_of(content(world, bundled, VOLUME))[4]]
    assert rows[0] == ["序号", "日期", "类别", "服务内容", "人员", "结果", "文件编号"]
    assert [row[1] for row in rows[1:]] == ["2026-08-01", "2026-10-10", "2026-11-10"]
    assert rows[1][5] == "正常1，警告1，未能检查1"
    assert rows[3][6] == "icu-health-report-2026-001、icu-inspection-record-2026-003"


def test_the_summary_tells_what_was_not_examined(world: World) -> None:
    text = words_of(content(world, annual(world, YEAR), VOLUME))
    assert "共 3 次：月度远程巡检 2 次，季度深度巡检 1 次。" in text
    assert "3 次中共有 3 项未能检查" in text
    assert "本年度新发现问题 1 项：已消除 0 项，已关闭 0 项，仍存在 1 项。" in text


def test_a_target_that_could_not_be_reached_is_never_told_as_nothing_missed(world: World) -> None:
    begun = datetime(2026, 3, 1, 9, tzinfo=CHINA)
    world.records.begin_run(replace(a_run("R-away"), started_at=begun))
    world.records.append("R-away", "icu", replace(a_target(level=Level.UNKNOWN), error="连接被拒绝"), [], [])
    world.records.finish_run("R-away", begun, Level.UNKNOWN)
    volume = content(world, annual(world, YEAR), VOLUME)
    assert "1 次中有目标整体未能检查，合计 1 个" in words_of(volume)
    assert grids_of(volume)[4][1][5][0] == "1个目标整体未能检查"


def test_a_run_that_broke_off_is_told_as_such(world: World) -> None:
    begun = datetime(2026, 3, 1, 9, tzinfo=CHINA)
    world.records.begin_run(replace(a_run("R-torn"), started_at=begun))
    world.records.finish_run("R-torn", None, Level.UNKNOWN, state="interrupted")
    text = words_of(content(world, annual(world, YEAR), VOLUME))
    assert "1 次未正常结束" in text
    assert "没有检查结果" not in text.replace("未正常结束", "")


def test_without_libreoffice_no_page_is_named(world: World) -> None:
    bundled = annual(world, replace(YEAR, pdf=True))
    contents = grids_of(content(world, bundled, VOLUME))[2]
    assert {(row[4][0], row[5][0]) for row in contents[1:]} == {("", "")}
    assert "页数和起始页未能全部测量（没有可用的 LibreOffice，或转换失败）" in words_of(
        content(world, bundled, VOLUME)
    )
    assert not any(name.endswith(".pdf") for name in names(world, bundled))
    assert "LibreOffice" in bundled.no_pages


def test_binding_twice_changes_nothing_and_a_further_run_makes_a_further_version(world: World) -> None:
    first = annual(world, YEAR)
    before = everything(world.workspace.reports)
    assert annual(world, YEAR).path == first.path
    assert everything(world.workspace.reports) == before
    inspect(world, "R-20261120-090000-icu", datetime(2026, 11, 20, 9, tzinfo=CHINA))
    second = annual(world, YEAR)
    assert (second.index.number, second.index.version) == (first.index.number, 2)
    after = everything(world.workspace.reports)
    assert {path: after[path] for path in before} == before


def test_a_year_without_anything_says_so(world: World) -> None:
    text = words_of(
        content(world, annual(world, replace(YEAR, period="2025")), VOLUME.replace("2026", "2025"))
    )
    for words in ("登记文档 0 份", "本年度没有登记的服务记录", "记录中没有本年度的巡检。"):
        assert words in text
    assert "没有。" not in text, "nobody looked, so nothing can be said of what was not examined"


@pytest.mark.parametrize("text", ["2026Q4", "2026-11", "26", ""])
def test_what_is_no_year_is_refused(world: World, text: str) -> None:
    with pytest.raises(WrongUsage):
        annual(world, replace(YEAR, period=text))
