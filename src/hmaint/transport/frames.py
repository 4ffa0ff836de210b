"""Takes the two streams of a trip apart, piece by piece as they come, into what each fragment printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_MARK = re.compile(rb" ([a-z]{1,8}) (\d{1,10}) (\d{1,10})\r?\n")  # what stands behind the boundary
_NOISE = 4096  # bytes kept of what came outside any frame: enough to say why no shell answered


@dataclass(slots=True)
class Frame:
    """What one fragment printed on one stream so far; `code` once it ended, `cut` once its cap was passed."""

    cap: int
    data: bytearray = field(default_factory=bytearray)
    code: int | None = None
    cut: bool = False

    def take(self, piece: bytes) -> None:
        """Keep what still fits under the cap."""
        room = self.cap - len(self.data)
        self.cut = self.cut or len(piece) > room
        self.data += piece[:room]


class Stream:
    """One stream cut at its marks. Bytes outside frames (banners, noisy rc files) are noise.

    `caps` gives for each fragment's number how many bytes of it to keep.
    """

    def __init__(self, boundary: bytes, caps: Mapping[int, int]) -> None:
        self._boundary = boundary
        self._rest = b""
        self._caps = caps
        self.frames: dict[int, Frame] = {}
        self.current: int | None = None
        self.noise = bytearray()
        self.marks = 0
        self.greeted = False
        self.done = False
        self.group = (0, 0)

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the stream."""
        data = self._rest + piece
        start = 0
        while (found := data.find(self._boundary, start)) >= 0:
            mark = _MARK.match(data, found + len(self._boundary))
            if mark is None and len(data) - found < len(self._boundary) + 32:
                break  # the mark's end has not come yet
            if mark is None:  # somebody else's use of the word: output like any other
                found += len(self._boundary)
            self._keep(data[start:found])
            start = found
            if mark is not None:
                start = mark.end()
                self._pass(mark[1], int(mark[2]), int(mark[3]))
        else:
            found = max(start, len(data) - len(self._boundary) + 1)
        self._keep(data[start:found])
        self._rest = data[found:]

    def finish(self) -> None:
        """Take what was held back as a possible mark for output: the stream has ended."""
        self._keep(self._rest)
        self._rest = b""

    def _keep(self, piece: bytes) -> None:
        if self.current is not None:
            self.frames[self.current].take(piece)
        elif piece and not self.done:
            self.noise = (self.noise + piece)[-_NOISE:]

    def _pass(self, word: bytes, first: int, second: int) -> None:
        self.marks += 1
        if word == b"begin" and first in self._caps and first not in self.frames:
            self.current = first
            self.frames[first] = Frame(self._caps[first])
        elif word == b"end" and first == self.current:
            self.frames[first].code = second
            self.current = None
        elif word == b"hello":
            self.greeted = True
        elif word == b"group":
            self.group = (first, second)
        elif word == b"done":
            self.done = True


class Frames:
    """Both streams of one run of a script; of `silent` fragments all stands on the first."""

    def __init__(
        self, boundary: bytes, caps: Mapping[int, int], silent: frozenset[int] = frozenset()
    ) -> None:
        self._silent = silent
        self.out = Stream(boundary, caps)
        self.err = Stream(boundary, caps)
        self.moved = False

    def feed(self, out: bytes, err: bytes) -> None:
        """Take the next bytes of both streams; `moved` tells whether there were any marks among them."""
        before = self.out.marks + self.err.marks
        if out:
            self.out.feed(out)
        if err:
            self.err.feed(err)
        self.moved = self.out.marks + self.err.marks != before

    def finish(self) -> None:
        """Both streams have ended."""
        self.out.finish()
        self.err.finish()

    @property
    def done(self) -> bool:
        """Whether the script came to its end on both streams."""
        return self.out.done and self.err.done

    @property
    def started(self) -> bool:
        """Whether the shell took the script, so that fragments could run."""
        return self.out.group != (0, 0)

    @property
    def greeted(self) -> bool:
        """Whether the interpreter that was started answered at all."""
        return self.out.greeted

    def ended(self, number: int) -> bool:
        """Whether a fragment has ended on every stream it is told on."""
        streams = (self.out,) if number in self._silent else (self.out, self.err)
        return all(number in stream.frames and stream.frames[number].code is not None for stream in streams)

    def flooding(self) -> int | None:
        """Name the fragment that passed its cap and is still running, if there is one."""
        for stream in (self.out, self.err):
            current = stream.current
            if current is not None and stream.frames[current].cut:
                return current
        return None

    def frame(self, number: int) -> tuple[Frame, Frame]:
        """Give what a fragment printed on either stream; empty frames where it never came to it."""
        return (
            self.out.frames.get(number) or Frame(0),
            self.err.frames.get(number) or Frame(0),
        )
