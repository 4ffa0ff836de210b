"""系统健康检查与性能分析报告 as it comes out of the printer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hmaint.report.chart import picture
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from hmaint.report.health import Quarter, health_report
from hmaint.report.pictures import as_text
from tests.report import quarters, runs
from tests.services.libreoffice import LibreOffice, pdf_pages

DEMANDED = (
    "系统健康检查与性能分析报告",
    "2026 年第 4 季度",
    "一、总体结论",
    "须立即关注",
    "二、服务器性能深度分析",
    "三、数据库运行状态评估",
    "四、网络设备、存储、电源与服务接口",
    "五、存储容量规划",
    "预测方法",
    "六、风险提示与优化建议",
    "七、与上次比较",
    "八、未能检查的内容",
    "项目经理签字",
    "采购人签字",
    "附录",
)


@pytest.fixture
def pages(libreoffice: LibreOffice, tmp_path: Path) -> list[str]:
    chart = as_text(picture([quarters.forecast("/data", 61.0, 2.5, 12)]))
    path = tmp_path / "health.docx"
    path.write_bytes(
        fill(find_form("health-report", None), health_report(quarters.quarter(chart), runs.inventory()))
    )
    return pdf_pages(libreoffice.pdf(path))


def test_everything_demanded_is_printed(pages: list[str]) -> None:
    text = "\n".join(pages)
    assert [words for words in DEMANDED if words not in text] == []
    assert "{{" not in text
    assert "None" not in text


def test_pages_are_counted(pages: list[str]) -> None:
    for number, page in enumerate(pages, start=1):
        assert re.search(rf"第\s*{number}\s*页\s*共\s*{len(pages)}\s*页", page)


@pytest.mark.parametrize("run", [runs.healthy(), runs.crowd()], ids=["healthy", "crowd"])
def test_other_shapes_print_too(libreoffice: LibreOffice, tmp_path: Path, run: object) -> None:
    path = tmp_path / "health.docx"
    data = health_report(Quarter(run), runs.inventory())  # type: ignore[arg-type] # a run of the samples
    path.write_bytes(fill(find_form("health-report", None), data))
    text = "\n".join(pdf_pages(libreoffice.pdf(path)))
    assert "没有可用于容量规划的历史数据" in text
    assert "本次没有数据库" in text
