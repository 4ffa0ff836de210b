"""PDF files by the page: counted, searched for headings, and bound into one."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from hmaint.kit.i18n import _
from hmaint.report.pdf import NoPdf


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
    """Bind PDFs one behind the other, with a bookmark for each: equal parts give equal bytes."""
    from pypdf import PdfWriter  # noqa: PLC0415 - 0.1 s that only a bound volume pays

    writer = PdfWriter()
    for name, pdf in parts:
        writer.append(io.BytesIO(pdf), outline_item=name, import_outline=False)
    writer.add_metadata({"/Title": title})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _reader(pdf: bytes):  # type: ignore[no-untyped-def]  # noqa: ANN202 - the library's own, loaded when needed
    from pypdf import PdfReader  # noqa: PLC0415 - 0.1 s that only bundles pay
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - as above

    try:
        reader = PdfReader(io.BytesIO(pdf))
        len(reader.pages)
    except (PyPdfError, ValueError, KeyError) as fault:
        raise NoPdf(_("the PDF cannot be read: {reason}").format(reason=fault)) from fault
    return reader
