"""What the doctor answers to one question."""

from __future__ import annotations

from dataclasses import dataclass

from hmaint.model.playbook import Level


@dataclass(frozen=True, slots=True)
class Answer:
    """One question, what was seen, and what to do about it."""

    level: Level
    what: str
    said: str
    advice: str = ""
