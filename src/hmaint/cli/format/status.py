"""The standing of backups for pollers and people: Nagios, Prometheus, JSON, tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal
from hmaint.cli.words import level_word
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.playbook import Level, worst

if TYPE_CHECKING:
    from hmaint.app.backup_status import Standing

SCHEMA = "hmaint.backup-status/1"
_RANKS = {Level.OK: 0, Level.WARNING: 1, Level.CRITICAL: 2, Level.UNKNOWN: 3}


def status_text(name: str, found: Sequence[Standing], max_age: float, now: datetime) -> str:
    """The standings in a format that programs read: json, nagios or prometheus."""
    match name:
        case "nagios":
            return nagios(found, max_age, now)
        case "prometheus":
            return prometheus(found)
        case "json":
            level = worst([each.level for each in found])
            backups = [_object(each, now) for each in found]
            whole = {"schema": SCHEMA, "level": level, "max_age_seconds": max_age, "backups": backups}
            return json.dumps(whole, ensure_ascii=False, indent=2)
    raise WrongUsage(_("--status has no format {name}").format(name=name))


def show_status(terminal: Terminal, found: Sequence[Standing], max_age: float, now: datetime) -> None:
    """Print the standings; for people `--quiet` leaves out what is fine."""
    if terminal.format not in ("table", "plain", "markdown"):
        terminal.out(status_text(terminal.format, found, max_age, now))
        return
    shown = [each for each in found if not (terminal.quiet and each.level is Level.OK)]
    if not shown and terminal.quiet:
        return
    columns = {
        "level": _("result"),
        "site": _("site"),
        "backup": _("backup"),
        "at": _("verified"),
        "summary": _("what was seen"),
    }
    words = {
        "level": {name: level_word(name) for name in ("ok", "warning", "critical", "unknown", "skipped")}
    }
    objects = [_object(each, now) | {"at": f"{each.at:%m-%d %H:%M}" if each.at else "-"} for each in shown]
    show_list(terminal, SCHEMA, "backups", columns, objects, words)


def _object(each: Standing, now: datetime) -> dict[str, object]:
    age = each.age(now)
    return {
        "site": each.site,
        "backup": each.backup,
        "level": each.level,
        "summary": each.summary,
        "at": each.at.isoformat(timespec="seconds") if each.at else None,
        "age_seconds": None if age is None else round(age),
        "run": each.run,
    }


def nagios(found: Sequence[Standing], max_age: float, now: datetime) -> str:
    """One status line; the oldest result and the number at each level as performance data."""
    level = worst([each.level for each in found])
    word = {"skipped": "UNKNOWN"}.get(level, level.upper())
    ages = [age for each in found if (age := each.age(now)) is not None]
    bad = sorted((e for e in found if e.level is not Level.OK), key=lambda e: -e.level.rank)
    words = _("{n} backups verified, all ok").format(n=len(found))
    if bad:
        first = bad[0]
        words = _("{bad} of {n} backups not ok; {site}/{backup}: {summary}").format(
            bad=len(bad),
            n=len(found),
            site=first.site,
            backup=first.backup,
            summary=one_line(first.summary, 120),
        )
    figures = [f"'{name}'={sum(e.level is each for e in found)};;;0;{len(found)}" for each, name in _NAMES]
    if ages:
        figures.append(f"'oldest'={max(ages):.0f}s;{max_age:.0f};{max_age:.0f};0;")
    return f"HMAINT BACKUP {word} - {words}".replace("|", "/") + " | " + " ".join(figures)


_NAMES = (
    (Level.OK, "ok"),
    (Level.WARNING, "warning"),
    (Level.CRITICAL, "critical"),
    (Level.UNKNOWN, "unknown"),
)


def prometheus(found: Sequence[Standing]) -> str:
    """The text exposition format: how each backup stands, and when it was verified."""
    lines = [
        "# HELP hmaint_backup_level How a backup stood: 0 ok, 1 warning, 2 critical, 3 not examined.",
        "# TYPE hmaint_backup_level gauge",
        *(f"hmaint_backup_level{_labels(each)} {_RANKS.get(each.level, 3)}" for each in found),
        "# HELP hmaint_backup_verified_seconds When a backup was verified last, in epoch seconds.",
        "# TYPE hmaint_backup_verified_seconds gauge",
        *(f"hmaint_backup_verified_seconds{_labels(e)} {e.at.timestamp():.0f}" for e in found if e.at),
    ]
    return "\n".join(lines)


def _labels(each: Standing) -> str:
    return f'{{site="{each.site}",backup="{each.backup}"}}'
