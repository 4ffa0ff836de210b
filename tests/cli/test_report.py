"""`hmaint report` as it is printed, and the life of a document from its number to its signature."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path

import pytest

from hmaint.kit.resources import shipped
from hmaint.report.package import pack, unpack
from hmaint.report.source.word import paragraph
from tests.cli.golden import compare, settled
from tests.cli.small import small_desk, steps
from tests.end_to_end.desk import Desk, Done, Written, words_of
from tests.report.templates import SIGN, template

FORM = "own-minutes"
NUMBER = re.compile(r"icu-[a-z-]+-\d{4}-\d{3}")
_FIELDS = """\
title: 例会纪要/内部
fields:
  number: {title: 文件编号, required: true}
  digest: {title: 内容校验, required: true}
  version: {title: 版本, type: number, required: true}
  hospital: {title: 医院名称, required: true}
  topic: {title: 议题, required: true}
  remark: {title: 备注}
signatures:
  - {label: 签字}
"""
_CHANGING = (
    (r"\d{4}-\d\d-\d\d \d\d:\d\d", "YYYY-MM-DD HH:MM"),
    (r"(own-minutes|inspection-record)-\d{4}-", r"\1-YYYY-"),
    (r"\b[0-9a-f]{64}\b", "SHA256"),
    (r"(?<![\w-])[0-9a-f]{8}(?![\w-])", "SHA256.."),
    (r"（\d{4}-\d\d-\d\d）", "（YYYY-MM-DD）"),
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with a form of its own, and a shipped form whose template is its own."""
    desk = small_desk(tmp_path)
    write_form(desk, "{{ hospital }}", "{{ topic }}", "{{ remark }}")
    sheet = desk.root / "report_templates" / "inspection-record" / "template.docx"
    sheet.parent.mkdir(parents=True)
    sheet.write_bytes((shipped("report_templates") / "inspection-record" / "template.docx").read_bytes())
    return desk


def write_form(desk: Desk, *texts: str) -> Path:
    folder = desk.root / "report_templates" / FORM
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "form.yaml").write_text(_FIELDS, "utf-8")
    head = paragraph("{{ number }} 第 {{ version }} 版 {{ digest }}")
    (folder / "template.docx").write_bytes(template(head, *map(paragraph, texts), SIGN))
    sample = {
        "number": "1",
        "digest": "-",
        "version": 1,
        "hospital": "某院",
        "topic": "样例议题",
        "remark": "",
    }
    (folder / "sample.json").write_text(json.dumps(sample), "utf-8")
    return folder / "template.docx"


def write_data(desk: Desk, **data: object) -> Path:
    path = desk.root / "例会.json"
    path.write_text(json.dumps(data), "utf-8")
    return path


def agreed(desk: Desk, name: str, done: Done) -> None:
    out, err = (settled(text, desk.root) for text in (done.out, done.err))
    for pattern, stands in _CHANGING:
        out, err = re.sub(pattern, stands, out), re.sub(pattern, stands, err)
    compare(name, done.code, out, err)


def issue(desk: Desk, topic: str = "十一月例会") -> Written:
    write_data(desk, topic=topic)
    return desk.run(
        "report", "render", FORM, "--site", "icu", "--data", "例会.json", "--format", "json"
    ).object


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", [FORM, "inspection-record"])
def test_forms_are_listed_as_agreed(desk: Desk, form: str, lang: str) -> None:
    agreed(desk, f"report-list-{form}.{lang}", desk.run("report", "list", "--form", form, lang=lang))


