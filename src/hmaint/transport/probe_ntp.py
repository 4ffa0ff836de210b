"""What time a time server has: one SNTP request (RFC 4330), answered or not."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

from hmaint.model.inventory import Scalar
from hmaint.model.look import Row
from hmaint.transport.budget import Budget
from hmaint.transport.datagram import exchange

_SIZE = 48
_CLIENT = 0x23  # no warning, version 4, mode 3
_SERVER = 4
_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
_ERA = 1 << 32
_HALF = 1 << 31
_ALARM = 3
_UNSYNCHRONISED = 16


def ask_ntp(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Ask the server at `address` and `port` once.

    `offset_ms` is what its clock is ahead of the laptop's, `delay_ms` how long the way there and back took,
    `synchronised` whether it says that it knows the time itself. `answered` is False where nothing listens there.
    """
    departed: list[float] = []

    def make() -> bytes:
        # The server hands our time back as it came: a random one tells answers apart and nothing of the laptop.
        packet = bytes([_CLIENT]) + bytes(39) + secrets.token_bytes(8)
        departed.append(time.time())
        return packet

    def read(answer: bytes, sent: bytes) -> Row | None:
        return _row(answer, sent, departed[-1], time.time())

    row = exchange(str(settings["address"]), int(settings["port"] or 0), make, read, budget)
    return dict(row) if row else {**_SILENT}


_SILENT: Mapping[str, Scalar] = {
    "answered": False,
    "offset_ms": None,
    "delay_ms": None,
    "stratum": None,
    "synchronised": None,
    "answer": "端口没有程序监听",
}


def _row(answer: bytes, sent: bytes, departed: float, arrived: float) -> Row | None:
    """None for what is no answer to what was sent."""
    if len(answer) < _SIZE or answer[0] & 7 != _SERVER or answer[24:32] != sent[40:48]:
        return None
    alarm, stratum = answer[0] >> 6, answer[1]
    received, sent_back = _time(answer[32:40]), _time(answer[40:48])
    known = alarm != _ALARM and 0 < stratum < _UNSYNCHRONISED
    offset = ((received - departed) + (sent_back - arrived)) / 2
    # A server that only asks to be left alone (stratum 0) has put a word where its source would stand.
    word = answer[12:16].decode("ascii", "replace").strip("\0 ") if stratum == 0 else ""
    said = f"层级 {stratum}" if known else f"服务器自己没有与上级同步{f'（{word}）' if word else ''}"
    return {
        "answered": True,
        "offset_ms": round(offset * 1000, 1) + 0.0 if known else None,
        "delay_ms": round(max(0.0, (arrived - departed) - (sent_back - received)) * 1000, 1),
        "stratum": stratum,
        "synchronised": known,
        "answer": said,
    }


def _time(stamp: bytes) -> float:
    """Seconds since 1970; small numbers belong to the era that begins in 2036."""
    whole, part = int.from_bytes(stamp[:4], "big"), int.from_bytes(stamp[4:], "big")
    return (whole + (_ERA if whole < _HALF else 0)) - _EPOCH + part / _ERA
