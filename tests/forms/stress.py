"""Data that a form must bear: hostile words in every field, and lists far longer than anybody means to print."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

import docx

from hmaint.report.form import Field, Form
from hmaint.report.paragraphs import W
from hmaint.report.template import body_of

HOSTILE = (
    "{{7*7}} {% for x in y %} {_{a}_} <w:p>&amp;</w:p> "
    "\x1b[31m失败\x1b[0m \x07\x0c\x00 </w:t> ${x} 😀 ］］＞ "
)
HARMLESS = "{{7*7}} {% for x in y %} {_{a}_} <w:p>&amp;</w:p> 失败 ␇␌␀ </w:t> ${x} 😀 ］］＞"
"""The same, as people are to read it."""
LONG = "甲" * 5000 + "B" * 5000
Data = dict[str, Any]
Grid = list[list[tuple[str, int, str]]]
"""Cells row by row: the words without blanks, how many columns, and whether it is merged downwards."""


def stuffed(form: Form, words: str = HOSTILE) -> Data:
    """Give the form's sample with hostile words wherever any may stand, and a row in every list."""
    return _stuffed(form.example(), form.fields, words)


def _stuffed(data: Mapping[str, Any], fields: Mapping[str, Field], words: str) -> Data:
    changed = dict(data)
    for name, field in fields.items():
        if field.type == "rows":
            rows = data.get(name) or [{}]
            changed[name] = [_stuffed(rows[0], field.of, words)]
        elif field.type == "text" and not field.pattern:
            changed[name] = words
        elif field.type == "number":
            changed.setdefault(name, 1)
        elif field.type == "flag":
            changed.setdefault(name, False)
        else:
            changed.setdefault(name, "")
    return changed


def lengthened(form: Form, rows: int) -> Data:
    """Give the form's sample with each of its lists as long as that; rows for handwriting stay as they are."""
    data = form.example()
    for name, field in form.fields.items():
        if field.type == "rows" and field.of:
            some = data[name] or [_stuffed({}, field.of, "某项")]
            assert isinstance(some, list)
            data[name] = [some[number % len(some)] for number in range(rows)]
    return data


def words_of(content: bytes) -> str:
    """Every word of a filled form's body."""
    document = docx.Document(io.BytesIO(content))
    return "\n".join(
        "".join(text.text or "" for text in each.iter(f"{W}t"))
        for each in document.element.body.iter(f"{W}p")
    )


def titles_of(content: bytes) -> list[str]:
    """The words of a form outside its tables, line by line."""
    lines = (
        "".join(_words(each)) for each in body_of(content).iter(f"{W}body") for each in each.findall(f"{W}p")
    )
    return [line for line in lines if line]


def grids_of(content: bytes) -> list[Grid]:
    """The tables of a form, cell by cell."""
    return [
        [[_cell(cell) for cell in row.findall(f"{W}tc")] for row in table.findall(f"{W}tr")]
        for table in body_of(content).iter(f"{W}tbl")
    ]


def heads_of(content: bytes) -> list[int]:
    """How many rows at the top of each table come again on every page."""
    return [len(list(table.iter(f"{W}tblHeader"))) for table in body_of(content).iter(f"{W}tbl")]


def _cell(cell: Element) -> tuple[str, int, str]:
    span, down = cell.find(f"{W}tcPr/{W}gridSpan"), cell.find(f"{W}tcPr/{W}vMerge")
    return (
        "".join(_words(cell)),
        1 if span is None else int(span.get(f"{W}val", "1")),
        "" if down is None else down.get(f"{W}val", "continue"),
    )


def _words(element: Element) -> list[str]:
    return "".join(text.text or "" for text in element.iter(f"{W}t")).split()
