"""The one error rim: whatever happens inside a command leaves as one line on stderr and an exit status."""

from __future__ import annotations

import signal
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import typer

from hmaint.errors import BadFile, ExitStatus, Failure
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless

# Typer carries its own copy of Click and exports of its errors only this one; its parent is what all usage errors share.
_UsageError: type[Exception] = typer.BadParameter.__mro__[2]


class Terminated(BaseException):
    """SIGTERM came: like Ctrl-C, but with its own status."""


def guarded(argv: list[str], *, verbose: bool) -> int:
    """Run the command line; every failure becomes one line."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        from hmaint.cli.app import app

        status = app(args=argv, prog_name="hmaint", standalone_mode=False)
        sys.stdout.flush()
    except Failure as failure:
        return _told(failure, verbose=verbose)
    except _UsageError as wrong:
        return _usage(wrong)
    except (KeyboardInterrupt, typer.Abort):
        return _last_word(_("stopped by Ctrl-C; what was seen until then is kept"), ExitStatus.INTERRUPTED)
    except Terminated:
        return _last_word(_("stopped by SIGTERM; what was seen until then is kept"), ExitStatus.TERMINATED)
    except BrokenPipeError:
        sys.stderr.close()
        return ExitStatus.OK
    except Exception as bug:  # noqa: BLE001 - the rim is the last place that can name a bug and keep its trace
        return _bug(bug, argv, verbose=verbose)
    return int(status or 0)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


def _last_word(text: str, status: ExitStatus) -> int:
    sys.stderr.write(f"hmaint: {text}\n")
    return status


def _told(failure: Failure, *, verbose: bool) -> int:
    if verbose:
        traceback.print_exc()
    lines = [str(f) for f in failure.faults] if isinstance(failure, BadFile) else [str(failure)]
    for line in lines:
        sys.stderr.write(f"hmaint: {harmless(line)}\n")
    return failure.status


def _usage(wrong: Exception) -> int:
    message = getattr(wrong, "format_message", lambda: str(wrong))()
    context = getattr(wrong, "ctx", None)
    path = context.command_path if context is not None else "hmaint"
    sys.stderr.write(f"hmaint: {harmless(message)}\n{_('Help')}: {path} --help\n")
    return ExitStatus.USAGE


def _bug(bug: Exception, argv: list[str], *, verbose: bool) -> int:
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
    sys.stderr.write(f"hmaint: {_('a bug in hmaint')}: {type(bug).__name__}; {_('log')}: {where}\n")
    return ExitStatus.BUG
