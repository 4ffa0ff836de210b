"""From part of a profile to the noun it tells of, where both call things by the same names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from inspect import signature
from typing import TypeVar

from hmaint.load.profile_form import Form

T = TypeVar("T")


def alike(kind: Callable[..., T], form: Form, **others: object) -> T:
    """Make a noun of a form's values of the same names; what the form leaves open keeps the noun's own default."""
    given = {
        name: _frozen(value)
        for name in _names(kind)
        if name not in others and (value := getattr(form, name, None)) is not None
    }
    return kind(**given, **others)


def each(kind: Callable[..., T], forms: Iterable[Form]) -> tuple[T, ...]:
    """Make a noun of each form."""
    return tuple(alike(kind, form) for form in forms)


@cache
def _names(kind: Callable[..., object]) -> tuple[str, ...]:
    return tuple(signature(kind).parameters)


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
