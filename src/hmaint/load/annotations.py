"""What a pydantic model allows at a place of a document: the names of keys and the words of enumerations."""

from __future__ import annotations

import types
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel


def known_keys(model: type[BaseModel], at: tuple[str | int, ...]) -> list[str]:
    """List the keys allowed in the mapping at a path below a document of this model."""
    return [str(key) for found in _at(model, at) if _is(found, BaseModel) for key in _fields(found)]


def known_enum(model: type[BaseModel], at: tuple[str | int, ...]) -> type[Enum] | None:
    """Find the enumeration expected at a path, or None where it is something else."""
    return next((found for found in _at(model, at) if _is(found, Enum)), None)  # type: ignore[return-value]  # _is has looked


def _at(model: object, at: tuple[str | int, ...]) -> list[object]:
    here = list(_unwrap(model))
    for part in at:
        here = [inner for annotation in here for inner in _below(annotation, part)]
    return here


def _unwrap(annotation: object) -> Iterator[object]:
    if get_origin(annotation) is Annotated:
        yield from _unwrap(get_args(annotation)[0])
    elif get_origin(annotation) in {Union, types.UnionType}:
        for branch in get_args(annotation):
            yield from _unwrap(branch)
    else:
        yield annotation


def _below(annotation: object, part: str | int) -> Iterator[object]:
    if _is(annotation, BaseModel):
        if part in (fields := _fields(annotation)):
            yield from _unwrap(fields[part])
    elif arguments := get_args(annotation):
        yield from _unwrap(arguments[1 if isinstance(part, str) and len(arguments) > 1 else 0])


def _fields(model: object) -> dict[str | int, object]:
    declared = getattr(model, "model_fields", {})
    return {field.alias or name: field.annotation for name, field in declared.items()}


def _is(annotation: object, kind: type) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, kind)
