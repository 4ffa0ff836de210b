"""Arguments of a step as a playbook gives them: held against their form, as the loader does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from hmaint.load.argument_form import form_of

T = TypeVar("T")


def arguments(noun: type[T], words: Mapping[str, object]) -> T:
    """The noun of these words; a ValidationError for what is not allowed."""
    return cast("T", form_of(noun).model_validate(dict(words)).made)
