"""One trip to a Windows host: all fragments in one PowerShell, which keeps their limits itself."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from hmaint.errors import CouldNotLook
from hmaint.kit.clixml import told
from hmaint.model.look import Fragment, Reply, Seen
from hmaint.transport.powershell import CUT, TIMED_OUT, build, plain, start, unfit
from hmaint.transport.script import Script
from hmaint.transport.shell import LinkLost
from hmaint.transport.stopping import GRACE
from hmaint.transport.trip import Trip

_FIRST_SAFE = 8  # 0 and 4 are the system's own processes; they are never named


class WindowsTrip(Trip):
    """A trip whose script ends what runs too long; the laptop steps in only where the script itself is stuck."""

    grace = GRACE
    patience = 40.0  # an old server that scans every program it starts
    _handed_on = False

    def _unfit(self, fragment: Fragment) -> str:
        return unfit(fragment)

    def _command(self) -> str:
        return start(handed_on=self._handed_on)

    def _script(self, numbered: Mapping[int, Fragment]) -> Script:
        terms = self._terms
        jobs = (
            (number, fragment, fragment.limit or terms.limits.command, self._cap(fragment))
            for number, fragment in numbered.items()
        )
        return build(jobs, terms.left() + GRACE)

    def _stop(self) -> None:
        """End the PowerShell that is stuck: this trip's own process, known by the number it told, and its children."""
        process = self._frames.out.group[0]
        if process < _FIRST_SAFE:
            return
        with suppress(LinkLost, CouldNotLook):
            deadline = time.monotonic() + GRACE
            pipes = self._shell.start(f"taskkill /F /T /PID {process}", GRACE)
            try:
                while time.monotonic() < deadline and not pipes.receive(deadline - time.monotonic()).ended:
                    pass
            finally:
                pipes.close()

    def _reply(self, number: int, seen: Seen, reason: str) -> Reply:
        """What the script told of a fragment: its characters written out, its own codes put into words."""
        reply = super()._reply(number, seen, reason)
        reply = replace(reply, out=self._plain(reply.out), err=self._plain(reply.err))
        if reply.code == TIMED_OUT:
            late = f"超过 {self._pace.limit(number):g} 秒未结束，已终止"
            return replace(reply, seen=Seen.TIMED_OUT, code=None, reason=late)
        if reply.code == CUT:
            return replace(reply, code=0, cut=True, reason="输出超过上限，只保留开头部分")
        return reply

    def _plain(self, raw: bytes) -> bytes:
        return plain(raw, self._terms.encoding)

    def _retry(self) -> None:
        """No fragment was running: try the other default shell, or say why there is no PowerShell."""
        if self._frames.started:
            for number in self._pending()[:1]:
                self._answer(number, Seen.GARBLED, "PowerShell 在它开始之前退出")
        elif not self._frames.greeted and not self._handed_on:
            self._first_words = self._words()
            self._handed_on = True
        else:
            self._settle(Seen.UNSUPPORTED, f"登录后没有可用的 PowerShell：{self._first_words}")

    _first_words = ""

    def _decoded(self, noise: bytes) -> str:
        return told(super()._decoded(noise))
