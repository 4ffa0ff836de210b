"""From part of a profile to the noun it tells of, where both call things by the same names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import cache
from typing import TypeVar

from hmaint.load.profile_form import Form

T = TypeVar("T")


def alike(kind: type[T], form: Form, **others: object) -> T:
    """Make a noun of a form's values of the same names; what the form leaves open keeps the noun's own default."""
    given = {
        name: _frozen(value)
        for name in _names(kind)  # type: ignore[arg-type]  # any class can be hashed
        if name not in others and (value := getattr(form, name, None)) is not None
    }
    return kind(**given, **others)


def each(kind: type[T], forms: Iterable[Form]) -> tuple[T, ...]:
    """Make a noun of each form."""
    return tuple(alike(kind, form) for form in forms)


@cache
def _names(kind: Callable[..., object]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))  # type: ignore[arg-type]  # nouns are given


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
