"""Where the imported years of a workspace lie: calendars/YEAR-N.yaml, one notice each, none ever changed."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = "calendars"
_FILE = re.compile(r"(\d{4})-([1-9]\d{0,3})\.yaml")


def calendar_files(root: Path) -> list[Path]:
    """The imported years of a workspace, in order."""
    return sorted(
        (path for path in (root / FOLDER).glob("*.yaml") if _FILE.fullmatch(path.name)), key=numbered
    )


def numbered(path: Path) -> tuple[int, int]:
    """The year a file is for, and the how manieth of that year it is."""
    year, _dash, number = path.stem.partition("-")
    return int(year), int(number)
