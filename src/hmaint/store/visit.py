"""What is kept of one visit and of the end of a run, before it is rows of a table or a line of a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hmaint.kit.frozen import dataclass
from hmaint.model.look import Observation
from hmaint.model.playbook import Level
from hmaint.model.run import Check, TargetResult
from hmaint.store.codec import (
    Plain,
    check_in,
    check_out,
    observation_in,
    observation_out,
    target_in,
    target_out,
)
from hmaint.store.rescue import pack, unpack


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit of one target brought home; `answer` is what it literally answered, masked."""

    run: str
    site: str
    result: TargetResult
    checks: tuple[Check, ...]
    observations: tuple[Observation, ...]
    answer: bytes = b""
    late: bool = False
    """It was rescued into a file, and meanwhile a later run has looked at the same target."""
    held: tuple[str, ...] = ()
    """Steps whose baseline stays the earlier one: they saw changes that nobody has accepted yet."""
    place: int | None = None
    """Where the target stands among those of its run; None: behind those kept before it."""

    def out(self) -> Plain:
        """Spell it as JSON."""
        return {
            "run": self.run,
            "site": self.site,
            "result": target_out(self.result),
            "checks": [check_out(check) for check in self.checks],
            "observations": [observation_out(seen) for seen in self.observations],
            "held": list(self.held),
            "place": self.place,
            "evidence": pack(self.answer),
        }


def visit_in(plain: Plain) -> Visit:
    """Read a visit."""
    checks = tuple(check_in(each) for each in plain["checks"])
    seen = tuple(observation_in(each) for each in plain["observations"])
    result, held = target_in(plain["result"]), tuple(plain.get("held", ()))
    place = plain.get("place")
    answer = unpack(plain["evidence"])
    return Visit(plain["run"], plain["site"], result, checks, seen, answer, held=held, place=place)


@dataclass(frozen=True, slots=True)
class Closing:
    """How a run ended."""

    run: str
    finished_at: datetime | None
    level: Level
    reports: tuple[str, ...]
    redacted: Mapping[str, int]
    state: str

    def out(self) -> Plain:
        """Spell it as JSON."""
        finished = self.finished_at.isoformat() if self.finished_at else None
        rest = {"reports": list(self.reports), "redacted": dict(self.redacted), "state": self.state}
        return {"run": self.run, "finished_at": finished, "level": str(self.level), **rest}


def closing_in(plain: Plain) -> Closing:
    """Read how a run ended."""
    finished = datetime.fromisoformat(plain["finished_at"]) if plain["finished_at"] else None
    reports = tuple(plain["reports"])
    return Closing(plain["run"], finished, Level(plain["level"]), reports, plain["redacted"], plain["state"])
