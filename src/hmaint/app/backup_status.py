"""How the backups stood when they were verified last, from files alone: for pollers, which have little patience.

No host is touched and no database opened. Silence is a failure: a result older than allowed is critical whatever it
says, and a backup that was never verified is unknown, never fine.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.load.inventory import load_inventory
from hmaint.load.workspace import Workspace
from hmaint.model.inventory import Site
from hmaint.model.playbook import Level
from hmaint.store.results import Last, Result, read_last

JOB = "backup-verify"
_AHEAD = timedelta(minutes=5)
"""A result may be so much younger than now: two clocks, or one that was put right."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one backup of one site stands by what was seen of it last."""

    site: str
    backup: str
    level: Level
    summary: str
    at: datetime | None = None
    run: str = ""

    def age(self, now: datetime) -> float | None:
        """Seconds since it was verified."""
        return None if self.at is None else (now - self.at).total_seconds()


def standings(
    workspace: Workspace,
    sites: tuple[str, ...],
    max_age: float,
    now: datetime,
    backups: tuple[str, ...] = (),
) -> list[Standing]:
    """Tell every backup of some sites, of all where none is named; WrongUsage for one there is not.

    `max_age` is in seconds; `backups` are names or globs, none means all.
    """
    inventory = load_inventory(workspace.inventory_path)
    for name in sites:
        if name not in inventory.sites:
            words = _("no site {name}; the inventory has: {known}")
            known = ", ".join(inventory.sites) or "-"
            raise WrongUsage(words.format(name=name, known=known) + did_you_mean(name, inventory.sites))
    wanted = [inventory.sites[name] for name in sites] if sites else list(inventory.sites.values())
    found = [each for site in wanted for each in _site(workspace.private, site, max_age, now)]
    for name in backups:
        if not any(fnmatch.fnmatchcase(each.backup, name) for each in found):
            words = _("no backup {name} here; there are: {known}")
            raise WrongUsage(words.format(name=name, known=", ".join(each.backup for each in found) or "-"))
    if not found:
        raise WrongUsage(_("the inventory names no backup of any site"))
    return [e for e in found if not backups or any(fnmatch.fnmatchcase(e.backup, name) for name in backups)]


def _site(private: Path, site: Site, max_age: float, now: datetime) -> Iterator[Standing]:
    last = read_last(private, site.name, JOB)
    for backup in site.backups:
        result = last.results.get(backup.name)
        yield _standing(site.name, backup.name, last, result, max_age, now)


def _standing(  # noqa: PLR0913, PLR0917 - what a standing is made of
    site: str, backup: str, last: Last, result: Result | None, max_age: float, now: datetime
) -> Standing:
    def said(level: Level, words: str) -> Standing:
        at, run = (result.at, result.run) if result else (None, "")
        return Standing(site, backup, level, words, at, run)

    if last.tampered:
        return said(Level.CRITICAL, last.fault)
    if result is None:
        return said(Level.UNKNOWN, last.fault or "从未核验过")
    moment = f"{result.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if result.at - now > _AHEAD:
        return said(Level.UNKNOWN, f"上次核验的时间 {moment} 在将来，请校准时钟")
    if (now - result.at).total_seconds() > max_age:
        old = f"上次核验在 {moment}，已超过 {max_age / 3600:g} 小时没有新的结果"
        return said(Level.CRITICAL, f"{old}（当时：{result.summary or result.level}）")
    if last.fault:
        return said(max(Level.UNKNOWN, result.level, key=lambda level: level.rank), last.fault)
    return said(result.level, result.summary)