def test_every_shipped_form_is_listed_without_a_workspace(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    forms = desk.run("report", "list", "--format", "json").object["forms"]
    assert {folder.name for folder in shipped("report_templates").iterdir()} == {form["id"] for form in forms}
    assert all(form["own"] == [] and form["title"] and form["signatures"] is not None for form in forms)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sound_template_is_told_as_agreed(desk: Desk, lang: str) -> None:
    agreed(desk, f"report-check-sound.{lang}", desk.run("report", "check", FORM, lang=lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fault_of_a_template_is_told_as_agreed(desk: Desk, lang: str) -> None:
    write_form(desk, "{{ hospitl }}", "{{ remark|safe }}", "{{ cycler.__init__ }}")
    agreed(desk, f"report-check-faulty.{lang}", desk.run("report", "check", FORM, lang=lang))


def test_faults_are_in_the_json_too(desk: Desk) -> None:
    write_form(desk, "{{ hospitl }}", "{{ topic }}")
    done = desk.run("report", "check", FORM, "--format", "json")
    (form,) = done.object["forms"]
    assert (done.code, form["form"]) == (78, FORM)
    assert any("hospitl" in fault for fault in form["faults"])
    assert any("hospital" in line for line in done.err.splitlines())


def test_one_bad_form_does_not_hide_the_others(desk: Desk) -> None:
    (desk.root / "report_templates" / FORM / "form.yaml").write_text("title: [", "utf-8")
    listed = desk.run("report", "list")
    assert listed.code == 78
    assert "inspection-record" in listed.out
    assert "form.yaml" in listed.err
    assert desk.run("report", "check", "inspection-record").code == 0
    assert desk.run("report", "check", FORM).code == 78


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("模板.doc", "旧版 .doc"),
        ("模板.docm", "宏"),
        ("模板.dotx", ".dotx"),
        ("加密.docx", "密码"),
        ("坏.docx", "损坏"),
        ("不在.docx", "无法读取"),
    ],
)
def test_a_file_that_is_no_template_is_refused_in_one_line(desk: Desk, name: str, words: str) -> None:
    sound = (desk.root / "report_templates" / FORM / "template.docx").read_bytes()
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    contents = {
        "模板.doc": old + bytes(600),
        "模板.docm": pack({**unpack(sound), "word/vbaProject.bin": b"x"}),
        "模板.dotx": pack({
            part: content.replace(b"document.main+xml", b"template.main+xml") for part, content in unpack(sound).items()
        }),
        "加密.docx": old + "EncryptedPackage".encode("utf-16-le"),
        "坏.docx": sound[:-40],
    }  # fmt: skip
    if name in contents:
        (desk.root / name).write_bytes(contents[name])
    done = desk.run("report", "check", name, "--form", FORM)
    assert done.code == 78
    assert words in done.err
    assert len(done.err.splitlines()) == 1
    (desk.root / name).with_suffix(".docx").write_bytes(sound)
    assert desk.run("report", "check", str(Path(name).with_suffix(".docx")), "--form", FORM).code == 0


def test_a_file_says_by_its_folder_or_by_an_option_which_form_it_is_for(desk: Desk) -> None:
    assert desk.run("report", "check", f"report_templates/{FORM}/template.docx").code == 0
    (desk.root / "a.docx").write_bytes((desk.root / "report_templates" / FORM / "template.docx").read_bytes())
    done = desk.run("report", "check", "a.docx")
    assert (done.code, "--form" in done.err) == (64, True)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_trial_print_says_that_it_is_none_of_the_documents(desk: Desk, lang: str) -> None:
    done = desk.run("report", "render", FORM, "--sample", "--pdf", lang=lang, PATH="/nowhere")
    agreed(desk, f"report-render-sample.{lang}", done)
    (made,) = desk.root.glob("*.docx")
    assert made.name == "例会纪要-内部-样例.docx"
    assert "试印，未登记" in words_of(made)
    assert desk.run("report", "list", "--documents", "--format", "json").object["documents"] == []


def test_what_is_printed_is_what_is_registered(desk: Desk) -> None:
    made = issue(desk)
    path = desk.root / made["path"]
    words = words_of(path)
    assert NUMBER.fullmatch(made["number"])
    assert f"{made['number']} 第 1 版 {made['digest']}" in words
    assert "某某医院" in words
    (kept,) = desk.run("report", "list", "--site", "icu", "--format", "json").object["documents"]
    assert {name: kept[name] for name in ("number", "version", "digest", "path")} == {
        name: made[name] for name in ("number", "version", "digest", "path")
    }
    assert (kept["standing"], kept["file"], kept["sources"]) == ("drafted", "intact", ["例会.json"])
    evidence = next(desk.root.joinpath(".hmaint", "evidence").rglob(made["digest"]))
    assert evidence.is_file()


def test_told_again_it_is_a_version_and_other_data_another_document(desk: Desk) -> None:
    first, second = issue(desk), issue(desk, "十一月例会（更正）")
    assert (second["number"], second["version"]) == (first["number"], 2)
    assert first["digest"] != second["digest"]
    assert first["path"] != second["path"]
    (desk.root / "别的.json").write_text(json.dumps({"topic": "十二月例会"}), "utf-8")
    other = desk.run(
        "report", "render", FORM, "--site", "icu", "--data", "别的.json", "--format", "json"
    ).object
    assert other["number"] != first["number"]


def test_a_document_is_called_as_the_workspace_calls_it(desk: Desk) -> None:
    own = desk.root / "report_templates" / "inspection-record" / "form.yaml"
    text = (shipped("report_templates") / "inspection-record" / "form.yaml").read_text("utf-8")
    own.write_text(text.replace("日常系统巡检记录", "信息系统巡检登记表"), "utf-8")
    assert desk.run("inspect", "--site", "icu", "--report").code in (1, 2, 3)
    (kept,) = desk.run("report", "list", "--site", "icu", "--format", "json").object["documents"]
    assert kept["title"] == "信息系统巡检登记表"
    assert Path(kept["path"]).name.startswith("信息系统巡检登记表-R-")
    words = words_of(desk.root / kept["path"])
    assert "信息系统巡检登记表" in words
    assert "日常系统巡检记录" not in words


def test_the_fields_of_a_form_are_listed_with_those_of_its_lists(desk: Desk) -> None:
    listed = desk.run("report", "list", "--form", "inspection-record", "--fields", "--format", "json").object
    fields = {each["field"]: each for each in listed["fields"]}
    assert fields["hospital"]["needed"] == "filled"
    assert fields["unexamined"]["needed"] == "place"
    assert (fields["targets.name"]["needed"], fields["targets.name"]["title"]) == ("whole", "名称")
    assert fields["sections.rows.note"]["needed"] == "optional"
    told = desk.run("report", "list", "--form", FORM, "--fields")
    assert "topic" in told.out
    assert "template.docx" in told.err
    assert desk.run("report", "list", "--fields").code == 64


def test_data_that_does_not_fit_is_told_with_its_file(desk: Desk) -> None:
    write_data(desk, remark="x")
    done = desk.run("report", "render", FORM, "--site", "icu", "--data", "例会.json")
    assert (done.code, "例会.json" in done.err, "topic（议题）" in done.err) == (78, True, True)
    (desk.root / "例会.json").write_text('{"topic": "x",}', "utf-8")
    done = desk.run("report", "render", FORM, "--site", "icu", "--data", "例会.json")
    assert (done.code, "例会.json:1:" in done.err) == (78, True)
    assert desk.run("report", "list", "--documents", "--format", "json").object["documents"] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_life_is_told_as_agreed(desk: Desk, lang: str) -> None:
    number = issue(desk)["number"]
    done = desk.run("report", "submit", number, "--to", "信息科李主任", lang=lang)
    agreed(desk, f"report-submit.{lang}", done)
    (desk.root / "扫描件.pdf").write_bytes(b"%PDF-1.7 scan")
    done = desk.run("report", "sign", number, "--evidence", "扫描件.pdf", "--sender", "李主任", lang=lang)
    agreed(desk, f"report-sign.{lang}", done)
    again = issue(desk, "更正")
    Path(desk.root / again["path"]).write_bytes(b"changed")
    listed = desk.run("report", "list", "--site", "icu", "--format", "plain", lang=lang)
    agreed(desk, f"report-list-documents.{lang}", listed)
    refused = desk.run("report", "submit", number, "--version", "1", lang=lang)
    agreed(desk, f"report-submit-signed.{lang}", refused)
    assert desk.run("audit", "verify").code == 0


def test_a_signed_document_is_never_overwritten_and_its_evidence_is_kept(desk: Desk) -> None:
    made = issue(desk)
    before = (desk.root / made["path"]).read_bytes()
    scan = b"%PDF-1.7 scan"
    (desk.root / "扫描件.pdf").write_bytes(scan)
    signed = desk.run("report", "sign", made["number"], "--evidence", "扫描件.pdf", "--format", "json").object
    assert signed["standing"] == "signed"
    assert signed["handlings"][-1]["evidence"] == hashlib.sha256(scan).hexdigest()
    issue(desk)
    assert (desk.root / made["path"]).read_bytes() == before
    versions = desk.run("report", "list", "--site", "icu", "--format", "json").object["documents"]
    assert {(each["version"], each["standing"]) for each in versions} == {(1, "signed"), (2, "drafted")}


def test_an_e_mail_says_itself_who_signed_and_when(desk: Desk) -> None:
    number = issue(desk)["number"]
    mail = b"From: li@hospital.cn\nMessage-ID: <a1@hospital.cn>\n\nok\n"
    (desk.root / "回复.eml").write_bytes(mail)
    signed = desk.run("report", "sign", number, "--evidence", "回复.eml", "--format", "json").object
    (handling,) = signed["handlings"]
    assert (handling["person"], handling["evidence_name"]) == (
        "li@hospital.cn",
        "回复.eml <a1@hospital.cn>",
    )


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("--evidence", "不在.pdf"), 64, "无法读取"),
        (("--evidence", "空.pdf"), 64, "空文件"),
        (("--evidence", "原件.docx"), 64, "原文件"),
        (("--evidence", "好.pdf", "--at", "2026-13-01"), 64, "不是时间"),
        (("--evidence", "好.pdf", "--at", "2999-01-01"), 64, "还没有到"),
        (("--evidence", "好.pdf", "--at", "2001-01-01"), 64, "早于"),
        (("--evidence", "好.pdf", "--version", "7"), 64, "没有第 7 版"),
    ],
)
def test_what_is_no_evidence_signs_nothing(desk: Desk, words: tuple[str, ...], code: int, why: str) -> None:
    made = issue(desk)
    (desk.root / "空.pdf").write_bytes(b"")
    (desk.root / "好.pdf").write_bytes(b"%PDF-1.7 scan")
    (desk.root / "原件.docx").write_bytes((desk.root / made["path"]).read_bytes())
    done = desk.run("report", "sign", made["number"], *words)
    assert (done.code, why in done.err) == (code, True), done.err
    (kept,) = desk.run("report", "list", "--site", "icu", "--format", "json").object["documents"]
    assert kept["standing"] == "drafted"


