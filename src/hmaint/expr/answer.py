"""What is raised where an expression has no answer."""

from __future__ import annotations


class NoAnswer(ValueError):
    """An expression that cannot be answered with these values; the text says why, for people."""


class Undefined(NoAnswer):
    """A name that has no value here; `name` is the dotted name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"没有名为 {name} 的值")
        self.name = name


class NotComparable(NoAnswer):
    """Two values of which no order or equality can be told."""
