"""Where the words come in: choose a language, run one command, turn every failure into one line and a status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from hmaint.errors import ExitStatus
from hmaint.kit.i18n import language_of, speak, without_language
from hmaint.kit.memory import leave_lightly, start_lightly


def run() -> None:
    """The console script."""
    status = main(sys.argv[1:])
    if "hmaint.app.world" in sys.modules:
        from hmaint.app.world import let_go

        let_go()
    leave_lightly()
    sys.exit(status)


def main(argv: Sequence[str]) -> int:
    """Run one command line and answer its exit status."""
    start_lightly()
    _open_streams()
    speak(language_of(argv, os.environ))
    if list(argv) in (["--version"], ["-V"]):
        from hmaint import __version__

        print(f"hmaint {__version__}")  # noqa: T201 - cli is the room that prints
        return ExitStatus.OK
    from hmaint.cli.rim import guarded

    return guarded(without_language(argv), verbose="-vv" in argv)


def _open_streams() -> None:
    """Chinese must come out of any terminal and pipe, and a character it lacks must not end a run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if (stream.encoding or "").lower().replace("-", "") in ("ascii", "ansi_x3.41968", "usascii"):
            reconfigure(encoding="utf-8", errors="replace")
        else:
            reconfigure(errors="replace")
