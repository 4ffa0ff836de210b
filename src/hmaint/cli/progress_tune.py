"""Progress of a look at databases on stderr: who is asked, and how each came out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hmaint.app.inspect import Opened
from hmaint.cli.terminal import Terminal
from hmaint.cli.words import level_word
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.run import TargetResult


@contextmanager
def watching(terminal: Terminal) -> Iterator[Callable[[Opened | TargetResult], None]]:
    """A listener; silent for cron and with --quiet."""
    talks = not terminal.quiet and (sys.stderr.isatty() or bool(terminal.verbose))

    def hear(event: Opened | TargetResult) -> None:
        if not talks:
            return
        match event:
            case Opened(run, targets):
                terminal.err(
                    _("{run}  looking at {n} databases, read-only").format(run=run.id, n=len(targets))
                )
            case TargetResult():
                error = f"  {one_line(event.error, 120)}" if event.error else ""
                terminal.err(f"  {event.name}  {level_word(event.level)}  {event.elapsed_ms} ms{error}")

    yield hear
