"""Playbooks: from files that include each other to one typed list of steps, or every fault of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hmaint.errors import BadFile, Fault, Place
from hmaint.kit.i18n import _
from hmaint.load.playbook_kind import Kinds
from hmaint.load.playbook_merge import Desk
from hmaint.load.playbook_sheets import Reader
from hmaint.model.playbook import Playbook


def read_playbook(path: Path, *, workspace: Path | None, kinds: Kinds) -> Playbook:
    """Read a playbook from its file, with everything it includes; BadFile with every fault of every file."""
    reader = Reader(workspace)
    sheet = reader.read(path)
    if sheet is None:
        raise BadFile(reader.faults)
    desk = Desk(kinds, reader.variables())
    variables = desk.variables_of(sheet)
    steps = desk.steps_of(sheet)
    desk.check_ids(one for one in reader.sheets.values() if one)
    if found := [*reader.faults, *desk.faults]:
        raise BadFile(_sorted(found, reader.paths()))
    if not steps:
        raise BadFile([Fault(sheet.document.place(("name",)), _("the playbook has no step"))])
    head = sheet.head
    return Playbook(
        head.name,
        head.title,
        head.mode,
        steps,
        variables,
        reader.digest(),
        Place(str(path), 1, 1),
        tuple(dict.fromkeys(head.forms)),
    )


def _sorted(faults: Iterable[Fault], paths: tuple[str, ...]) -> list[Fault]:
    """File by file as they were opened, each from top to bottom, nothing twice."""
    order = {path: number for number, path in enumerate(paths)}
    return sorted(
        dict.fromkeys(faults),
        key=lambda fault: (order.get(fault.place.path, len(order)), fault.place.line, fault.place.column),
    )
