"""One at a time: a lock the kernel lets go of when its holder dies, beside which stands who holds it.

No child inherits the lock: Python opens files close-on-exec, so that a program left behind keeps nobody out.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from hmaint.errors import Refused
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.load.atomic import replace_file


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, for what, and since when."""

    what: str
    operator: str
    since: str
    process: int
    laptop: str

    def __str__(self) -> str:
        words = _("{what} by {operator} on {laptop}, process {process}, since {since}")
        return words.format(**{name: one_line(str(value), 60) for name, value in asdict(self).items()})


@contextmanager
def alone(  # noqa: PLR0913 - which lock, and what its card says
    folder: Path, name: str, *, what: str, operator: str, at: datetime, wait: float = 0.0
) -> Iterator[None]:
    """Hold the lock of that name meanwhile; Refused, with who holds it, when it is not free within `wait` seconds."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / f"{name}.lock", mode=0o600)
        lock.acquire(timeout=wait)
    except Timeout:
        raise Refused(_taken(folder, name)) from None
    except (OSError, NotImplementedError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise Refused(_("the lock {name} cannot be taken: {reason}").format(name=name, reason=why)) from None
    card = folder / f"{name}.holder"
    try:
        _write(
            card, Holder(what, operator, at.isoformat(timespec="seconds"), os.getpid(), socket.gethostname())
        )
        yield
    finally:
        with suppress(OSError):
            card.unlink(missing_ok=True)
        lock.release()


def holder_of(folder: Path, name: str) -> Holder | None:
    """Who wrote that he holds a lock; None where nobody did or it cannot be read."""
    try:
        return Holder(**json.loads((folder / f"{name}.holder").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def at_it(folder: Path, name: str) -> str:
    """Who holds a lock at this moment, in a sentence; empty for nobody. The card of one who was killed stays."""
    if not (folder / f"{name}.lock").exists():
        return ""
    try:
        with FileLock(folder / f"{name}.lock", timeout=0, mode=0o600):
            return ""
    except Timeout:
        return _taken(folder, name)
    except (OSError, NotImplementedError):
        return ""  # whoever takes it next is told why it cannot be had


def _write(card: Path, holder: Holder) -> None:
    # Who holds it is told for people only: a full disk must not keep the job from being done.
    with suppress(Refused):
        replace_file(card, json.dumps(asdict(holder), ensure_ascii=False).encode("utf-8", "replace"))


def _taken(folder: Path, name: str) -> str:
    holder = holder_of(folder, name)
    if holder is None:
        return _("another hmaint is at this just now ({name}); wait until it ends").format(name=name)
    return _("at work already: {holder}; wait until it ends").format(holder=holder)
