"""Contracts and deeds made up for tests of what is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from hmaint.duty.owed import Known, Owed, owed
from hmaint.kit.clock import CHINA
from hmaint.model.contract import Contract, Obligation, Term
from hmaint.model.duty import Deed, Due, Event
from hmaint.model.limit import Limit

SIGNED = date(2026, 1, 1)
YEAR = Term(Limit(12, "month"), "signed")


def a_contract(*obligations: Obligation, **more: Any) -> Contract:
    told: dict[str, Any] = {"term": YEAR, "dates": {"signed": SIGNED}, **more}
    return Contract("c", "c", "甲乙合同", "ab", obligations=obligations, **told)


def an_obligation(kind: str = "inspection", per: Any = "month", **more: Any) -> Obligation:
    return Obligation("X-1", "月度巡检", kind, per, **more)


def a_deed(day: date, *acts: str, record: str = "", **more: Any) -> Deed:
    told: dict[str, Any] = {"recorded": day, **more}
    return Deed(record or f"R-{day:%Y%m%d}", frozenset(acts or ("inspection",)), day, **told)


def an_inspection(
    day: date, seen: Iterable[str] = ("a", "b"), missed: Iterable[str] = (), **more: Any
) -> Deed:
    return a_deed(day, seen=frozenset(seen), missed=frozenset(missed), **more)


def an_event(name: str, day: date, record: str = "I-1", **facts: object) -> Event:
    return Event(name, datetime(day.year, day.month, day.day, 10, tzinfo=CHINA), record, facts)


def held(
    contract: Contract,
    today: date,
    deeds: Iterable[Deed] = (),
    events: Iterable[Event] = (),
    until: date | None = None,
) -> Owed:
    return owed(contract, "icu", Known(tuple(deeds), tuple(events)), today, until or today)


def states(found: Owed) -> list[str]:
    return [str(due.state) for due in found.dues]


def only(found: Owed, name: str = "") -> Due:
    (one,) = [due for due in found.dues if not name or (due.span is not None and due.span.name == name)]
    return one
