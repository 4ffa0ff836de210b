"""Bookmarks of a filled form: those that a loop repeated are numbered, as each must have a number of its own."""

from __future__ import annotations

import re

_MARK = re.compile(rb'(<w:bookmark(?P<end>Start|End)\b[^>]*?\bw:id=")(?P<id>\d+)(")')


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
