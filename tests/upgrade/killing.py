"""Run hmaint, and kill it before or after an act's intent, or after its outcome: `killing.py WHEN ACT WORDS…`."""

from __future__ import annotations

import os
import signal
import sys

from hmaint.cli.main import main
from hmaint.engine.journal import Journal, Outcome

when, doomed = sys.argv[1:3]
intend, outcome = Journal.intend, Journal.outcome


def intending(self: Journal, act: str, **facts: object) -> None:
    """Write the intent, or not any more."""
    if act == doomed and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    intend(self, act, **facts)
    if act == doomed and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)


def outcoming(self: Journal, act: str, came: Outcome, **facts: object) -> None:
    """Write the outcome, and nothing any more."""
    outcome(self, act, came, **facts)
    if act == doomed and when == "ended":
        os.kill(os.getpid(), signal.SIGKILL)


Journal.intend = intending  # type: ignore[method-assign] # the moment of death is the fault that is injected
Journal.outcome = outcoming  # type: ignore[method-assign] # as above
sys.exit(main(sys.argv[3:]))
