"""The blocks a form is laid out with: headings, grids, lists, signatures, and the page around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hmaint.report.source.word import LABEL_SHADE, cell, field, paragraph, row, run, table

WIDTH = 9524
"""Between the margins of an A4 page in portrait: 16.8 cm."""
WRITING = 1020
"""Height of a field for handwriting: two lines at 0.9 cm, the pitch of ruled paper."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a template is made of: the body's blocks and what stands on every page."""

    title: str
    body: tuple[str, ...]
    header: str
    footer: str


def title(words: str) -> str:
    """Name the form, once, at the top."""
    return paragraph(words, style="Title")


def heading(words: str) -> str:
    """Head a numbered part of the form."""
    return paragraph(words, style="Heading1", keep=True)


def subheading(words: str) -> str:
    """Head a block within a part."""
    return paragraph(words, style="Heading2", keep=True)


def note(words: str) -> str:
    """Small print below or above a table."""
    return paragraph(words, style="Note")


def label(words: str, *, span: int = 1, keep: bool = False) -> str:
    """Make a shaded cell that names what stands beside it."""
    return cell(paragraph(words, style="CellLabel", align="center", keep=keep), span=span, shade=LABEL_SHADE)


def value(words: str, *, span: int = 1, align: str = "", bold: bool = False) -> str:
    """Make a cell that is filled in."""
    return cell(paragraph(run(words, bold=bold), style="CellText", align=align), span=span)


def verdict(name: str) -> str:
    """Show a result; anything but 正常 in bold, so that it is found on a black and white copy too."""
    pieces = (
        "{% if " + name + ".bad %}",
        run("{{ " + name + ".result }}", bold=True),
        "{% else %}{{ " + name + ".result }}{% endif %}",
    )
    return cell(paragraph(*pieces, style="CellText", align="center"))


def heads(*words: str) -> str:
    """Make the head row of a list, again on each page."""
    return row(*(label(word) for word in words), header=True, height=400)


def grid(widths: Sequence[int], *rows: Sequence[tuple[str, str]]) -> str:
    """Rows of label and value pairs; a single pair takes the whole row."""
    return table(widths, *(_pairs(pairs, len(widths)) for pairs in rows))


def _pairs(pairs: Sequence[tuple[str, str]], columns: int) -> str:
    last = columns - 2 * len(pairs) + 1
    cells: list[str] = []
    for index, (name, words) in enumerate(pairs, start=1):
        cells += [label(name), value(words, span=last if index == len(pairs) else 1)]
    return row(*cells, height=400)


def writing(name: str, words: str, *, span: int, height: int = 0, keep: bool = False) -> str:
    """Make a labelled row of its own, with room for handwriting where `height` is given."""
    content = cell(paragraph(words, style="CellText"), span=span, top=bool(height))
    return row(label(name, keep=keep), content, height=height or 400)


def signatures(*names: str) -> str:
    """Make rows to be signed and dated by hand; nothing ever fills them, and a page break does not part them."""
    date = "　　　　年　　月　　日"
    rows = (
        row(label(name, keep=True), value(""), label("日期"), value(date, align="center"), height=850)
        for name in names
    )
    return table((1900, 3662, 1000, 2962), *rows)


def optional(name: str, block: str) -> str:
    """Show a paragraph only where a field is not empty, and leave no blank line where it is."""
    return f"{paragraph(f'{{%p if {name} %}}')}{block}{paragraph('{%p endif %}')}"


def each(tag: str, block: str) -> str:
    """Repeat a paragraph for each row of a list, such as `item in skipped`."""
    return f"{paragraph(f'{{%p for {tag} %}}')}{block}{paragraph('{%p endfor %}')}"


def page_header(left: str, right: str) -> str:
    """Two ends of one line above the page."""
    return paragraph(left, "<w:r><w:tab/></w:r>", right, style="Header")


def page_footer(*lines: str) -> str:
    """Page x of y, and below it where the document comes from."""
    pages = paragraph(
        "第 ", field("PAGE"), " 页　共 ", field("NUMPAGES"), " 页", style="Footer", align="center"
    )
    return pages + "".join(paragraph(line, style="Footer", align="center") for line in lines)
