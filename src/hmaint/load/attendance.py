"""Lists of people from a spreadsheet saved as CSV: 姓名, 工号, 科室, in UTF-8 or as Excel in China writes it (GBK)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from hmaint.errors import BadFile, Fault, Place, Refused
from hmaint.kit.i18n import _, series
from hmaint.load.decode import read_bytes, shown
from hmaint.load.entry_values import read_row
from hmaint.model.ledger import Field

HEADS = {
    "name": ("姓名", "name"),
    "staff_number": ("工号", "编号", "staff_number"),
    "department": ("科室", "部门", "department"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST = 5000


def read_people(path: Path, field: Field) -> list[dict[str, str]]:
    """Read people by the heads of the columns; BadFile with every fault at its line.

    A cell that a spreadsheet would take for a formula is no name and is refused.
    """
    name, content = shown(path), read_bytes(path)
    rows = list(csv.reader(io.StringIO(_text(content, name), newline=""), strict=False))
    heads = _heads(rows, name)
    if len(rows) > _MOST:
        raise BadFile([Fault(Place(name, _MOST + 1), _("more than {n} people").format(n=_MOST))])
    people, faults = [], []
    for line, row in enumerate(rows[1:], start=2):
        cells = {key: row[at].strip() for key, at in heads.items() if at < len(row)}
        if not any(cells.values()):
            continue
        try:
            people.append(_person(field, cells))
        except ValueError as fault:
            faults.append(Fault(Place(name, line), str(fault)))
    if faults:
        raise BadFile(faults)
    if not people:
        raise BadFile([Fault(Place(name), _("there is nobody in it"))])
    return people


def write_people(path: Path, people: Sequence[dict[str, str]]) -> None:
    """Write people as CSV that Excel opens, never over another file; no cell of it can be a formula. Refused else."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([each[0] for each in HEADS.values()])
    writer.writerows([[_harmless(each.get(name, "")) for name in HEADS] for each in people])
    try:
        with path.open("xb") as file:
            file.write(out.getvalue().encode("utf-8-sig"))
    except OSError as error:
        words = _("{file} cannot be written: {reason}")
        raise Refused(words.format(file=path, reason=error.strerror)) from None


def _text(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile([Fault(Place(name), _("is neither UTF-8 nor GBK; save it as CSV once more"))])


def _heads(rows: Sequence[Sequence[str]], name: str) -> dict[str, int]:
    found = {
        key: at
        for at, head in enumerate(rows[0] if rows else [])
        for key, words in HEADS.items()
        if head.strip().lower() in words
    }
    if "name" not in found:
        words = _("the first line must name the columns: {names}")
        raise BadFile([Fault(Place(name, 1), words.format(names=series(each[0] for each in HEADS.values())))])
    return found


def _person(field: Field, cells: dict[str, str]) -> dict[str, str]:
    if wrong := next((cell for cell in cells.values() if cell.startswith(_FORMULA[:4])), None):
        raise ValueError(_("{text} is a formula, not a name or a number").format(text=wrong[:40]))
    return read_row(field, cells)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
