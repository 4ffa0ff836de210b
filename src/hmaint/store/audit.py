"""The audit trail: every command sent, where, by whom, when and with what outcome, as a chain of lines."""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from hmaint.kit.i18n import _
from hmaint.store import chain
from hmaint.store.chain import Problem
from hmaint.store.failures import LockedRecords, RecordsFailure
from hmaint.store.kept import Anchor
from hmaint.store.rescue import give_up_reserve, write_all
from hmaint.store.trouble import told

_PIECE = 65_536
_WAIT = 15.0


class Anchors(Protocol):
    """Whatever remembers the last line of a trail, apart from the trail: the records."""

    def anchor(self, trail: Path) -> Anchor | None: ...
    def set_anchor(self, trail: Path, anchor: Anchor) -> None: ...


class Audit:
    """An append-only file that several processes may write to. Commands come in already masked.

    `anchors` (the records) keep the last line's hash: a trail cut short or rewritten whole is noticed.
    """

    def __init__(self, path: Path, anchors: Anchors | None = None) -> None:
        self._path = path
        self._anchors = anchors
        self._laptop = socket.gethostname()
        self._lock = FileLock(f"{path}.lock", timeout=_WAIT, mode=0o600)

    def write(self, entries: Iterable[Mapping[str, object]], *, operator: str, at: datetime) -> None:
        """Append one line per entry (`run`, `target`, `sent`, `outcome`, `ms`, …) and wait for the disk.

        One batch per visit: one lock, one write, one flush. A RecordsFailure when it cannot be written.
        """
        who = {"at": at.isoformat(), "operator": operator, "laptop": self._laptop}
        batch = [who | dict(entry) for entry in entries]
        if not batch:
            return
        with self._held():
            last = self._append(batch)
        # The trail itself is on the disk; an anchor that lags behind only vouches for less of it.
        with suppress(RecordsFailure):
            if self._anchors:
                self._anchors.set_anchor(self._path, last)

    @contextmanager
    def _held(self) -> Iterator[None]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._lock:
                yield
        except Timeout:
            words = _("audit trail {file} is locked by another process; let it end, then retry")
            raise LockedRecords(words.format(file=self._path)) from None
        except OSError as error:
            raise told(error, str(self._path)) from error

    def _append(self, batch: Iterable[Mapping[str, object]]) -> Anchor:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "r+b", buffering=0) as file:
            last, torn = _end(file.fileno())
            data = bytearray(b"\n" if torn else b"")
            marks = [{chain.TORN: True}] if torn and chain.read_line(torn) is None else []
            for entry in (*marks, *batch):
                line, last = chain.link(entry, last)
                data += line + b"\n"
            try:
                _put(file, bytes(data))
            except OSError:
                # The trail must not lack what the record has: a full disk takes both from the room set aside.
                give_up_reserve(self._path.parent)
                _put(file, bytes(data))
        return last

    def read(self, *, run: str = "", target: str = "", limit: int | None = None) -> list[dict[str, Any]]:
        """Read the newest `limit` entries of a run or a target, oldest first; broken lines are left out."""
        found: deque[dict[str, Any]] = deque(maxlen=limit)
        for line in self._lines():
            read = chain.read_line(line)
            if read is None or chain.TORN in read[0]:
                continue
            entry = {name: value for name, value in read[0].items() if name not in ("prev", "hash")}
            if run in ("", entry.get("run")) and target in ("", entry.get("target")):
                found.append(entry)
        return list(found)

    def count(self) -> int:
        """Count the lines of the trail."""
        return sum(1 for _ in self._lines())

    def verify(self) -> list[Problem]:
        """Find every line edited, removed, inserted or moved, a tail cut off, and lines a power loss tore."""
        # The anchor first: a line that another process adds meanwhile is then merely not vouched for.
        anchor = self._anchors.anchor(self._path) if self._anchors else None
        return list(chain.verify(self._lines(), anchor))

    def _lines(self) -> Iterator[bytes]:
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            yield from (line.removesuffix(b"\n") for line in file)


def _put(file: FileIO, data: bytes) -> None:
    """Write behind the end, or leave the file as it was: half a line would look torn. OSError when it cannot be."""
    begun = os.fstat(file.fileno()).st_size
    try:
        write_all(file.fileno(), data)
    except OSError:
        with suppress(OSError):
            file.truncate(begun)
        raise


def _end(handle: int) -> tuple[Anchor, bytes]:
    """Find the last whole line's anchor, and what stands behind the last line end (torn by a power loss)."""
    size = os.lseek(handle, 0, os.SEEK_END)
    tail, start = b"", size
    while start:
        start = max(0, start - _PIECE)
        os.lseek(handle, start, os.SEEK_SET)
        tail = os.read(handle, min(_PIECE, size - start)) + tail
        pieces = tail.split(b"\n")
        whole = pieces if start == 0 else pieces[1:]
        for line in reversed(whole):
            read = chain.read_line(line)
            if read:
                return Anchor(read[0]["seq"], read[1]), pieces[-1]
        size = start
    return chain.START, tail.rpartition(b"\n")[2]
