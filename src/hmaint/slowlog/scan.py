"""The program that reads one slow log, or a part of it, and tells what it counted as one line of JSON."""

from __future__ import annotations

import gzip
import io
import json
import os
import select
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from hmaint.slowlog.mysql import is_mysql, read_mysql
from hmaint.slowlog.postgresql import postgresql_format, read_postgresql
from hmaint.slowlog.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

_START = 256 * 1024
SHRUNK = "shrunk"
"""What is said of a log that was cut, by a rotation, while it was read: nobody knows what was missed."""
_GZIP = b"\x1f\x8b"


def scan(path: str, start: int = 0, length: int = 0, most: int = 1000) -> dict[str, object]:
    """Count what a log (or the part of `length` bytes at `start`) holds; the heaviest `most` kinds are told.

    `format` of the answer is empty for a file that is no such log. OSError, EOFError for what cannot be read.
    """
    tally = Tally()
    with _opened(path) as log:
        begun = _size(log)
        form = _format(log)
        if form.startswith("mysql"):
            if start:
                log.seek(start - 1)
            read = _unix(log.read) if form == "mysql-crlf" else log.read
            read_mysql(tally, read, length, first=not start)
        elif form:
            text = io.TextIOWrapper(
                log, _encoding(_start(log)), "surrogateescape", newline="\n" if form == "csvlog" else None
            )
            read_postgresql(tally, text, form)
            text.detach()
        size = _size(log)
    if size < begun:
        raise EOFError(SHRUNK)
    return dict(tally.told(most), format=form, bytes=size)


def format_of(path: str) -> str:
    """`mysql`, `mysql-crlf`, `mysql-gz`, `jsonlog`, `csvlog` or `stderr`; empty for a file that is none of these."""
    with _opened(path) as log:
        form = _format(log)
        return form + "-gz" if form == "mysql" and isinstance(log, gzip.GzipFile) else form


def _size(log: IO[bytes]) -> int:
    return os.fstat(log.fileno()).st_size


def _opened(path: str) -> IO[bytes]:
    with Path(path).open("rb") as log:
        packed = log.read(2) == _GZIP
    return cast("IO[bytes]", gzip.open(path, "rb") if packed else Path(path).open("rb"))


def _format(log: IO[bytes]) -> str:
    start = _start(log)
    if is_mysql(start):
        return "mysql-crlf" if b"\r\n# User@Host: " in start else "mysql"
    return postgresql_format(start.decode(_encoding(start), "replace"))


def _start(log: IO[bytes]) -> bytes:
    start = log.read(_START)
    log.seek(0)
    return start


def _encoding(start: bytes) -> str:
    """UTF-8, else as a Chinese Windows writes: the words of its messages have to be known."""
    for cut in range(4):
        try:
            start[: len(start) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return "utf-8"
    return "gb18030"


def _unix(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Lines that end as those of the other systems."""

    def reading(size: int) -> bytes:
        block = read(size)
        if block.endswith(b"\r"):
            block += read(1)
        return block.replace(b"\r\n", b"\n")

    return reading


def _end_with_reader() -> None:
    """End when nobody reads the answer any more: Ctrl-C, a connection that broke, a laptop that was shut."""
    ends = select.poll()
    ends.register(sys.stdout.fileno(), 0)
    while not ends.poll(1000):
        pass
    os._exit(1)


def main(words: list[str]) -> int:
    """Run as `scan PATH START LENGTH MOST`; 0 when the log was read, 1 with a word why not."""
    if hasattr(select, "poll"):
        threading.Thread(target=_end_with_reader, daemon=True).start()
    try:
        told = scan(words[0], int(words[1]), int(words[2]), int(words[3]))
    except (OSError, EOFError) as failure:
        sys.stdout.write(
            "!" + (getattr(failure, "strerror", "") or str(failure) or type(failure).__name__) + "\n"
        )
        return 1
    sys.stdout.write(json.dumps(told) + "\n")
    return 0
