"""A quarter's documents: made, listed with what is missing, packed; and all of it once only."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from hmaint.app.bundle import Request, quarterly
from hmaint.app.documents import issue_document
from hmaint.app.handling import Which, sign
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import BadFile, Refused, WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.report.form import find_form
from tests.app.bundled import content, everything, inspect, make_world, names
from tests.forms.stress import HOSTILE, words_of
from tests.services.fixtures import running
from tests.services.process import program
from tests.services.smalldisk import SmallDisk

Q4 = Request("icu", "2026Q4")
INDEX = "000-季度汇总与提交清单-icu-quarterly-index-2026-001.docx"
OCTOBER = "001-日常系统巡检记录-R-20261010-090000-icu.docx"
DEEP = [
    "002-系统健康检查与性能分析报告-R-20261110-090000-icu.docx",
    "003-日常系统巡检记录-R-20261110-090000-icu.docx",
]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A laptop without LibreOffice: conversions have tests of their own."""
    monkeypatch.setattr("hmaint.report.pdf._office", lambda: None)
    return make_world(tmp_path)


def test_what_records_can_tell_is_made_and_everything_else_that_is_wanted_is_named(world: World) -> None:
    bundled = quarterly(world, Q4)
    assert names(world, bundled) == [INDEX, OCTOBER, *DEEP]
    assert sorted(document.form for document in bundled.made) == [
        "health-report", "inspection-record", "inspection-record",
    ]  # fmt: skip
    assert [(lack.title, lack.period, lack.clause, lack.reason) for lack in bundled.lacks] == [
        ("日常系统巡检记录", "2026 年 12 月", "S3-1.1.1", "该期间尚未开始。"),
        (
            "性能调优与重启记录", "2026 年第 4 季度", "S3-1.2.2",
            "没有登记；此类文档目前不能由记录生成，须按表单人工填写。",
        ),
        ("系统配置手册", "2026 年第 4 季度", "S3-3.5", "没有对应的表单，须人工编制后随附。"),
    ]  # fmt: skip


def test_chinese_names_come_out_of_unzip_as_they_went_in(world: World, tmp_path: Path) -> None:
    bundled = quarterly(world, Q4)
    command = [
        program("unzip", "unzip"),
        "-q",
        str(world.workspace.root / bundled.path),
        "-d",
        str(tmp_path / "out"),
    ]
    subprocess.run(command, check=True, env={"LC_ALL": "C.UTF-8"})  # noqa: S603 - our own words
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [INDEX, OCTOBER, *DEEP]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o600}


def test_the_index_tells_what_lies_in_the_zip(world: World) -> None:
    bundled = quarterly(world, Q4)
    text = words_of(content(world, bundled, INDEX))
    for paper in bundled.papers:
        assert hashlib.sha256(content(world, bundled, paper.name)).hexdigest() == paper.sha256
        assert paper.sha256 in text
        assert paper.document.number in text
    assert "登记文档 3 份，其中已签字 0 份；缺 3 项。编制时 2026 年第 4 季度尚未结束。" in text
    assert "本季度没有登记的文档：故障分析报告。" in text
    assert "合同 s3 的约定" in text


def test_pages_nobody_could_count_are_left_empty_and_the_reason_is_told(world: World) -> None:
    bundled = quarterly(world, Q4)
    assert {paper.pages for paper in bundled.papers} == {None}
    assert "LibreOffice" in bundled.no_pages
    assert "页数未能全部测量（没有可用的 LibreOffice，或转换失败）" in words_of(
        content(world, bundled, INDEX)
    )


def test_bundling_twice_changes_nothing(world: World) -> None:
    first = quarterly(world, Q4)
    before = everything(world.workspace.reports)
    second = quarterly(world, Q4)
    assert (second.path, second.index, second.made) == (first.path, first.index, [])
    assert everything(world.workspace.reports) == before


def test_a_further_run_makes_a_further_version_beside_the_first(world: World) -> None:
    first = quarterly(world, Q4)
    before = everything(world.workspace.reports)
    inspect(world, "R-20261120-090000-icu", datetime(2026, 11, 20, 9, tzinfo=CHINA))
    second = quarterly(world, Q4)
    assert (second.index.number, second.index.version) == (first.index.number, 2)
    assert second.path != first.path
    assert len(names(world, second)) == len(names(world, first)) + 1
    after = everything(world.workspace.reports)
    assert {path: after[path] for path in before} == before


