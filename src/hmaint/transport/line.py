"""What the rest of hmaint knows of a way to a host: a door that opens, and a line to make trips on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hmaint.model.inventory import Host, Site
from hmaint.model.look import Fragment, Reply
from hmaint.transport.shell import Pipes


class Line(Protocol):
    """An open way to one host, used by one thread at a time; its whole-host limit runs from `open`."""

    def trip(self, fragments: Sequence[Fragment]) -> tuple[Reply, ...]:
        """Run the fragments in one go: one reply each, in order.

        Never raises for what the host does. What the host's limit left no time for is `Seen.TIMED_OUT`.
        """

    def start(self, command: str, seconds: float) -> Pipes:
        """Start a command beside the trips, as `Shell.start` does: for streams, and for what must outlive a trip."""

    def close(self) -> None:
        """Let go of the way; may be called twice."""


class Door(Protocol):
    """A kind of way to hosts, made once a run; `open` may be called from several threads."""

    def open(self, host: Host, site: Site) -> Line:
        """Go to the host; raises `CouldNotLook` with a reason in Chinese when that fails."""
