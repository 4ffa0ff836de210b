"""Text that compares as a version number."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_BEFORE_RELEASE = re.compile(r"[-_.~]?(alpha|beta|preview|rc|dev|m)(\d*)", re.IGNORECASE)
_RELEASED = ("~", 0)
"""Sorts behind every word that says "not yet"."""

_Key = tuple[tuple[int, ...], tuple[str, int]]
# MariaDB 10 and later call themselves 5.5.5-10.x towards old replication clients.
_DISGUISE = re.compile(r"5\.5\.5-(?=\d+\.\d)")


class Version(str):
    """A version as its server tells it.

    What follows the dotted numbers counts only when it says "not yet released"; trailing zeros mean nothing.
    Compares with any text that holds a number: `Version("8.0.35-0ubuntu0.22.04") > "8.0.4"`; against text
    without one every comparison but `==` raises ValueError.

    >>> Version("5.7") < Version("10.3") < Version("10.11.19-MariaDB")
    True
    >>> Version("17rc1") < "17" == Version("17.0")
    True
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, str):
            return NotImplemented
        mine, theirs = _key(self), _key(other)
        return str.__eq__(self, other) if mine is None or theirs is None else mine == theirs

    def __lt__(self, other: str) -> bool:
        mine, theirs = _keys(self, other)
        return mine < theirs

    def __le__(self, other: str) -> bool:
        mine, theirs = _keys(self, other)
        return mine <= theirs

    def __gt__(self, other: str) -> bool:
        return not self <= other

    def __ge__(self, other: str) -> bool:
        return not self < other

    def __hash__(self) -> int:
        return hash(_key(self) or str(self))


def _keys(one: str, other: str) -> tuple[_Key, _Key]:
    first, second = _key(one), _key(other)
    if first is None or second is None:
        raise ValueError(f"“{one if first is None else other}”中没有版本号")
    return first, second


def _key(text: str) -> _Key | None:
    start = _DISGUISE.match(text)
    found = _NUMBERS.search(text, start.end() if start else 0)
    if found is None:
        return None
    numbers = [int(part[:18]) for part in found.group().split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    early = _BEFORE_RELEASE.match(text, found.end())
    return tuple(numbers), (early[1].lower(), int(early[2][:18] or 0)) if early else _RELEASED
