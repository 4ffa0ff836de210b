"""What a contract makes due, and what was done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from hmaint.kit.frozen import dataclass


class State(StrEnum):
    """How something that is owed stands today."""

    MET = "met"
    DUE = "due"
    """Its time has come and is not over, or the contract sets none."""
    OVERDUE = "overdue"
    UPCOMING = "upcoming"
    CANNOT_TELL = "cannot_tell"
    """Something has to be known first; `Due.remarks` say what, and where it is put down."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days in which something is owed once: a month, a quarter, the whole term."""

    name: str
    """2026-11, 2026Q4, 2026H2, 2026-W48, 2026; for spans that begin with the contract their days."""
    first: date
    last: date | None
    """As far as the term reaches; None where nobody knows its end."""
    whole_first: date
    """Where the span would begin if the term did not cut it."""
    whole_last: date | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done, as one record tells it: a run, a document, a drill, what a person put down.

    Four days are kept apart: when it was done, put on record, handed in and signed. Only the first decides the period.
    """

    record: str
    """The number of the record: R-20261121-…, icu-inspection-sheet-2026-001, P-20261125-001."""
    acts: frozenset[str]
    """What it counts as; `hmaint.duty.acts` has the words."""
    performed: date
    recorded: date
    title: str = ""
    submitted: date | None = None
    signed: date | None = None
    mode: str = ""
    """`onsite` or `remote`; empty where that says nothing."""
    clauses: frozenset[str] = frozenset()
    """The clauses a person named; it meets those whatever it counts as, and no others."""
    told: tuple[date, date] | None = None
    """The first and last day of the period a document tells of."""
    period: str = ""
    """The name of the span that a person said it is for, done after it was over."""
    of: frozenset[str] = frozenset()
    """The records it was made of."""
    seen: frozenset[str] | None = None
    """The targets that could be examined; None for what looks at none."""
    missed: frozenset[str] = frozenset()
    """The targets that were to be examined and could not be."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and that contracts hang duties on."""

    name: str
    """As profiles spell it: inspection.finished, incident.resolved, contract.signed, …"""
    at: datetime
    record: str
    facts: Mapping[str, object] = field(default_factory=dict)
    """What conditions may ask: level, scope, …"""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is owed once, and how it stands."""

    clause: str
    title: str
    state: State
    kind: str = ""
    per: str = ""
    """month, quarter, …; `event` for what is owed after one; empty for counts."""
    span: Span | None = None
    event: Event | None = None
    day: date | None = None
    """The last day on which it may be done; None where none can be told."""
    provisional: bool = False
    """`day` rests on a year whose days off are not announced."""
    earliest: date | None = None
    """The earliest day it can turn out to be due on; remind on this one. The same as `day` when that is certain."""
    met_by: tuple[Deed, ...] = ()
    late: int = 0
    """Days it was done too late, or is overdue by today."""
    wanted: int = 1
    remarks: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    """Names of the documents that are to show it."""
    lacking: tuple[str, ...] = ()
    """Those of them that are not on record."""
    partial: tuple[str, ...] = ()
    """Targets nobody could examine, though it counts as done."""
    assumed: bool = False
    """The period is a proposal of hmaint's."""
    ambiguities: tuple[str, ...] = ()

    @property
    def remind(self) -> date | None:
        """The day to count on."""
        return self.earliest or self.day
