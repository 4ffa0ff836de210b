"""The one place documents are issued: numbered, written, and registered in the records."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.app.contract import questions_of_form
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import BadFile, Refused
from hmaint.kit.filename import file_name
from hmaint.kit.i18n import _
from hmaint.model.document import Document

if TYPE_CHECKING:
    from hmaint.report.form import Form

_UNREAD = "合同档案有误，未能列出其中须书面确认的事项"


def issue_document(world: World, form_id: str, site: str, told: Told, output: Path | None = None) -> Document:
    """Fill a form with what was told and hand it out under its number, never over another document.

    `output` names the file, else it lies under `reports/SITE/YEAR`. Raises BadFile where form and data do not agree,
    Refused where the file cannot be written.
    """
    # The Word libraries take a quarter of a second that a command without a document need not pay.
    from hmaint.report.docx import made_at, print_version  # noqa: PLC0415 - see above
    from hmaint.report.form import find_form  # noqa: PLC0415 - see above

    form = find_form(form_id, world.workspace.root)
    told = with_questions(world, form_id, site, _renamed(told, form))
    title = str(told.data.get("title") or form.title)
    now = world.clock.now()
    draft = Document(
        "", 0, form.id, title, site, str(told.data.get("contract", "")), told.sources, "", "", "",
        made_at(told.data) or now, now, world.operator,
    )  # fmt: skip
    with world.records.documents.numbered(draft, told.day.year) as pen:
        data = as_printed(told.data, pen.number)
        folder = world.workspace.reports / site / f"{told.day:%Y}"
        path = output or folder / f"{told.stem or f'{file_name(title)}-{pen.number}'}.docx"
        try:
            world.records.evidence.put(_canonical(data), durable=True)
            printed = print_version(form, data, path.absolute(), pen.version)
        except OSError as error:
            words = _("{file} cannot be written: {reason}")
            why = os.strerror(error.errno) if error.errno else type(error).__name__
            raise Refused(words.format(file=placed(world, path), reason=why)) from None
        document = replace(
            draft,
            number=pen.number,
            version=printed.version,
            digest=str(data["digest"]),
            path=placed(world, printed.path),
            file=sha256(printed.content).hexdigest(),
        )
        pen.register(document)
    return document


def with_questions(world: World, form_id: str, site: str, told: Told) -> Told:
    """Add what the contract leaves open about a document whose form has no place of its own for that."""
    from hmaint.report.questions import OPEN, OWN, ambiguity_rows  # noqa: PLC0415 - goes with the Word libraries

    if OWN in told.data:
        return told
    try:
        rows = ambiguity_rows(questions_of_form(world, site, form_id))
    except BadFile:
        # The document is due whatever the profile is like; that nothing is open must not be read from it.
        rows = [{"id": "", "question": _UNREAD, "proposal": ""}]
    return replace(told, data={**told.data, OPEN: rows}) if rows else told


def _renamed(told: Told, form: Form) -> Told:
    """Call a document as the workspace's own form.yaml calls it, where that differs from the shipped one."""
    from hmaint.report.form import find_form, form_ids  # noqa: PLC0415 - goes with the Word libraries

    if form.id not in form_ids(None):
        return told
    shipped = find_form(form.id, None).title
    title, stem = (text.replace(shipped, form.title) for text in (str(told.data.get("title", "")), told.stem))
    return replace(told, data={**told.data, "title": title or form.title}, stem=stem)


def placed(world: World, path: Path) -> str:
    """Name a file as records do: below the workspace where it lies in it."""
    root = world.workspace.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def as_printed(data: Mapping[str, object], number: str) -> dict[str, object]:
    """Give the data as it is printed: under its number, and with the hash of what it says by then."""
    from hmaint.report.digest import digest  # noqa: PLC0415 - goes with the Word libraries
    from hmaint.report.neutral import neutralise  # noqa: PLC0415 - as above

    clean = neutralise({**data, "number": number})
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _canonical(data: Mapping[str, object]) -> bytes:
    from hmaint.report.digest import canonical  # noqa: PLC0415 - goes with the Word libraries

    return canonical(data)
