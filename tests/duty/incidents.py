"""Incidents for the tests: entries from a few words, contracts from the profiles that ship."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from hmaint.kit.clock import CHINA
from hmaint.kit.resources import shipped
from hmaint.load.contract import read_contract
from hmaint.model.contract import Contract
from hmaint.model.entry import Entry


@cache
def profile(name: str) -> Contract:
    """A shipped example profile: s0 … s4."""
    return read_contract(shipped("contracts") / f"{name}.yaml", name)


def at(text: str) -> datetime:
    """A moment in China: 2026-09-30 22:50, with seconds where they matter."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def entry(event: str, when: datetime, number: int, **body: object) -> Entry:
    """One entry of I-1, put on record as it happened."""
    return Entry(f"{number:032x}", "I-1", "incident", event, "icu", when, when, "张工", body)


def told(reported: str, body: dict[str, object], *events: tuple[str, str]) -> list[Entry]:
    """An incident: its report, and what happened then as (event, moment)."""
    first = entry("opened", at(reported), 0, **{"what": "无法登录", **body})
    return [first, *(entry(event, at(when), n) for n, (event, when) in enumerate(events, start=1))]


def later(each: Entry, by: timedelta) -> Entry:
    """The same entry put on record so much after it happened."""
    return Entry(
        each.id,
        each.matter,
        each.kind,
        each.event,
        each.site,
        each.at,
        each.at + by,
        each.operator,
        each.body,
    )
