"""Nobody verifies, or restores on trial, the backups of one site twice at once."""

from __future__ import annotations

from contextlib import AbstractContextManager

from hmaint.app.world import World
from hmaint.store.lock import alone


def backup_lock(world: World, site: str, what: str, wait: float = 0.0) -> AbstractContextManager[None]:
    """Hold a site's backups meanwhile; Refused (77) with who holds them, unless free within `wait` seconds.

    `what` is the command that is at work, such as `backup-verify` or `backup-verify --restore`.
    """
    return alone(
        world.workspace.locks,
        f"backup-{site}",
        what=what,
        operator=world.operator,
        at=world.clock.now(),
        wait=wait,
    )
