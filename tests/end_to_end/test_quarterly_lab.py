"""The quarterly deep inspection of a lab hospital, from the command to the printed report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.desk import Desk, Done, words_of
from tests.end_to_end.lab import lab
from tests.services.fixtures import running
from tests.services.libreoffice import LibreOffice, pdf_pages

TARGETS = ("laptop", "app-1", "db-1", "icu-main", "icu-report", "station", "core-switch", "ups-1")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with lab(tmp_path_factory.mktemp("lab")) as laid:
        yield laid


@pytest.fixture(scope="module")
def run(desk: Desk) -> Done:
    return desk.inspect("--playbook", "inspect/quarterly", "--report", limit=240)


@pytest.fixture(scope="module")
def report(desk: Desk, run: Done) -> Path:
    (path,) = (desk.root / each for each in run.object["reports"] if "系统健康检查" in each)
    return path


def test_every_target_was_examined(run: Done) -> None:
    assert run.code in (1, 2, 3), run.err
    seen = {target["name"]: target["error"] for target in run.object["targets"]}
    assert seen == dict.fromkeys(TARGETS)


def test_both_documents_are_written(run: Done) -> None:
    names = [Path(each).name.split("-R-")[0] for each in run.object["reports"]]
    assert names == ["日常系统巡检记录", "系统健康检查与性能分析报告"]


def test_the_report_tells_each_demanded_part_of_each_target(report: Path) -> None:
    words = words_of(report)
    for part in (
        "服务器性能深度分析",
        "数据库运行状态评估",
        "存储容量规划",
        "风险提示与优化建议",
        "与上次比较",
    ):
        assert part in words
    for target in TARGETS:
        assert target in words
    assert "{{" not in words
    assert "None" not in words


def test_a_disk_that_grew_all_year_has_a_day_with_its_interval(report: Path) -> None:
    words = words_of(report)
    assert re.search(
        r"约 \d+ 天后写满（20\d\d-\d\d-\d\d，90% 区间 20\d\d-\d\d-\d\d 至 20\d\d-\d\d-\d\d）", words
    ), words
    assert "无趋势" in words


def test_a_risk_that_nobody_put_right_for_a_year_leads_as_overdue(report: Path) -> None:
    words = words_of(report)
    assert re.search(r"逾期未整改的问题（\d+ 项）", words)
    assert "没有主键" in words
    assert "项问题已超过整改时限" in words


def test_it_is_held_against_the_last_quarterly_run_not_the_last_run(desk: Desk, report: Path) -> None:
    found = re.search(r"与 (\d{4}-\d\d-\d\d) .* 的记录 (R-\S+) 比较", words_of(report))
    assert found
    assert (
        desk.run("runs", "show", found[2], "--format", "json").object["playbook"]["name"]
        == "inspect/quarterly"
    )


def test_the_report_can_be_written_anew(desk: Desk, run: Done) -> None:
    again = desk.run("runs", "report", run.object["run"], "--form", "health-report")
    assert again.code == 0, again.err
    assert again.out.strip().endswith("-v2.docx")
    refused = desk.run("runs", "report", run.object["run"], "--form", "healthreport", lang="en")
    assert refused.code == 64
    assert "health-report" in refused.err


def test_it_prints(report: Path, tmp_path: Path) -> None:
    plain = tmp_path / "report.docx"  # without a locale LibreOffice opens no other names
    plain.write_bytes(report.read_bytes())
    with running(LibreOffice()) as office:
        pages = pdf_pages(office.pdf(plain))
    assert 6 <= len(pages) <= 60
    assert "项目经理签字" in "".join(pages)
