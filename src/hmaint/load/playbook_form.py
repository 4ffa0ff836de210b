"""The shape of a playbook file: which keys there are and what they may hold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hmaint.load.playbook_files import LONGEST_NAME, NAME

_STEP = r"^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+$"

Name = Annotated[str, Field(pattern=NAME, max_length=LONGEST_NAME)]
Column = Annotated[str, Field(pattern=r"^[^\s{}]+$", max_length=100)]
Metric = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$", max_length=100)]
Tag = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)]
Variable = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\n]*$")]
Text = Annotated[str, Field(max_length=2_000)]
Plain = str | int | float | bool
BadLevel = Literal["warning", "critical", "unknown"]


class Form(BaseModel):
    """Part of a file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class IncludeForm(Form):
    """Another playbook to take in; `tags` keep the steps that have any of them."""

    name: str
    tags: list[Tag] = Field(default=[], min_length=1)


class HeadForm(Form):
    """A playbook file without a closer look at its steps."""

    name: Name
    title: Annotated[Line, Field(min_length=1)]
    mode: Line = ""
    forms: list[Literal["inspection-record", "health-report", "data-check-record"]] = []
    vars: dict[Variable, Plain | list[Plain]] = {}
    include: list[str | IncludeForm] = Field(default=[], max_length=100)
    steps: list[object] = Field(default=[], max_length=1_000)


class ChangedForm(Form):
    """What a step says of rows that came or went."""

    key: list[Column] = Field(min_length=1)
    new: Literal["ok", "warning", "critical", "unknown"] = "ok"
    gone: Literal["ok", "warning", "critical", "unknown"] = "ok"
    against: str = ""
    lasting: bool = True


class StepForm(Form):
    """One step; what its own words mean is looked at afterwards."""

    id: Annotated[str, Field(pattern=_STEP, max_length=100)]
    title: Annotated[Line, Field(min_length=1)]
    category: Line = ""
    do: str
    on: str | dict[str, object]
    when: str = ""
    why: Text = ""
    with_: dict[str, object] = Field(default={}, alias="with")
    where: str = ""
    subject: Annotated[str, Field(max_length=100)] = ""
    expect: dict[Column, object] | None = None
    found: BadLevel | None = None
    changed: ChangedForm | None = None
    keep: Literal[True] | None = None
    empty: Literal["unknown", "ok", "skipped", "warning", "critical"] = "unknown"
    missing: Literal["skipped", "unknown", "warning", "critical"] | None = None
    says: Text = ""
    advice: Text = ""
    source: Text = ""
    privilege: Text = ""
    metrics: dict[Metric, str] = {}
    delta: list[Column] = []
    counter: bool = True
    tags: list[Tag] = []


JUDGEMENTS = ("expect", "found", "changed", "keep")
"""Exactly one of these belongs to every step."""
