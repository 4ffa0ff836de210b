"""The lease of a host: who asks for it, and who has it instead."""

from __future__ import annotations

from dataclasses import dataclass

from hmaint.errors import Refused

LEASE = 300
"""Seconds without a word from its holder after which a lease may be taken over with a reason."""


class LeaseLost(Refused):
    """Another laptop has taken the lease: nothing more may be done from here."""


class LeaseHeld(Refused):
    """The host is being upgraded by somebody: in which `run`, and whether its holder has gone `quiet`."""

    def __init__(self, words: str, run: str, *, quiet: bool) -> None:
        super().__init__(words)
        self.run = run
        self.quiet = quiet


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks for the lease: his run, the secret of its laptop, the process, and what people are told."""

    run: str
    token: str
    session: str
    owner: str
