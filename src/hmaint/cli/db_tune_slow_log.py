"""`hmaint db-tune --slow-log`: what was slow by the logs, told and judged."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from hmaint.app.slow_log import Opened, Read, digest
from hmaint.cli.format.slow_log import show_slow_logs
from hmaint.cli.inspect import exit_status
from hmaint.cli.terminal import Terminal
from hmaint.cli.words import level_word
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line
from hmaint.model.run import TargetResult


def slow_logs(terminal: Terminal, site: str, places: Sequence[str]) -> int:
    """Read the logs and answer 0, 1 or 3 as commands that look do."""
    world = terminal.world()
    with _watching(terminal) as hear:
        told = digest(world, site, places, hear)
    show_slow_logs(terminal, told)
    return exit_status([told.run.level])


@contextmanager
def _watching(terminal: Terminal) -> Iterator[Callable[[Opened | Read | TargetResult], None]]:
    """A listener; silent for cron and with --quiet."""
    talks = not terminal.quiet and (sys.stderr.isatty() or bool(terminal.verbose))
    read = 0

    def hear(event: Opened | Read | TargetResult) -> None:
        nonlocal read
        if not talks:
            return
        match event:
            case Opened(run, places):
                words = _("{run}  reading {n} slow logs where they lie, at the lowest priority")
                terminal.err(words.format(run=run.id, n=places))
            case Read(size):
                read += size
                if read:
                    terminal.err(_("  {n} MB read").format(n=read // 1_000_000), end="\r")
            case TargetResult():
                error = f"  {one_line(event.error, 120)}" if event.error else ""
                told = f"  {event.title}  {level_word(event.level)}  {event.elapsed_ms} ms{error}"
                terminal.err(harmless(told))

    yield hear
