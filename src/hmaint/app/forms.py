"""The forms there are, and whether their templates can be used; no inventory is needed to ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.errors import BadFile, WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.form import Form

_TEMPLATE = ".docx"
_SORTS = (_TEMPLATE, ".doc", ".docm", ".dotx", ".dotm", ".dot", ".wps")
"""What is taken for a file, whether it can be used or not; a form's id has no ending."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A template that was looked through, and everything wrong with it."""

    form: str
    template: str
    bad: BadFile | None = None


def all_forms(root: Path | None) -> tuple[list[Form], list[BadFile]]:
    """Every form, shipped or a workspace's own, and what is wrong with those that cannot be read."""
    from hmaint.report.form import find_form, form_ids  # noqa: PLC0415 - see above

    forms, bad = [], []
    for name in form_ids(root):
        try:
            forms.append(find_form(name, root))
        except BadFile as wrong:
            bad.append(wrong)
    return forms, bad


def own_files(form: Form, root: Path | None) -> list[str]:
    """Which files of a form are the workspace's own; none where it is as shipped."""
    files = (form.definition, form.template, form.sample)
    return [each.name for each in files if root is not None and each.is_relative_to(root)]


def check_forms(root: Path | None, name: str = "", form: str = "") -> list[Checked]:
    """Look through the template of a form, a Word file meant for one, or every template there is.

    A file is held against the form named by `form`, else by the folder it lies in. WrongUsage where neither says.
    """
    from hmaint.report.form import form_ids  # noqa: PLC0415 - see above

    if not name:
        return [_checked(root, each) for each in form_ids(root)]
    path = Path(name)
    if path.suffix.lower() not in _SORTS:
        return [_checked(root, name)]
    return [_checked(root, form or _folder_form(root, path), path)]


def _folder_form(root: Path | None, path: Path) -> str:
    from hmaint.report.form import form_ids  # noqa: PLC0415 - see above

    folder, known = path.absolute().parent.name, form_ids(root)
    if folder not in known:
        words = _("which form is {file} for? It lies in no folder named after one: say --form FORM")
        raise WrongUsage(words.format(file=path) + did_you_mean(folder, known))
    return folder


def _checked(root: Path | None, name: str, path: Path | None = None) -> Checked:
    from hmaint.report.form import find_form  # noqa: PLC0415 - see above

    try:
        form = find_form(name, root)
    except BadFile as wrong:
        return Checked(name, str(path or wrong.faults[0].place.path), wrong)
    if path is not None:
        form = replace(form, template=path)
    return Checked(name, str(form.template), _wrong(form))


def _wrong(form: Form) -> BadFile | None:
    from hmaint.errors import Fault, Place  # noqa: PLC0415 - goes with the check
    from hmaint.report.lint import lint  # noqa: PLC0415 - the Word libraries, see above

    try:
        faults = lint(form.content(), form)
    except BadFile as wrong:
        return wrong
    return BadFile([Fault(Place(str(form.template)), each) for each in faults]) if faults else None


def merged(bad: Iterator[BadFile]) -> BadFile | None:
    """All faults of several files as one failure; None where there is none."""
    faults = [fault for each in bad for fault in each.faults]
    return BadFile(faults) if faults else None
