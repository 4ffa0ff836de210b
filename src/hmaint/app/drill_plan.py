"""Which backups are drilled, as what, and where: decided before anything is touched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hmaint.app.backup_verify import chosen
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.drill import Drill
from hmaint.model.inventory import Backup, Database, Host, Limits, Site

NAMELESS = "hmaint_drill"
"""What a restored database is called where nobody has said what it should be."""
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}")
_ENGINES = {"mysql", "postgresql", "sqlite"}
_OF_KIND = {"mysqldump": "mysql", "pg_dump": "postgresql", "sqlite": "sqlite"}


@dataclass(frozen=True, slots=True)
class Planned:
    """One drill that was decided on: which backup, of which engine, where; `host` None is this laptop."""

    backup: Backup
    drill: Drill
    engine: str
    database: Database | None
    host: Host | None
    name: str
    """What the restored database is called."""

    @property
    def where(self) -> str:
        return self.host.name if self.host is not None else _("this laptop")


@dataclass(frozen=True, slots=True)
class Plan:
    """All drills of a site that were asked for."""

    site: Site
    drills: tuple[Planned, ...]


def plan_drills(world: World, site_name: str, wanted: Sequence[str] = ()) -> Plan:
    """Decide what would be drilled, touching nothing. WrongUsage where nothing can be.

    Without names: every backup that has `drill:` in the inventory.
    """
    site = world.site(site_name)
    backups = chosen(site, wanted)
    if not wanted:
        backups = tuple(backup for backup in backups if backup.drill is not None)
    if not backups:
        words = _(
            "no backup of site {site} says how it is drilled: write drill: below one, or name one with --backup"
        )
        raise WrongUsage(words.format(site=site.name))
    return Plan(site, tuple(_planned(site, backup) for backup in backups))


def _planned(site: Site, backup: Backup) -> Planned:
    drill = backup.drill or Drill()
    database = next((each for each in site.databases if each.name == backup.of), None)
    engine = database.engine if database is not None else _OF_KIND.get(backup.kind, "")
    if engine in {"oracle", "sqlserver"}:
        words = _(
            "{backup} is a backup of {engine}: its drill is a scripted procedure on a drill host,"
            " see docs/how-to/restore-drill.md"
        )
        raise WrongUsage(words.format(backup=backup.name, engine=engine))
    if engine not in _ENGINES:
        words = _("it is not known of which database {backup} is a backup: write of: or kind: below it")
        raise WrongUsage(words.format(backup=backup.name))
    host = site.host(drill.host) if drill.host else None
    if engine == "sqlite" and host is not None and host.connection != "local":
        words = _("{backup} is a backup of SQLite, which is drilled on this laptop: leave drill.host out")
        raise WrongUsage(words.format(backup=backup.name))
    if host is not None and host.platform == "windows":
        words = _("the drill host {host} runs Windows; a drill needs Linux")
        raise WrongUsage(words.format(host=host.name))
    name = (
        drill.database or backup.database or (database.database if database is not None else "") or NAMELESS
    )
    if not _SAFE.fullmatch(name):  # it becomes a word of sh and of SQL on the drill host
        name = NAMELESS
    return Planned(replace(backup, drill=drill), drill, engine, database, host, name)


def patient(host: Host, limit: float) -> Host:
    """The host with limits that a drill needs: its commands take as long as a restore does."""
    limits: Limits = replace(host.limits, command=min(limit, 600.0), host=limit + 600.0)
    return replace(host, limits=limits)


def laptop(site: str) -> Host:
    """This machine as a host."""
    return Host("本机", site, connection="local")
