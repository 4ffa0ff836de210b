"""`hmaint report quarterly|annual|handover` as an engineer runs them on a year of records."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.end_to_end.desk import Desk
from tests.store.histories import keep_history


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "desk", HMAINT_SECRET_RO="Nightingale-1820")
    made.write_inventory({"icu": {"name": "重症监护系统", "hosts": {"app": {"address": "10.1.2.11"}}}})
    (made.root / ".hmaint").mkdir(mode=0o700)
    keep_history(made.root)
    # Half a minute of LibreOffice is not what is tested here.
    empty = tmp_path / "bin"
    empty.mkdir()
    made.environ["PATH"] = str(empty)
    return made


def test_a_quarter_is_bundled_and_told(desk: Desk) -> None:
    done = desk.run("report", "quarterly", "--site", "icu", "--quarter", "2026Q3", "--format", "json")
    assert done.code == 0, done.err
    told = done.object
    assert told["schema"] == "hmaint.bundle/1"
    assert sum(document["title"] == "日常系统巡检记录" for document in told["documents"]) == 3
    lacking = {lack["title"]: (lack["period"], lack["reason"]) for lack in told["missing"]}
    assert lacking["系统配置手册"] == ("2026 年第 3 季度", "没有对应的表单，须人工编制后随附。")
    assert "LibreOffice" in told["no_pages"]
    with zipfile.ZipFile(desk.root / told["path"]) as package:
        inside = package.namelist()
    assert inside[1:] == [document["name"] for document in told["documents"]]
    again = desk.run("report", "quarterly", "--site", "icu", "--quarter", "2026q3", "--format", "json").object
    assert (again["path"], again["index"], again["made"]) == (told["path"], told["index"], [])


def test_people_are_told_where_it_lies_what_is_missing_and_why_pages_are_not(desk: Desk) -> None:
    done = desk.run("report", "quarterly", "--site", "icu", "--quarter", "2026Q3")
    assert done.code == 0
    zip_path, index_path = done.out.splitlines()
    assert (desk.root / zip_path).is_file()
    assert (desk.root / index_path).is_file()
    assert "缺：系统配置手册，2026 年第 3 季度：没有对应的表单，须人工编制后随附。" in done.err
    assert "页数留空由人工填写" in done.err


def test_a_year_and_a_term_are_bundled(desk: Desk) -> None:
    year = desk.run("report", "annual", "--site", "icu", "--year", "2026", "-o", "year.zip", limit=120)
    assert (year.code, year.out.splitlines()[0]) == (0, "year.zip"), year.err
    term = desk.run("report", "handover", "--site", "icu", "--format", "json", limit=120).object
    with zipfile.ZipFile(desk.root / term["path"]) as package:
        assert json.loads(package.read("资料/records.json"))["site"] == "icu"
        assert len([name for name in package.namelist() if name.startswith("文档/")]) == len(
            term["documents"]
        )
    assert "知识库：" in term["not_included"][0]


@pytest.mark.parametrize(("words", "code"), [
    (("quarterly", "--site", "icu", "--quarter", "2026"), 64),
    (("annual", "--site", "icu", "--year", "2026Q4"), 64),
    (("quarterly", "--site", "lis", "--quarter", "2026Q4"), 64),
    (("handover", "--site", "icu", "-o", "out.rar"), 64),
])  # fmt: skip
def test_words_that_make_no_sense_are_one_line_and_nothing_is_written(
    desk: Desk, words: tuple[str, ...], code: int
) -> None:
    done = desk.run("report", *words)
    assert done.code == code
    assert len(done.err.strip().splitlines()) == 1
    assert not (desk.root / "reports").exists()
