"""Pieces that plans, manuals and records of work share: a serial column, long passages, who changed the paper."""

from __future__ import annotations

from hmaint.report.source.frame import Column, listing
from hmaint.report.source.sheet import value, writing
from hmaint.report.source.word import paragraph, row, table

SERIAL = Column("序号", "number", 560, "center")
"""The first column of nearly every list."""
_PASSAGE = (1500, 8024)


def passages(*pieces: tuple[str, str], height: int = 0, together: bool = False) -> str:
    """Label longer texts, one below the other.

    `height` leaves room to write where they are empty; `together` holds short ones on one page.
    """
    last = len(pieces) - 1
    rows = (
        writing(name, words, span=1, height=height, keep=together and number < last)
        for number, (name, words) in enumerate(pieces)
    )
    return table(_PASSAGE, *rows)


def lead(words: str) -> str:
    """Small print that stays on the page of the table below it."""
    return paragraph(words, style="Note", keep=True)


def fixed(widths: tuple[int, ...], heads: str, *rows: tuple[str, ...], height: int = 400) -> str:
    """List what the template itself says, and hospitals rewrite in Word; an empty text is left to be written."""
    return table(widths, heads, *(row(*(value(words) for words in each), height=height) for each in rows))


def revisions() -> str:
    """List which version of a plan or manual changed what, with room for the next ones by hand."""
    return listing(
        "change in revisions",
        Column("版本", "version", 900, "center"),
        Column("日期", "date", 1400, "center"),
        Column("修订内容", "what", 4724),
        Column("修订人", "by", 1250, "center"),
        Column("审批人", "", 1250),
        none="",
        height=480,
    )


def contacts() -> str:
    """List whom to call; what nobody has told yet is left to be written."""
    return listing(
        "person in contacts",
        SERIAL,
        Column("角色", "role", 1900),
        Column("姓名", "name", 1300),
        Column("单位", "unit", 2464),
        Column("电话", "phone", 1700),
        Column("备用联系人与电话", "other", 1600),
        height=480,
    )
