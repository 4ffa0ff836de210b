"""Tuning whose hmaint was killed: the next command that acts there finds out what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.app.world import World
from hmaint.errors import Failure
from hmaint.kit.i18n import _

_NEWEST = 5
"""Journals looked at: one that was broken off is settled before the next one begins."""


def tuning_broken_off(world: World) -> Iterator[str]:
    """Tell of tuning that has no end on record, except what is at work now."""
    folder = world.workspace.private / "tuning"
    if not folder.is_dir():
        return
    from hmaint.app.db_tune_journal import read_book  # noqa: PLC0415 - only where tuning was ever applied

    words = _(
        "tuning {run} of {site} was broken off; the next db-tune --apply or --undo there finds out what became of it"
    )
    for path in sorted(folder.glob("R-*.jsonl"), reverse=True)[:_NEWEST]:
        try:
            book = read_book(path)
        except (Failure, OSError, ValueError):
            continue
        if book.open and not _at_work(world, book.site):
            yield words.format(run=book.run, site=book.site)


def _at_work(world: World, site: str) -> bool:
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only after an accident, or during tuning

    try:
        with FileLock(world.workspace.locks / f"tune-{site}.lock", timeout=0, mode=0o600):
            return False
    except (Timeout, OSError):
        return True
