"""A filled form: what goes in comes out, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmaint.errors import BadFile, Bug
from hmaint.kit.text import harmless
from hmaint.report import docx as filling
from hmaint.report.docx import fill, issue, write_document
from hmaint.report.form import Field, Signature
from hmaint.report.package import pack, unpack
from hmaint.report.source.word import cell, paragraph, row, table
from tests.report.templates import DATA, ROWS, SIGN, form, template

NAME = paragraph("{{ name }}")


def words(content: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(content))
    return [each.text for each in document.paragraphs]


@pytest.mark.parametrize(
    ("given_words", "printed"),
    [
        ("a<b & c>d \"'", "a<b & c>d \"'"),
        ("ERROR <null> & </w:t></w:r>", "ERROR <null> & </w:t></w:r>"),
        ("{{ 7*7 }} {% if %} {# x #}", "{{ 7*7 }} {% if %} {# x #}"),
        ("{_{ name }_} {_% x %_}", "{_{ name }_} {_% x %_}"),
        ("\x1b[31m失败\x1b[0m", "失败"),
        ("响\x07铃\x0c页\x00空", "响␇铃␌页␀空"),
        ("甲\n乙\t丙", "甲\n乙\t丙"),
        ("😀 Ａ１ 𠮷 \ue000", "😀 Ａ１ 𠮷 \ue000"),
        ("\ufdd0\ufdd1\ud800\uffff", "\ufffd\ufffd\ufffd\ufffd"),
        ("A" * 10_000, "A" * 10_000),
        ("&#49; &lt;", "&#49; &lt;"),
    ],
)
def test_a_value_is_printed_as_it_is(given_words: str, printed: str, tmp_path: Path) -> None:
    made = form(tmp_path, NAME, paragraph("完"))
    assert words(fill(made, {**DATA, "name": given_words})) == [printed, "完"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=60))
def test_any_text_at_all_comes_out_harmless_and_whole(tmp_path: Path, text: str) -> None:
    made = form(tmp_path, paragraph("a{{ note }}b"), paragraph("{{ name }}"))
    expected = harmless(text).translate({0xFDD0: "\ufffd", 0xFDD1: "\ufffd"})
    assert words(fill(made, {**DATA, "name": "x", "note": text})) == [f"a{expected}b", "x"]


def test_rows_are_filled_and_the_loop_rows_are_gone(tmp_path: Path) -> None:
    filled = docx.Document(io.BytesIO(fill(form(tmp_path, NAME, ROWS), DATA)))
    assert [[each.text for each in line.cells] for line in filled.tables[0].rows] == [
        ["1", "甲"],
        ["2", "乙"],
    ]


def test_a_field_named_like_a_method_of_dict_is_still_the_field(tmp_path: Path) -> None:
    fields = {
        "rows": Field("rows", "明细", "rows", of={"items": Field("items", "件"), "keys": Field("keys", "钥")})
    }
    made = form(
        tmp_path, paragraph("{% for row in rows %}{{ row.items }}{{ row.keys }}{% endfor %}"), fields=fields
    )
    assert words(fill(made, {"rows": [{"items": "三", "keys": "四"}]})) == ["三四"]


def test_merged_and_coloured_cells_of_the_template_language_work(tmp_path: Path) -> None:
    fields = {"fill": Field("fill", "底色"), "rows": Field("rows", "行", "rows", of={"x": Field("x", "x")})}
    body = table(
        (1000, 3000),
        row(cell(paragraph("{%tr for row in rows %}"), span=2)),
        row(cell(paragraph("{% vm %}甲")), cell(paragraph("{% cellbg fill %}{{ row.x }}"))),
        row(cell(paragraph("{%tr endfor %}"), span=2)),
    )
    filled = fill(form(tmp_path, body, fields=fields), {"fill": "D9D9D9", "rows": [{"x": "1"}, {"x": "2"}]})
    document = unpack(filled)["word/document.xml"].decode()
    assert document.count('w:fill="D9D9D9"') == 2
    assert 'w:vMerge w:val="restart"' in document


def test_a_wide_merge_works_and_a_huge_one_is_refused(tmp_path: Path) -> None:
    fields = {"columns": Field("columns", "列", "rows", of={"x": Field("x", "x")})}
    body = table(
        (1000, 3000),
        row(cell(paragraph("{%tc for column in columns %}")), cell(paragraph("{% hm %}合"))).replace(
            "</w:tr>", ""
        )
        + cell(paragraph("{%tc endfor %}")).replace("@width:1@", "")
        + "</w:tr>",
    )
    made = form(tmp_path, body, fields=fields)
    document = unpack(fill(made, {"columns": [{"x": "1"}, {"x": "2"}]}))["word/document.xml"].decode()
    assert 'w:gridSpan w:val="2"' in document


def test_missing_wrong_and_empty_fields_are_all_named_at_once(tmp_path: Path) -> None:
    made = form(tmp_path, NAME)
    with pytest.raises(BadFile) as caught:
        fill(made, {"name": " ", "rows": [{"what": 3}, "x"]})
    assert [fault.message for fault in caught.value.faults] == [
        "必填项 name（名称）为空",
        "数据缺少 note（备注）",
        "rows（明细）应为 rows，实际是 list",
    ]
    with pytest.raises(BadFile) as caught:
        fill(made, {**DATA, "rows": [{"what": 3}, {"what": "x", "items": True}]})
    assert [fault.message for fault in caught.value.faults] == [
        "rows[1].what（内容）应为 text，实际是 int",
        "数据缺少 rows[1].items（件数）",
        "rows[2].items（件数）应为 number，实际是 bool",
    ]
    assert caught.value.faults[0].place.path == str(made.definition)


def test_what_is_left_for_handwriting_may_be_empty(tmp_path: Path) -> None:
    fields = {"note": Field("note", "备注", required=True, handwriting=True), "ok": Field("ok", "好", "flag")}
    made = form(tmp_path, paragraph("备注：{{ note }}{% if ok %}好{% endif %}"), fields=fields)
    assert words(fill(made, {"note": "", "ok": True})) == ["备注：好"]


def test_equal_data_gives_equal_bytes_and_other_data_other_bytes(tmp_path: Path) -> None:
    made = form(tmp_path, NAME, ROWS)
    assert fill(made, DATA) == fill(made, dict(DATA))
    assert fill(made, DATA) != fill(made, {**DATA, "name": "李四"})


def test_the_file_says_of_itself_what_the_data_says(tmp_path: Path) -> None:
    data = {
        **DATA,
        "title": "记\x07录<&>" + "长" * 300,
        "number": "R-1",
        "vendor": "公司",
        "generated_at": "2026-11-21 09:32",
    }
    core = docx.Document(io.BytesIO(fill(form(tmp_path, NAME), data))).core_properties
    assert (core.title[:8], len(core.title)) == ("记␇录<&>长长", 255)
    assert (core.subject, core.author, core.last_modified_by) == ("R-1", "公司", "公司")
    assert core.created is not None
    assert core.created.isoformat() == "2026-11-21T01:32:00+00:00"


def test_a_value_that_equals_a_signature_label_does_not_stop_the_form(tmp_path: Path) -> None:
    body = table((1000, 3000), row(cell(paragraph("{{ name }}")), cell(paragraph("{{ name }}"))))
    made = form(tmp_path, body, SIGN, signatures=[Signature("签字")])
    assert fill(made, {**DATA, "name": "签字"})


@pytest.mark.parametrize(
    ("block", "signature"),
    [
        (SIGN, Signature("签字")),
        (SIGN.replace("签字", "签字："), Signature("签字")),
        (
            table(
                (1000, 3000),
                row(cell(paragraph("日期")), cell(paragraph("签字"))),
                row(cell(paragraph("x")), cell(paragraph("　年　月　日"))),
            ),
            Signature("签字", "below"),
        ),
        (
            table((4000,), row(cell(paragraph("签字：＿＿＿　日期：　年　月　日")))),
            Signature("签字：＿＿＿　日期：　年　月　日".replace("　", ""), "inside"),
        ),
        (table((4000,), row(cell(paragraph("签字：")))), Signature("签字", "inside")),
    ],
)
def test_signature_places_are_found_where_forms_have_them(
    block: str, signature: Signature, tmp_path: Path
) -> None:
    assert fill(form(tmp_path, NAME, block, signatures=[signature]), DATA)


def test_a_signature_lost_in_filling_is_a_bug_that_stops_the_form(tmp_path: Path) -> None:
    made = form(tmp_path, NAME, SIGN, signatures=[Signature("签字")])
    filled = fill(made, DATA)
    parts = unpack(filled)
    parts["word/document.xml"] = parts["word/document.xml"].replace("签字".encode(), "盖章".encode())
    with pytest.raises(Bug, match="签字"):
        filling._verify(made, made.content(), pack(parts))


def test_a_written_document_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "icu" / "2026" / "sheet.docx"
    assert write_document(path, b"1") == path
    assert write_document(path, b"2").name == "sheet-v2.docx"
    assert write_document(path, b"3").name == "sheet-v3.docx"
    assert path.read_bytes() == b"1"
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "sheet-v2.docx",
        "sheet-v3.docx",
        "sheet.docx",
    ]


def test_the_version_printed_is_the_one_in_the_name(tmp_path: Path) -> None:
    fields = {"version": Field("version", "版本", "number", required=True)}
    made = form(tmp_path, paragraph("版本 {{ version }}"), fields=fields)
    path = tmp_path / "out" / "sheet.docx"
    assert words(issue(made, {"version": 9}, path).read_bytes()) == ["版本 1"]
    second = issue(made, {}, path)
    assert (second.name, words(second.read_bytes())) == ("sheet-v2.docx", ["版本 2"])


def test_a_template_that_is_gone_or_too_large_is_a_bad_file(tmp_path: Path) -> None:
    made = form(tmp_path, NAME)
    with made.template.open("r+b") as file:
        file.truncate(33 * 1024 * 1024)
    with pytest.raises(BadFile, match="32 MB"):
        fill(made, DATA)
    made.template.unlink()
    with pytest.raises(BadFile, match="模板无法读取"):
        fill(made, DATA)


def test_a_document_with_ten_thousand_rows_is_filled_whole(tmp_path: Path) -> None:
    many = [{"what": f"第 {number} 行 <&>", "items": number} for number in range(10_000)]
    document = unpack(fill(form(tmp_path, NAME, ROWS), {**DATA, "rows": many}))["word/document.xml"].decode()
    assert document.count("<w:tr>") == 10_000
    assert "第 9999 行 &lt;&amp;&gt;" in document


def test_a_layout_whose_row_misses_a_column_is_refused() -> None:
    with pytest.raises(ValueError, match="row spans 1 of 2 columns"):
        table((1000, 3000), row(cell(paragraph("x"))))


def test_templates_of_this_test_are_sound() -> None:
    assert unpack(template(NAME))["word/document.xml"]


@pytest.mark.parametrize("section", ["", "<w:p><w:pPr><w:sectPr/></w:pPr></w:p>"])
def test_open_questions_stand_last_and_are_words(section: str, tmp_path: Path) -> None:
    asked = [{"id": "A-1", "question": "</w:t> {{ 7*7 }} & <b>\x07", "proposal": "甲"}]
    made = form(tmp_path, NAME, section, paragraph("完"))
    filled = words(fill(made, {**DATA, "name": "名", "open_questions": asked}))
    assert filled[:1] == ["名"]
    assert filled[-3] == "完"
    assert filled[-1] == "A-1 </w:t> {{ 7*7 }} & <b>␇（拟定：甲）"
    assert words(fill(made, {**DATA, "name": "名", "open_questions": []}))[-1] == "完"