def test_other_quarters_and_other_sites_stay_out(world: World) -> None:
    inspect(world, "R-20261012-090000-lis", datetime(2026, 10, 12, 9, tzinfo=CHINA), site="lis")
    assert quarterly(world, Request("icu", "2026Q3")).papers[0].document.sources == ("R-20260801-090000-icu",)
    assert {paper.document.site for paper in quarterly(world, Q4).papers} == {"icu"}
    assert len(quarterly(world, Q4).papers) == 3


def test_a_signed_document_is_not_made_again_when_its_finding_is_commented(
    world: World, tmp_path: Path
) -> None:
    october = next(paper for paper in quarterly(world, Q4).papers if paper.name == OCTOBER)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 signed")
    sign(world, Which(october.document.number), scan, "李主任")
    finding = world.records.findings("icu")[0].finding.id
    world.records.note(finding, "已扩容", "solution", "张工", world.clock.now())
    again = quarterly(world, Q4)
    kept = next(paper for paper in again.papers if paper.name == OCTOBER)
    assert (kept.document.version, str(kept.document.standing)) == (1, "signed")
    assert "已签字" in words_of((world.workspace.root / again.index.path).read_bytes())
    assert [document.version for document in again.made] == [2], "the unsigned sheet tells the comment"


def test_a_signed_index_stays_as_it_is_and_a_further_version_lies_beside_it(
    world: World, tmp_path: Path
) -> None:
    first = quarterly(world, Q4)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 signed")
    sign(world, Which(first.index.number), scan, "李主任")
    before = everything(world.workspace.reports)
    assert quarterly(world, Q4).index.version == 1, "nothing changed"
    inspect(world, "R-20261120-090000-icu", datetime(2026, 11, 20, 9, tzinfo=CHINA))
    second = quarterly(world, Q4)
    assert (second.index.version, str(second.index.standing)) == (2, "drafted")
    after = everything(world.workspace.reports)
    assert {path: after[path] for path in before} == before


def test_a_file_that_was_changed_stays_and_is_named(world: World) -> None:
    october = next(paper for paper in quarterly(world, Q4).papers if paper.name == OCTOBER)
    path = world.workspace.root / october.document.path
    path.write_bytes(path.read_bytes() + b"scribbled")
    again = quarterly(world, Q4)
    changed = next(paper for paper in again.papers if paper.name == OCTOBER)
    assert changed.remark == "文件在签发后被改动过"
    assert content(world, again, OCTOBER).endswith(b"scribbled")
    assert "第 1 项：文件在签发后被改动过。" in words_of(
        (world.workspace.root / again.index.path).read_bytes()
    )


def test_a_file_that_was_lost_is_made_again_under_its_number(world: World) -> None:
    october = next(paper for paper in quarterly(world, Q4).papers if paper.name == OCTOBER)
    (world.workspace.root / october.document.path).unlink()
    (remade,) = quarterly(world, Q4).made
    assert (remade.number, remade.version) == (october.document.number, 2)


def test_a_lost_file_that_no_record_tells_is_listed_as_not_there(world: World) -> None:
    path = _minutes(world, "例会纪要")
    (world.workspace.root / path).unlink()
    bundled = quarterly(world, Q4)
    lost = next(paper for paper in bundled.papers if paper.document.form == "meeting-minutes")
    assert (lost.name, lost.sha256, lost.pages, lost.remark) == ("", "", None, "文件不在，未装入")
    assert len(names(world, bundled)) == 4
    assert "1 份的文件不在，未装入" in words_of((world.workspace.root / bundled.index.path).read_bytes())


@pytest.mark.parametrize("title", [HOSTILE, "../../../etc/会议", "会" * 300, "CON", 'a/b\\c:d*e?f"g<h>i|j'])
def test_hostile_titles_are_only_words(world: World, title: str) -> None:
    _minutes(world, title)
    bundled = quarterly(world, Q4)
    for name in names(world, bundled):
        assert not set(name) & set('\\/:*?"<>|\0\x1b')
        assert len(name.encode()) < 256
    assert len(names(world, bundled)) == 5


