"""A bound volume: its parts in order, each with a bookmark, and the volume's number on every page."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter

from hmaint.report.pages import bind, count_pages
from hmaint.report.pdf import NoPdf


def paper(*sizes: tuple[int, int]) -> bytes:
    writer = PdfWriter()
    for width, height in sizes:
        writer.add_blank_page(width, height)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


PARTS = (("封面", paper((595, 842))), ("宽表", paper((842, 595), (595, 842))))


def test_every_page_carries_the_number_of_the_volume_inside_its_edges() -> None:
    pages = PdfReader(io.BytesIO(bind(PARTS, "年度装订册"))).pages
    assert [page.extract_text().strip() for page in pages] == ["- 1 -", "- 2 -", "- 3 -"]
    assert [float(page.mediabox.width) for page in pages] == [595, 842, 595]


def test_each_part_has_its_bookmark_at_its_first_page() -> None:
    reader = PdfReader(io.BytesIO(bind(PARTS, "年度装订册")))
    marks = [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline]
    assert marks == [("封面", 0), ("宽表", 1)]


def test_equal_parts_are_bound_into_equal_bytes() -> None:
    assert bind(PARTS, "年度装订册") == bind(PARTS, "年度装订册")
    assert count_pages(bind(PARTS, "年度装订册")) == 3


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(NoPdf):
        count_pages(b"%PDF-1.7 torn")
