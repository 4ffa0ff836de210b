"""The files of a playbook: each read once, with what it includes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from hmaint.errors import BadFile, Fault
from hmaint.kit.i18n import _
from hmaint.load.compose import At
from hmaint.load.playbook_files import find_playbook, suggestion
from hmaint.load.playbook_form import HeadForm, IncludeForm
from hmaint.load.playbook_salvage import salvage
from hmaint.load.schema import check
from hmaint.load.yaml import Document, survey_yaml

DEEPEST = 10
"""Playbooks that include playbooks, one below the other."""

_STAND_INS = {"name": "unnamed", "title": "-"}


@dataclass(frozen=True, slots=True)
class Included:
    """A sheet taken in by another: the tags that select from it, and where that is written."""

    sheet: Sheet
    tags: tuple[str, ...]
    at: At


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file of a playbook; what it includes is in the order of the file."""

    document: Document
    head: HeadForm
    included: tuple[Included, ...]


@dataclass(slots=True)
class Reader:
    """Reads files and what they include, and collects what is wrong with them."""

    workspace: Path | None
    faults: list[Fault] = field(default_factory=list)
    sheets: dict[Path, Sheet | None] = field(default_factory=dict)

    def read(self, path: Path, trail: tuple[Path, ...] = ()) -> Sheet | None:
        """Read a file; None when nothing can be made of it. `trail` leads from the first file to here."""
        if path not in self.sheets:
            self.sheets[path] = None  # keeps the order in which files were opened
            self.sheets[path] = self._read(path, (*trail, path))
        return self.sheets[path]

    def variables(self) -> frozenset[str]:
        """Name every variable that some file declares."""
        return frozenset(name for sheet in self.sheets.values() if sheet for name in sheet.head.vars)

    def paths(self) -> tuple[str, ...]:
        """List the files in the order in which they were opened."""
        return tuple(str(path) for path in self.sheets)

    def digest(self) -> str:
        """SHA-256 over the content of every file that took part."""
        contents = sorted(json.dumps(s.document.value, sort_keys=True) for s in self.sheets.values() if s)
        return hashlib.sha256("\n".join(contents).encode()).hexdigest()

    def _read(self, path: Path, trail: tuple[Path, ...]) -> Sheet | None:
        try:
            document, faults = survey_yaml(path)
        except BadFile as bad:
            self.faults += bad.faults
            return None
        head, wrong = check(HeadForm, document)
        self.faults += [*faults, *wrong]
        if head is None:
            head, _wrong = salvage(HeadForm, document.value, _STAND_INS)
        if head is None:
            return None
        wanted = [(IncludeForm(name=one) if isinstance(one, str) else one) for one in head.include]
        found = [self._include(document, one, ("include", n), trail) for n, one in enumerate(wanted)]
        return Sheet(document, head, tuple(one for one in found if one is not None))

    def _include(
        self, document: Document, form: IncludeForm, at: At, trail: tuple[Path, ...]
    ) -> Included | None:
        path = find_playbook(form.name, self.workspace)
        if reason := self._refusal(form.name, path, trail):
            self.faults.append(Fault(document.place(at), reason))
        sheet = None if reason or path is None else self.read(path, trail)
        if sheet is None:
            return None
        if sheet.head.name not in (form.name, _STAND_INS["name"]):
            words = _("the file is included as {name}, its own name says {other}")
            reason = words.format(name=form.name, other=sheet.head.name)
            self.faults.append(Fault(sheet.document.place(("name",)), reason))
        return Included(sheet, tuple(form.tags), at)

    def _refusal(self, name: str, path: Path | None, trail: tuple[Path, ...]) -> str:
        if path is None:
            return _("no playbook {name}").format(name=name) + suggestion(name, self.workspace)
        if path in trail:
            way = " → ".join(_called(one) for one in (*trail[trail.index(path) :], path))
            return _("the playbooks include each other in a circle: {way}").format(way=way)
        deep = len(trail) > DEEPEST
        return _("included more than {most} levels deep").format(most=DEEPEST) if deep else ""


def _called(path: Path) -> str:
    return "/".join(path.with_suffix("").parts[-2:])
