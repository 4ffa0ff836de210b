"""What stands below `with` of each kind of step of a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hmaint.kit.i18n import _
from hmaint.load.fields import Duration, Line, Name, Url
from hmaint.load.plan_fix import FixForm
from hmaint.load.plan_form import Form, Script, Text


def _path(text: str) -> str:
    bare = re.sub(r"\{\{.*?\}\}", "", text)
    if not text.startswith(("/", "{{")) or not bare.isprintable():
        raise ValueError(_("must be an absolute path, beginning with /"))
    if ".." in bare.split("/"):
        raise ValueError(_("must not climb with .."))
    return text


def _mode(text: str) -> str:
    if not re.fullmatch(r"0?[0-7]{3}", text):
        raise ValueError(_('must be three octal digits in quotes, such as "0644"'))
    return text


def _account(text: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_.-]{0,31}\$?", text):
        raise ValueError(_("must be the plain name of a user or a group"))
    return text


Path = Annotated[str, Field(max_length=1_000), AfterValidator(_path)]
Mode = Annotated[str, AfterValidator(_mode)]
Account = Annotated[str, AfterValidator(_account)]


class ShellForm(Form):
    """POSIX sh; every `{{ }}` in it is quoted."""

    run: Script


class PlacedForm(Form):
    """Where a file goes; what is not said stays as the file before it had it."""

    mode: Mode | None = None
    owner: Account | None = None
    group: Account | None = None


class UploadForm(PlacedForm):
    """An artefact in its place on the target."""

    artefact: Name
    to: Path


class UnpackForm(Form):
    """An artefact unpacked into a folder that is not there yet."""

    artefact: Name
    to: Path


class SymlinkForm(Form):
    """A link turned to another place."""

    path: Path
    to: Path


class ServiceForm(Form):
    """A service of the init system by its name, or one with commands of its own; it must stay up for `stable`."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$")] | None = None
    state: Literal["started", "stopped", "restarted", "reloaded"]
    stable: Duration = 5.0
    start: Script | None = None
    stop: Script | None = None
    running: Script | None = None


class SqlForm(Form):
    """A script (an artefact) or statements, one by one."""

    script: Name | None = None
    statements: Annotated[list[Script], Field(min_length=1, max_length=500)] | None = None
    transaction: bool | None = None
    lock_wait: Duration = 5.0


class FileForm(PlacedForm):
    """A file with this content, or none."""

    path: Path
    content: Annotated[str, Field(max_length=200_000)] | None = None
    absent: Literal[True] | None = None


class TemplateForm(PlacedForm):
    """A file whose content is a template beside the plan."""

    path: Path
    source: Annotated[str, Field(max_length=1_000)]


class WaitForm(Form):
    """So long, or until a command says 0."""

    for_: Duration | None = Field(default=None, alias="for")
    until: Script | None = None
    every: Duration = 2.0


class HttpForm(Form):
    """A page that must answer before the step's time is over; without `url` the endpoint's own."""

    url: Url | None = None
    expect: Annotated[int, Field(ge=100, le=599)] = 200
    contains: Line = ""
    verify: bool = True
    every: Duration = 2.0


class RebootForm(Form):
    """The host starts anew; `ready` says 0 when it may be worked with again."""

    ready: Script = ":"


class AskForm(Form):
    """What a person is asked; anything but a yes fails the step."""

    question: Text
    who: Line = ""


@dataclass(frozen=True, slots=True)
class PlanKind:
    """One kind of step: its form, on which targets it may be, who writes its undo, which words are templates."""

    form: type[Form]
    on: frozenset[str]
    undo: Literal["own", "written", "nothing"]
    """own: it brings its undo; written: the plan must say; nothing: there is nothing to take back."""
    templates: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    """Words that are shell text, where every value is quoted."""
    needs_target: bool = True


_HOST = frozenset({"host"})

PLAN_KINDS: Mapping[str, PlanKind] = {
    "shell": PlanKind(ShellForm, _HOST, "written", scripts=frozenset({"run"})),
    "upload": PlanKind(UploadForm, _HOST, "own", frozenset({"to"})),
    "unpack": PlanKind(UnpackForm, _HOST, "own", frozenset({"to"})),
    "symlink": PlanKind(SymlinkForm, _HOST, "own", frozenset({"path", "to"})),
    "service": PlanKind(ServiceForm, _HOST, "own", scripts=frozenset({"start", "stop", "running"})),
    "sql": PlanKind(SqlForm, frozenset({"database"}), "written"),
    "file": PlanKind(FileForm, _HOST, "own", frozenset({"path", "content"})),
    "template": PlanKind(TemplateForm, _HOST, "own", frozenset({"path"})),
    "wait": PlanKind(WaitForm, _HOST, "nothing", scripts=frozenset({"until"}), needs_target=False),
    "http": PlanKind(
        HttpForm, frozenset({"endpoint"}), "nothing", frozenset({"contains"}), needs_target=False
    ),
    "reboot": PlanKind(RebootForm, _HOST, "nothing", scripts=frozenset({"ready"})),
    "fix": PlanKind(FixForm, frozenset({"database"}), "own"),
    "ask": PlanKind(AskForm, frozenset(), "nothing", frozenset({"question"}), needs_target=False),
}
"""Every kind of step a plan may have, by its name."""
