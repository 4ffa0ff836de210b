"""Bookmarks and pictures of a filled form: what a loop repeated is numbered, as each must have a number of its own."""

from __future__ import annotations

import re
from itertools import count

_MARK = re.compile(rb'(<w:bookmark(?P<end>Start|End)\b[^>]*?\bw:id=")(?P<id>\d+)(")')
_FIRST = 1001
"""Above the numbers of pictures in headers and footers, which Word gave."""
_DRAWING = re.compile(rb'(<wp:docPr\b[^>]*?\bid=")\d+(")')


def drawings(part: bytes) -> bytes:
    """The part with every picture's number its own."""
    numbers = count(_FIRST)
    return _DRAWING.sub(lambda mark: mark.group(1) + str(next(numbers)).encode() + mark.group(2), part)


def numbered(part: bytes) -> bytes:
    """The part with every bookmark's number its own, and its end still belonging to its start."""
    open_marks: dict[bytes, bytes] = {}
    count = 0

    def number(mark: re.Match[bytes]) -> bytes:
        nonlocal count
        if mark["end"] == b"Start":
            open_marks[mark["id"]] = str(count).encode()
            count += 1
        return mark.group(1) + open_marks.get(mark["id"], mark["id"]) + mark.group(4)

    return _MARK.sub(number, part)
