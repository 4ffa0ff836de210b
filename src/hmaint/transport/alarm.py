"""Acts that one thread waits for together: a thread for every limit would nearly always be for nothing."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from itertools import count

Act = Callable[[], object]


class Alarm:
    """Something that is done at a moment unless it is called off before."""

    __slots__ = ("_act",)

    def __init__(self, act: Act) -> None:
        self._act: Act | None = act

    def call_off(self) -> None:
        """Let it not be done, and let go of it; may be called more than once and at any time."""
        self._act = None

    def go_off(self) -> None:
        """Do it, in a thread of its own: what one limit has to wait for must not hold up the next."""
        act, self._act = self._act, None
        if act is not None:
            threading.Thread(target=act, daemon=True).start()


class Watch:
    """Keeps alarms in order of time; may be used from several threads."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._waiting: list[tuple[float, int, Alarm]] = []
        self._number = count()
        self._thread: threading.Thread | None = None

    def set(self, seconds: float, act: Act) -> Alarm:
        """Have something done so many seconds from now."""
        alarm = Alarm(act)
        entry = (time.monotonic() + seconds, next(self._number), alarm)
        with self._news:
            heapq.heappush(self._waiting, entry)
            # A process that was forked has none of its parent's threads.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._keep, daemon=True)
                self._thread.start()
            elif self._waiting[0] is entry:
                self._news.notify()
        return alarm

    def _keep(self) -> None:
        while True:
            with self._news:
                left = self._waiting[0][0] - time.monotonic() if self._waiting else None
                if left is None or left > 0:
                    self._news.wait(left)
                    continue
                alarm = heapq.heappop(self._waiting)[2]
            alarm.go_off()


_WATCH = Watch()
set_alarm = _WATCH.set
"""`Watch.set` of the one watch of this process."""
