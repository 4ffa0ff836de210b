"""Entries of a slow log of MySQL, MariaDB or Percona Server, 5.0 to the latest, at the speed of compiled searches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hmaint.slowlog.masking import CUT, is_open, mask
from hmaint.slowlog.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Read = Callable[[int], bytes]
    Head = re.Match[bytes]
    # The head of an entry, and everything up to the next head.
    Entry = tuple[Head, bytes]

BLOCK = 512 * 1024
LONGEST_STATEMENT = 4 * 1024 * 1024
"""Bytes of one statement that are looked at; a longer one is told by what stands before its first literal."""

_TAIL = 64 * 1024
_TOGETHER = 8
"""Heads that may stand within one string before it is taken for a statement that was torn."""

_HEAD = re.compile(
    rb"\n# User@Host: [^\n]*\n((?:#[^\n]*\n)*?)# Query_time: (\d[\d.]*)\s+Lock_time: (\d[\d.]*)\s+Rows_sent: (\d+)"
    rb"\s+Rows_examined: (\d+)([^\n]*)\n((?:#(?! administrator command)[^\n]*\n)*)(?:use ([^\n]*?);\n)?"
    rb"(?:SET (?:[^\n;]*,)?timestamp=(\d+)(?:\.\d+)?;\n)?"
)
_SCHEMA = re.compile(rb"(?:^|\s)Schema: (\S+)")
_TIME = b"\n# Time: "
_VERSION = b", Version: "
_RESTART = re.compile(rb"(?:^|\n)\S*(?:mysqld|mariadbd)\S*, Version: [^\n]*started with:\n")
_ADMINISTRATOR = re.compile(rb"# (administrator command: [A-Za-z][A-Za-z ]{0,40})(?:;|\Z)")


def is_mysql(start: bytes) -> bool:
    """Whether the beginning of a file is that of such a log."""
    start = b"\n" + start.replace(b"\r\n", b"\n")
    return b"\n# User@Host: " in start or _RESTART.search(start) is not None


def read_mysql(tally: Tally, read: Read, length: int = 0, *, first: bool = True) -> None:
    """Count the entries whose heads begin within the first `length` bytes; 0: to the end. Lines end with a line feed.

    Unless this is the `first` part of a file, reading begins one byte before the part, so that a head at its very
    beginning is found. What stands before the first head is another part's.
    """
    schema = ""
    for head, masked in _masked(_entries(tally, read, length, first=first)):
        schema = _schema(head) or schema
        if not masked:
            tally.unread += 1
            continue
        tally.doubtful += masked.endswith(CUT)
        tally.add(
            masked,
            float(head.group(2)),
            float(head.group(3)),
            int(head.group(4)),
            int(head.group(5)),
            int(head.group(9) or 0),
            schema,
        )


def _entries(tally: Tally, read: Read, length: int, *, first: bool) -> Iterator[Entry]:
    """Every entry of this part, in order; memory is that of a block and the longest statement."""
    buffer = b"\n" if first else b""
    base, limit, carried, begun = -1, (length or 1 << 62) - 1, False, not first
    while True:
        block = read(BLOCK)
        buffer += block
        heads = list(_HEAD.finditer(buffer))
        ours = sum(base + head.start() < limit for head in heads[carried:]) + (carried and bool(heads))
        over = not block or ours < len(heads)
        if heads and not begun:
            tally.unread += _is_torn(buffer[: heads[0].start()])
            begun = True
        for number in range(ours):
            if number + 1 < len(heads):
                yield heads[number], buffer[heads[number].end() : heads[number + 1].start()]
            elif over:
                yield heads[number], buffer[heads[number].end() :]
        if over:
            tally.unread += not begun and _is_torn(buffer)
            return
        start = heads[-1].start() if heads else max(0, len(buffer) - _TAIL)
        carried, base, buffer = bool(heads), base + start, buffer[start:]
        if len(buffer) > LONGEST_STATEMENT + BLOCK:
            base += len(buffer) - LONGEST_STATEMENT - _TAIL
            buffer = buffer[:LONGEST_STATEMENT] + buffer[-_TAIL:]


def _is_torn(before: bytes) -> bool:
    """Whether there is part of an entry before the first head, and not just the server's banner."""
    found = _RESTART.search(before)
    rest = before[: found.start()] if found else before
    return any(line.strip() and not line.startswith(b"# Time") for line in rest.split(b"\n"))


def _masked(entries: Iterator[Entry]) -> Iterator[tuple[Head, bytes]]:
    """Entries with their statements, masked.

    A text may hold what looks like heads: as long as a string is open that is part of it. A text that stays open
    was torn, by a rotation or a full disk.
    """
    waiting: list[Entry] = []
    for entry in entries:
        if not waiting:
            own = _own(entry[1])
            masked = _statement(own)
            # A sound statement ends as the server ended it; looked at closer is only what does not.
            if masked.endswith(b";") or not is_open(own):
                yield entry[0], masked
                continue
        waiting.append(entry)
        if len(waiting) > 1:
            whole = _joined(waiting)
            if whole:
                yield waiting[0][0], whole
                waiting = []
            elif len(waiting) > _TOGETHER:
                yield from _apart(waiting)
                waiting = []
    yield from _apart(waiting)


def _joined(waiting: list[Entry]) -> bytes:
    """The one statement that all of these are; empty when they are not."""
    text = waiting[0][1] + b"".join(head.group() + rest for head, rest in waiting[1:])
    own = _own(text)
    if len(own) > LONGEST_STATEMENT or is_open(own):
        return b""
    masked = _statement(own)
    return b"" if masked.endswith(CUT) else masked


def _apart(waiting: list[Entry]) -> Iterator[tuple[Head, bytes]]:
    """The first was torn; what follows are entries of their own."""
    if waiting:
        yield waiting[0][0], _statement(_own(waiting[0][1]))
        yield from _masked(iter(waiting[1:]))


def _own(text: bytes) -> bytes:
    """The statement alone: without the time of the next entry, and what a restarted server says."""
    if _TIME in text:
        at = text.rfind(_TIME)
        if text.find(b"\n", at + 1) in (-1, len(text) - 1):
            text = text[:at]
    if _VERSION in text:
        found = _RESTART.search(text)
        if found:
            text = text[: found.start()]
    return text.strip()


def _statement(own: bytes) -> bytes:
    found = _ADMINISTRATOR.match(own)
    if found:
        return found.group(1) + b";"
    return mask(own[:LONGEST_STATEMENT])


def _schema(head: Head) -> str:
    used = head.group(8)
    if used is None:
        found = _SCHEMA.search(head.group(1)) or _SCHEMA.search(head.group(6) + head.group(7))
        used = found.group(1) if found else b""
    return used.strip(b"`").decode("utf-8", "replace")
