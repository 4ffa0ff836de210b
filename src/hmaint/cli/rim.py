"""The one error rim: whatever happens inside a command leaves as one line on stderr and an exit status."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from datetime import UTC, datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from hmaint.errors import BadFile, ExitStatus, Failure
from hmaint.kit.i18n import _, without_language
from hmaint.kit.text import harmless

if TYPE_CHECKING:
    from typer._click.core import Command

# Typer carries its own copy of Click and exports of its errors only this one; its ancestor is what all usage errors
# share.
_UsageError: type[Exception] = typer.BadParameter.__mro__[2]


class Terminated(BaseException):
    """SIGTERM came: like Ctrl-C, but with its own status."""


@lru_cache(maxsize=64)
def _command(*words: str) -> Command:
    """The tree as far as some words ask for it, or the list of all commands; kept for whoever runs several."""
    from hmaint.cli.app import COMMANDS, make_list, make_part
    from hmaint.cli.spoken import spoken

    if not words or words[0] not in COMMANDS:
        return spoken(typer.main.get_command(make_list()))
    return spoken(typer.main.get_command(make_part(words)))


def _asked(argv: list[str]) -> tuple[str, ...]:
    """The words of a command that is called, or of one that is being completed: then the environment holds them."""
    typed = os.environ.get("_TYPER_COMPLETE_ARGS") or os.environ.get("COMP_WORDS") or ""
    return tuple(
        takewhile(lambda word: not word.startswith("-"), argv or without_language(typed.split()[1:]))
    )


def guarded(argv: list[str], *, verbose: bool) -> int:
    """Run the command line; every failure becomes one line."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        status = _command(*_asked(argv))(args=argv, prog_name="hmaint", standalone_mode=False)
        sys.stdout.flush()
        if status == ExitStatus.INTERRUPTED:
            # Typer makes a quiet exit of Ctrl-C; no command answers with this status by itself.
            raise KeyboardInterrupt  # noqa: TRY301 - it ends where every other end does
    except BaseException as end:  # noqa: BLE001 - the rim is the last place that can name what happened
        return _ended(end, argv, verbose=verbose)
    return int(status or 0)


def _ended(end: BaseException, argv: list[str], *, verbose: bool) -> int:
    match end:
        case Failure():
            return _told(end, verbose=verbose)
        case _UsageError():
            return _usage(end)
        case KeyboardInterrupt() | typer.Abort():
            status, words = ExitStatus.INTERRUPTED, _("stopped by Ctrl-C; what was seen until then is kept")
        case Terminated():
            status, words = ExitStatus.TERMINATED, _("stopped by SIGTERM; what was seen until then is kept")
        case BrokenPipeError():
            # Nobody listens any more (`| head`): the work is done, and there is nobody to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitStatus.OK
        case SystemExit():
            raise end
        case _:
            return _bug(end, argv, verbose=verbose)
    sys.stderr.write(f"hmaint: {words}\n")
    return status


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


def _told(failure: Failure, *, verbose: bool) -> int:
    if verbose:
        traceback.print_exc()
    lines = [str(f) for f in failure.faults] if isinstance(failure, BadFile) else [str(failure)]
    for line in lines:
        sys.stderr.write(f"hmaint: {harmless(line)}\n")
    return failure.status


def _usage(wrong: Exception) -> int:
    from hmaint.cli.spoken import complaint

    message = getattr(wrong, "format_message", lambda: str(wrong))()
    context = getattr(wrong, "ctx", None)
    path = context.command_path if context is not None else "hmaint"
    if type(wrong).__name__ == "NoArgsIsHelpError":  # its message is the help page
        sys.stderr.write(f"{message}\n")
        return ExitStatus.USAGE
    words = _("help: {command}").format(command=f"{path} --help")
    sys.stderr.write(f"hmaint: {harmless(complaint(message))}\n{words}\n")
    return ExitStatus.USAGE


def _bug(bug: BaseException, argv: list[str], *, verbose: bool) -> int:
    """Write the trace to a file of its own; local variables are left out, as they may hold secrets."""
    from platformdirs import user_log_path

    from hmaint import __version__
    from hmaint.kit.redact import Redactor

    trace = "".join(traceback.format_exception(bug))
    text = f"hmaint {__version__}\n{sys.version}\n{argv[:2]}\n\n{trace}"
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    where = "-"
    try:
        folder = user_log_path("hmaint", ensure_exists=True)
        log = Path(folder) / f"bug-{stamp}.log"
        log.write_text(Redactor().redact(text), encoding="utf-8")
        where = str(log)
    except OSError:
        verbose = True
    if verbose:
        sys.stderr.write(trace)
    words = _("a bug in hmaint: {name}; log: {file}").format(name=type(bug).__name__, file=where)
    sys.stderr.write(f"hmaint: {words}\n")
    return ExitStatus.BUG
