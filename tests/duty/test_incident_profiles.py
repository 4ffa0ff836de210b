"""Scripted incidents under each of the five profiles: level, due times to the second, verdicts and the report's date.

Every figure was worked out by hand from the contract's own limits and the State Council's calendar of 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from hmaint.duty.incident import fold
from hmaint.duty.incident_view import View, view
from tests.duty.incidents import at, profile, told

Expected = dict[str, tuple[str | None, str]]


@dataclass(frozen=True)
class Case:
    """An incident, and what must come of it at `now`; clocks as CLASS.CLOCK → (due, verdict)."""

    contract: str
    reported: str
    body: dict[str, object]
    events: tuple[tuple[str, str], ...]
    now: str
    level: str
    classes: tuple[str, ...]
    clocks: Expected
    report: str | None = None
    proposed: str | None = None
    readings: dict[str, dict[str, str]] = field(default_factory=dict)


CASES = {
    # 22:50 + 15 min = 23:05; + 1 h = 23:50; + 2 h = 00:50 the next day; 其他故障 + 1 h = 23:50.
    # Resolved on 1 October, a holiday until the 7th; working days after it: 8, 9 and Saturday the 10th.
    "S3: two rooms stand still on the eve of National Day": Case(
        "s3", "2026-09-30 22:50:00",
        {"scope": "department", "interruption": "full", "rooms": 2, "effects": ["treatment"], "onsite": True},
        (("responded", "2026-09-30 23:00:00"), ("arrived", "2026-09-30 23:55:00"),
         ("fallback", "2026-10-01 00:40:00"), ("resolved", "2026-10-01 03:00:00")),
        "2026-10-01 04:00:00", "P1", ("other", "emergency_onsite"),
        {"P1.response": ("2026-09-30 23:05:00", "met"), "P1.onsite": ("2026-09-30 23:50:00", "missed"),
         "P1.restore": ("2026-10-01 00:50:00", "met"), "other.resolve": ("2026-09-30 23:50:00", "missed"),
         "emergency_onsite.onsite": ("2026-10-01 00:50:00", "not_applicable")},
        report="2026-10-10 23:59:59",
    ),
    # 08:12:30 + 30 min = 08:42:30; + 4 h = 12:12:30. 30 September is a Wednesday; then 8, 9 and 10 October.
    "S3: one room stands still; the last second counts, the next does not": Case(
        "s3", "2026-09-30 08:12:30",
        {"scope": "department", "interruption": "full", "rooms": 1, "effects": ["treatment"]},
        (("responded", "2026-09-30 08:42:30"), ("restored", "2026-09-30 12:12:31"),
         ("resolved", "2026-09-30 13:00:00")),
        "2026-09-30 14:00:00", "P2", ("other", "emergency_onsite"),
        {"P2.response": ("2026-09-30 08:42:30", "met"), "P2.onsite": ("2026-09-30 10:12:30", "not_applicable"),
         "P2.restore": ("2026-09-30 12:12:30", "missed"), "other.resolve": ("2026-09-30 09:12:30", "missed"),
         "emergency_onsite.onsite": ("2026-09-30 10:12:30", "not_applicable")},
        report="2026-10-10 23:59:59",
    ),
    # 17:50:05 + 2 h = 19:50:05; + 24 h the next day; 日常故障 + 30 min = 18:20:05, and it took one second more.
    "S3: one user, resolved in half an hour and a second": Case(
        "s3", "2026-11-25 17:50:05", {"scope": "person", "interruption": "minor", "effects": ["experience"]},
        (("responded", "2026-11-25 17:55:00"), ("resolved", "2026-11-25 18:20:06")),
        "2026-11-25 19:00:00", "P3", ("routine",),
        {"P3.response": ("2026-11-25 19:50:05", "met"), "P3.resolve": ("2026-11-26 17:50:05", "met"),
         "routine.resolve": ("2026-11-25 18:20:05", "missed")},
    ),
    # From when remote help failed, 10:30, + 2 h = 12:30. A person is asked for by then, P2 says 12:00: stricter.
    "S3: remote help fails, so presence is needed": Case(
        "s3", "2026-11-25 10:00:00",
        {"scope": "department", "interruption": "key", "effects": ["operation"], "sudden": True},
        (("responded", "2026-11-25 10:10:00"), ("remote_failed", "2026-11-25 10:30:00")),
        "2026-11-25 12:10:00", "P2", ("other", "emergency_onsite"),
        {"P2.response": ("2026-11-25 10:30:00", "met"), "P2.onsite": ("2026-11-25 12:00:00", "missed"),
         "P2.restore": ("2026-11-25 14:00:00", "running"), "other.resolve": ("2026-11-25 11:00:00", "missed"),
         "emergency_onsite.onsite": ("2026-11-25 12:30:00", "running")},
    ),
    # A patient in danger is P1 whatever else; three working days after Friday 13 February are the 14th (a Saturday
    # people work on), then the 24th and 25th after the Spring Festival.
    "S3: a patient in danger before the Spring Festival": Case(
        "s3", "2026-02-13 20:00:00", {"scope": "person", "interruption": "key", "effects": ["safety"], "onsite": False},
        (("responded", "2026-02-13 20:14:59"), ("resolved", "2026-02-13 21:00:00")),
        "2026-02-14 09:00:00", "P1", ("other", "emergency_onsite"),
        {"P1.response": ("2026-02-13 20:15:00", "met"), "P1.onsite": ("2026-02-13 21:00:00", "not_applicable"),
         "P1.restore": ("2026-02-13 22:00:00", "met"), "other.resolve": ("2026-02-13 21:00:00", "met"),
         "emergency_onsite.onsite": ("2026-02-13 22:00:00", "not_applicable")},
        report="2026-02-25 23:59:59",
    ),
    # 日常故障 + 30 min = 09:31:00.
    "S0: one user, in time": Case(
        "s0", "2026-03-05 09:01:00", {"scope": "person", "interruption": "minor", "effects": ["experience"]},
        (("resolved", "2026-03-05 09:30:59"),), "2026-03-05 10:00:00", "", ("routine",),
        {"routine.resolve": ("2026-03-05 09:31:00", "met")},
    ),
    # On site from the report (A0-2, the stricter): 08:00 + 2 h = 10:00, and 10:10 is late; from 08:20 it is 10:20.
    # Closed on Friday 13 February; the contract has no date, A0-4 proposes three working days: the 25th.
    "S0: the whole hospital stands still": Case(
        "s0", "2026-02-13 08:00:00",
        {"scope": "hospital", "interruption": "full", "effects": ["treatment"], "sudden": True},
        (("remote_failed", "2026-02-13 08:20:00"), ("arrived", "2026-02-13 10:10:00"),
         ("resolved", "2026-02-13 10:59:00"), ("closed", "2026-02-13 17:00:00")),
        "2026-02-13 18:00:00", "", ("emergency", "other"),
        {"emergency.onsite": ("2026-02-13 10:00:00", "missed"), "other.resolve": ("2026-02-13 09:00:00", "missed")},
        proposed="2026-02-25 23:59:59",
        readings={"emergency.onsite": {"2026-02-13 10:00:00": "missed", "2026-02-13 10:20:00": "met"}},
    ),
    "S0: solved at once, as simple faults are; minutes told, nobody judged": Case(
        "s0", "2026-03-05 09:00:00", {"scope": "person", "difficulty": "simple"},
        (("resolved", "2026-03-05 09:12:00"),), "2026-03-05 10:00:00", "", ("simple",),
        {"simple.resolve": (None, "not_applicable")},
    ),
    # 23:30 + 1 h = 00:30, through the night (A1-1 leaves the hours open, the stricter counts).
    "S1: a question at night": Case(
        "s1", "2026-05-01 23:30:00", {"request": "consult"}, (("responded", "2026-05-02 00:30:00"),),
        "2026-05-02 01:00:00", "", ("consult",), {"consult.response": ("2026-05-02 00:30:00", "met")},
    ),
    # + 2 h = 11:00; read as 处理完成 (A1-2) the same moment is missed.
    "S1: a fault answered in time and solved later": Case(
        "s1", "2026-03-05 09:00:00", {"request": "fault", "scope": "department"},
        (("responded", "2026-03-05 10:00:00"), ("resolved", "2026-03-05 11:30:00")),
        "2026-03-05 12:00:00", "", ("fault",), {"fault.response": ("2026-03-05 11:00:00", "met")},
    ),
    "S1: a training is answered without a figure": Case(
        "s1", "2026-03-05 09:00:00", {"request": "training"}, (), "2026-03-07 09:00:00", "", ("training_upgrade",),
        {"training_upgrade.response": (None, "running")},
    ),
    # + 2 h for the fault it is as well; at once for the disaster, which is told and not judged.
    "S1: a disaster": Case(
        "s1", "2026-03-05 09:00:00", {"request": "disaster", "occurred": "2026-03-05T08:40:00+08:00"},
        (("responded", "2026-03-05 09:05:00"),), "2026-03-05 12:00:00", "", ("fault", "disaster"),
        {"fault.response": ("2026-03-05 11:00:00", "met"), "disaster.response": (None, "not_applicable")},
    ),
    # From when it happened, 07:50, + 15 min = 08:05; the telephone hours (A2-2) are open, the stricter counts.
    "S2: noticed before it was reported": Case(
        "s2", "2026-03-05 08:00:00",
        {"scope": "department", "interruption": "key", "occurred": "2026-03-05T07:50:00+08:00"},
        (("responded", "2026-03-05 08:10:00"), ("restored", "2026-03-05 09:00:00")),
        "2026-03-05 12:00:00", "", ("outage",),
        {"outage.response": ("2026-03-05 08:05:00", "missed"), "outage.restore": (None, "not_applicable")},
    ),
    # 08:00 + 12 h = 20:00.
    "S2: a sudden accident, on site within twelve hours": Case(
        "s2", "2026-03-05 08:00:00", {"scope": "hospital", "interruption": "full", "sudden": True},
        (("responded", "2026-03-05 08:15:00"), ("arrived", "2026-03-05 20:00:00")),
        "2026-03-05 20:30:00", "", ("outage", "emergency"),
        {"outage.response": ("2026-03-05 08:15:00", "met"), "outage.restore": (None, "running"),
         "emergency.onsite": ("2026-03-05 20:00:00", "met")},
    ),
    "S4: an error is told without a figure": Case(
        "s4", "2026-03-05 08:00:00", {"type": "software", "interruption": "minor", "scope": "person"},
        (("resolved", "2026-03-06 08:00:00"),), "2026-03-06 12:00:00", "", ("error_fix",),
        {"error_fix.fix": (None, "not_applicable")},
    ),
    "S4: work stands still; at once has no figure either": Case(
        "s4", "2026-03-05 08:00:00", {"type": "server", "interruption": "full", "scope": "hospital"},
        (("responded", "2026-03-05 08:01:00"),), "2026-03-05 12:00:00", "", ("urgent", "app_failure"),
        {"urgent.response": (None, "not_applicable"), "app_failure.resolve": (None, "running")},
    ),
}  # fmt: skip


def seen_of(case: Case) -> View:
    incident = fold(told(case.reported, case.body, *case.events))
    assert incident is not None
    return view(incident, profile(case.contract), at(case.now))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_scripted_incident_comes_out_as_worked_out_by_hand(case: Case) -> None:
    seen = seen_of(case)
    assert (seen.level, seen.classes) == (case.level, case.classes)
    clocks = {f"{each.of}.{each.id}": (each.due, str(each.state)) for each in seen.timers}
    assert clocks == {name: (due and at(due), verdict) for name, (due, verdict) in case.clocks.items()}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_report_is_due_when_the_contract_says_and_never_where_it_has_no_date(case: Case) -> None:
    seen = seen_of(case)
    assert (seen.report and seen.report.due) == (case.report and at(case.report))
    proposed = next((each.proposed.due for each in seen.duties if each.proposed), None)
    assert proposed == (case.proposed and at(case.proposed))


@pytest.mark.parametrize("case", [each for each in CASES.values() if each.readings])
def test_every_reading_of_an_open_question_is_told_with_its_own_verdict(case: Case) -> None:
    timers = {f"{each.of}.{each.id}": each for each in seen_of(case).timers}
    for name, expected in case.readings.items():
        readings = {each.due: str(each.state) for each in timers[name].readings}
        assert readings == {at(due): verdict for due, verdict in expected.items()}
        assert timers[name].due == min(readings, key=lambda due: due or at(case.now))


def test_the_strictest_of_several_clocks_counts_and_the_others_are_told() -> None:
    seen = seen_of(CASES["S3: one user, resolved in half an hour and a second"])
    resolve = [(each.of, each.counts, str(each.state)) for each in seen.timers if each.id == "resolve"]
    assert resolve == [("routine", True, "missed"), ("P3", False, "met")]
    assert "A3-1" in {question.id for question in seen.questions}


def test_a_missed_clock_is_critical_and_what_is_confirmed_is_no_proposal() -> None:
    case = CASES["S3: remote help fails, so presence is needed"]
    seen = seen_of(case)
    assert seen.urgency == "critical"
    assert not seen.confirmed
    body = {**case.body, "level": "P3", "classes": ["simple"], "confirmed_by": "李主任"}
    incident = fold(told(case.reported, body, *case.events))
    assert incident is not None
    other = view(incident, profile("s3"), at(case.now))
    assert other.confirmed
    assert (other.level, other.classes) == ("P3", ("simple",))
    assert {f"{each.of}.{each.id}" for each in other.timers} == {
        "P3.response",
        "P3.resolve",
        "simple.resolve",
    }
