"""Bytes brought to a host for an act: whole or not at all."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

from hmaint.errors import Refused
from hmaint.kit.i18n import _
from hmaint.transport.line import Line
from hmaint.transport.orders import Order
from hmaint.transport.reach import TRIP, Reach
from hmaint.transport.shell import LinkLost


def stage(reach: Reach, order: Order, size: int, digest: str, pieces: Callable[[], Iterator[bytes]]) -> None:
    """Put bytes into `payload` of an act's folder, whole or not at all.

    Refused where the disk has no room or the bytes that arrived are others; a piece of them is taken away.
    """
    keep = f"{reach.folder}/keep.{order.keep}"
    shell = f'mkdir -p "{keep}"\nhm_room\nhm_sum "{keep}/payload"'
    answer = reach.ask(reach.fenced(shell))
    if answer.first("sum") == [digest]:
        return
    room = int((answer.first("room") or ["0"])[0] or 0)
    if room * 1024 < size + 4_194_304:
        words = _("{host}: {need} MB are to be brought, {room} MB are free in {folder}; nothing was changed")
        need = math.ceil(size / 1_048_576)
        raise Refused(words.format(host=reach.name, need=need, room=room // 1024, folder=reach.base))
    _send(reach, f"{keep}/payload", size, pieces)
    _placed(reach, keep, digest)


def _placed(reach: Reach, keep: str, digest: str) -> None:
    part = f'"{keep}/payload.part"'
    same = f'[ "${{hm_h%% *}}" = {digest} ]'
    check = f'hm_sum {part}\nif {same}; then mv -f {part} "{keep}/payload"; else rm -f {part}; fi'
    answer = reach.ask(reach.fenced(check), waiting=600)
    if answer.first("sum") != [digest]:
        words = _(
            "{host}: what arrived is not what was sent (disk full?); it was taken away, nothing was changed"
        )
        raise Refused(words.format(host=reach.name))


def _send(reach: Reach, path: str, size: int, pieces: Callable[[], Iterator[bytes]]) -> None:
    def send(line: Line) -> None:
        deadline = time.monotonic() + TRIP + size / 100_000
        pipes = line.start(f"umask 077; exec cat >{path}.part", TRIP)
        try:
            for piece in pieces():
                pipes.send(piece, last=False)
                while pipes.backlog and time.monotonic() < deadline:
                    pipes.receive(0.25)
            pipes.send(b"", last=True)
            while not pipes.receive(0.25).ended:
                if time.monotonic() > deadline:
                    raise LinkLost("主机在时限内没有收完")
        finally:
            pipes.close()

    reach.reaching(send, reach.patience)
