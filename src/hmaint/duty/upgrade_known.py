"""What the gates before an upgrade judge by: approvals, backups, clocks, people, as they are known at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hmaint.kit.frozen import dataclass
from hmaint.model.contract_change import Gate
from hmaint.model.playbook import Level
from hmaint.model.upgrade_act import RenderedPlan


@dataclass(frozen=True, slots=True)
class Approval:
    """What somebody approved: the digest of a rendered plan; `revoked` where it was taken back."""

    matter: str
    digest: str
    by: str
    text: str
    at: datetime
    evidence: tuple[str, ...] = ()
    """SHA-256 of what shows it."""


@dataclass(frozen=True, slots=True)
class BackupState:
    """How a backup stood when it was verified last; None where nobody knows."""

    name: str
    of: str
    level: Level
    summary: str
    verified_at: datetime | None = None
    made_at: datetime | None = None
    run: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """All that the gates judge by."""

    rendered: RenderedPlan
    now: datetime
    """By the laptop's clock."""
    offsets: Mapping[str, float | None]
    """Seconds each target's clock is ahead of the laptop's."""
    approvals: Sequence[Approval] = ()
    used: datetime | None = None
    """When a run of this very plan was done last: an approval before that has been used up."""
    requested: bool = False
    """Whether an application for this very plan is on record."""
    supervisor: str = ""
    """Who is there, as the operator says."""
    backups: Mapping[str, BackupState] | None = None
    changed_at: datetime | None = None
    """When hmaint changed this site last."""
    busy: str = ""
    """Who is at the site just now."""
    contract: Sequence[Gate] = ()


def moment(at: datetime) -> str:
    """A time as gates tell it, to the second."""
    return f"{at:%Y-%m-%d %H:%M:%S}"
