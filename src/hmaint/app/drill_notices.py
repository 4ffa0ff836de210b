"""Drills whose hmaint was killed: their throwaway servers tidy up by themselves, but nobody has seen that yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hmaint.app.world import World
from hmaint.errors import Failure
from hmaint.kit.i18n import _

_NEWEST = 20
"""Journals looked at: a drill that was cut off longer ago has long been told of."""


def journals(world: World) -> Path:
    """Where the journals of drills lie."""
    return world.workspace.private / "drills"


def unfinished(world: World, most: int | None = None) -> Iterator[tuple[Path, str, str]]:
    """Drills whose end nobody wrote down: the journal, the site and the drill host of each, the newest first."""
    folder = journals(world)
    if not folder.is_dir():
        return
    from hmaint.engine.journal import Outcome, read_journal  # noqa: PLC0415 - only where a drill was ever held

    paths = sorted(folder.glob("*.jsonl"), reverse=True)
    for path in paths[:most]:
        try:
            last = read_journal(path).standing().get("server")
        except (Failure, OSError):
            continue
        if last is not None and last.outcome is Outcome.INTENT:
            yield path, str(last.facts.get("site", "")), str(last.facts.get("host", ""))


def drills_cut_off(world: World) -> Iterator[str]:
    """Tell of drills that were cut off, except one that is at work now."""
    if not journals(world).is_dir():
        return
    words = _(
        "a restore drill of {site} on {host} has no end on record: the next drill there clears up after it"
    )
    for _path, site, host in unfinished(world, _NEWEST):
        if not _at_work(world, site):
            yield words.format(site=site, host=host or _("this laptop"))


def _at_work(world: World, site: str) -> bool:
    from hmaint.store.lock import at_it  # noqa: PLC0415 - only after an accident, or during a drill

    return bool(at_it(world.workspace.locks, f"backup-{site}"))
