"""One request to a host and what it answered: a function of sh sent by stdin, words and raw output back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Event

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.look import Seen
from hmaint.transport.line import Line
from hmaint.transport.script import new_boundary
from hmaint.transport.shell import LinkLost, Pipes

_MOST = 33_554_432
"""Bytes of one answer: the copy of a long run's journal is some megabytes."""
_RAW = ("out", "file")
_WORDS = 120


@dataclass
class Answer:
    """The lines of an answer in order: a key and its words; those of `out` and `file` hold raw bytes instead."""

    lines: list[tuple[str, list[str]]] = field(default_factory=list)
    raw: list[tuple[str, bytes]] = field(default_factory=list)

    def first(self, key: str) -> list[str] | None:
        """The words of the first line of that key; None where the host said no such thing."""
        return next((words for name, words in self.lines if name == key), None)

    def output(self) -> bytes:
        """What an act or a question printed."""
        return b"".join(data for name, data in self.raw if name == "out")


def exchange(line: Line, body: str, seconds: float, abandoned: Event | None = None) -> Answer:
    """Let the host run a piece of sh as a whole, and read what it says with `hm_say`; given up once `abandoned` is set.

    Raises LinkLost where the answer did not come to its end, within so many seconds or at all: the host may have done
    all of it, some of it or nothing. CouldNotLook where the host refuses to run anything.
    """
    mark = new_boundary()
    script = f"{mark}_() {{\nhm_mark={mark}\n{body}\n}}\n{mark}_\nprintf '\\n%s end\\n' {mark}\nexit 0\n"
    deadline = time.monotonic() + seconds
    pipes = line.start("exec /bin/sh -s", seconds)
    try:
        pipes.send(script.encode(), last=True)
        return _read(_heard(pipes, mark.encode(), deadline, abandoned or Event()), mark.encode())
    finally:
        pipes.close()


def _heard(pipes: Pipes, mark: bytes, deadline: float, abandoned: Event) -> bytes:
    heard, noise, end = bytearray(), bytearray(), b"\n" + mark + b" end\n"
    while not heard.endswith(end):
        left = deadline - time.monotonic()
        arrived = pipes.receive(max(0.0, left))
        heard += arrived.out
        noise += arrived.err[:4096]
        if len(heard) > _MOST:
            raise CouldNotLook(Seen.GARBLED, "主机的应答过长")
        if heard.endswith(end):
            break
        if arrived.ended:
            words = one_line(bytes(noise or heard).decode("utf-8", "replace"), _WORDS)
            raise LinkLost(f"连接在应答完之前断开{'：' + words if words else ''}")
        if left <= 0 or abandoned.is_set():
            raise LinkLost("主机在时限内没有应答完")
    return bytes(heard[: -len(end)]) + b"\n"


def _read(heard: bytes, mark: bytes) -> Answer:
    answer, at = Answer(), 0
    while (at := _next(heard, mark, at)) >= 0:
        stop = heard.index(b"\n", at)
        key, *words = heard[at + len(mark) + 1 : stop].decode("utf-8", "replace").split(" ")
        at = stop + 1
        if key in _RAW and words and words[0].isdigit():
            answer.raw.append((key, heard[at : at + int(words[0])]))
            at += int(words[0])
        else:
            answer.lines.append((key, words))
    return answer


def _next(heard: bytes, mark: bytes, start: int) -> int:
    at = heard.find(mark + b" ", start)
    return at if at >= 0 and b"\n" in heard[at:] else -1