def test_with_several_versions_the_signed_one_must_be_named(desk: Desk) -> None:
    number = issue(desk)["number"]
    issue(desk)
    (desk.root / "好.pdf").write_bytes(b"%PDF-1.7 scan")
    done = desk.run("report", "sign", number, "--evidence", "好.pdf")
    assert (done.code, "--version" in done.err) == (64, True)
    assert desk.run("report", "sign", number, "--version", "1", "--evidence", "好.pdf").code == 0
    done = desk.run("report", "submit", number[:-1] + "2")
    assert (done.code, number in done.err) == (64, True)


def test_the_newest_run_that_was_made_for_a_form_is_told_on_it(desk: Desk) -> None:
    desk.write_playbook("inspect/deep", steps(), title="季度深度巡检", forms=["health-report"])
    for playbook in ("inspect/monthly", "inspect/deep", "inspect/monthly"):
        assert desk.run("inspect", "--site", "icu", "-p", playbook).code in (1, 2, 3)
    runs = desk.run("runs", "list", "--format", "json").object["runs"]
    assert [run["playbook"] for run in runs] == ["inspect/monthly", "inspect/deep", "inspect/monthly"]
    for form, told in (("health-report", runs[1]), ("inspection-record", runs[0])):
        assert desk.run("report", "render", form, "--site", "icu").code == 0
        newest = desk.run("report", "list", "--site", "icu", "--form", form, "--format", "json").object[
            "documents"
        ]
        assert newest[0]["sources"] == [told["run"]]
    desk.write_inventory({"his": {"name": "门诊", "hosts": {"box": {"connection": "local"}}}})
    other = desk.run("report", "render", "health-report", "--site", "his", "--run", runs[0]["run"])
    assert (other.code, "icu" in other.err) == (64, True)


