"""What a site could be restored from, in rows, and what the inventory shows to be missing."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.model.inventory import Backup, Site
from hmaint.report.estate import BLANK, Estate, Row, numbered

_SCHEDULES = {"hourly": "每小时", "daily": "每日", "weekly": "每周", "monthly": "每月"}
_HOUR = 3600


def backups(estate: Estate) -> list[Row]:
    """The backups, each with its further copies."""
    return numbered(
        {
            "name": each.name,
            "of": each.of or BLANK,
            "place": f"{each.host or '本机'}：{each.path}",
            "schedule": f"{_SCHEDULES.get(each.schedule, each.schedule)}，最长 {hours(each)}",
            "copies": "；".join(f"{copy.host}：{copy.path}" for copy in each.copies) or "清单中没有登记",
        }
        for each in estate.site.backups
    )


def hours(backup: Backup) -> str:
    """The longest a backup may be old by the inventory."""
    return f"{backup.max_age / _HOUR:g} 小时"


def backup_gaps(estate: Estate) -> list[Row]:
    """What the inventory shows to be without a backup, or without a second copy of it."""
    return numbered(_backup_gaps(estate.site))


def _backup_gaps(site: Site) -> Iterator[Row]:
    if not (site.databases or site.backups):
        yield {"where": "—", "what": "清单中没有登记数据库和备份，缺什么无从判断"}
    saved = {backup.of for backup in site.backups}
    for each in site.databases:
        if each.name not in saved:
            yield {"where": each.name, "what": "清单中没有登记该数据库的备份，能否恢复未知"}
    for backup in site.backups:
        if not any(copy.host != backup.host for copy in backup.copies):
            yield {"where": backup.name, "what": "清单中没有登记另一主机上的副本（异地），本地损毁即丢失"}


def recoverable(estate: Estate) -> list[tuple[str, Backup | None]]:
    """Each database with each of its backups, then what else is backed up; None where there is no backup."""
    found: list[tuple[str, Backup | None]] = []
    for each in estate.site.databases:
        own = [backup for backup in estate.site.backups if backup.of == each.name]
        found += [(each.name, backup) for backup in own] or [(each.name, None)]
    known = {each.name for each in estate.site.databases}
    found += [(b.of or b.name, b) for b in estate.site.backups if b.of not in known]
    return found
