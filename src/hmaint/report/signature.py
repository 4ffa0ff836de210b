"""Places that only a hand may fill: found by their label, and shown to be empty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from hmaint.kit.i18n import _
from hmaint.report.form import Signature
from hmaint.report.paragraphs import W

_BLANK = re.compile(r"[_＿年月日:：/／（）()]*")
"""What may be printed where a hand writes: a line, the marks of a date; blanks are dropped before."""


def empty_places(root: Element, signature: Signature) -> int:
    """How many places of a signature are there and empty."""
    return sum(_is_blank(place) for place in _places(root, signature))


def signature_faults(root: Element, signatures: Sequence[Signature]) -> list[str]:
    """Signatures the template has no place for, or a place that something is printed in."""
    faults = []
    for signature in signatures:
        places = list(_places(root, signature))
        if not places:
            faults.append(_("no place to sign found: {label}").format(label=signature.label))
        elif not all(_is_blank(place) for place in places):
            words = _("the place to sign must stay empty, people write it: {label}")
            faults.append(words.format(label=signature.label))
    return faults


def _is_blank(place: str) -> bool:
    return _BLANK.fullmatch(place) is not None


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    column: int


def _places(root: Element, signature: Signature) -> Iterator[str]:
    for table in root.iter(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        for number, row in enumerate(rows):
            # Of ten thousand rows two are signed: only those are taken apart.
            if signature.label in "".join("".join(row.itertext()).split()):
                yield from _places_in(row, rows[number + 1 :], signature)


def _places_in(row: Element, later: Sequence[Element], signature: Signature) -> Iterator[str]:
    cells = _cells(row)
    for index, cell in enumerate(cells):
        if _is_named(cell.text, signature):
            below = [_cells(each) for each in later] if signature.where == "below" else []
            yield from _pointed(signature, cells[index : index + 2], below)


def _is_named(text: str, signature: Signature) -> bool:
    if signature.where == "inside":
        return text.startswith(signature.label)
    return text.rstrip(":：") == signature.label


def _pointed(signature: Signature, cells: Sequence[_Cell], later: Sequence[Sequence[_Cell]]) -> list[str]:
    """Give the texts a label points to; `cells` are its own and the one to its right."""
    if signature.where == "inside":
        return [cells[0].text.removeprefix(signature.label)]
    if signature.where == "right":
        return [cell.text for cell in cells[1:]]
    return [cell.text for row in later for cell in row if cell.column == cells[0].column]


def _cells(row: Element) -> list[_Cell]:
    cells, column = [], 0
    for cell in row.findall(f"{W}tc"):
        cells.append(_Cell("".join("".join(each.text or "" for each in cell.iter(f"{W}t")).split()), column))
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        column += 1 if span is None else int(span.get(f"{W}val", "1"))
    return cells
