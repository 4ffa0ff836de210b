"""What a cut leaves of something that must not be kept: too little to be recognised whole, too much to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hmaint.kit.hit import Hit

CUT = "…"
"""How `one_line` marks that text was cut."""

_NUMBER = re.compile(r"(?<![0-9.])[0-9]{7,17}$")
_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s]{0,8192}$")
_LONGEST = 8_400
_TELLING = 4
"""Characters of a secret that already tell something of it."""


def find_torn(spelt: tuple[tuple[str, bool], ...], text: str) -> Iterator[Hit]:
    """Numbers, keys and known secrets (in these spellings) that end in a cut."""
    place = text.find(CUT)
    while place >= 0:
        before = text[max(0, place - _LONGEST) : place]
        start = place - len(before)
        if found := _NUMBER.search(before[-18:]):
            yield Hit(place - len(found.group()), place, "id_card")
        if found := _KEY.search(before):
            yield Hit(start + found.start(), place, "private_key")
        length = max((_torn(spelling, before) for spelling, _as_word in spelt), default=0)
        if length:
            yield Hit(place - length, place, "password")
        place = text.find(CUT, place + 1)


def _torn(spelling: str, before: str) -> int:
    """How many characters of a spelling's beginning stand before the cut."""
    lengths = range(min(len(spelling) - 1, len(before)), _TELLING - 1, -1)
    return next((length for length in lengths if before.endswith(spelling[:length])), 0)
