"""The working days of a workspace: what it imported, and the package for the rest."""

from __future__ import annotations

from pathlib import Path

from hmaint.duty.statutory import StatutoryDays, Year
from hmaint.load.cache import cached
from hmaint.load.calendar_files import calendar_files
from hmaint.load.decode import read_bytes


def load_days(root: Path) -> StatutoryDays:
    """The calendar of a workspace: what it imported, and the package for the rest. BadFile for a file that is wrong."""
    found = [_year(root, path) for path in calendar_files(root)]
    return StatutoryDays(tuple(sorted(found, key=_when)))


def _year(root: Path, path: Path) -> Year:
    data = read_bytes(path)
    return cached(root, Year, (path.name,), data, lambda: (_read(data, path), True))


def _read(data: bytes, path: Path) -> Year:
    from hmaint.load.calendars import kept_year  # noqa: PLC0415 - only what is not in the cache needs the forms

    return kept_year(data, path)


def _when(year: Year) -> tuple[int, str]:
    return year.year, year.imported_at.isoformat() if year.imported_at else ""
