"""For how long a system was away: each stretch once, planned windows told both ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hmaint.duty.downtime import Downtime, availability, downtimes, upgrades, windows
from hmaint.duty.incident import fold
from hmaint.model.entry import WITHDRAWN, Entry
from hmaint.model.incident import Incident
from tests.duty.incidents import at, entry, told

FULL: dict[str, object] = {"interruption": "full", "occurred": "2026-03-05T08:40:00+08:00"}
NOW = at("2026-03-05 18:00:00")
HOUR = timedelta(hours=1)


def incident(body: dict[str, object], *events: tuple[str, str]) -> Incident:
    found = fold(told("2026-03-05 09:00:00", body, *events))
    assert found is not None
    return found


def spans(found: Incident) -> list[tuple[str, str, bool]]:
    return [(f"{each.since:%H:%M}", f"{each.until:%H:%M}", each.going_on) for each in downtimes(found, NOW)]


@pytest.mark.parametrize(
    ("body", "events", "expected"),
    [
        (FULL, (("resolved", "2026-03-05 10:00:00"),), [("08:40", "10:00", False)]),
        ({"interruption": "full"}, (("resolved", "2026-03-05 10:00:00"),), [("09:00", "10:00", False)]),
        (FULL, (("restored", "2026-03-05 09:30:00"), ("resolved", "2026-03-05 10:00:00")), [("08:40", "09:30", False)]),
        # A way to work meanwhile brings no system back.
        (FULL, (("fallback", "2026-03-05 09:10:00"),), [("08:40", "18:00", True)]),
        (
            FULL,
            (
                ("resolved", "2026-03-05 10:00:00"),
                ("reopened", "2026-03-05 12:00:00"),
                ("restored", "2026-03-05 12:30:00"),
            ),
            [("08:40", "10:00", False), ("12:00", "12:30", False)],
        ),
        ({"interruption": "key"}, (), []),
        ({}, (), []),
    ],
)  # fmt: skip
def test_stretches_of_one_incident(
    body: dict[str, object], events: tuple[tuple[str, str], ...], expected: list[tuple[str, str, bool]]
) -> None:
    assert spans(incident(body, *events)) == expected


def test_an_incident_taken_back_was_never_away() -> None:
    story = told("2026-03-05 09:00:00", FULL)
    back = replace(entry(WITHDRAWN, NOW, 9), corrects=story[0].id)
    found = fold([*story, back])
    assert found is not None
    assert downtimes(found, NOW) == ()


def test_overlaps_count_once_and_planned_windows_are_told_both_ways() -> None:
    noon = at("2026-03-05 12:00:00")
    stretches = [
        Downtime(noon, noon + 3 * HOUR, source="I-1"),
        Downtime(noon + HOUR, noon + 2 * HOUR, source="I-2"),
        Downtime(noon + 2 * HOUR, noon + 5 * HOUR, planned=True, source="X-1"),
        Downtime(noon - 48 * HOUR, noon - 47 * HOUR, source="I-0"),
    ]
    found = availability(stretches, noon - HOUR, noon + 4 * HOUR)
    # 12–15 and the window 14–16 of 14–17 that lies before the end: four hours, two of them in the window.
    assert (found.total, found.unplanned) == (4 * HOUR, 2 * HOUR)
    assert [each.source for each in found.stretches] == ["I-1", "I-2", "X-1"]


def test_windows_told_by_hand_hold_unless_corrected() -> None:
    first = Entry(
        "a",
        "X-1",
        "downtime",
        "added",
        "icu",
        NOW,
        NOW,
        "张工",
        {"until": "2026-03-05T20:00:00+08:00", "planned": True},
    )
    wrong = replace(first, id="b", matter="X-2", body={"until": "2026-03-05T17:00:00+08:00"})
    back = replace(first, id="c", matter="X-3", event=WITHDRAWN, corrects="d")
    gone = replace(first, id="d", matter="X-3")
    assert windows([first, wrong, back, gone]) == (
        Downtime(NOW, at("2026-03-05 20:00:00"), planned=True, source="X-1"),
    )


def ended(since: str, until: str, window_end: str) -> Entry:
    body = {
        "run": "R-1",
        "outage": [at(since).isoformat(), at(until).isoformat()],
        "window_end": at(window_end).isoformat(),
    }
    return Entry("e1", "G-1", "upgrade", "ended", "icu", at(until), at(until), "张工", body)


@pytest.mark.parametrize(
    ("window_end", "planned", "unplanned"),
    [
        ("2026-03-05 23:00:00", HOUR, timedelta(0)),
        ("2026-03-05 22:30:00", HOUR / 2, HOUR / 2),
        ("2026-03-05 21:00:00", timedelta(0), HOUR),
    ],
)
def test_an_upgrade_is_planned_time_down_until_its_window_ends(
    window_end: str, planned: timedelta, unplanned: timedelta
) -> None:
    entry = ended("2026-03-05 22:00:00", "2026-03-05 23:00:00", window_end)
    found = availability(upgrades([entry]), at("2026-03-01 00:00:00"), at("2026-04-01 00:00:00"))
    assert (found.total - found.unplanned, found.unplanned) == (planned, unplanned)


def test_an_upgrade_without_time_down_or_withdrawn_is_none() -> None:
    entry = ended("2026-03-05 22:00:00", "2026-03-05 23:00:00", "2026-03-05 23:00:00")
    assert upgrades([replace(entry, body={**entry.body, "outage": []})]) == ()
    assert upgrades([entry, replace(entry, id="e2", event=WITHDRAWN, corrects="e1")]) == ()
