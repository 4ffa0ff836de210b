"""The shape of an upgrade plan's file: which keys there are and what they may hold."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, InstanceOf

from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.load.fields import Digest, Duration, FilePath, Line, Name
from hmaint.load.limits import day_text
from hmaint.load.playbook_form import Plain, Variable
from hmaint.model.secret import Secret
from hmaint.model.upgrade import Window

_STEP = r"^[a-z0-9][a-z0-9_-]{0,59}$"
_ENVIRONMENT = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
_TAKEN = re.compile(r"(HMAINT|LD|BASH|PYTHON)_.*|PATH|IFS|ENV|HOME|SHELL|USER|PWD|TMPDIR|LANG|LC_.*|PS\d")

StepId = Annotated[str, Field(pattern=_STEP)]
Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Script = Annotated[str, Field(min_length=1, max_length=60_000)]
PersonName = Annotated[Line, Field(max_length=60)]
Lines = Annotated[list[Line], Field(max_length=200)]


def _environment(text: str) -> str:
    if not _ENVIRONMENT.fullmatch(text):
        raise ValueError(_("must be a name in capitals, such as DB_PASSWORD"))
    if _TAKEN.fullmatch(text):
        raise ValueError(_("has a meaning of its own on every system; take another name"))
    return text


def _moment(text: str) -> str:
    if not re.fullmatch(r"(\d{4}-\d{2}-\d{2} )?\d{2}:\d{2}", text):
        raise ValueError(_('must be a time in quotes: "2026-11-28 22:00", or "22:00" beside day'))
    try:
        (datetime.fromisoformat if " " in text else time.fromisoformat)(text)
    except ValueError:
        raise ValueError(_("there is no time {text}").format(text=text)) from None
    return text


EnvironmentName = Annotated[str, AfterValidator(_environment)]
Day = Annotated[str, AfterValidator(day_text)]
Moment = Annotated[str, AfterValidator(_moment)]


class Form(BaseModel):
    """Part of a plan; types are strict, unknown keys refused, and what was written is never shown: it may be secret."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, hide_input_in_errors=True, populate_by_name=True
    )


class WindowForm(Form):
    """From when to when; with `day` two times of the clock are enough, and the second may be past midnight."""

    day: Day = ""
    from_: Moment = Field(alias="from")
    to: Moment


class ArtefactForm(Form):
    """A file beside the plan, or below it, and what it must be."""

    file: FilePath
    sha256: Digest


class BackupForm(Form):
    """A backup of the inventory that must be there, fresh and verified, before anything begins."""

    name: Name
    max_age: Duration = 86_400.0
    of: Name | None = None


class RiskForm(Form):
    """One row of the risk table."""

    risk: Line
    chance: Line = ""
    effect: Line = ""
    measure: Line


class NoticeForm(Form):
    """Somebody who is told beforehand."""

    who: Line
    how: Line = ""
    time: Line = ""


class ObserveForm(Form):
    """How long it is watched after the last step, and how often."""

    for_: Duration = Field(alias="for")
    every: Duration = 30.0


class RollbackForm(Form):
    """What happens by itself when something fails."""

    mode: Literal["auto", "ask"] = "auto"
    on_overrun: Literal["finish", "rollback"] = "finish"


class RolloutForm(Form):
    """How steps go over several hosts; serial 0: all at once."""

    serial: Annotated[int, Field(ge=0, le=1_000)] = 0
    canary: Name | None = None
    all_or_none: bool = True


class StepForm(Form):
    """One step; what its own words mean is looked at afterwards."""

    id: StepId
    title: Line
    do: str
    on: str | dict[str, object] | None = None
    with_: dict[str, object] = Field(default={}, alias="with")
    probe: str | list[str] | None = None
    undo: str | list[str] | dict[str, str] | None = None
    undone: str | None = None
    secrets: dict[EnvironmentName, InstanceOf[Secret]] = Field(default={})
    estimate: Duration = 60.0
    timeout: Duration | None = None
    interruptible: bool = False
    outage: bool = False
    owner: Line = ""


class PlanForm(Form):
    """A plan without a closer look at its steps."""

    plan: Name
    kind: Literal["upgrade", "data-fix"] = "upgrade"
    title: Line
    site: str
    from_: Line | None = Field(default=None, alias="from")
    to: Line | None = None
    modules: Lines = []
    content: Text
    reason: Text
    impact: Text
    requests: Lines = []
    window: WindowForm
    applicant: PersonName = ""
    approvers: Annotated[list[PersonName], Field(min_length=1, max_length=50)]
    supervisor: PersonName
    tests: Text | None = None
    test_report: FilePath | None = None
    release_notes: FilePath | None = None
    risks: Annotated[list[RiskForm], Field(max_length=200)] = []
    notices: list[NoticeForm] = Field(default=[], max_length=200)
    stop_when: Lines = []
    artefacts: dict[Name, ArtefactForm] = Field(default={}, max_length=200)
    backups: list[BackupForm] = Field(default=[], max_length=50)
    vars: dict[Variable, Plain | list[Plain]] = {}
    targets: dict[str, dict[Variable, Plain | list[Plain]]] = {}
    rollout: RolloutForm = RolloutForm()
    preflight: Annotated[list[object], Field(max_length=200)] = []
    steps: Annotated[list[object], Field(min_length=1, max_length=500)]
    verify: Annotated[list[object], Field(max_length=200)] = []
    observe: ObserveForm | None = None
    rollback: Literal["auto", "ask"] | RollbackForm = "auto"
    point_of_no_return: StepId | None = None


def window_of(form: WindowForm) -> Window:
    """Make the window; ValueError where it has no day, two of them, or does not end after it begins."""
    if form.day:
        if " " in form.from_ or " " in form.to:
            raise ValueError(_("with day, from and to are times of the clock alone"))
        start = datetime.fromisoformat(f"{form.day} {form.from_}")
        end = datetime.fromisoformat(f"{form.day} {form.to}")
        end += timedelta(days=end <= start)
    elif " " not in form.from_ or " " not in form.to:
        raise ValueError(_('from and to want a day: "2026-11-28 22:00", or say day'))
    else:
        start, end = datetime.fromisoformat(form.from_), datetime.fromisoformat(form.to)
    if end <= start:
        raise ValueError(_("the window ends before it begins"))
    return Window(start.replace(tzinfo=CHINA), end.replace(tzinfo=CHINA))
