"""Keeps the time of a trip: how long each fragment has taken, and until when to wait for the next bytes."""

from __future__ import annotations

import time
from collections.abc import Mapping

from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Limits
from hmaint.model.look import Fragment
from hmaint.transport.frames import Frames


@dataclass(frozen=True, slots=True)
class Terms:
    """What bounds a trip: the host's limits, its encoding, and when (monotonic) its time is over."""

    limits: Limits
    encoding: str
    deadline: float

    def left(self) -> float:
        """Seconds until the host's time is over; negative once it is."""
        return self.deadline - time.monotonic()


class Pace:
    """When fragments began, as far as their marks told; monotonic seconds throughout."""

    def __init__(
        self, terms: Terms, fragments: Mapping[int, Fragment], grace: float = 0.0, patience: float = 0.0
    ) -> None:
        """`grace` is what a fragment may take beyond its limit where the host itself keeps the limits.

        `patience` is what the interpreter may take to begin, beyond the limit of a command.
        """
        self._terms = terms
        self._fragments = fragments
        self._grace = grace
        self._patience = patience
        self._last = time.monotonic()
        self._begun: dict[int, float] = {}
        self._ended: dict[int, float] = {}

    def note(self, frames: Frames) -> tuple[int, ...]:
        """Take in what arrived; the numbers of the fragments that ended just now."""
        now = time.monotonic()
        # What began and ended within these very bytes had the whole time since the bytes before, if it was alone.
        since = self._last if self.running() is None else now
        for number in [n for n in frames.out.frames if n not in self._begun]:
            self._begun[number] = since if frames.ended(number) else now
            since = now
        news = tuple(number for number in self._begun if number not in self._ended and frames.ended(number))
        self._ended.update(dict.fromkeys(news, now))
        self._last = now if frames.moved else self._last
        return news

    def running(self) -> int | None:
        """Name the fragment that has begun and not ended."""
        return next((number for number in self._begun if number not in self._ended), None)

    def limit(self, number: int) -> float:
        """Seconds a fragment may take."""
        return self._fragments[number].limit or self._terms.limits.command

    def until(self) -> float:
        """Tell when the wait is over: by the running fragment's limit, or the host's."""
        number = self.running()
        if number is None:
            patience = 0.0 if self._begun else self._patience
            return min(self._terms.deadline, self._last + self._terms.limits.command + patience)
        return min(self._terms.deadline, self._begun[number] + self.limit(number) + self._grace)

    def elapsed_ms(self, number: int) -> int:
        """Whole milliseconds a fragment took so far or in all."""
        begun = self._begun.get(number)
        if begun is None:
            return 0
        return round((self._ended.get(number, time.monotonic()) - begun) * 1000)
