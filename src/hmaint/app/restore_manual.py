"""数据恢复操作手册 of a site: what the inventory knows of its databases, its backups and whom to call."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from hmaint.app.drill_report import drills_of, rows_of
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.drill.times import spell
from hmaint.model.inventory import Site
from hmaint.model.playbook import Level

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.restore_manual import Drilled

FORM = "restore-manual"
_DIGITS = 12


def told_of(world: World, site: str) -> Told:
    """Tell a site's manual, which is one document for as long as the site is looked after."""
    from hmaint.report.restore_manual import restore_manual  # noqa: PLC0415 - only who makes a document needs it

    found, now = world.site(site), world.clock.now()
    fingerprint = sha256(world.inventory.path.read_bytes()).hexdigest()[:_DIGITS]
    data = restore_manual(found, world.inventory, fingerprint, now, last_drills(world, found))
    return Told(data, (f"inventory/{site}",), now.date())


def last_drills(world: World, site: Site) -> list[Drilled]:
    """What the last drill of each backup measured, in the order of the inventory."""
    from hmaint.report.restore_manual import Drilled  # noqa: PLC0415 - as above
    from hmaint.report.restore_report import size_words  # noqa: PLC0415 - as above

    found: dict[str, Drilled] = {}
    engines = {each.name: each.engine for each in site.databases}
    for run in drills_of(world, site.name):
        for target, rows in rows_of(world, run).items():
            facts = {str(row["fact"]): row["value"] for row in rows.get("facts", ())}
            backup = next((each for each in site.backups if each.name == target), None)
            if backup is None or target in found or not facts.get("rto_words"):
                continue
            load = next((r["seconds"] for r in rows.get("steps", ()) if r["step"] == "恢复备份"), 0)
            checks = [check.level for check in run.checks if check.target == target]
            found[target] = Drilled(
                target,
                engines.get(
                    backup.of, {"mysqldump": "mysql", "pg_dump": "postgresql"}.get(backup.kind, backup.kind)
                ),
                run.id,
                run.started_at,
                str(facts["rto_words"]),
                str(facts.get("rpo_words", "")),
                size_words(facts.get("size")),
                spell(float(str(load))),
                all(level in (Level.OK, Level.SKIPPED, Level.WARNING) for level in checks),
            )
    return [found[each.name] for each in site.backups if each.name in found]
