"""What is left of a form whose shape is wrong, so that its other faults can be told at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

F = TypeVar("F", bound=BaseModel)


def salvage(form: type[F], given: object, stand_ins: Mapping[str, object]) -> tuple[F | None, frozenset[str]]:
    """Make the form from its sound keys, and tell which keys are not to be believed.

    `stand_ins` fill required keys that are missing or wrong. None when not even that gives a form.
    """
    if not isinstance(given, dict):
        return None, frozenset()
    wrong = _wrong_keys(form, given)
    sound = {name: value for name, value in given.items() if name not in wrong}
    absent = {name: value for name, value in stand_ins.items() if name not in sound}
    try:
        return form.model_validate({**sound, **absent}, strict=True), wrong | absent.keys()
    except ValidationError:
        return None, frozenset()


def _wrong_keys(form: type[BaseModel], given: Mapping[object, object]) -> frozenset[str]:
    try:
        form.model_validate(given, strict=True)
    except ValidationError as error:
        return frozenset(str(entry["loc"][0]) for entry in error.errors(include_url=False) if entry["loc"])
    return frozenset()
