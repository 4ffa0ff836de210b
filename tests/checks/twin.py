"""A fault and its healthy twin."""

from __future__ import annotations

from dataclasses import dataclass

from hmaint.model.look import Reply
from hmaint.model.playbook import Level


@dataclass(frozen=True)
class Twin:
    """A healthy answer, a faulty one, and what must come of it; `changed` compares the faulty one with the healthy."""

    good: Reply
    bad: Reply
    level: Level
    changed: bool = False
    fine: Level = Level.OK
