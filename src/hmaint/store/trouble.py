"""Says in plain words why records cannot be opened, read or written, whatever driver or system complained."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from hmaint.kit.i18n import N_, _
from hmaint.store.failures import (
    CorruptRecords,
    FullDisk,
    LockedRecords,
    ReadOnlyRecords,
    RecordsFailure,
    UnreachableRecords,
)

_CONFLICTS = ("unique", "duplicate", "deadlock", "serializ")
_ADVICE = (
    # The words of SQLite, PostgreSQL, MySQL and the system for one thing, the failure it is, and what to do.
    (
        ("readonly", "read-only", "permission denied"),
        ReadOnlyRecords,
        N_("records {place} may not be written; check owner and mode"),
    ),
    (
        ("locked", "busy", "lock wait"),
        LockedRecords,
        N_("records {place} are locked by another process; let it end, then retry"),
    ),
    (
        ("disk is full", "no space left", "disk i/o error", "disk full", "could not extend"),
        FullDisk,
        N_("records {place} cannot grow, the disk is full or failing; make room, then retry"),
    ),
    (
        ("malformed", "not a database", "file is encrypted"),
        CorruptRecords,
        N_(
            "records {place} are damaged or no records of hmaint; move the file aside and restore a backup, "
            "or salvage it by sqlite3 .recover"
        ),
    ),
    (
        ("unable to open",),
        ReadOnlyRecords,
        N_("records {place} cannot be opened; check that the folder is there and may be written"),
    ),
)


def make_private(path: Path) -> None:
    """Make the folder 0700 and the file 0600 before anything is in it; its WAL takes the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise told(error, str(path)) from None


def told(error: BaseException, place: str, *, lost: bool = False) -> RecordsFailure:
    """Tell which failure a driver's or the system's error amounts to."""
    words = str(error).lower()
    for marks, failure, advice in _ADVICE:
        if any(mark in words for mark in marks):
            return failure(_(advice).format(place=place))
    if lost or "connect" in words or "timeout" in words:
        return UnreachableRecords(
            _("records {place} do not answer; check the server, the account and the network").format(
                place=place
            )
        )
    first = str(error).strip().partition("\n")[0][:200]
    reason = f"{type(error).__name__}: {first}"
    return RecordsFailure(_("records {place}: {reason}").format(place=place, reason=reason))


def is_conflict(failure: RecordsFailure) -> bool:
    """Whether two processes only got in each other's way, so that trying once more is right."""
    return any(mark in complaint(failure) for mark in _CONFLICTS)


def complaint(failure: RecordsFailure) -> str:
    """What the driver said, in lower case; empty where it was none that complained."""
    cause = failure.__cause__
    said = cause if isinstance(cause, sqlite3.Error) else getattr(cause, "orig", None)
    return "" if said is None else str(said).lower()
