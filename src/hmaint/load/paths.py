"""Ways through nested values: keys of mappings and positions of lists."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.load.compose import At


def locate(value: object, loc: tuple[str | int, ...]) -> At:
    """Turn a path of pydantic's into one of the document.

    pydantic mixes the names of union branches into its paths: what the document does not hold is no step.
    """
    at: list[str | int] = []
    for part in loc:
        if _holds(value, part):
            value = inside(value, (part,))
            at.append(part)
    return tuple(at)


def _holds(value: object, part: str | int) -> bool:
    if isinstance(value, Mapping):
        return part in value
    return isinstance(value, list | tuple) and isinstance(part, int) and part < len(value)


def inside(value: object, at: At) -> object:
    """Fetch what stands at a path; KeyError, IndexError or TypeError where there is no such path."""
    for part in at:
        value = value[part]  # type: ignore[index]  # a wrong path raises, as promised
    return value


def replaced(value: object, at: At, new: object) -> object:
    """Copy a nested value with something else at one path."""
    if not at:
        return new
    if isinstance(value, Mapping):
        return {**value, at[0]: replaced(value[at[0]], at[1:], new)}
    items = list(value)  # type: ignore[call-overload]  # what is no mapping on a path is a list or tuple
    items[at[0]] = replaced(items[at[0]], at[1:], new)
    return type(value)(items)  # type: ignore[call-arg]  # list or tuple
