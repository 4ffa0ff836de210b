"""Data on its way into a form: every text in it made harmless, at any depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hmaint.kit.text import harmless


def neutralise(value: object, change: Callable[[str], str] = harmless) -> object:
    """Give the same value with every text in it changed; keys stay, other scalars stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: neutralise(each, change) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [neutralise(each, change) for each in value]
    return value
