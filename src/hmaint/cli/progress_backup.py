"""Progress of a verification on stderr: a live line at a terminal, plain lines when asked for, silence for cron."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hmaint.app.backup_verify import Verified
from hmaint.app.backup_visit import Held
from hmaint.app.inspect import Opened
from hmaint.cli.terminal import Terminal
from hmaint.cli.words import STYLES, level_word
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line

Event = Opened | Held | Verified


@contextmanager
def watching(terminal: Terminal) -> Iterator[Callable[[Event], None]]:
    """A listener for the events of one verification."""
    if terminal.quiet or not (sys.stderr.isatty() or terminal.verbose):
        yield lambda _event: None
    elif sys.stderr.isatty():
        with _live(terminal) as hear:
            yield hear
    else:
        yield lambda event: _plain(terminal, event)


def _plain(terminal: Terminal, event: Event) -> None:
    match event:
        case Opened(run, targets):
            terminal.err(f"{run.id}  " + _("{n} backups").format(n=len(targets)))
        case Verified():
            terminal.err(_line(event))


def _line(event: Verified) -> str:
    result = event.result
    tail = f"  {one_line(result.error, 120)}" if result.error else ""
    return f"  {result.name}  {level_word(result.level)}  {result.elapsed_ms} ms{tail}"


@contextmanager
def _live(terminal: Terminal) -> Iterator[Callable[[Event], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal.console(stderr=True), transient=True) as progress:
        task = progress.add_task(_("reading backups"), total=None)

        def hear(event: Event) -> None:
            match event:
                case Opened(_run, targets):
                    progress.update(task, total=len(targets))
                case Verified(result):
                    progress.console.print(_line(event), style=STYLES[result.level])
                    progress.advance(task)

        yield hear
