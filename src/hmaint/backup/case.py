"""All that is known of one backup when it is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from hmaint.backup.facts import Facts
from hmaint.backup.place import Place
from hmaint.model.inventory import Backup
from hmaint.model.look import Rows


@dataclass(frozen=True, slots=True)
class Past:
    """What the last good looks told: packed sizes in bytes (oldest first), rows by table, objects, hashes of rows."""

    sizes: tuple[float, ...] = ()
    tables: Mapping[str, int] = field(default_factory=dict)
    objects: Mapping[str, int] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    letters: int = 0
    """Non-ASCII characters in the sample that was looked at."""
    at: datetime | None = None
    """When that was; None where there was no good look yet."""


@dataclass(frozen=True, slots=True)
class Case:
    """One backup, what its holders told of each copy, and when (by the laptop) they were asked."""

    backup: Backup
    looks: Mapping[Place, Facts]
    asked_at: Mapping[str, datetime]
    skews: Mapping[str, float]
    """Seconds that the clock of each host is ahead of the laptop's."""
    database: str = ""
    """The database's name within the server, as the inventory has it."""
    past: Past = Past()
    catalogue: Mapping[str, Rows] = field(default_factory=dict)
    """What the database said of its own backups, by the name of the question."""

    @property
    def catalogued(self) -> bool:
        """Whether the database's catalogue tells of it, and nobody looks at files: none of our hosts holds them."""
        return self.backup.kind in ("rman", "sqlserver") and not self.looks

    @property
    def main(self) -> Facts:
        """What was told of the backup itself; empty where no host was asked."""
        return next((facts for place, facts in self.looks.items() if place.number == 0), Facts())

    @property
    def place(self) -> Place:
        """Where the backup itself lies."""
        return next(place for place in self.looks if place.number == 0)

    @property
    def label(self) -> str:
        """Where it lies, in words."""
        return self.place.label if self.looks else f"数据库 {self.backup.of}：{self.backup.path}"

    def figure(self, name: str, default: float) -> float:
        """A threshold: the variable `backup_NAME` of the backup, its site or the defaults."""
        value = self.backup.vars.get(f"backup_{name}", default)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default

    def flag(self, name: str) -> bool:
        """Whether the variable `backup_NAME` says true."""
        return self.backup.vars.get(f"backup_{name}") is True

    def now(self, facts: Facts) -> datetime | None:
        """What the holder's own clock said."""
        seconds, zone = facts.number("host_now"), facts.word("host_zone")
        return None if seconds is None else datetime.fromtimestamp(seconds, zone_of(zone))


def zone_of(offset: str) -> timezone:
    """The zone that `date +%z` names; China's where it cannot be read."""
    if len(offset) == 5 and offset[0] in "+-" and offset[1:].isdigit():  # noqa: PLR2004 - as in +0800
        minutes = int(offset[1:3]) * 60 + int(offset[3:])
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=minutes if offset[0] == "+" else -minutes))
    return timezone(timedelta(hours=8))
