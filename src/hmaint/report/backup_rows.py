"""The backups of a site as forms list them: of what, where, how often, and which further copies there are."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.model.inventory import Backup, Site
from hmaint.report.rows import Row
from hmaint.report.wording import brief

_SCHEDULES = {"hourly": "每小时", "daily": "每天", "weekly": "每周", "monthly": "每月"}
_HOUR = 3600
ONLY = "无（只有一份）"


def backup_rows(site: Site) -> list[Row]:
    """One row for each backup the inventory names."""
    engines = {each.name: each.engine for each in site.databases}
    return [
        {
            "number": number,
            "name": brief(each.name),
            "of": "\n".join(brief(word) for word in (each.of, engines.get(each.of, "")) if word) or "未登记",
            "place": _place(each.host, each.path),
            "schedule": f"{_SCHEDULES.get(each.schedule, brief(each.schedule))}\n不超过 {each.max_age / _HOUR:g} 小时",
            "copies": "\n".join(_place(copy.host, copy.path) for copy in each.copies) or ONLY,
        }
        for number, each in enumerate(site.backups, start=1)
    ]


def _place(host: str, path: str) -> str:
    return f"{brief(host) or '本机'}：{brief(path, 200)}"


def uncovered(site: Site) -> list[str]:
    """The databases that no backup of the inventory is of."""
    covered = {each.of for each in site.backups}
    return [each.name for each in site.databases if each.name not in covered]


def alone(backups: Sequence[Backup]) -> list[str]:
    """The backups of which there is only one copy."""
    return [each.name for each in backups if not each.copies]
