"""The looks and the rules of MySQL and MariaDB, in the order they are taken."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.advise.facts import Facts, Look
from hmaint.advise.rules import Rule
from hmaint.model.look import Row

LOOKS: tuple[Look, ...] = ()

RULES: tuple[Rule, ...] = ()


def remember(facts: Facts) -> Mapping[str, tuple[Row, ...]]:  # noqa: ARG001 - filled with the digests
    """What the next run compares with."""
    return {}


def cautions(facts: Facts) -> tuple[str, ...]:  # noqa: ARG001 - filled with the counters
    """What limits the judgement of the whole server."""
    return ()