def _minutes(world: World, title: str) -> str:
    data = find_form("meeting-minutes", None).example() | {"title": title, "generated_at": "2026-11-12 10:00"}
    return issue_document(
        world, "meeting-minutes", "icu", Told(data, ("minutes.json",), world.clock.now().date())
    ).path


def test_a_template_that_is_broken_costs_its_own_document_alone(world: World) -> None:
    own = world.workspace.root / "report_templates" / "health-report"
    own.mkdir(parents=True)
    (own / "template.docx").write_bytes(b"no zip")
    bundled = quarterly(world, Q4)
    reasons = {lack.title: lack.reason for lack in bundled.lacks}
    assert reasons["系统健康检查与性能分析报告"] == "表单模板或资料有误，未能生成。"
    assert any("template.docx" in note for note in bundled.notes)
    assert "template.docx" not in words_of((world.workspace.root / bundled.index.path).read_bytes())
    assert names(world, bundled)[1:] == [OCTOBER, DEEP[1].replace("003", "002")]


def test_without_a_contract_the_default_list_holds_and_says_so(world: World) -> None:
    (world.workspace.root / "contracts" / "s3.yaml").unlink()
    bundled = quarterly(world, Q4)
    assert "默认清单（工作区中没有本系统的合同配置）" in words_of(
        (world.workspace.root / bundled.index.path).read_bytes()
    )
    lacking = {lack.title for lack in bundled.lacks}
    assert {"备份恢复验证报告", "日常故障月度汇总", "知识库更新摘要", "系统配置手册"} <= lacking
    assert {lack.clause for lack in bundled.lacks} == {""}


def test_a_contract_that_is_wrong_is_told_with_its_place_and_nothing_is_made(world: World) -> None:
    path = world.workspace.root / "contracts" / "s3.yaml"
    path.write_text("obligations:\n  - {id: A, per: fortnight, evidence: [x]}\n", "utf-8")
    with pytest.raises(BadFile, match=r"s3\.yaml:2"):
        quarterly(world, Q4)
    assert not world.workspace.reports.exists()


@pytest.mark.parametrize("text", ["2026", "2026-11", "2026Q5", "Q4", "", "２０２６Q4"])
def test_what_is_no_quarter_is_refused(world: World, text: str) -> None:
    with pytest.raises(WrongUsage):
        quarterly(world, replace(Q4, period=text))


def test_a_zip_somebody_else_wrote_is_not_written_over(world: World, tmp_path: Path) -> None:
    taken = tmp_path / "out.zip"
    taken.write_bytes(b"somebody's")
    bundled = quarterly(world, replace(Q4, output=taken))
    assert taken.read_bytes() == b"somebody's"
    assert bundled.path == "out-v2.zip"
    assert quarterly(world, replace(Q4, output=taken)).path == "out-v2.zip"


@pytest.fixture
def disk(world: World) -> Iterator[SmallDisk]:
    with running(SmallDisk(world.workspace.reports, 4)) as mounted:
        yield mounted


def test_a_full_disk_leaves_nothing_half_made(world: World, disk: SmallDisk) -> None:
    disk.fill()
    with pytest.raises(Refused, match=r"\.docx"):
        quarterly(world, Q4)
    left = [path for path in world.workspace.reports.rglob("*") if path.is_file()]
    assert [path.name for path in left] == ["filler"]
    assert world.records.documents.listed("icu") == ()
    disk.free()
    bundled = quarterly(world, Q4)
    assert bundled.index.number == "icu-quarterly-index-2026-001"
    assert len(names(world, bundled)) == 4


def test_a_zip_that_does_not_fit_is_not_there(world: World, disk: SmallDisk) -> None:
    quarterly(world, Q4)
    zips = list(world.workspace.reports.rglob("*.zip"))
    for path in zips:
        path.unlink()
    disk.fill()
    with pytest.raises(Refused):
        quarterly(world, Q4)
    assert [path for path in world.workspace.reports.rglob("*") if path.suffix in (".zip", ".tmp")] == []
