"""Logging in so that no password comes out again, neither in words nor in what hangs on an exception."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hmaint.errors import CouldNotLook

T = TypeVar("T")


def logged_in(connect: Callable[[], T], told: Callable[[Exception], CouldNotLook], password: str | None) -> T:
    """Connect. CouldNotLook, with a reason and no password, where that fails; `told` says what an error means."""
    line, failure = _tried(connect, told)
    if line is None or failure is not None:
        # Raised outside any except clause: a driver's exception holds the password and must not hang on ours.
        assert failure is not None  # noqa: S101 - a driver that connects gives a line
        raise CouldNotLook(failure.seen, bare(failure.reason, password))
    return line


def bare(reason: str, password: str | None) -> str:
    """A reason without the password that a driver may have quoted."""
    return reason.replace(password, "***") if password else reason


def _tried(
    connect: Callable[[], T], told: Callable[[Exception], CouldNotLook]
) -> tuple[T | None, CouldNotLook | None]:
    try:
        return connect(), None
    except Exception as error:  # noqa: BLE001 - a driver facing a broken server raises anything
        return None, told(error)
