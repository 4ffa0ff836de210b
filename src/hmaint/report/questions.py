"""What a contract leaves open, as documents show it."""

from __future__ import annotations

from collections.abc import Iterable

from hmaint.model.ambiguity import Ambiguity


def ambiguity_rows(questions: Iterable[Ambiguity]) -> list[dict[str, str]]:
    """One row each: its id, what is not written, and how it is read until both sides confirm in writing."""
    return [{"id": each.id, "question": each.question, "proposal": each.proposal} for each in questions]
