"""What a kind of step is: its arguments, what it asks, and how it reads the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Protocol

from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Site, Target
from hmaint.model.look import Answer, Ask, Table
from hmaint.model.playbook import Risk


@dataclass(frozen=True, slots=True)
class Args:
    """Arguments of a step as its playbook gives them.

    What they must be beside their types is told by `kit.constraint` in their annotations; what they must be together,
    by `__post_init__`, which raises ValueError. The loader makes a form of both, and refuses unknown names.
    """


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may know while it asks and reads: nothing here can be changed or reached through."""

    target: Target
    site: Site
    vars: Mapping[str, object]
    facts: Mapping[str, object] = field(default_factory=dict)
    now: datetime | None = None
    since: datetime | None = None
    """When this target was last looked at by the same step; None at the first time."""


class Kind(Protocol):
    """A kind of step. Both halves are pure: `ask` says what to send, `read` turns answers into rows.

    `read` gets one answer per ask, in order, and raises `CouldNotLook` when they say nothing.
    `templates` names the arguments in which `{{ }}` is rendered before `ask` sees them.
    """

    risk: Risk
    args: type[Args]
    templates: frozenset[str]

    def ask(self, args: Args, context: Context) -> Sequence[Ask]: ...
    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table: ...
