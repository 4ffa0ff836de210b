"""Waiting is told beside a clock; it takes time off only where the hospital consented in writing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hmaint.duty.incident import fold
from hmaint.duty.incident_pause import deadline_with_waits
from hmaint.duty.incident_view import view
from hmaint.duty.statutory import PACKAGED
from hmaint.model.incident import Wait
from hmaint.model.limit import ALWAYS, Calendar, Limit, Window
from hmaint.model.timer import Timer
from tests.duty.incidents import at, entry, profile, told

PAPER = "a" * 64
BODY: dict[str, object] = {"scope": "person", "interruption": "minor", "effects": ["experience"]}
DESK = Calendar("desk", "hours", "everyday", (Window(8 * 3600, 12 * 3600), Window(14 * 3600, 18 * 3600)))


def routine(consent: str, *, resumed: bool = True, late_consent: str = "") -> Timer:
    story = told("2026-03-05 09:00:00", BODY, ("resolved", "2026-03-05 10:00:00"))
    story.append(entry("waiting", at("2026-03-05 09:10:00"), 10, text="等待院方授权", consent=consent))
    if resumed:
        story.append(entry("resumed", at("2026-03-05 09:50:00"), 11, consent=late_consent))
    incident = fold(story)
    assert incident is not None
    found = view(incident, profile("s3"), at("2026-03-05 12:00:00")).timers
    return next(each for each in found if each.of == "routine")


def test_without_consent_nothing_is_subtracted() -> None:
    timer = routine("")
    assert (timer.due, timer.paused, str(timer.state)) == (at("2026-03-05 09:30:00"), timedelta(0), "missed")


@pytest.mark.parametrize("how", [{"consent": PAPER}, {"consent": "", "late_consent": PAPER}])
def test_with_consent_the_clock_stands_still_for_just_as_long(how: dict[str, str]) -> None:
    timer = routine(**how)
    # 30 minutes, of which 10 had run; 20 are left from 09:50.
    assert (timer.due, timer.paused) == (at("2026-03-05 10:10:00"), timedelta(minutes=40))
    assert str(timer.state) == "met"


def test_agreed_waiting_without_an_end_lasts_until_now() -> None:
    story = told("2026-03-05 09:00:00", BODY)
    story.append(entry("waiting", at("2026-03-05 09:10:00"), 10, text="等待", consent=PAPER))
    incident = fold(story)
    assert incident is not None
    timers = view(incident, profile("s3"), at("2026-03-05 12:00:00")).timers
    timer = next(each for each in timers if each.of == "routine")
    assert timer.left(at("2026-03-05 12:00:00")) == timedelta(minutes=20)


@pytest.mark.parametrize(
    ("waits", "due"),
    [
        ([], "2026-03-05 11:00:00"),
        # Begun after the clock was over: too late to stop it.
        ([("2026-03-05 11:00:00", "2026-03-05 12:00:00")], "2026-03-05 11:00:00"),
        # Begun before the clock did: only what lies inside counts.
        ([("2026-03-05 08:00:00", "2026-03-05 09:30:00")], "2026-03-05 11:30:00"),
        # Two stretches that overlap count once: 09:30 to 10:30.
        (
            [("2026-03-05 09:30:00", "2026-03-05 10:15:00"), ("2026-03-05 10:00:00", "2026-03-05 10:30:00")],
            "2026-03-05 12:00:00",
        ),
    ],
)
def test_stretches_of_waiting_by_the_clock(waits: list[tuple[str, str]], due: str) -> None:
    told_waits = [Wait(at(since), at(until), "等待", PAPER) for since, until in waits]
    found = deadline_with_waits(
        Limit(7200, "second"), at("2026-03-05 09:00:00"), ALWAYS, PACKAGED, waits=told_waits,
        now=at("2026-03-06 00:00:00"),
    )  # fmt: skip
    assert found is not None
    assert found.due == at(due)


def test_waiting_over_the_noon_break_takes_only_what_would_have_run() -> None:
    # Four hours from 09:00 in 8–12 and 14–18 end at 15:00; away from 11:00 to 14:30, two are left at 14:30.
    wait = Wait(at("2026-03-05 11:00:00"), at("2026-03-05 14:30:00"), "等待", PAPER)
    found = deadline_with_waits(
        Limit(4 * 3600, "second"), at("2026-03-05 09:00:00"), DESK, PACKAGED, waits=[wait],
        now=at("2026-03-06 00:00:00"),
    )  # fmt: skip
    assert found is not None
    assert found.due == at("2026-03-05 16:30:00")
