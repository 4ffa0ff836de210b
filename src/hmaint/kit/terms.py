"""Text as a search sees it: single Chinese characters, whole words and codes; width, case and old forms count not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from hmaint.kit.variants import SIMPLER

_PIECE = re.compile(r"[a-z0-9_]+(?:[-.:/][a-z0-9_]+)*|[^\W_]")
"""A code with its inner marks (ora-01555, 10.1.2.3, 0x80070005), or one character of any other script."""
_PART = re.compile(r"[a-z]+|[0-9]+")
_HEX = re.compile(r"0x([0-9a-f]{2,})")
_ADDRESS = re.compile(r"[0-9]+(?:[.:/][0-9]+)+")


@dataclass(frozen=True, slots=True)
class Token:
    """What one search term is made of, and where it stands in the text as it was written."""

    text: str
    start: int
    end: int


class _Letters(dict[int, str]):
    """How each character is folded, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code)).translate(SIMPLER).lower()
        self[code] = folded
        return folded


_LETTERS = _Letters()


def fold(text: str) -> str:
    """The text without what a search does not care for: full width, capital letters, traditional characters."""
    return text.translate(_LETTERS)


def words(text: str) -> list[str]:
    """The text of every token in its order; whatever it holds, this gives some or none and never raises."""
    return _PIECE.findall(fold(text))


def tokens(text: str) -> Iterator[Token]:
    """Every token of a text in its order, with its place."""
    places = [place for place, letter in enumerate(text) for _part in _LETTERS[ord(letter)]]
    for found in _PIECE.finditer(fold(text)):
        yield Token(found.group(), places[found.start()], places[found.end() - 1] + 1)


@lru_cache(maxsize=4096)
def parts(token: str) -> tuple[str, ...]:
    """What a code is also known by: ora-01555 as ora and 01555; an address or a version only as a whole."""
    if not token.isascii() or _ADDRESS.fullmatch(token):
        return ()
    if found := _HEX.fullmatch(token):
        return (found[1],)
    found_parts = tuple(_PART.findall(token))
    return found_parts if found_parts != (token,) else ()
