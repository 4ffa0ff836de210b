"""The paragraphs of one part of a Word file, each with its text and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, XMLParser, fromstring

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _ROW, _CONTROL, _TEXT = f"{W}p", f"{W}tr", f"{W}sdt", f"{W}t"
_INSTRUCTION, _MARK, _SIMPLE = f"{W}instrText", f"{W}fldChar", f"{W}fldSimple"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its text, its table row (numbered, 0 for none), whether a content control holds it."""

    text: str
    row: int
    controlled: bool
    instructions: tuple[str, ...]


def parse(xml: bytes | str) -> Element:
    """Parse a part that `package.unpack` let through, so without entities; ValueError when it is broken."""
    try:
        return fromstring(xml, XMLParser())  # noqa: S314 - document types, and with them entities, were refused
    except ParseError as fault:
        raise ValueError(str(fault)) from fault


def paragraphs(root: Element) -> Iterator[Paragraph]:
    """Every paragraph in reading order, those in text boxes after the one that holds them."""
    rows = {row: number for number, row in enumerate(root.iter(_ROW), start=1)}
    return _walk(root, rows, 0, controlled=False)


def _walk(element: Element, rows: dict[Element, int], row: int, *, controlled: bool) -> Iterator[Paragraph]:
    for child in element:
        inside = controlled or child.tag == _CONTROL
        if child.tag == _PARAGRAPH:
            own = list(_own(child))
            text = "".join(each.text or "" for each in own if each.tag == _TEXT)
            # A control may also lie inside the paragraph, around single words.
            yield Paragraph(text, row, inside or child.find(f".//{_CONTROL}") is not None, _instructions(own))
        yield from _walk(child, rows, rows.get(child, row), controlled=inside)


def _own(element: Element) -> Iterator[Element]:
    """List what belongs to a paragraph itself, not to paragraphs in a text box inside it."""
    for child in element:
        if child.tag != _PARAGRAPH:
            yield child
            yield from _own(child)


def _instructions(own: list[Element]) -> tuple[str, ...]:
    """Field codes, each put together from its pieces."""
    found = [each.get(f"{W}instr", "") for each in own if each.tag == _SIMPLE]
    joined = "".join(
        (each.text or "") if each.tag == _INSTRUCTION else "\n"
        for each in own
        if each.tag in (_INSTRUCTION, _MARK)
    )
    return tuple(code.strip() for code in (*found, *joined.split("\n")) if code.strip())
