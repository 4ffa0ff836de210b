"""Files that were read and found right, kept in `.hmaint/cache` by their very content.

Reading a file of the same bytes again is a hundred times the work of taking out what was made of them, and every
command reads the inventory. What is kept is never believed for other bytes or another state of the code that read them;
a damaged one is made anew; no file in which secrets may be written out is kept.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

from hmaint import __version__
from hmaint.errors import Refused
from hmaint.kit.pack import pack, unpack
from hmaint.load.atomic import replace_file
from hmaint.load.workspace import cache_folder

T = TypeVar("T")

_READERS = ("database", "duty", "expect", "expr", "kit", "load", "model", "parse", "step")
"""The rooms that have a say in what is made of a file."""
_NOUNS = ("hmaint.duty.", "hmaint.errors", "hmaint.model.", "hmaint.step.")
"""Where what is kept may be defined."""


def cached(
    root: Path, kind: type[T], words: tuple[str, ...], data: bytes, make: Callable[[], tuple[T, bool]]
) -> T:
    """Answer what `make` made of these bytes when they were read last; make it where that is not known.

    `words` tell apart what is made of the same bytes. `make` says beside its value whether it may be kept.
    Only a workspace that has its private folder already keeps anything.
    """
    folder, code = cache_folder(root), _code()
    if not code:
        return make()[0]
    source = _digest(code, data)
    # One place for each file: what was taken out of an inventory is not kept on in an older one.
    path = folder / f"{kind.__name__.lower()}-{_digest(*map(os.fsencode, words))}.json"
    with suppress(OSError, ValueError):
        found = _opened(path.read_bytes(), source)
        if isinstance(found, kind):
            return found
    value, lasting = make()
    if lasting and folder.parent.is_dir():
        with suppress(OSError, Refused, TypeError, ValueError):
            _keep(path, value, source)
    return value


def _opened(data: bytes, source: str) -> object:
    seal, _newline, text = data.partition(b"\n")
    if seal != _seal(source, text):
        words = "damaged, or of other bytes"
        raise ValueError(words)
    return unpack(text.decode(), _NOUNS)


def _keep(path: Path, value: object, source: str) -> None:
    text = pack(value, _NOUNS).encode()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    replace_file(path, _seal(source, text) + b"\n" + text, lasting=False)


def _seal(source: str, text: bytes) -> bytes:
    return _digest(source.encode(), text).encode()


def _digest(*parts: bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(b"%d:" % len(part) + part)
    return whole.hexdigest()


@cache
def _code() -> bytes:
    """The state of the code that reads files: its release, and name, size and time of each of its files.

    Nothing where its files are not to be seen (in an archive, or compiled ones alone).
    """
    package = Path(__file__).parents[1]
    found = []
    for room in _READERS:
        for folder, _folders, names in os.walk(package / room):
            for entry in os.scandir(folder) if names else ():
                if entry.name.endswith(".py"):
                    told = entry.stat()
                    found.append(f"{entry.path} {told.st_size} {told.st_mtime_ns}")
    return "\n".join([__version__, *sorted(found)]).encode("utf-8", "surrogateescape") if found else b""
