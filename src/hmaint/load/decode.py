"""Bytes of a file somebody wrote to text, or a fault that says how to save it."""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from hmaint.errors import BadFile, Fault, Place
from hmaint.kit.i18n import _

MAX_BYTES = 2 * 1024 * 1024
"""Some twenty thousand hosts; a larger file is a mistake and would cost the laptop its memory."""

_ENOUGH = 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Beside the controls: line ends no editor counts, marks without width, turns of the writing direction.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)


def shown(path: Path) -> str:
    """Name a file as a person standing in this folder would."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def read_bytes(path: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """All of a regular file; BadFile when it is missing, unreadable, no file or larger than allowed."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _bad(path, _("is no ordinary file"))
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except FileNotFoundError:
        raise _bad(path, _("the file is not there")) from None
    except (OSError, ValueError) as error:
        why = (
            os.strerror(error.errno) if isinstance(error, OSError) and error.errno else _("the path is wrong")
        )
        raise _bad(path, _("the file cannot be read: {reason}").format(reason=why)) from None
    if len(data) > max_bytes:
        words = _("the file is too large, at most {size} KiB; split it into several files")
        raise _bad(path, words.format(size=max_bytes // 1024))
    return data


def text_of(data: bytes, name: str) -> str:
    """UTF-8 text, with or without a byte-order mark; BadFile names the encoding it seems to be in instead."""
    if data.startswith(_UTF16) or b"\0" in data[:4]:
        raise BadFile([Fault(Place(name, 1, 1), _("the file is in UTF-16; save it as UTF-8"))])
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        place = Place(name, data.count(b"\n", 0, error.start) + 1)
        raise BadFile([Fault(place, _encoding_words(data))]) from None


def _encoding_words(data: bytes) -> str:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return _("the file is not in UTF-8 (perhaps damaged); save it as UTF-8")
    return _("the file is in GBK; save it as UTF-8")


def controls(text: str, name: str) -> list[Fault]:
    """Find the lines that hold a character no editor shows."""
    faults: dict[int, Fault] = {}
    for match in _CONTROL.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        words = _("an invisible character {code} stands here; remove it").format(
            code=f"U+{ord(match.group()):04X}"
        )
        faults.setdefault(line, Fault(Place(name, line, column), words))
        if len(faults) >= _ENOUGH:
            break
    return list(faults.values())


def _bad(path: Path, message: str) -> BadFile:
    return BadFile([Fault(Place(shown(path)), message)])
