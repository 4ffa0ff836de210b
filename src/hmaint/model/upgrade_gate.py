"""What stands between a plan and its run: each gate that is shut, and why."""

from __future__ import annotations

from typing import Literal

from hmaint.kit.frozen import dataclass

GateName = Literal[
    "approval",
    "window",
    "clock",
    "estimate",
    "supervisor",
    "backup",
    "site",
    "contract",
    "identity",
    "preflight",
]


@dataclass(frozen=True, slots=True)
class Shut:
    """A gate that does not open: what is missing, in a sentence, and what opens it."""

    gate: GateName
    reason: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Gates:
    """All gates at one moment: nothing begins while one of them is shut; `warnings` are told and kept."""

    shut: tuple[Shut, ...]
    warnings: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether a run may begin."""
        return not self.shut
