"""Every way records can fail, each with what to do about it.

RecordsFailure
├── ReadOnlyRecords     the file or its folder may not be written
├── LockedRecords       another process keeps it locked
├── FullDisk            there is no room left
├── NewerRecords        written by a later hmaint
├── CorruptRecords      the file is damaged, or is no file of ours
├── UnreachableRecords  the team's database server does not answer
└── RunExists           a run of that id was already begun
"""

from __future__ import annotations

from hmaint.errors import ExitStatus, Failure


class RecordsFailure(Failure):
    """Records could not be read or written; the message says what to do."""

    status = ExitStatus.BAD_FILE


class ReadOnlyRecords(RecordsFailure):
    """The file or its folder may not be written by this user."""


class LockedRecords(RecordsFailure):
    """Another process held the records for longer than we wait."""

    status = ExitStatus.REFUSED


class FullDisk(RecordsFailure):
    """The disk the records lie on is full."""


class NewerRecords(RecordsFailure):
    """The records were written by a later version of hmaint."""


class CorruptRecords(RecordsFailure):
    """The file is damaged, or is something else than records of hmaint."""


class UnreachableRecords(RecordsFailure):
    """The database server that holds the records does not answer."""


class RunExists(RecordsFailure):
    """A run of that id was already begun; ids must differ."""

    status = ExitStatus.REFUSED
