"""By when a finding must be put right: counted anew each time it comes up, and sooner once it is graver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, time

from hmaint.duty.days import Due, due
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level

DEFAULTS: Mapping[Level, Limit] = {Level.CRITICAL: Limit(3, "workday"), Level.WARNING: Limit(1, "month")}
"""hmaint's own proposal, where the contract says nothing."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding as one day saw it."""

    day: date
    level: Level


@dataclass(frozen=True, slots=True)
class Terms:
    """How long each level may take by the contract; a level it does not name takes what is proposed."""

    agreed: Mapping[Level, Limit] = field(default_factory=dict)
    days: StatutoryDays = PACKAGED

    def span(self, level: Level) -> Limit | None:
        """The time a level may take; None where nothing is to be put right."""
        return self.agreed.get(level) or DEFAULTS.get(level)


@dataclass(frozen=True, slots=True)
class Term:
    """The last day a finding may take; `proposed` by no contract, `provisional` where the calendar may move."""

    day: date
    span: Limit
    proposed: bool = False
    provisional: bool = False

    def late(self, today: date) -> int:
        """Days overdue; none as long as it may still be done."""
        return max(0, (today - self.day).days)


def term(spell: Sequence[Sighting], terms: Terms) -> Term | None:
    """The term of a finding seen so since it last came up, oldest first; None where it needs none.

    Each level it has now or has risen through counts from the first day it was at least that grave; the earliest
    day holds. A level it has left again counts no more.
    """
    if not spell:
        return None
    now = spell[-1].level
    grades = [level for level in DEFAULTS if level.rank <= now.rank and now in DEFAULTS]
    found = [_counted(level, _first(spell, level), terms) for level in grades]
    return min(found, key=lambda each: each.day, default=None)


def _first(spell: Sequence[Sighting], level: Level) -> date:
    """The first day of the unbroken rest of the spell in which it was at least that grave."""
    first = spell[-1].day
    for seen in reversed(spell):
        if seen.level.rank < level.rank:
            break
        first = seen.day
    return first


def _counted(level: Level, event: date, terms: Terms) -> Term:
    span = terms.span(level) or DEFAULTS[level]
    # Like any deadline, it keeps the calendar that was known when it began.
    began = datetime.combine(event, time.max, CHINA)
    end: Due = due(event, span, terms.days.as_of(began))
    return Term(end.day, span, level not in terms.agreed, end.provisional)
