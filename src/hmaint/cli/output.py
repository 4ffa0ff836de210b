"""`--output FILE`: what programs read goes into a file that is never seen half-written."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from hmaint.errors import Refused, WrongUsage
from hmaint.kit.i18n import _

BY_ENDING = {".prom": "prometheus", ".json": "json", ".xml": "junit"}
_PEOPLE = ("table", "plain", "markdown")


def format_for(path: Path, wanted: str) -> str:
    """The format a file gets: the one asked for, or, where that is for people, the one its ending tells.

    WrongUsage where neither says, or where there is no such folder.
    """
    if not path.parent.is_dir():
        raise WrongUsage(_("there is no folder {folder} for --output").format(folder=path.parent))
    if wanted not in _PEOPLE:
        return wanted
    found = BY_ENDING.get(path.suffix)
    if found is None:
        words = _("--output wants --format json, nagios, junit or prometheus, or a file ending in {endings}")
        raise WrongUsage(words.format(endings=", ".join(BY_ENDING)))
    return found


def put(path: Path, text: str, *, public: bool) -> None:
    """Put a text in place in one step: a file in the same folder, written, flushed and renamed. Refused otherwise.

    `public` lets everybody read it, as a collector of another account must; else the umask decides.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as stream:
                stream.write(text if text.endswith("\n") else text + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(0o644 if public else 0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Refused(
            _("{file} cannot be written, the old one is untouched: {reason}").format(file=path, reason=why)
        ) from None


def _umask() -> int:
    now = os.umask(0o077)
    os.umask(now)
    return now
