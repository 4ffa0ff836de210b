"""An act of an upgrade: one step rendered for one target, as it will be done, asked about and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from hmaint.kit.frozen import dataclass
from hmaint.model.data_fix import Fix
from hmaint.model.secret import Secret
from hmaint.model.upgrade_kind import ActKind

if TYPE_CHECKING:
    from hmaint.model.upgrade import UpgradePlan


class Reversal(StrEnum):
    """How an act is taken back."""

    UNDO = "undo"
    """It has an `undo`."""
    NOTHING = "nothing"
    """It changes nothing that would have to be put back (wait, http, ask, a restart)."""
    NONE = "none"
    """It cannot be taken back; the plan says so and declares a point of no return."""


@dataclass(frozen=True, slots=True)
class Payload:
    """Bytes that must lie in `$HMAINT_KEEP/payload` on the target before a script runs.

    Of an artefact they are read from its file as they are sent; `content` holds those of a `file` or `template`.
    """

    sha256: str
    size: int
    artefact: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Script:
    """POSIX sh for a host. `do` and `undo`: 0 is success. `probe`: 0 the effect is there, 1 it is not, else unknown.

    It finds in its environment HMAINT_RUN, HMAINT_ACT and HMAINT_KEEP (a folder of this run and act on the target,
    mode 0700, that lasts until the run ends: what `undo` needs was put there by `do`, before anything was changed),
    and each of `secrets` by its name; these never travel in an argument. Every script may be run again after it was
    cut off.
    """

    text: str
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    payload: Payload | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a script; `line` counts from 1 in its file.

    `probe` is a query that reads whether its effect is there (first column of the first row: a true value), empty
    where nobody wrote one.
    """

    text: str
    line: int
    probe: str = ""


@dataclass(frozen=True, slots=True)
class Sql:
    """Statements for a database, one by one, each written into the ledger; `lock_wait` in seconds.

    `source` names the script they come from. `transaction`: all or nothing, where the engine can do that with DDL.
    """

    statements: tuple[Statement, ...]
    source: str = ""
    transaction: bool = False
    lock_wait: float = 5.0


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to a person; anything but a yes fails the act."""

    question: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Http:
    """A page that must answer, asked from the laptop again and again until the act's time is over."""

    url: str
    expect: int = 200
    contains: str = ""
    verify: bool = True
    every: float = 2.0


@dataclass(frozen=True, slots=True)
class Pause:
    """So many seconds in which nothing is done; a wait for something to become true is a Script."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reboot:
    """Start a host anew; done when it answers with another boot id than before and `ready` says 0."""

    start: Script
    ready: Script


Deed = Script | Sql | Ask | Http | Pause | Reboot | Fix


@dataclass(frozen=True, slots=True)
class Act:
    """One step on one target. Acts of one `wave` may run at once; waves run one after another, in order."""

    id: str
    """`STEP@TARGET`; `STEP@-` for what a person is asked."""
    step: str
    title: str
    kind: ActKind
    target: str
    target_kind: Literal["host", "database", "endpoint", "person"]
    wave: int
    do: Deed
    probe: Script | Sql | None
    """Sql: every statement's first value must be true. None: nothing can be asked (wait, http, ask)."""
    undo: Script | Sql | None
    undone: Script | Sql | None
    """Reads whether everything is as it was before the act; None: `probe` saying no is all that can be known."""
    reversal: Reversal
    estimate: float
    timeout: float
    interruptible: bool
    outage: bool
    beyond: bool
    """Whether it lies at or behind the point of no return."""
    says: str = ""
    """What is done, in one line that is the same in every language: `app.tar.gz → /opt/app`, `systemctl stop app`."""


@dataclass(frozen=True, slots=True)
class TargetIdentity:
    """By what a target is known to be the one that was approved; empty where its kind has no such thing."""

    target: str
    kind: Literal["host", "database"]
    address: str
    host_key: str = ""
    """`TYPE SHA256:…` of the key the server proved to have."""
    machine_id: str = ""
    database_id: str = ""


@dataclass(frozen=True, slots=True)
class RenderedPlan:
    """A plan for the real targets. `digest` is the SHA-256 of `document`, which holds all that an approval binds to.

    `document` is JSON (sorted keys): plan, artefact hashes, variables, acts, identities; secrets by name only. It is
    kept with the approval, so that a difference can be shown.
    """

    plan: UpgradePlan
    acts: tuple[Act, ...]
    identities: tuple[TargetIdentity, ...]
    document: str
    digest: str
    checkpoints: tuple[int, ...] = ()
    """Waves after which `verify` must be good on the hosts done so far, before the next begins (after a canary)."""
    variables: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def act(self, name: str) -> Act | None:
        """The act of that id."""
        return next((each for each in self.acts if each.id == name), None)
