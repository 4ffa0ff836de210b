"""数据恢复操作手册 of a site: what the inventory knows of its databases, its backups and whom to call."""

from __future__ import annotations

from hashlib import sha256

from hmaint.app.told import Told
from hmaint.app.world import World

FORM = "restore-manual"
_DIGITS = 12


def told_of(world: World, site: str) -> Told:
    """Tell a site's manual, which is one document for as long as the site is looked after."""
    from hmaint.report.restore_manual import restore_manual  # noqa: PLC0415 - only who makes a document needs it

    found, now = world.site(site), world.clock.now()
    fingerprint = sha256(world.inventory.path.read_bytes()).hexdigest()[:_DIGITS]
    return Told(restore_manual(found, world.inventory, fingerprint, now), (f"inventory/{site}",), now.date())
