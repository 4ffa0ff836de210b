"""The laptop's own bound on a wait, for when the server does not keep its."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer

GRACE = 2.0
"""Seconds the server gets to keep its own time limit before the laptop hangs up."""


@dataclass(slots=True)
class Watch:
    """Whether the bound was passed."""

    fired: bool = False


@contextmanager
def watch(seconds: float, abort: Callable[[], None]) -> Iterator[Watch]:
    """Call `abort` from a thread of its own unless the block ends within so many seconds."""
    state = Watch()

    def end() -> None:
        state.fired = True
        abort()

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield state
    finally:
        timer.cancel()
