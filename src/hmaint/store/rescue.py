"""Where what the database would not take is kept until it will: lines of JSON beside it."""

from __future__ import annotations

import errno
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from hmaint.kit.text import storable

_RESERVE = 4_194_304
"""Bytes kept back so that a full disk still takes the rest of a run: 50 targets of 80 kB each."""


class Rescue:
    """An append-only file in a folder, made when it is first needed; `path` is None until then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path: Path | None = None

    def reserve(self) -> None:
        """Set room aside while there is some, to be given up when the disk is full."""
        place = self._folder / "reserve"
        with suppress(OSError):
            if not place.exists():
                # Noise, so that no file system stores it as a hole.
                _append(place, os.urandom(_RESERVE))

    def keep(self, plain: Mapping[str, Any]) -> None:
        """Append one line and wait until it is on the disk. OSError when not even this can be written."""
        if self.path is None:
            self.path = self._folder / f"rescue-{token_hex(6)}.jsonl"
        line = storable(json.dumps(plain, ensure_ascii=False)).encode() + b"\n"
        try:
            _append(self.path, line)
        except OSError:
            give_up_reserve(self._folder)
            _append(self.path, line)


def give_up_reserve(folder: Path) -> None:
    """Give back the room that was set aside, for what must be written although the disk is full."""
    (folder / "reserve").unlink(missing_ok=True)


def rescued(folder: Path) -> Iterator[Path]:
    """Every rescue file that waits in a folder, oldest first."""
    waiting = [path for path in folder.glob("rescue-*.jsonl") if path.is_file()]
    yield from sorted(waiting, key=lambda path: path.stat().st_mtime)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Every whole line of a rescue file; one that a power loss tore is passed over."""
    for line in path.read_bytes().splitlines():
        with suppress(ValueError):
            yield json.loads(line)


def pack(data: bytes) -> str:
    """Bytes as text that JSON can carry."""
    return b64encode(data).decode()


def unpack(text: str) -> bytes:
    """Bytes from such text."""
    return b64decode(text)


def _append(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
    begun = os.fstat(handle).st_size
    try:
        write_all(handle, data)
    except OSError:
        # Half a line would spoil the next one.
        with suppress(OSError):
            os.ftruncate(handle, begun)
        raise
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write all of it and wait until it is on the disk; a disk with room for a part only is full: OSError."""
    if os.write(handle, data) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(handle)
