"""Plug-ins by entry point: built-ins register as a stranger's would."""

from __future__ import annotations

import difflib
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint, EntryPoints, SelectableGroups


_ONE_AT_A_TIME = Lock()
"""Sixteen visits ask for their first plug-in in the same moment, and every installed package would be read by each."""


@cache
def _all() -> EntryPoints | SelectableGroups:
    from importlib.metadata import entry_points  # noqa: PLC0415 - reads mail headers, which most commands never do

    return entry_points()


@cache
def _group(group: str) -> dict[str, EntryPoint]:
    with _ONE_AT_A_TIME:
        return {point.name: point for point in _all().select(group=group)}


def names(group: str) -> tuple[str, ...]:
    """Every name registered in a group, sorted."""
    return tuple(sorted(_group(group)))


@cache
def find(group: str, name: str) -> object | None:
    """Load the plug-in of that name, or None when nobody registered it."""
    point = _group(group).get(name)
    return None if point is None else point.load()


def nearest(word: str, known: tuple[str, ...] | list[str]) -> str | None:
    """The known word most like a mistyped one, or None when nothing is near."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return close[0] if close else None
