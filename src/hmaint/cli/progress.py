"""Progress on stderr: a live line at a terminal, plain lines when asked for, silence for cron."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hmaint.app.inspect import Opened
from hmaint.cli.terminal import Terminal
from hmaint.cli.words import STYLES, level_word
from hmaint.engine.run import Event, Finished, Started
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.kit.width import clip


@contextmanager
def watching(terminal: Terminal) -> Iterator[Callable[[Opened | Event], None]]:
    """A listener for the events of one run."""
    if terminal.quiet or not (sys.stderr.isatty() or terminal.verbose):
        yield lambda _event: None
    elif sys.stderr.isatty():
        with _live(terminal) as hear:
            yield hear
    else:
        yield lambda event: _plain(terminal, event)


def _plain(terminal: Terminal, event: Opened | Event) -> None:
    match event:
        case Opened(run, targets):
            words = _("{n} targets").format(n=len(targets))
            terminal.err(f"{run.id}  {words}")
        case Finished(_job, visit):
            terminal.err(
                _line(visit.result.name, visit.result.level, visit.result.elapsed_ms, visit.result.error)
            )


def _line(name: str, level: str, elapsed_ms: int, error: str | None) -> str:
    tail = f"  {one_line(error, 120)}" if error else ""
    return f"  {name}  {level_word(level)}  {elapsed_ms} ms{tail}"


@contextmanager
def _live(terminal: Terminal) -> Iterator[Callable[[Opened | Event], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    going: dict[str, None] = {}
    with Progress(*columns, console=terminal.console(stderr=True), transient=True) as progress:
        task = progress.add_task(_("connecting"), total=None)

        def hear(event: Opened | Event) -> None:
            match event:
                case Opened(_run, targets):
                    progress.update(task, total=len(targets))
                case Started(target):
                    going[target] = None
                case Finished(_job, visit):
                    result = visit.result
                    going.pop(result.name, None)
                    style = STYLES[result.level]
                    progress.console.print(
                        _line(result.name, result.level, result.elapsed_ms, result.error), style=style
                    )
                    progress.advance(task)
            progress.update(task, description=clip("、".join(going) or _("recording"), 36))

        yield hear
