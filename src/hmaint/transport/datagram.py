"""One datagram asked and one answered: lost ones are sent again, strange ones passed over, all within the budget."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

from hmaint.errors import CouldNotLook
from hmaint.model.look import Row, Seen
from hmaint.transport.budget import Budget
from hmaint.transport.dial import datagrams, describe

_TRIES = 3
_MOST = 64
"""Datagrams looked at before a flood of strange ones counts as no answer."""
_SIZE = 4096

Make = Callable[[], bytes]
Read = Callable[[bytes, bytes], Row | None]


def exchange(address: str, port: int, make: Make, read: Read, budget: Budget) -> Row | None:
    """Send what `make` gives until `read(answer, sent)` makes a row of an answer.

    None where the machine itself says that nobody listens; raises CouldNotLook where nothing fitting comes.
    """
    seconds = min(budget.limits.connect, budget.left())
    with datagrams(address, port, seconds) as link:
        strange = 0
        deadline = time.monotonic() + seconds
        for number in range(_TRIES):
            until = deadline - (_TRIES - 1 - number) * seconds / _TRIES
            try:
                sent = make()
                link.send(sent)
                row, odd = _hear(link, sent, read, until)
            except ConnectionRefusedError:
                return None
            except OSError as failure:
                words = describe(failure, seconds)
                raise CouldNotLook(Seen.UNREACHABLE, f"{address}:{port} {words}") from None
            if row is not None:
                return row
            strange += odd
    if strange:
        raise CouldNotLook(Seen.GARBLED, f"{address}:{port} 的 {strange} 个应答都不是预期的协议")
    raise CouldNotLook(Seen.TIMED_OUT, f"{address}:{port} 在 {seconds:g} 秒内没有应答（UDP）")


def _hear(link: socket.socket, sent: bytes, read: Read, until: float) -> tuple[Row | None, int]:
    """The row of the first fitting answer, if one comes in time, and how many did not fit."""
    for odd in range(_MOST):
        left = until - time.monotonic()
        if left <= 0:
            return None, odd
        link.settimeout(left)
        try:
            answer = link.recv(_SIZE)
        except TimeoutError:
            return None, odd
        row = read(answer, sent)
        if row is not None:
            return row, odd
    return None, _MOST
