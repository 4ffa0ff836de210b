"""What a look at a site in trouble amounts to: causes in order, what speaks for each, and what nobody could see."""

from __future__ import annotations

from hmaint.kit.frozen import dataclass
from hmaint.model.playbook import Level
from hmaint.model.run import Finding


@dataclass(frozen=True, slots=True)
class Blocker:
    """A session at the head of a chain of waits: it waits for nobody, and others wait for it."""

    database: str
    session: str
    transaction: str
    """What tells its transaction from any other; empty where the server does not say."""
    user: str
    client: str
    state: str
    open_seconds: int | None
    waiting: tuple[str, ...]
    """Every session that waits for it, directly or through others."""
    depth: int
    """How many waits follow each other in its longest chain; 1: all wait for it directly."""
    longest: int
    """Seconds that the one who waits longest has waited."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that may be the cause, with everything that speaks for it."""

    id: str
    title: str
    target: str
    level: Level
    score: int
    """Only for ordering: how directly it explains, how bad it is, how new, and whether it fits what was reported."""
    findings: tuple[Finding, ...]
    why: tuple[str, ...]
    """Why it stands where it stands, in sentences."""
    changed: bool = False
    """Whether the last inspection looked there and did not see it, or saw it less bad."""
    follows: str = ""
    """The title of the cause it is likely a consequence of; empty where none is known."""
    blockers: tuple[Blocker, ...] = ()


@dataclass(frozen=True, slots=True)
class Unseen:
    """What could not be looked at: neither fine nor the cause."""

    target: str
    title: str
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Causes, the likeliest first; what could not be seen; and how the site differs from its last inspection."""

    run: str
    causes: tuple[Cause, ...]
    unseen: tuple[Unseen, ...]
    examined: int
    """Checks that gave an answer."""
    compared_with: str = ""
    """The inspection it was compared with; empty where there is none."""
    context: tuple[str, ...] = ()
    """What is good to know beside it: the processes that take most."""
