"""A form: a folder that says what it asks for (form.yaml), how it looks (template.docx), and an example."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic import Field as Key

from hmaint.errors import BadFile, Fault, Place, WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _, series
from hmaint.kit.regex import safe_regex
from hmaint.kit.resources import shipped
from hmaint.load.schema import validate
from hmaint.load.yaml import read_yaml

_FOLDER = "report_templates"
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TEMPLATE_BYTES = 32 * 1024 * 1024
Where = Literal["right", "below", "inside"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form shows; `required` is never empty unless `handwriting` leaves it blank on purpose.

    `pattern` is a regular expression that the whole text must match, where there is any text.
    """

    name: str
    title: str
    type: Literal["text", "number", "flag", "rows", "picture"] = "text"
    source: str = ""
    required: bool = False
    handwriting: bool = False
    of: Mapping[str, Field] = field(default_factory=dict)
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A place that only a hand may fill: the label that marks it and where it lies from there."""

    label: str
    where: Where = "right"


@dataclass(frozen=True, slots=True)
class Form:
    """One paper form, ready to be filled."""

    id: str
    title: str
    fields: Mapping[str, Field]
    signatures: tuple[Signature, ...]
    definition: Path
    template: Path
    sample: Path

    def content(self) -> bytes:
        """Read the bytes of the template; BadFile where it cannot be read."""
        try:
            if self.template.stat().st_size > _TEMPLATE_BYTES:
                raise _bad(self.template, _("the template is larger than 32 MB and is refused"))
            return self.template.read_bytes()
        except OSError as fault:
            words = _("the template cannot be read: {reason}")
            raise _bad(self.template, words.format(reason=fault.strerror)) from fault

    def example(self) -> dict[str, object]:
        """Read the sample data that comes with the form."""
        try:
            data = json.loads(self.sample.read_text("utf-8"))
        except (OSError, ValueError) as fault:
            raise _bad(
                self.sample, _("the sample data cannot be read: {reason}").format(reason=fault)
            ) from fault
        if not isinstance(data, dict):
            raise _bad(self.sample, _("the sample data must be an object"))
        return data


def find_form(form_id: str, workspace: Path | None) -> Form:
    """Find the form of that id; each file of a workspace folder of the same name wins over the shipped one.

    Raise WrongUsage for an unknown id, BadFile for a form.yaml that is wrong.
    """
    known = form_ids(workspace)
    if form_id not in known:
        hint = did_you_mean(form_id, known) or _("; there are: {names}").format(names=series(known))
        raise WrongUsage(_("no form {name}").format(name=form_id) + hint)
    pick = partial(_pick, form_id=form_id, workspace=workspace)
    definition = pick("form.yaml")
    if not definition.exists() and workspace is not None:
        raise _no_form(workspace / _FOLDER / form_id, form_ids(None))
    read = validate(_FormFile, read_yaml(definition))
    return Form(
        form_id,
        read.title,
        _fields(read.fields),
        tuple(Signature(each.label, each.where) for each in read.signatures),
        definition,
        pick("template.docx"),
        pick("sample.json"),
    )


def form_ids(workspace: Path | None) -> tuple[str, ...]:
    """Every form there is, shipped or the workspace's own, sorted."""
    roots = [shipped(_FOLDER), *([workspace / _FOLDER] if workspace else [])]
    found = {each.name for root in roots if root.is_dir() for each in root.iterdir() if each.is_dir()}
    return tuple(sorted(name for name in found if _ID.fullmatch(name)))


def _pick(name: str, *, form_id: str, workspace: Path | None) -> Path:
    own = workspace / _FOLDER / form_id / name if workspace else None
    return own if own and own.exists() else shipped(_FOLDER) / form_id / name


def _no_form(folder: Path, known: Sequence[str]) -> BadFile:
    """Say what a folder of the workspace lacks whose name is none of a shipped form."""
    words = _("has no form.yaml, and no form of that name is shipped") + did_you_mean(folder.name, known)
    return _bad(folder, words)


def _bad(path: Path, message: str) -> BadFile:
    return BadFile([Fault(Place(str(path)), message)])


def _regular(text: str) -> str:
    safe_regex(text)
    return text


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: str
    type: Literal["text", "number", "flag", "rows", "picture"] = "text"
    source: str = ""
    required: bool = False
    handwriting: bool = False
    of: dict[Annotated[str, Key(pattern=r"^[a-z][a-z0-9_]*$")], _Entry] = {}
    pattern: Annotated[str, AfterValidator(_regular)] = ""


class _SignatureEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    label: str
    where: Where = "right"


class _FormFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: str
    fields: dict[Annotated[str, Key(pattern=r"^[a-z][a-z0-9_]*$")], _Entry]
    signatures: list[_SignatureEntry] = []


def _fields(entries: Mapping[str, _Entry]) -> dict[str, Field]:
    return {
        name: Field(
            name,
            each.title,
            each.type,
            each.source,
            each.required,
            each.handwriting,
            _fields(each.of),
            each.pattern,
        )
        for name, each in entries.items()
    }
