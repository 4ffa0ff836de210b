"""A form filled in as a Word file, checked before it is handed out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from hmaint.errors import BadFile, Bug, Fault, Place
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.kit.memory import without_collecting
from hmaint.report.agreement import disagreements
from hmaint.report.form import Form
from hmaint.report.questions import with_open_questions
from hmaint.report.signature import empty_places
from hmaint.report.template import body_of, template_faults
from hmaint.report.versions import write_version

_EPOCH = datetime(1980, 1, 1, tzinfo=CHINA)
"""What a form that does not say when it was made is dated by: the beginning of the format's time."""


def fill(form: Form, data: Mapping[str, object]) -> bytes:
    """Fill the form with the data: equal data and template give equal bytes.

    Raise BadFile where the template is unsound or form and data do not agree: such a document never leaves.
    """
    content = form.content()
    _refuse(form.template, template_faults(content, form))
    _refuse(form.definition, disagreements(data, form.fields))
    with without_collecting():
        filled = render_form(form, content, data)
        filled = with_open_questions(filled, data)
        _verify(form, content, filled)
    return filled


def render_form(form: Form, content: bytes, data: Mapping[str, object]) -> bytes:
    """Fill a template whose soundness was checked; BadFile where the Word libraries cannot."""
    from hmaint.report.rendering import (  # noqa: PLC0415 - loads the Word libraries, which most commands never need
        NotRendered,
        Properties,
        render,
    )

    words = {name: str(data.get(name, "")) for name in ("title", "number", "vendor")}
    properties = Properties(
        words["title"] or form.title, words["number"], words["vendor"], made_at(data) or _EPOCH
    )
    try:
        return render(content, data, properties, form.fields)
    except NotRendered as fault:
        raise BadFile([Fault(Place(str(form.template)), str(fault))]) from fault


def made_at(data: Mapping[str, object]) -> datetime | None:
    """When the data was made, as the form says; None for a form that does not."""
    with suppress(ValueError):
        made = datetime.fromisoformat(str(data.get("generated_at", "")))
        return made if made.tzinfo else made.replace(tzinfo=CHINA)
    return None


def _refuse(path: Path, faults: list[str]) -> None:
    if faults:
        raise BadFile([Fault(Place(str(path)), fault) for fault in faults])


def _verify(form: Form, content: bytes, filled: bytes) -> None:
    """Hold that each signature place of the template is there and empty; rendering looked for tags."""
    before, after = body_of(content), body_of(filled)
    for signature in form.signatures:
        if empty_places(after, signature) < empty_places(before, signature):
            words = _("{form}: the place for {label} is not empty any more")
            raise Bug(words.format(form=form.id, label=signature.label))


def write_document(path: Path, content: bytes) -> Path:
    """Write a document whole or not at all, never over another: a taken name gives `-v2`, `-v3` and so on.

    Gives back the path it was written to. Raise OSError where the folder cannot be written.
    """
    return write_version(path, lambda _version: content)


class Printed(NamedTuple):
    """A document on disk: the version printed on it is the one in its name."""

    path: Path
    version: int
    content: bytes


def print_version(form: Form, data: Mapping[str, object], path: Path, first: int = 1) -> Printed:
    """Fill a form and write it as the first version from `first` on whose name is free."""
    filled: dict[int, bytes] = {}

    def make(version: int) -> bytes:
        filled[version] = fill(form, {**data, "version": version})
        return filled[version]

    written = write_version(path, make, first)
    version, content = filled.popitem()
    return Printed(written, version, content)


def issue(form: Form, data: Mapping[str, object], path: Path) -> Path:
    """Fill a form and write it, so that the version printed on it is the one in its name."""
    return print_version(form, data, path).path
