"""Where one step of a plan is worked on: what it says of itself, and the faults found in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel

from hmaint.errors import Fault
from hmaint.load.compose import At
from hmaint.load.yaml import Document


@dataclass(frozen=True, slots=True)
class StepArgs:
    """What a step says of itself, not yet rendered: its kind's own words, and its scripts."""

    with_: BaseModel
    probe: str | list[str] | None = None
    undo: str | list[str] | dict[str, str] | None = None
    undone: str | None = None


@dataclass(slots=True)
class Desk:
    """Where one step is worked on and its faults are collected."""

    document: Document
    at: At
    variables: frozenset[str]
    artefacts: frozenset[str]
    faults: list[Fault] = field(default_factory=list)

    def complain(self, reason: str, *at: str | int) -> None:
        """Note a fault at a path below the step."""
        self.faults.append(Fault(self.document.place((*self.at, *at)), reason))

    def complain_of_key(self, reason: str, *at: str | int) -> None:
        """Note a fault where a key stands."""
        self.faults.append(Fault(self.document.key_place((*self.at, *at)), reason))
