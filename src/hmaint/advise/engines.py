"""Which engine has which looks and rules, and what all of them make of one database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Protocol, cast

from hmaint.advise.facts import Ask, Facts, Look
from hmaint.advise.merge import merged
from hmaint.advise.rules import Rule, judge
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Advice, Advised
from hmaint.model.look import Row, Seen

ENGINES = ("mysql", "postgresql", "sqlite", "oracle", "sqlserver")
"""Engines with rules: each is a package beside this module, with a module `book`."""

Check = Callable[[Ask, Facts, Iterable[Advice]], tuple[Advice, ...]]
"""What a book may have as `checked`: hold advice against the engine's own reckoning, leave out what does not help."""


class Book(Protocol):
    """What one engine's `book` holds."""

    LOOKS: Sequence[Look]
    RULES: Sequence[Rule]

    def remember(self, facts: Facts) -> Mapping[str, tuple[Row, ...]]:
        """What the next run compares with, by a name of the rule's choosing; no literals, no persons."""

    def cautions(self, facts: Facts) -> tuple[str, ...]:
        """What limits the judgement of the whole server, in Chinese."""


def book_of(engine: str) -> Book:
    """Find what there is for an inventory's `engine`; CouldNotLook for one without rules."""
    if engine not in ENGINES:
        raise CouldNotLook(Seen.UNSUPPORTED, f"本版本没有 {engine} 的调优规则")
    return cast("Book", import_module(f"hmaint.advise.{engine}.book"))


def advise(facts: Facts, ask: Ask | None = None) -> Advised:
    """Put every rule of the engine to what was seen; merged, without contradictions, the best first.

    With `ask`, the conversation the looks were put over, an engine that can is asked what an index would bring.
    """
    book = book_of(facts.engine)
    judged = tuple(judge(rule, facts) for rule in book.RULES)
    found = merged(item for each in judged for item in each.advice)
    check: Check | None = getattr(book, "checked", None)
    if ask is not None and check is not None:
        found = check(ask, facts, found)
    return Advised(facts.target, found, judged, book.cautions(facts), book.remember(facts))
