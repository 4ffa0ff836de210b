"""Where copies of backups lie, and what their holder is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hmaint.model.inventory import Backup

MARKS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2, "j": 3, "y": 2}
"""The strftime marks a path may hold, and their digits."""

_ORDER = "YmdHMS"
_PART = re.compile(r"%(.)|([*?]|\[[^]/]*\])|([^%*?\[]+|\[)")


@dataclass(frozen=True, slots=True)
class Place:
    """One copy of a backup: on a host of the site by name, or with an empty name on this very machine."""

    backup: Backup = field(compare=False)
    name: str
    host: str
    path: str
    number: int = 0
    """0 for the backup itself, then its further copies in the order of the inventory."""

    @property
    def label(self) -> str:
        """The copy as people name it."""
        return f"{self.host or '本机'}：{self.path}"


def places_of(backup: Backup) -> tuple[Place, ...]:
    """The backup itself, then its copies; a copy's path that ends with a slash holds a file of the same name.

    None where only the database's catalogue is asked: its kind, and no host that holds the files.
    """
    if backup.kind in ("rman", "sqlserver") and not backup.host:
        return ()
    name = backup.path.rsplit("/", 1)[-1]
    found = [Place(backup, backup.name, backup.host, backup.path)]
    for number, copy in enumerate(backup.copies, start=1):
        path = copy.path + name if copy.path.endswith("/") else copy.path
        found.append(Place(backup, backup.name, copy.host, path, number))
    return tuple(found)


def places_by_host(backups: tuple[Backup, ...]) -> dict[str, list[Place]]:
    """Every copy of the backups by the host that holds it: each host is visited once."""
    found: dict[str, list[Place]] = {}
    for backup in backups:
        for place in places_of(backup):
            found.setdefault(place.host, []).append(place)
    return found


def shell_pattern(path: str) -> str:
    """The path as a word of sh: literal parts in quotes, strftime marks as digits, globs as they are."""
    return "".join(_words(path))


def _words(path: str) -> Iterator[str]:
    for mark, glob, literal in _PART.findall(path):
        if mark == "%":
            yield "'%'"
        elif mark in MARKS:
            yield "[0-9]" * MARKS[mark]
        elif mark:
            yield "'%" + mark.replace("'", "'\\''") + "'"
        elif glob:
            # Within brackets only what cannot end the word or run anything stays bare.
            yield glob if re.fullmatch(r"[*?]|\[[!^]?[\w.-]+\]", glob, re.ASCII) else "?"
        else:
            yield "'" + literal.replace("'", "'\\''") + "'"


def folder_of(path: str) -> str:
    """The folder of a path up to the first part that is a pattern."""
    fixed = re.split(r"[%*?\[]", path, maxsplit=1)[0]
    return fixed.rsplit("/", 1)[0] or "/"


def sorts_by_time(path: str) -> bool:
    """Whether names that fit sort by the time they tell: year before month before day, and nothing loose before."""
    first = re.search(r"%[A-Za-z]|[*?\[]", path)
    marks = [mark for mark in re.findall(r"%([A-Za-z])", path) if mark in _ORDER]
    if first is None or not first.group().startswith("%") or marks[:3] != ["Y", "m", "d"]:
        return False
    return marks == sorted(marks, key=_ORDER.index)


def name_pattern(path: str) -> re.Pattern[str]:
    """A pattern that reads the time out of a name that fits the path."""
    parts: list[str] = []
    for mark, glob, literal in _PART.findall(path):
        if mark == "%":
            parts.append("%")
        elif mark in MARKS:
            group = f"(?P<{mark}>" if f"(?P<{mark}>" not in "".join(parts) else "(?:"
            parts.append(f"{group}[0-9]{{{MARKS[mark]}}})")
        elif mark:
            parts.append(re.escape("%" + mark))
        elif glob:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(glob, "[^/]"))
        else:
            parts.append(re.escape(literal))
    return re.compile("".join(parts), re.DOTALL)