def test_every_way_to_a_document_registers_it(desk: Desk) -> None:
    assert desk.run("inspect", "--site", "icu", "--report").code in (1, 2, 3)
    assert desk.run("runs", "report", "--form", "health-report").code == 0
    assert desk.run("schema-doc", "--site", "icu", "--report").code == 0
    assert desk.run("report", "render", "inspection-record", "--site", "icu", "-o", "副本.docx").code == 0
    assert desk.run("report", "render", "schema-dictionary", "--site", "icu", "--of", "demo").code == 0
    kept = desk.run("report", "list", "--site", "icu", "--format", "json").object["documents"]
    assert sorted((each["form"], each["version"], each["file"]) for each in kept) == [
        ("health-report", 1, "intact"),
        ("inspection-record", 1, "intact"),
        ("inspection-record", 2, "intact"),
        ("schema-dictionary", 1, "intact"),
        ("schema-dictionary", 2, "intact"),
    ]
    for each in kept:
        with zipfile.ZipFile(desk.root / each["path"]) as parts:
            whole = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml")).decode()
        assert each["number"] in whole, each["path"]
        assert each["digest"] in whole, each["path"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((FORM,), 64),
        ((FORM, "--sample", "--site", "icu"), 64),
        ((FORM, "--site", "icu"), 64),
        ((FORM, "--site", "nowhere", "--data", "例会.json"), 64),
        ((FORM, "--sample", "-o", "x.pdf"), 64),
        ((FORM, "--data", "例会.json", "--period", "2026"), 64),
        ((FORM, "--sample", "--run", "R-1"), 64),
        (("nothing", "--sample"), 64),
        (("inspection-record", "--site", "icu"), 64),
        (("inspection-record", "--site", "icu", "--run", "R-9"), 64),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    desk: Desk, words: tuple[str, ...], code: int
) -> None:
    write_data(desk, topic="x")
    done = desk.run("report", "render", *words)
    assert (done.code, len(done.err.splitlines())) == (code, 1), done.err
    assert not list(desk.root.rglob("*样例*"))
    assert not (desk.root / "reports").exists()
