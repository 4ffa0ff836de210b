"""A reference to a secret, which is resolved where something connects and nowhere else."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from hmaint.kit.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Secret:
    """A reference to a secret; `plain` carries the value itself and never shows it."""

    source: Literal["secret", "env", "plain"]
    name: str = field(repr=False)

    def __str__(self) -> str:
        return "***" if self.source == "plain" else f"!{self.source} {self.name}"
