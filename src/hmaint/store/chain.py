"""A chain of lines in which none can be changed, taken out, put in or moved without it being seen. Pure.

Each line is one JSON object whose last member is the SHA-256 of everything before it on the line; `prev` is
that of the line before, `seq` counts from 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.kit.text import storable
from hmaint.store.kept import Anchor

START = Anchor(0, "0" * 64)
TORN = "torn"
_TAIL = re.compile(rb',"hash":"([0-9a-f]{64})"\}')
_TAIL_LENGTH = len(',"hash":""}') + 64


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: `edited`, `removed`, `inserted`, `moved`, `cut_short`, `rewritten` or `torn`.

    `torn` alone is no tampering: a power loss cut a line short while it was written.
    """

    line: int
    kind: str
    message: str

    def __str__(self) -> str:
        return (
            _("line {line}: {words}").format(line=self.line, words=self.message)
            if self.line
            else self.message
        )


def link(entry: Mapping[str, object], last: Anchor) -> tuple[bytes, Anchor]:
    """Make the line that follows `last`, without its line end, and the anchor it gives."""
    whole = {"seq": last.sequence + 1, "prev": last.digest, **entry}
    body = storable(json.dumps(whole, ensure_ascii=False, separators=(",", ":"))).encode()[:-1]
    digest = sha256(body).hexdigest()
    return body + f',"hash":"{digest}"}}'.encode(), Anchor(last.sequence + 1, digest)


def read_line(line: bytes) -> tuple[dict[str, Any], str] | None:
    """Read a line and its hash; None when it is no line of ours or was changed."""
    tail = _TAIL.fullmatch(line[-_TAIL_LENGTH:])
    if tail is None or sha256(line[:-_TAIL_LENGTH]).hexdigest().encode() != tail.group(1):
        return None
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return (entry, entry["hash"]) if isinstance(entry, dict) and isinstance(entry.get("seq"), int) else None


def verify(lines: Iterable[bytes], anchor: Anchor | None, start: Anchor = START) -> Iterator[Problem]:
    """Find everything wrong with a chain; `anchor` is the last line known from elsewhere.

    `start` is the line before the first, for who looks at the end of a chain only.
    """
    last, pending, anchored = start, list[Problem](), anchor is None or anchor == START
    highest, number = start.sequence, 0
    for number, line in enumerate(lines, 1):
        read = read_line(line)
        if read is None:
            pending.append(_broken(number, line))
            continue
        entry, digest = read
        if TORN in entry and pending:
            pending[-1] = _torn(pending[-1].line)
        yield from pending
        pending.clear()
        yield from _misplaced(number, entry, last, highest)
        last, highest = Anchor(entry["seq"], digest), max(highest, entry["seq"])
        anchored = anchored or last == anchor
    yield from (_torn(each.line) if each.line == number and each.kind == "half" else each for each in pending)
    if anchor and not anchored:
        yield _unanchored(anchor, highest)


def _broken(number: int, line: bytes) -> Problem:
    whole = line.startswith(b'{"seq":') and line.endswith(b'"}')
    if whole:
        return Problem(number, "edited", _("the content was changed and does not fit its check value"))
    half = b'{"seq":'.startswith(line[:7]) or not line.strip(b"\0")
    return Problem(number, "half" if half else "inserted", _("no line that hmaint wrote"))


def _torn(number: int) -> Problem:
    words = _("power was lost or writing interrupted, the line is not whole (no tampering)")
    return Problem(number, TORN, words)


def _misplaced(number: int, entry: Mapping[str, Any], last: Anchor, highest: int) -> Iterator[Problem]:
    sequence = entry["seq"]
    if sequence == last.sequence + 1 and entry.get("prev") == last.digest:
        return
    if sequence <= highest:
        words = _("number {n} is out of place: lines were swapped or repeated")
        yield Problem(number, "moved", words.format(n=sequence))
    elif sequence > last.sequence + 1:
        words = _("the lines with numbers {first} to {last} are missing")
        yield Problem(number, "removed", words.format(first=last.sequence + 1, last=sequence - 1))
    else:
        words = _("does not join the check value of the line before: that line was changed or replaced")
        yield Problem(number, "edited", words)


def _unanchored(anchor: Anchor, highest: int) -> Problem:
    if highest < anchor.sequence:
        words = _("the end is missing: the records know of number {known}, the trail ends at {last}")
        return Problem(0, "cut_short", words.format(known=anchor.sequence, last=highest))
    words = _(
        "number {known} has another check value than the records know: the trail was rewritten as a whole"
    )
    return Problem(0, "rewritten", words.format(known=anchor.sequence))
