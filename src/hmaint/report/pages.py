"""PDF files by the page: counted, searched for headings, and bound into one."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from hmaint.kit.i18n import _
from hmaint.report.pdf import NoPdf

_CORNER = (56, 20)
"""Points from the right and the lower edge of a page, where no shipped form prints."""


def count_pages(pdf: bytes) -> int:
    """Count the pages of a PDF; NoPdf where it cannot be read."""
    return len(_reader(pdf).pages)


def pages_with(pdf: bytes, headings: Sequence[str]) -> Mapping[str, int]:
    """Tell on which page, from 1, each heading stands last; one that is not found is not there."""
    found: dict[str, int] = {}
    for number, page in enumerate(_reader(pdf).pages, start=1):
        text = "".join(page.extract_text().split())
        found |= {heading: number for heading in headings if "".join(heading.split()) in text}
    return found


def bind(parts: Sequence[tuple[str, bytes]], title: str) -> bytes:
    """Bind PDFs one behind the other, with a bookmark for each and the volume's own number on each page.

    The number stands in the outer corner, beside each document's own 第 x 页: it is what the contents refer to. Equal
    parts give equal bytes.
    """
    from pypdf import PdfWriter  # noqa: PLC0415 - 0.1 s that only a bound volume pays

    writer = PdfWriter()
    for name, pdf in parts:
        writer.append(io.BytesIO(pdf), outline_item=name, import_outline=False)
    for number, page in enumerate(writer.pages, start=1):
        page.merge_page(_stamp(number, float(page.mediabox.width), float(page.mediabox.height)))
    writer.add_metadata({"/Title": title})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _stamp(number: int, width: float, height: float):  # type: ignore[no-untyped-def]  # noqa: ANN202 - the library's own
    """Make an empty page that only holds a number, in a font that every reader has."""
    from pypdf import PdfWriter  # noqa: PLC0415 - as above
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject  # noqa: PLC0415 - as above

    page = PdfWriter().add_blank_page(width, height)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica-Bold"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/HmaintNumber"): named})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    stream = DecodedStreamObject()
    place = f"{width - _CORNER[0]:.1f} {_CORNER[1]}"
    stream.set_data(f"BT /HmaintNumber 9 Tf {place} Td (- {number} -) Tj ET".encode())
    page[NameObject("/Contents")] = stream
    return page


def _reader(pdf: bytes):  # type: ignore[no-untyped-def]  # noqa: ANN202 - the library's own, loaded when needed
    from pypdf import PdfReader  # noqa: PLC0415 - 0.1 s that only bundles pay
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - as above

    try:
        reader = PdfReader(io.BytesIO(pdf))
        len(reader.pages)
    except (PyPdfError, ValueError, KeyError) as fault:
        raise NoPdf(_("the PDF cannot be read: {reason}").format(reason=fault)) from fault
    return reader
