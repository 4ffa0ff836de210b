"""The few pieces of WordprocessingML that the shipped templates are made of, as text.

Only plain paragraphs, tables, fields and named styles, because hospitals open the files in WPS as often as in
Word. Lengths are in twentieths of a point (567 to a centimetre), as the format counts them. The order of
elements follows ECMA-376 part 1; Word refuses files that do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

LABEL_SHADE = "F2F2F2"
"""So light that it survives a copying machine and does not eat toner."""


def run(words: str, *, bold: bool = False, size: int = 0) -> str:
    """Make a stretch of text; `size` in half points, 0 as the style has it."""
    marks = ("<w:b/>" if bold else "") + (f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "")
    properties = f"<w:rPr>{marks}</w:rPr>" if marks else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def field(instruction: str, shown: str = "1") -> str:
    """Make a field such as PAGE; `shown` is what stands there until a word processor counts."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"{run(shown)}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def bookmark(name: str, *runs: str) -> str:
    """Mark a place that `link` leads to; where marks are repeated, rendering numbers them anew."""
    return f'<w:bookmarkStart w:id="0" w:name="{name}"/>{"".join(runs)}<w:bookmarkEnd w:id="0"/>'


def link(name: str, words: str) -> str:
    """Make words that lead to a bookmark of the same document."""
    return f'<w:hyperlink w:anchor="{name}" w:history="1">{run(words)}</w:hyperlink>'


def paragraph(*runs: str, style: str = "", align: str = "", keep: bool = False) -> str:
    """Make a paragraph of runs (plain text becomes one); `keep` holds it on the page of the next."""
    inner = "".join(piece if piece.startswith("<w:") else run(piece) for piece in runs)
    properties = (
        (f'<w:pStyle w:val="{style}"/>' if style else "")
        + ("<w:keepNext/>" if keep else "")
        + (f'<w:jc w:val="{align}"/>' if align else "")
    )
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def cell(*paragraphs: str, span: int = 1, shade: str = "", top: bool = False, down: str = "") -> str:
    """Make a table cell; its width is filled in by `table`, which knows the columns.

    `down` merges cells of a column: `restart` in the uppermost, `continue` in those below it.
    """
    properties = (
        (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f'<w:vMerge w:val="{down}"/>' if down else "")
        + (f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else "")
        + ("" if top else '<w:vAlign w:val="center"/>')
    )
    return f"<w:tc><w:tcPr>@width:{span}@{properties}</w:tcPr>{''.join(paragraphs) or '<w:p/>'}</w:tc>"


def row(*cells: str, height: int = 0, header: bool = False) -> str:
    """Make a table row that never splits over pages.

    `header` rows come again on each page; `height` is the least the row takes.
    """
    properties = (
        "<w:cantSplit/>"
        + (f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else "")
        + ("<w:tblHeader/>" if header else "")
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def control(tag: str, columns: int) -> str:
    """Make a row that only holds a loop or condition (`tr for …`) and is gone from the filled form."""
    return row(cell(paragraph(f"{{%{tag} %}}", style="CellText"), span=columns))


def table(widths: Sequence[int], *rows: str) -> str:
    """Make a bordered table with fixed columns, so that long words wrap instead of widening the page."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="FormTable"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0000" w:firstRow="0" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"'
        ' w:noHBand="1" w:noVBand="1"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(_widened(each, widths) for each in rows)}</w:tbl>"
    )


def _widened(row_xml: str, widths: Sequence[int]) -> str:
    pieces = row_xml.split("@width:")
    done, column = [pieces[0]], 0
    for piece in pieces[1:]:
        span, rest = piece.split("@", 1)
        width = sum(widths[column : column + int(span)])
        column += int(span)
        done.append(f'<w:tcW w:w="{width}" w:type="dxa"/>{rest}')
    if column != len(widths):
        message = f"row spans {column} of {len(widths)} columns"
        raise ValueError(message)
    return "".join(done)
