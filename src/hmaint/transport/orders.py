"""What a host is told to run, and how it says that it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Known:
    """How an act stands on its host.

    `state`: none, claimed, begun, running, ended, gone (died without an end), barred (never began and never will).
    Times are seconds of the host's own clock since 1970, 0 where not known.
    """

    state: str
    code: int | None = None
    out: bytes = b""
    started: int = 0
    ended: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {"ended", "gone", "barred", "none"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a question was answered with: 0 yes, 1 no, else nobody knows; None where it was not put."""

    code: int | None
    out: bytes = b""


@dataclass(frozen=True, slots=True)
class Order:
    """A script to be run on a host: `key` names this very attempt, `keep` the folder of its act."""

    key: str
    act: str
    keep: str
    text: str
    secrets: Mapping[str, str]
    limit: float = 0.0
    """Seconds after which the runner ends it; 0: never."""


def plain(name: str) -> str:
    """A name fit for a folder on any host, the same every time and never that of another."""
    kept = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in name)[:40]
    return f"{kept}.{sha256(name.encode()).hexdigest()[:10]}"
