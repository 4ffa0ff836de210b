"""The way to a host that is upgraded: requests that may be sent again after a broken connection."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from shlex import quote
from threading import Event, Lock
from typing import TypeVar

from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.look import Seen
from hmaint.transport.exchange import Answer, exchange
from hmaint.transport.journal_copy import JournalCopy
from hmaint.transport.lease import LEASE, Holder, LeaseLost
from hmaint.transport.line import Line
from hmaint.transport.orders import plain
from hmaint.transport.shell import LinkLost

T = TypeVar("T")


TRIP = 60.0
"""Seconds a request may take beside waiting."""


CAP = 65_536
"""Bytes kept of what an act prints."""


_SHORN = 1024
"""Bytes at the end of what was cut that may be the beginning of a secret."""


_ANSWER = 8192
"""Bytes kept of what a question prints, as `hm_ask` of detached.sh has it."""


_FIRST, _LAST = 0.3, 20.0
"""Seconds between two tries to reach a host again: the first, and the longest."""


class Unreachable(CouldNotLook):
    """A host did not come back within the time it was given; what runs there goes on."""


class Abandoned(Unreachable):
    """The person at the laptop stopped watching; what runs there goes on."""


class Reach:
    """A way to one host and back, used by one thread at a time; connects when first asked, and again when it must."""

    def __init__(  # noqa: PLR0913 - a way to the host and how long to hold on to it
        self,
        name: str,
        connect: Callable[[], Line],
        base: str,
        holder: Holder,
        *,
        patience: float,
        abandoned: Event,
        hear: Callable[[str], None] = lambda _words: None,
        mask: Callable[[str], str] = str,
    ) -> None:
        """`patience` is in seconds: how long a host may be gone before it is unreachable.

        `mask` takes secrets out of what acts print, before anybody cuts it: half a secret is not recognised any more.
        """
        self.name = name
        self.fence = 0
        self.holds = False
        """Whether the host may have given us its lease: it did, or its answer never came."""
        self.boot = "unknown"
        self.skew = 0.0
        """Seconds the host's clock is ahead of the laptop's."""
        self._connect, self.base, self.holder = connect, base.rstrip("/"), holder
        self.patience, self._abandoned, self._hear, self._mask = patience, abandoned, hear, mask
        self.line: Line | None = None
        self.using = Lock()
        self.sent = False
        """Whether a request went out at all since somebody set this back."""
        self.copy = JournalCopy()

    @property
    def folder(self) -> str:
        """Where this run lies on the host."""
        return f"{self.base}/{plain(self.holder.run)}"

    def copying(self, journal: Callable[[], bytes]) -> None:
        """From now on every request brings the copy of the journal on the host up to date."""
        self.copy.journal = journal

    def fenced(self, body: str) -> str:
        """A request that does nothing where the lease is another's, and brings the journal's copy up to date."""
        return f"hm_fence {self.fence} {LEASE} || return\n{{copy}}{body}"

    def ask(self, body: str, waiting: float = 0.0, patience: float | None = None) -> Answer:
        """Let the host do it, and read its answer; `waiting` is how many seconds it may take of itself.

        LeaseLost, Refused with the host's reason, Unreachable, Abandoned.
        """
        fenced = "{copy}" in body

        def put(line: Line) -> Answer:
            copy, whole = self.copy.fresh() if fenced else ("", self.copy.copied)
            request = self.request(body.replace("{copy}", copy, 1))
            self.sent = True
            answer = exchange(line, request, TRIP + waiting, self._abandoned)
            answer.raw = [(key, self._masked(data) if key == "out" else data) for key, data in answer.raw]
            self._note(answer)
            self.copy.note(answer, whole)
            return answer

        with self.using:
            answer = self.reaching(put, self.patience if patience is None else patience)
        self.refuse_lost(answer)
        if refused := answer.first("refused"):
            raise Refused(_refusal(self.name, self.base, refused[0]))
        return answer

    def _masked(self, out: bytes) -> bytes:
        if len(out) in {CAP, _ANSWER}:  # the host kept no more, and may have cut in the middle of a secret
            out = out[: out.rfind(b"\n", len(out) - _SHORN) + 1 or len(out) - _SHORN]
        return self._mask(out.decode("utf-8", "replace")).encode()

    def refuse_lost(self, answer: Answer) -> None:
        """LeaseLost, with whoever has it, where the host says so."""
        if lost := answer.first("lost"):
            words = _(
                "{host}: the lease was taken over by {owner} (run {run}); nothing more is done from here"
            )
            run, _number, *owner = lost
            raise LeaseLost(words.format(host=self.name, run=run, owner=" ".join(owner)))

    def request(self, body: str) -> str:
        """The whole piece of sh: all of the host's functions, then what is asked."""
        head = [
            "hm_umask=$(umask)",
            'PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; export PATH',
            f"hm_base={quote(self.base)} hm_run={quote(self.folder)} hm_name={quote(plain(self.name))}",
            f"hm_runner={quote(_shell('detached_runner.sh'))}",
            _shell("detached.sh"),
            "hm_open || return",
        ]
        return "\n".join([*head, body])

    def _note(self, answer: Answer) -> None:
        if host := answer.first("host"):
            self.skew = float(host[0]) - time.time()
            self.boot = host[1]

    def reaching(self, act: Callable[[Line], T], patience: float) -> T:
        """Do it over the connection, made anew with growing pauses while the host cannot be reached."""
        since, pause = time.monotonic(), _FIRST
        while True:
            if self._abandoned.is_set():
                raise Abandoned(Seen.UNREACHABLE, _("watching was stopped; what runs on the host goes on"))
            try:
                if self.line is None:
                    self.line = self._connect()
                return act(self.line)
            except LinkLost as failure:
                reason = str(failure)
            except CouldNotLook as failure:
                if failure.seen not in {Seen.UNREACHABLE, Seen.TIMED_OUT}:
                    raise Unreachable(failure.seen, failure.reason) from None
                reason = failure.reason
            self.close()
            if time.monotonic() - since + pause > patience:
                raise Unreachable(Seen.UNREACHABLE, one_line(reason))
            self._hear(
                _("{host} cannot be reached ({reason}); trying again").format(
                    host=self.name, reason=one_line(reason)
                )
            )
            self._abandoned.wait(pause)
            pause = min(pause * 2, _LAST)

    def close(self) -> None:
        """Hang up; what runs on the host goes on."""
        line, self.line = self.line, None
        if line is not None:
            line.close()


@cache
def _shell(name: str) -> str:
    text = Path(__file__).with_name(name).read_text("ascii")
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _refusal(host: str, base: str, why: str) -> str:
    if why == "notours":
        words = _(
            "{host}: {folder} belongs to another account; say another one with the variable hmaint_folder"
        )
    else:
        words = _("{host}: the folder {folder} cannot be made or written")
    return words.format(host=host, folder=base)
