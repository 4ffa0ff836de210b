"""A log on this machine, read by as many processes as it is worth, each with a part of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from hmaint.errors import CouldNotLook
from hmaint.model.look import Seen
from hmaint.slowlog.digest import Part, read_part
from hmaint.slowlog.program import program
from hmaint.slowlog.scan import SHRUNK, format_of

_WORTH = 32 * 1024 * 1024
"""Bytes a process of its own is worth."""
_PART = 64 * 1024 * 1024
_MOST_PROCESSES = 4
_MOST_KINDS = 10_000
_SHRUNK = "{path} 在读取期间被截断（轮转），没有读全，请再读一次"

Hear = Callable[[int], None]
"""Told how many bytes more were read."""


def read_local(path: Path, hear: Hear = lambda _bytes: None) -> Iterator[Part]:
    """Read a log of this machine, part by part; CouldNotLook for what cannot be read or is no slow log."""
    if path.exists() and not path.is_file():
        raise CouldNotLook(Seen.UNSUPPORTED, f"{path} 不是文件")
    try:
        form, size = format_of(str(path)), path.stat().st_size
    except (OSError, EOFError) as failure:
        words = getattr(failure, "strerror", None) or str(failure) or type(failure).__name__
        seen = Seen.DENIED if isinstance(failure, PermissionError) else Seen.UNSUPPORTED
        raise CouldNotLook(seen, f"读不到 {path}：{words}") from None
    if not size:
        raise CouldNotLook(Seen.UNSUPPORTED, f"{path} 是空文件")
    if not form:
        raise CouldNotLook(Seen.GARBLED, f"{path} 不是 MySQL、MariaDB 或 PostgreSQL 的慢日志")
    parts = _parts(size) if form == "mysql" else [(0, 0)]
    begun = _identity(path)
    workers = max(1, min(_MOST_PROCESSES, os.cpu_count() or 1, len(parts)))
    # Made before the threads begin: Python 3.11 may not parse in two of them at once.
    reader = program().encode("ascii")
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(workers))
        running: set[subprocess.Popen[bytes]] = set()
        stack.callback(_end, running)
        yield from pool.map(lambda part: _run(path, part, reader, running, hear), parts)
    # Each part opens the file anew: after a rotation that would be another one.
    if len(parts) > 1 and _identity(path) != begun:
        raise CouldNotLook(Seen.GARBLED, _SHRUNK.format(path=path))


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def _parts(size: int) -> Sequence[tuple[int, int]]:
    """Starts and lengths; the last reads to the end, wherever that is by then."""
    if size < 2 * _WORTH:
        return [(0, 0)]
    starts = range(0, size - _WORTH, _PART)
    return [(start, _PART if start != starts[-1] else 0) for start in starts]


def _run(
    path: Path, part: tuple[int, int], reader: bytes, running: set[subprocess.Popen[bytes]], hear: Hear
) -> Part:
    words = [sys.executable, "-I", "-S", "-", str(path), str(part[0]), str(part[1]), str(_MOST_KINDS)]
    with subprocess.Popen(  # noqa: S603 - our own program and a path, no shell
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        running.add(process)
        out, err = process.communicate(reader)
        running.discard(process)
    hear(part[1])
    if out.startswith(b"!" + SHRUNK.encode()):
        raise CouldNotLook(Seen.GARBLED, _SHRUNK.format(path=path))
    if process.returncode or not out.startswith(b"{"):
        said = (out[1:] if out.startswith(b"!") else err).decode("utf-8", "replace").strip().splitlines()
        raise CouldNotLook(
            Seen.GARBLED, f"读取 {path} 时出错：{said[-1] if said else f'退出码 {process.returncode}'}"
        )
    return read_part(str(path), json.loads(out))


def _end(running: set[subprocess.Popen[bytes]]) -> None:
    """Whoever leaves early leaves no reader behind."""
    for process in list(running):
        process.kill()
