"""Keeps a short-lived process quick to start, and one with many threads small."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_M_ARENA_MAX = -8
"""From malloc.h of the GNU C library."""


def start_lightly() -> None:
    """Collect no garbage while modules are loaded: there is none, and looking for it is a tenth of the start.

    Nor look through all that is installed for plug-ins of Pydantic, which might then read what hmaint reads.
    """
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def leave_lightly() -> None:
    """Look for no garbage on the way out: the system takes all memory back at once. Who holds files lets go first."""
    gc.freeze()


def settle() -> None:
    """Set the process up for its run: what is loaded stays, so collecting passes it over from here on."""
    gc.freeze()
    gc.enable()
    _share_arenas()


@contextmanager
def without_collecting() -> Iterator[None]:
    """Collect no garbage meanwhile: hundreds of thousands of nodes are made at once, and none is garbage yet."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _share_arenas(number: int = 2) -> None:
    """Let all threads share few heaps of the C library, where it is GNU's; elsewhere nothing happens.

    It gives each thread one of up to eight heaps a core otherwise, and each keeps the largest replies that ever
    passed through it: 8 MB at 32 visits at once, measured.
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes  # noqa: PLC0415 - needed nowhere else

    try:
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, number)
    except (OSError, AttributeError):
        return  # another C library (musl) has no such heaps
