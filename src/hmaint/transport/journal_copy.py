"""The copy of a run's journal on a host: what of it the host lacks."""

from __future__ import annotations

from collections.abc import Callable
from shlex import quote

from hmaint.transport.exchange import Answer


class JournalCopy:
    """How much of the journal one host has."""

    def __init__(self) -> None:
        self.journal: Callable[[], bytes] = lambda: b""
        self.copied = 0
        """Bytes of it that the host has by its own word."""

    def lines(self) -> bytes:
        """The journal up to its last whole line: another thread may be in the middle of one."""
        whole = self.journal()
        return whole[: whole.rfind(b"\n") + 1]

    def fresh(self) -> tuple[str, int]:
        """A request that brings what the host lacks (empty where that is nothing), and how much it has then."""
        whole = self.lines()
        fresh = whole[self.copied :]
        if not fresh:
            return "", self.copied
        text = fresh.rstrip(b"\n").decode("utf-8", "replace")
        return f"hm_copy {self.copied} {len(fresh)} {quote(text)}\n", len(whole)

    def note(self, answer: Answer, whole: int) -> None:
        """Keep what the host says of its copy, once it was brought up to `whole` bytes."""
        if answer.first("copied"):
            self.copied = whole
        if answer.first("gap"):
            self.copied = 0
