"""What an act that changes something meant to do and what came of it: on the disk before the act, and after it.

A journal is one file of JSON lines, each chained to the one before by SHA-256. A line is on the disk before `intend`
or `outcome` comes back, so that after a power loss each act is known as done, undone, failed or in doubt. A last line
that was never finished was never promised to anybody: it is cut off when the journal is continued.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from hmaint.errors import BadFile, Fault, Place, Refused
from hmaint.kit.clock import Clock
from hmaint.kit.i18n import _

_START = "0" * 64
Mask = Callable[[str], str]


class Outcome(StrEnum):
    """How an act stands. INTENT alone is doubt: it was begun, and nobody knows whether it was done."""

    INTENT = "intent"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when (RFC 3339), of which act, how it stands, and whatever belongs to it."""

    sequence: int
    at: str
    act: str
    outcome: Outcome
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """All that a journal tells; `torn` says that it ended in the middle of a line."""

    lines: tuple[Line, ...] = ()
    torn: bool = False

    def standing(self) -> dict[str, Line]:
        """Give the last word on each act, in the order in which acts were first begun."""
        return {line.act: line for line in self.lines}

    def in_doubt(self) -> tuple[str, ...]:
        """Name the acts that were begun and of which nobody knows more."""
        return tuple(act for act, line in self.standing().items() if line.outcome is Outcome.INTENT)


class Journal:
    """A journal open for writing, by one process at a time: whoever acts holds a lock of its own."""

    def __init__(self, path: Path, clock: Clock, mask: Mask = str) -> None:
        """Begin a journal, or go on with one. BadFile where somebody changed it, Refused where it cannot be written.

        `mask` takes secrets out of every text before it is written.
        """
        self.path = path
        self._clock = clock
        self._mask = mask
        known = list(_chained(path))
        _line, self._digest, self._sequence, end = known[-1] if known else (None, _START, 0, 0)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            os.ftruncate(self._handle, end)
            os.lseek(self._handle, end, os.SEEK_SET)
            os.fsync(self._handle)
            _sync_folder(path.parent)
        except OSError as error:
            raise _unwritable(path, error) from None

    def intend(self, act: str, **facts: object) -> None:
        """Write down that an act is about to be done. Refused, and the act must not be done, where that fails."""
        self._write(act, Outcome.INTENT, facts)

    def outcome(self, act: str, outcome: Outcome, **facts: object) -> None:
        """Write down what came of an act. Refused where that fails: the act stays in doubt."""
        self._write(act, outcome, facts)

    def _write(self, act: str, outcome: Outcome, facts: Mapping[str, object]) -> None:
        at = self._clock.now().isoformat(timespec="milliseconds")
        whole = {
            "seq": self._sequence + 1,
            "prev": self._digest,
            "at": at,
            "act": act,
            "outcome": str(outcome),
            "facts": _masked(facts, self._mask),
        }
        body = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
        digest = sha256(body).hexdigest()
        start = os.lseek(self._handle, 0, os.SEEK_CUR)
        try:
            _write_all(self._handle, body + f',"hash":"{digest}"}}\n'.encode())
            os.fsync(self._handle)
        except OSError as error:
            # Half a line would be joined to the next one by whoever goes on with it in this process.
            os.ftruncate(self._handle, start)
            os.lseek(self._handle, start, os.SEEK_SET)
            raise _unwritable(self.path, error) from None
        self._digest, self._sequence = digest, self._sequence + 1

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()


def read_journal(path: Path) -> Story:
    """Read a journal; an empty story where there is none. BadFile where a line was changed, moved or taken out."""
    known = list(_chained(path))
    end = known[-1][3] if known else 0
    return Story(tuple(each[0] for each in known), torn=path.exists() and path.stat().st_size > end)


def _chained(path: Path) -> Iterator[tuple[Line, str, int, int]]:
    """Each whole line with its hash, its number and where it ends, as long as one is joined to the other."""
    digest, end = _START, 0
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(path, error) from None
    for number, raw in enumerate(content.splitlines(keepends=True), 1):
        if not raw.endswith(b"\n"):
            return
        entry = _sound(raw[:-1], digest, number)
        if entry is None:
            words = _(
                "this line does not join the one before: the journal was changed; nothing is done by it"
            )
            raise BadFile([Fault(Place(str(path), number), words)])
        digest, end = entry["hash"], end + len(raw)
        told = Line(number, entry["at"], entry["act"], Outcome(entry["outcome"]), entry["facts"])
        yield told, digest, number, end


def _sound(raw: bytes, before: str, number: int) -> dict[str, Any] | None:
    body, _comma, _tail = raw.rpartition(b',"hash":"')
    try:
        entry = json.loads(raw)
    except ValueError:
        return None
    fits = isinstance(entry, dict) and (entry.get("seq"), entry.get("prev")) == (number, before)
    return entry if fits and sha256(body).hexdigest() == entry.get("hash") else None


def _masked(value: object, mask: Mask) -> object:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {str(key): _masked(each, mask) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(each, mask) for each in value]
    return value if isinstance(value, int | float | bool) or value is None else mask(str(value))


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows has no handle on a folder to flush
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> Refused:
    why = os.strerror(error.errno) if error.errno else _("unknown reason")
    return Refused(_("the journal {file} cannot be kept: {reason}").format(file=path.name, reason=why))
