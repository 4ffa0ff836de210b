"""Small templates and forms for tests: a body, the fields it may use, and a folder that holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from hmaint.report.form import Field, Form, Signature
from hmaint.report.source.parts import build
from hmaint.report.source.sheet import Layout
from hmaint.report.source.word import cell, paragraph, row, table

FIELDS = {
    "name": Field("name", "名称", required=True),
    "note": Field("note", "备注", handwriting=True),
    "rows": Field(
        "rows", "明细", "rows", of={"what": Field("what", "内容"), "items": Field("items", "件数", "number")}
    ),
}
DATA: dict[str, object] = {
    "name": "张三",
    "note": "",
    "rows": [{"what": "甲", "items": 1}, {"what": "乙", "items": 2}],
}
SIGN = table((1000, 3000), row(cell(paragraph("签字")), cell(paragraph(""))))
ROWS = table(
    (1000, 3000),
    row(cell(paragraph("{%tr for row in rows %}"), span=2)),
    row(cell(paragraph("{{ row.items }}")), cell(paragraph("{{ row.what }}"))),
    row(cell(paragraph("{%tr endfor %}"), span=2)),
)


def template(*body: str, header: str = "", footer: str = "") -> bytes:
    """A template of raw blocks."""
    return build(Layout("样表", body, header or paragraph(""), footer or paragraph("")))


def form(
    folder: Path,
    *body: str,
    content: bytes | None = None,
    fields: Mapping[str, Field] = FIELDS,
    signatures: Sequence[Signature] = (),
    sample: Mapping[str, object] = DATA,
) -> Form:
    """A form in a folder of its own."""
    (folder / "template.docx").write_bytes(template(*body) if content is None else content)
    (folder / "sample.json").write_text(json.dumps(sample), "utf-8")
    return Form(
        "sample",
        "样表",
        fields,
        tuple(signatures),
        folder / "form.yaml",
        folder / "template.docx",
        folder / "sample.json",
    )
