"""This run's own secrets in every form they may turn up in."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from urllib.parse import quote, quote_plus

from hmaint.kit.hit import Hit

_SHORTEST = 4
_ANYWHERE = 8


def forms(secrets: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Every spelling of the secrets, longest first, and whether it counts only where it stands as a word."""
    spelt = {spelling for secret in secrets if len(secret) >= _SHORTEST for spelling in _spellings(secret)}
    return tuple((each, len(each) < _ANYWHERE) for each in sorted(spelt, key=len, reverse=True))


def find_literals(spelt: tuple[tuple[str, bool], ...], text: str) -> Iterator[Hit]:
    """Where any of the spellings stands."""
    for spelling, as_word in spelt:
        place = text.find(spelling)
        while place >= 0:
            end = place + len(spelling)
            if not as_word or _is_word(text, place, end):
                yield Hit(place, end, "password")
            place = text.find(spelling, end)


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield from (
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        escape(secret),
        secret.replace("'", "''"),
    )
    yield from (
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        secret.replace("'", "'\"'\"'"),
    )
    data = secret.encode("utf-8", "surrogatepass")
    yield data.hex()
    for shift in range(3):
        yield from _base64(data, shift)


def _base64(data: bytes, shift: int) -> Iterator[str]:
    """Spell the bytes as base64 does when they begin anywhere in longer text, less what neighbours share."""
    shared = (0, 2, 3)[shift]
    spelt = b64encode(b"\0" * shift + data).decode().rstrip("=")
    core = spelt[shared : len(spelt) if (shift + len(data)) % 3 == 0 else -1]
    if len(core) >= _ANYWHERE:
        yield core
        yield re.sub(r"[+/]", lambda sign: "-" if sign.group() == "+" else "_", core)


def _is_word(text: str, start: int, end: int) -> bool:
    left, right = text[start - 1 : start] if start else "", text[end : end + 1]
    return not (_joins(left) or _joins(right))


def _joins(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_") and bool(char)
