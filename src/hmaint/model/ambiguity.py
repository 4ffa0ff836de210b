"""What a contract leaves open until both sides have confirmed in writing how to read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """One open question, and how hmaint reads it meanwhile."""

    id: str
    question: str
    proposal: str
