"""What was seen of one database, by the name of each look; what was not seen cannot be taken for nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hmaint.advise.limits import DAY, DEFAULT, Limits
from hmaint.errors import CouldNotLook
from hmaint.expr.version import Version
from hmaint.model.look import Query, Row, Rows, Seen

Ask = Callable[[Query], Rows]
"""How a query is put to a database: `Session.ask`."""


@dataclass(frozen=True, slots=True)
class Look:
    """One query of a collection. `flavours` and the versions say where the server knows what is asked.

    A look that the server is too old or too new for is not sent; the rules that need it say so.
    """

    name: str
    query: Query
    flavours: tuple[str, ...] = ()
    since: Mapping[str, str] = field(default_factory=dict)
    """By flavour, the first version that has it."""
    before: Mapping[str, str] = field(default_factory=dict)
    """By flavour, the first version that no longer has it."""

    def fits(self, flavour: str, version: str) -> bool:
        """Whether a server of that flavour and version knows what is asked."""
        if self.flavours and flavour not in self.flavours:
            return False
        return in_range(version, self.since.get(flavour), self.before.get(flavour))


def in_range(version: str, since: str | None, before: str | None) -> bool:
    """Whether a version is at least `since` and less than `before`; None sets no bound."""
    own = Version(version)
    return (since is None or own >= since) and (before is None or own < before)


@dataclass(frozen=True, slots=True)
class Facts:
    """One database as it was seen; engines read it through functions of their own (`mysql_facts` and so on)."""

    target: str
    engine: str
    flavour: str
    version: str
    looks: Mapping[str, Rows]
    uptime: int | None = None
    """Seconds since the server's start; None: unknown."""
    now: int | None = None
    """Epoch seconds on the server's clock."""
    databases: tuple[str, ...] = ()
    """The schemas that are looked at; empty: every one that is not the server's own."""
    before: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """What an earlier run remembered (`Advised.remembered`); empty: there was none."""
    limits: Limits = DEFAULT
    memo: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    """What was made of the looks once, so that forty rules do not each make it anew."""

    def rows(self, name: str) -> tuple[Row, ...]:
        """What that look gave; CouldNotLook, with the reason, when it gave nothing that could be judged."""
        seen = self.looks.get(name)
        if seen is None:
            raise CouldNotLook(Seen.UNSUPPORTED, "此版本没有所需的视图")
        if seen.seen is not Seen.OBSERVED:
            raise CouldNotLook(seen.seen, seen.reason)
        return seen.rows

    def was_seen(self, name: str) -> bool:
        """Whether that look gave an answer."""
        seen = self.looks.get(name)
        return seen is not None and seen.seen is Seen.OBSERVED

    def cut(self, *names: str) -> bool:
        """Whether one of the looks was not read to its end."""
        return any(look.cut for name in names if (look := self.looks.get(name)) is not None)

    def too_young(self, days: float) -> str:
        """Why counters cannot be judged over that many days; empty when they can."""
        if self.uptime is None:
            return "不知道计数器从何时开始累计，不作判断"
        if self.uptime < days * DAY:
            return f"计数器只累计了 {self.uptime / DAY:.1f} 天，少于 {days:g} 天，不作判断"
        return ""


def collect(ask: Ask, looks: Sequence[Look], flavour: str, version: str) -> dict[str, Rows]:
    """Put every look the version knows, in order, over the one conversation; failures are answers too."""
    return {look.name: ask(look.query) for look in looks if look.fits(flavour, version)}
