"""Finding forms: shipped, the workspace's own, mixed, mistyped and misspelt."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hmaint.errors import BadFile, WrongUsage
from hmaint.kit.resources import shipped
from hmaint.report.agreement import disagreements
from hmaint.report.form import Field, find_form, form_ids

SHIPPED = shipped("report_templates") / "inspection-record"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "report_templates" / "inspection-record"
    folder.mkdir(parents=True)
    return folder


def test_a_shipped_form_is_found_with_its_fields_and_signatures(tmp_path: Path) -> None:
    for workspace in (None, tmp_path):
        form = find_form("inspection-record", workspace)
        assert form.title == "日常系统巡检记录"
        assert form.template == SHIPPED / "template.docx"
        assert form.fields["targets"].of["name"].required
        assert [each.label for each in form.signatures] == ["巡检人员签字", "医院信息科签字"]


def test_each_file_of_the_workspace_wins_by_itself(own: Path, tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "template.docx", own)
    form = find_form("inspection-record", tmp_path)
    assert form.template == own / "template.docx"
    assert form.definition == SHIPPED / "form.yaml"
    (own / "form.yaml").write_text("title: 本院巡检单\nfields:\n  a: {title: 甲}\n", "utf-8")
    assert find_form("inspection-record", tmp_path).title == "本院巡检单"


def test_a_form_of_the_workspace_alone_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "report_templates" / "night-round"
    folder.mkdir(parents=True)
    (folder / "form.yaml").write_text("title: 夜班\nfields: {}\n", "utf-8")
    assert find_form("night-round", tmp_path).title == "夜班"
    assert set(form_ids(tmp_path)) == {*form_ids(None), "night-round"}


def test_an_unknown_form_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="是否想写 inspection-record"):
        find_form("inspection-recrod", tmp_path)
    for name in ("../../etc", "", "CON", "inspection-record/"):
        with pytest.raises(WrongUsage):
            find_form(name, tmp_path)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title: x\nfields:\n  a: {titel: 甲}\n", "3:"),
        ("title: x\nfields:\n  a: {title: 甲, type: date}\n", "3:"),
        ("title: x\nfields: {}\nsignatures:\n  - {label: 签, where: left}\n", "4:"),
        ("title: x\nfields: {}\nfields: {}\n", "3:"),
        ("title: x\nfields:\n  A-B: {title: 甲}\n", "3:"),
        ("title: x\nfields:\n  a: {title: 甲, pattern: '['}\n", "3:"),
        ("title: x\nfields:\n  a: {title: 甲, pattern: '(a+)+'}\n", "3:"),
        ("fields: {}\n", "form.yaml"),
    ],
)
def test_a_bad_form_file_is_refused_with_its_place(text: str, place: str, own: Path, tmp_path: Path) -> None:
    (own / "form.yaml").write_text(text, "utf-8")
    with pytest.raises(BadFile) as caught:
        find_form("inspection-record", tmp_path)
    assert place in str(caught.value.faults[0].place)


def test_a_field_holds_its_text_to_a_pattern_without_showing_it() -> None:
    fields = {"code": Field("code", "编码", pattern="[1-4]")}
    for text in ("1", "4", ""):
        assert disagreements({"code": text}, fields) == []
    for text in ("5", "11", "1\n", " 1", "1" * 300):
        assert disagreements({"code": text}, fields) == ["code（编码）不符合要求的写法：[1-4]"]


def test_a_folder_named_after_no_form_is_told_with_the_nearest(tmp_path: Path) -> None:
    folder = tmp_path / "report_templates" / "inspection-recrod"
    folder.mkdir(parents=True)
    with pytest.raises(BadFile, match=r"inspection-recrod: .*form.yaml.*inspection-record"):
        find_form("inspection-recrod", tmp_path)
