"""Years of working days taken into a workspace: what is refused, what is kept, and that nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from hmaint.duty.statutory import PACKAGED, packaged_year
from hmaint.errors import BadFile, Refused
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import speak
from hmaint.load.calendar_files import calendar_files
from hmaint.load.calendars import read_year, write_year, year_text
from hmaint.load.days import load_days

SOUND = """schema: hmaint.calendar/1
year: 2027
source: 放假安排
off: [2026-12-31, 2027-01-01, "2027-02-05..2027-02-11", 2027-04-05, 2027-05-01, 2027-05-02, "2027-10-01..2027-10-07"]
work: [2026-12-27, 2027-02-14, 2027-10-09]
"""
NOW = datetime(2026, 11, 25, 9, tzinfo=CHINA)


def written(folder: Path, text: str, name: str = "2027.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_notice_is_read_with_its_stretches_and_its_december(tmp_path: Path) -> None:
    year, source = read_year(written(tmp_path, SOUND))
    assert source == "放假安排"
    assert year.year == 2027
    assert {date(2026, 12, 31), date(2027, 2, 8), date(2027, 10, 7)} <= year.off
    assert year.work == {date(2026, 12, 27), date(2027, 2, 14), date(2027, 10, 9)}


@pytest.mark.parametrize("year", PACKAGED.known())
def test_every_packaged_year_can_be_handed_on(tmp_path: Path, year: int) -> None:
    told = packaged_year(year)
    assert read_year(written(tmp_path, year_text(told)))[0] == told


FAULTS = (
    ("year: 2027\n", "", "year", ":1:1"),
    ("year: 2027", "year: twenty", "year", ":2:7"),
    ("year: 2027", "year: 1999", "2004", ":2:7"),
    ("2027-02-14", "2027-02-08", "2027-02-08 既是放假日又是上班日", ":5:20"),
    ("2027-02-14", "2027-02-12", "2027-02-12 不是周末", ":5:20"),
    ("2027-02-14", "2027-10-09", "2027-10-09 重复", ":5:32"),
    ("2027-02-14", "2027-02-30", "2027-02-30 不是日期", ":5:20"),
    ("2027-02-14", "2028-02-13", "不在 2027 年", ":5:20"),
    ("2026-12-27", "2026-12-20", "不在 2027 年", ":5:8"),
    ("2027-02-05..2027-02-11", "2027-02-11..2027-02-05", "先写较早的", ":4:31"),
    ("2027-02-05..2027-02-11", "2027-02-05..2027-12-11", "最多 15 天", ":4:31"),
    ("2027-01-01, ", "", "2027-01-01", ":4:1"),
    ("2027-05-02, ", "", "2027-05-02", ":4:1"),
    ("off:", "of:", "off", ":4:1"),
    ("hmaint.calendar/1", "hmaint.calendar/2", "hmaint.calendar/1", ":1:9"),
    ("2027-04-05", "2027/04/05", "off", ":4:57"),
)


@pytest.fixture
def chinese() -> object:
    speak("zh")
    yield
    speak("en")


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("right", "wrong", "words", "place"), FAULTS, ids=[f"{each[1]}-{n}" for n, each in enumerate(FAULTS)]
)
def test_a_notice_that_cannot_be_is_refused_with_its_place(
    tmp_path: Path, right: str, wrong: str, words: str, place: str
) -> None:
    assert SOUND.count(right) == 1
    with pytest.raises(BadFile) as bad:
        read_year(written(tmp_path, SOUND.replace(right, wrong)))
    told = [str(fault) for fault in bad.value.faults]
    assert any(words in fault and place in fault for fault in told), told


def test_what_is_kept_is_never_written_over_and_the_latest_wins(tmp_path: Path) -> None:
    year, _source = read_year(written(tmp_path, SOUND))
    first = write_year(tmp_path, replace(year, imported_at=NOW), "一", "张工")
    before = first.read_bytes()
    mended = replace(year, off=year.off | {date(2027, 6, 9)}, imported_at=NOW.replace(hour=10), for_all=False)
    second = write_year(tmp_path, mended, "二", "张工")
    assert [path.name for path in calendar_files(tmp_path)] == ["2027-1.yaml", "2027-2.yaml"]
    assert first.read_bytes() == before
    assert "张工" in second.read_text("utf-8")
    days = load_days(tmp_path)
    assert not days.works(date(2027, 6, 9))
    assert days.as_of(NOW).works(date(2027, 6, 9)), "what began before it was taken in keeps its calendar"


def test_a_kept_file_that_somebody_broke_is_told_with_its_place(tmp_path: Path) -> None:
    year, _source = read_year(written(tmp_path, SOUND))
    path = write_year(tmp_path, replace(year, imported_at=NOW), "", "张工")
    path.write_text(path.read_text("utf-8").replace("T09:00", " soon "), "utf-8")
    with pytest.raises(BadFile, match=r"2027-1\.yaml:3:"):
        load_days(tmp_path)


def test_two_who_take_in_a_year_at_once_get_a_file_each(tmp_path: Path) -> None:
    year, _source = read_year(written(tmp_path, SOUND))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda name: write_year(tmp_path, year, "", name), "甲乙丙丁戊己庚辛"))
    assert len(set(made)) == 8
    operators = {path.read_text("utf-8") for path in calendar_files(tmp_path)}
    assert len(calendar_files(tmp_path)) == 8
    assert len(operators) == 1, "nothing of it is half-written"


def test_a_folder_that_cannot_be_written_is_refused_and_nothing_is_half_there(tmp_path: Path) -> None:
    year, _source = read_year(written(tmp_path, SOUND))
    (tmp_path / "calendars").write_text("somebody's file", "utf-8")
    with pytest.raises(Refused):
        write_year(tmp_path, year, "", "张工")
    assert (tmp_path / "calendars").read_text("utf-8") == "somebody's file"


def test_without_any_import_the_package_speaks(tmp_path: Path) -> None:
    assert load_days(tmp_path).sha256 == PACKAGED.sha256
