"""Records from before a term count for what they set off in it, and for no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from hmaint.app.due import dues
from hmaint.app.world import World
from hmaint.model.duty import Due
from hmaint.model.entry import WITHDRAWN, Entry
from tests.app.recorded import at, make_world, set_clock

FIRST, TODAY = date(2026, 1, 1), date(2026, 6, 1)
LONG_AGO = FIRST - timedelta(days=200)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = make_world(tmp_path, {"icu": "s3"}, {"s3": f"s3:signed: {FIRST}, service_start: {FIRST}"})
    set_clock(world, TODAY)
    return world


def tell(
    world: World,
    kind: str,
    number: str,
    *steps: tuple[str, date],
    body: Mapping[str, object] | None = None,
    corrects: str = "",
) -> None:
    """What happened to a matter; its first step says what it is about."""
    told: list[Entry] = []
    for place, (event, day) in enumerate(steps):
        moment = at(day) + timedelta(minutes=place)
        name = f"{number}-{event}-{day}"
        told.append(
            Entry(
                name,
                number,
                kind,
                event,
                "icu",
                moment,
                moment,
                "张工",
                (body or {}) if not place else {},
                corrects,
            )
        )
    world.records.entries.add(told)


def owed_after(world: World, name: str) -> list[tuple[str, datetime]]:
    (owed,) = dues(world).owed
    events = [due.event for due in owed.dues if due.event is not None]
    return [(event.record, event.at) for event in events if event.name == name]


def clocks(world: World) -> list[Due]:
    (owed,) = dues(world).owed
    return [due for due in owed.dues if due.kind == "change"]


GRAVE = {"what": "停机", "scope": "hospital", "level": "P1"}


def test_an_incident_of_long_ago_that_ends_in_the_term_owes_its_report(world: World) -> None:
    tell(world, "incident", "I-1", ("opened", LONG_AGO), ("resolved", date(2026, 3, 2)), body=GRAVE)
    tell(
        world, "incident", "I-2", ("opened", LONG_AGO), ("resolved", LONG_AGO + timedelta(days=1)), body=GRAVE
    )
    assert [record for record, _at in owed_after(world, "incident.resolved")] == ["I-1"]


def test_an_incident_that_came_again_in_the_term_owes_it_from_its_second_end(world: World) -> None:
    steps = (
        ("opened", LONG_AGO),
        ("resolved", LONG_AGO),
        ("reopened", date(2026, 2, 1)),
        ("resolved", date(2026, 2, 3)),
    )
    tell(world, "incident", "I-1", *steps, body=GRAVE)
    (found,) = owed_after(world, "incident.resolved")
    assert found[0] == "I-1"
    assert found[1].date() == date(2026, 2, 3)


def test_what_a_word_of_the_term_puts_right_of_an_old_incident_holds(world: World) -> None:
    tell(world, "incident", "I-1", ("opened", LONG_AGO), ("resolved", date(2026, 3, 2)), body=GRAVE)
    slight = {"what": "慢", "scope": "person", "level": "P3"}
    tell(world, "incident", "I-1", ("opened", FIRST), body=slight, corrects=f"I-1-opened-{LONG_AGO}")
    assert owed_after(world, "incident.resolved") == []


def test_the_first_word_may_be_put_right_by_one_from_before_the_term(world: World) -> None:
    tell(world, "incident", "I-1", ("opened", date(2026, 2, 1)), ("resolved", date(2026, 3, 2)), body=GRAVE)
    slight = {"what": "慢", "scope": "person", "level": "P3"}
    tell(world, "incident", "I-1", ("opened", LONG_AGO), body=slight, corrects="I-1-opened-2026-02-01")
    assert owed_after(world, "incident.resolved") == []


def test_an_incident_taken_back_owes_nothing(world: World) -> None:
    tell(world, "incident", "I-1", ("opened", LONG_AGO), ("resolved", date(2026, 3, 2)), body=GRAVE)
    tell(world, "incident", "I-1", (WITHDRAWN, LONG_AGO), corrects=f"I-1-opened-{LONG_AGO}")
    assert owed_after(world, "incident.resolved") == []


def test_without_a_first_day_of_the_term_the_incidents_of_the_year_before_count_too(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"icu": "s3"}, {"s3": "s3:signed: null"})
    set_clock(world, TODAY)
    day = TODAY - timedelta(days=500)
    tell(world, "incident", "I-1", ("opened", day), ("resolved", day), body=GRAVE)
    assert [record for record, _at in owed_after(world, "incident.resolved")] == ["I-1"]


def test_a_change_that_is_open_since_last_year_is_still_owed(world: World) -> None:
    asked = {"kind": "1", "module": "报表", "details": "错", "grade": "bug_general"}
    tell(
        world,
        "change",
        "C-1",
        ("asked", LONG_AGO),
        ("accepted", LONG_AGO),
        ("confirmed", LONG_AGO),
        body=asked,
    )
    found = clocks(world)
    assert found
    assert {due.event.record for due in found if due.event} == {"C-1"}
    assert any(due.late > 100 for due in found)


def test_a_quota_is_used_up_by_what_was_asked_for_before_the_term(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"icu": "s2"}, {"s2": f"s2:signed: {FIRST}, service_start: {FIRST}"})
    set_clock(world, TODAY)
    asked = {"kind": "3", "module": "报表", "details": "改", "effort": "16"}
    tell(world, "change", "C-1", ("asked", LONG_AGO), ("delivered", date(2026, 2, 2)), body=asked)
    (owed,) = dues(world).owed
    assert [(str(each.used), str(each.standing)) for each in owed.balances] == [("16", "exceeded")]
