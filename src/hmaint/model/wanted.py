"""A document that a contract wants: what it is called, how often, and on which form it is written here."""

from __future__ import annotations

from typing import Literal

from hmaint.kit.frozen import dataclass

Rhythm = Literal["week", "month", "quarter", "if_any"]
"""How often it is due within a quarter; `if_any`: only where there was an occasion."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document that is to be handed in with a quarter."""

    title: str
    form: str
    """Empty where there is no form of hmaint's for it."""
    rhythm: Rhythm
    clause: str = ""
    """The clause of the contract that demands it; empty where no contract is known."""
