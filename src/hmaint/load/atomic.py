"""Files that are either the old or the new one, whatever happens in between."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from hmaint.errors import Refused
from hmaint.kit.i18n import _


def replace_file(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Write a file only its owner may read, in one step; Refused, the old file untouched, when that fails.

    What can be made anew need not be `lasting`: it is not waited for until it is on the disk.
    """
    real = Path(os.path.realpath(path))  # a link stays a link
    try:
        _replace(real, data, lasting=lasting)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else _("unknown reason")
        words = _("{file} cannot be written, the old one is untouched: {reason}")
        raise Refused(words.format(file=path.name, reason=why)) from None


def _replace(path: Path, data: bytes, *, lasting: bool) -> None:
    # mkstemp makes it 0600 from the first byte on.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    if lasting:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows has no handle on a folder to flush
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
