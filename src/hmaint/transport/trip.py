"""One trip to a host: all fragments in one command, another only for what a bad fragment left undone."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import Enum, auto

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.look import Fragment, Reply, Seen
from hmaint.transport.frames import Frames
from hmaint.transport.pace import Pace, Terms
from hmaint.transport.script import Script, bootstrap, build, unfit
from hmaint.transport.shell import LinkLost, Pipes, Shell
from hmaint.transport.stopping import GRACE, stop


def make_trip(
    shell: Shell, fragments: Sequence[Fragment], terms: Terms, way: type[Trip] | None = None
) -> tuple[Reply, ...]:
    """Run the fragments on the host, equal ones once; one reply each, in order. Never raises for the host."""
    unique = list(dict.fromkeys(fragments))
    found = dict(zip(unique, (way or Trip)(shell, unique, terms).run(), strict=True))
    return tuple(found[fragment] for fragment in fragments)


class Ending(Enum):
    """How one command of a trip came to its end."""

    DONE = auto()
    LATE = auto()
    FLOOD = auto()
    ENDED = auto()


class Trip:
    """The state of one trip: what is answered, what is pending, and what has been tried; in POSIX sh.

    Every round answers a fragment or tries something it has not tried yet, so it always comes to an end.
    """

    grace = 0.0
    """Seconds a fragment may take beyond its limit before the laptop steps in."""
    patience = 0.0
    """Seconds the interpreter may take to begin, beyond the limit of a command."""

    def __init__(self, shell: Shell, fragments: Sequence[Fragment], terms: Terms) -> None:
        self._shell = shell
        self._fragments = fragments
        self._terms = terms
        self._replies: dict[int, Reply] = {}
        self._apart = False
        self._bounded = True
        self._restored = False
        self._frames = Frames(b"", {})
        self._pace = Pace(terms, {})

    def run(self) -> list[Reply]:
        """Answer every fragment."""
        for number, fragment in enumerate(self._fragments):
            if why := self._unfit(fragment):
                self._replies[number] = Reply(Seen.UNSUPPORTED, reason=why)
        while self._pending():
            if self._terms.left() > 0:
                self._round()
            else:
                self._settle(Seen.TIMED_OUT, f"{self._over()}，未执行")
        return [self._replies[number] for number in range(len(self._fragments))]

    def _over(self) -> str:
        return f"本机总时限 {self._terms.limits.host:g} 秒已到"

    def _pending(self) -> list[int]:
        return [number for number in range(len(self._fragments)) if number not in self._replies]

    def _settle(self, seen: Seen, reason: str) -> None:
        self._replies.update({number: Reply(seen, reason=reason) for number in self._pending()})

    def _round(self) -> None:
        try:
            pipes = self._shell.start(self._command(), self._terms.left())
            try:
                ending = self._watch(pipes)
                if ending in {Ending.LATE, Ending.FLOOD}:
                    self._stop()
            finally:
                pipes.close()
            self._account(ending)
        except CouldNotLook as failure:
            self._settle(Seen(failure.seen), failure.reason)
        except LinkLost as lost:
            self._reconnect(str(lost))

    def _unfit(self, fragment: Fragment) -> str:
        return unfit(fragment, self._terms.encoding)

    def _command(self) -> str:
        return bootstrap(math.ceil(self._terms.left() + GRACE) if self._bounded else None)

    def _script(self, numbered: Mapping[int, Fragment]) -> Script:
        cpu = math.ceil(self._terms.limits.host)
        return build(numbered.items(), self._terms.encoding, cpu=cpu, apart=self._apart)

    def _cap(self, fragment: Fragment) -> int:
        return fragment.output or self._terms.limits.output

    def _stop(self) -> None:
        stop(self._shell, *self._frames.out.group)

    def _watch(self, pipes: Pipes) -> Ending:
        """Send the script and read until it is done, ends early, or must be stopped."""
        numbered = {number: self._fragments[number] for number in self._pending()}
        script = self._script(numbered)
        caps = {number: self._cap(fragment) for number, fragment in numbered.items()}
        self._frames = Frames(script.boundary, caps, script.silent)
        self._pace = Pace(self._terms, numbered, self.grace, self.patience)
        pipes.send(script.text, last=True)
        while (ending := self._read(pipes)) is None:
            pass
        self._frames.finish()
        return ending

    def _read(self, pipes: Pipes) -> Ending | None:
        arrived = pipes.receive(max(0.0, self._pace.until() - time.monotonic()))
        self._frames.feed(arrived.out, arrived.err)
        for number in self._pace.note(self._frames):
            self._answer(number, Seen.OBSERVED)
        if self._frames.done:
            return Ending.DONE
        if self._frames.flooding() is not None:
            return Ending.FLOOD
        if arrived.ended:
            return Ending.ENDED
        return Ending.LATE if time.monotonic() >= self._pace.until() else None

    def _answer(self, number: int, seen: Seen, reason: str = "") -> None:
        self._replies[number] = self._reply(number, seen, reason)

    def _reply(self, number: int, seen: Seen, reason: str) -> Reply:
        out, err = self._frames.frame(number)
        cut = out.cut or err.cut
        return Reply(
            seen=seen,
            out=bytes(out.data),
            err=bytes(err.data),
            code=out.code if seen is Seen.OBSERVED else None,
            cut=cut,
            reason=reason or ("输出超过上限，只保留开头部分" if cut else ""),
            elapsed_ms=self._pace.elapsed_ms(number),
        )

    def _account(self, ending: Ending) -> None:
        """Answer for the fragment that ended the command before its end, or see why none began."""
        running = self._pace.running()
        if ending is Ending.ENDED and not self._shell.alive():
            if running is not None:
                self._answer(running, Seen.UNREACHABLE, "执行中连接断开")
            self._reconnect("执行中连接断开")
        elif ending is Ending.FLOOD:
            self._answer(self._frames.flooding() or 0, Seen.OBSERVED)
        elif running is not None and ending is Ending.LATE:
            late = f"超过 {self._pace.limit(running):g} 秒未结束，已终止"
            self._answer(running, Seen.TIMED_OUT, late if self._terms.left() > 0 else self._over())
        elif running is not None:
            self._answer(running, Seen.GARBLED, "执行它的 shell 中途退出，没有得到退出码")
        elif ending is Ending.LATE:
            self._settle(Seen.TIMED_OUT, "登录后 shell 一直没有就绪（启动脚本卡住？）")
        else:
            self._retry()

    def _retry(self) -> None:
        """No fragment was running: find another way to run the script, or say that there is none."""
        if self._frames.started:
            pending = self._pending()
            for number in pending[:1]:
                self._answer(number, Seen.GARBLED, "shell 在它开始之前退出")
        elif self._frames.greeted and not self._apart:
            self._apart = True
        elif not self._frames.greeted and self._bounded:
            self._bounded = False
        else:
            words = self._words()
            hint = "；若为 Windows 主机，请在清单中写 platform: windows" if "'exec'" in words else ""
            self._settle(Seen.UNSUPPORTED, f"登录后没有可用的 POSIX sh：{words}{hint}")

    def _words(self) -> str:
        noise = bytes(self._frames.err.noise or self._frames.out.noise)
        return one_line(self._decoded(noise), 120) or "没有任何输出"

    def _decoded(self, noise: bytes) -> str:
        """Words before any fragment began: in the host's encoding, else as a Chinese Windows has them."""
        for encoding in (self._terms.encoding, "gb18030"):
            with suppress(UnicodeDecodeError):
                return noise.decode(encoding)
        return noise.decode(self._terms.encoding, "replace")

    def _reconnect(self, reason: str) -> None:
        if self._restored:
            self._settle(Seen.UNREACHABLE, reason)
            return
        self._restored = True
        try:
            self._shell.restore(max(0.1, self._terms.left()))
        except CouldNotLook as failure:
            self._settle(Seen.UNREACHABLE, f"{reason}，重新连接失败：{failure.reason}")
