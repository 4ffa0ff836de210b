"""Blocks for what people tell and confirm: labelled texts with room to write, a seal, a conclusion."""

from __future__ import annotations

from hmaint.report.source.sheet import WRITING, label, value, writing
from hmaint.report.source.word import cell, paragraph, row, table

_LABELLED = (1750, 7774)
_SEAL = 2000
"""Height of a company seal with room around it: 4 cm across, by law."""


def texts(*pairs: tuple[str, str], height: int = WRITING) -> str:
    """Give each text a labelled row, at least as high as a hand needs where the text is not there."""
    return table(_LABELLED, *(writing(name, words, span=1, height=height) for name, words in pairs))


def conclusion(*pairs: tuple[str, str]) -> str:
    """Say what matters first, in bold."""
    rows = (row(label(name), value(words, bold=True), height=480) for name, words in pairs)
    return table(_LABELLED, *rows)


def seal(name: str) -> str:
    """Leave a place for a seal; nothing ever fills it."""
    date = "　　　　年　　月　　日"
    return table(
        (1900, 3662, 1000, 2962),
        row(
            label(name),
            cell(paragraph("", style="CellText")),
            label("日期"),
            value(date, align="center"),
            height=_SEAL,
        ),
    )


def opinion(name: str) -> str:
    """Leave room for what the other side thinks; nothing ever fills it."""
    return table(_LABELLED, writing(name, "", span=1, height=2 * WRITING))
