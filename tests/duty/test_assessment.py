"""How a service is assessed: each incident counts once, nothing unknown is good, no share is rounded up to all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from hmaint.duty.assessment import (
    Indicator,
    Record,
    Topic,
    changes,
    clocks,
    kept,
    reported_in,
    solutions,
    standstill,
    trainings,
    untold,
)
from hmaint.duty.change_clock import ChangeClock
from hmaint.duty.change_clock import State as Clock
from hmaint.duty.clock import Deadline
from hmaint.duty.downtime import Downtime, availability
from hmaint.duty.incident import fold
from hmaint.duty.incident_view import View, view
from hmaint.duty.owed import Known, owed
from hmaint.model.duty import Deed, Due, Span, State
from hmaint.model.entry import Entry
from hmaint.model.ledgers.training import TRAINING
from hmaint.model.matter import fold as fold_matter
from tests.duty.contracts import a_contract, a_deed, an_obligation
from tests.duty.incidents import at, profile, told
from tests.store.samples import NOON

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
QUARTER = Span("2026Q4", FIRST, LAST, FIRST, LAST)
NOW = "2026-12-31 12:00:00"


def _seen(
    number: str, reported: str, *events: tuple[str, str], links: tuple[str, ...] = (), **body: object
) -> View:
    entries = told(
        reported, {"request": "fault", "scope": "person", "interruption": "minor", **body}, *events
    )
    incident = fold(entries)
    assert incident is not None
    return view(replace(incident, id=number, links=links), profile("s3"), at(NOW))


GOOD = _seen(
    "I-1", "2026-11-02 09:00:00", ("responded", "2026-11-02 09:20:00"), ("resolved", "2026-11-02 09:25:00")
)
LATE = _seen(
    "I-2", "2026-11-03 09:00:00", ("responded", "2026-11-03 11:10:00"), ("resolved", "2026-11-05 09:00:00")
)
OPEN = _seen("I-3", "2026-12-31 11:59:00")
AGAIN = _seen("I-4", "2026-11-09 09:00:00", ("responded", "2026-11-09 09:01:00"),
              ("resolved", "2026-11-09 09:05:00"), links=("I-1",))  # fmt: skip


def _ids(records: tuple[Record, ...]) -> list[str]:
    return [each.id for each in records]


def test_a_clock_is_met_missed_or_running_incident_by_incident() -> None:
    found = clocks(Topic.RESPONSE, ("response",), [GOOD, LATE, OPEN])
    assert (_ids(found.met), _ids(found.missed), _ids(found.open)) == (["I-1"], ["I-2"], ["I-3"])
    assert found.missed[0].late == timedelta(minutes=10)
    assert found.share == Decimal("50.0")


def test_an_incident_without_any_clock_is_not_judged() -> None:
    alone = replace(GOOD, timers=(), fault="contracts/icu.yaml 不存在")
    found = clocks(Topic.RESPONSE, ("response",), [alone])
    assert (_ids(found.unjudged), found.share, found.known) == (["I-1"], None, True)
    assert found.unjudged[0].note == "contracts/icu.yaml 不存在"


def test_a_solution_counts_when_it_was_in_time_and_did_not_come_again() -> None:
    found = solutions([GOOD, LATE, OPEN, AGAIN])
    assert (_ids(found.met), _ids(found.missed), _ids(found.open)) == (["I-1"], ["I-2", "I-4"], ["I-3"])
    assert found.repeated == ("I-4",)


def test_a_return_of_what_was_solved_before_the_period_is_noticed() -> None:
    assert solutions([AGAIN], [GOOD]).repeated == ("I-4",)
    assert solutions([AGAIN]).repeated == ()


def test_what_was_reported_in_the_period_counts_by_the_day_in_china() -> None:
    edge = _seen("I-9", "2026-12-31 23:59:59")
    outside = _seen("I-8", "2027-01-01 00:00:00")
    assert [each.incident.id for each in reported_in([GOOD, edge, outside], QUARTER)] == ["I-1", "I-9"]


def _due(state: State, day: date | None = date(2026, 10, 31), **more: object) -> Due:
    return Due("S3-1.1.1", "月度巡检", state, day=day, **more)  # type: ignore[arg-type] # fields of the table below


def test_what_was_done_late_is_missed_and_what_cannot_be_told_is_not_judged() -> None:
    deed = Deed("R-1", frozenset({"inspection"}), date(2026, 10, 20), date(2026, 10, 20))
    found = kept(
        Topic.INSPECTION,
        [
            _due(State.MET, met_by=(deed,), partial=("icu-db-1",)),
            _due(State.MET, met_by=(deed,), late=2),
            _due(State.OVERDUE, late=9),
            _due(State.DUE),
            _due(State.CANNOT_TELL),
            _due(State.UPCOMING),
            _due(State.OVERDUE, day=date(2026, 9, 30)),
            _due(State.MET, day=date(2027, 1, 31)),
        ],
        QUARTER,
    )
    counted = [len(each) for each in (found.met, found.missed, found.open, found.unjudged)]
    assert counted == [1, 2, 1, 1]
    assert found.partial == ("icu-db-1",)
    assert "R-1" in found.met[0].note
    assert found.missed[0].late == timedelta(days=2)


@pytest.mark.parametrize(
    ("met", "missed", "share"), [(2999, 1, "99.9"), (1, 0, "100.0"), (0, 3, "0.0"), (1, 2, "33.3")]
)
def test_a_share_is_never_rounded_up_to_all(met: int, missed: int, share: str) -> None:
    one = Record("I-1")
    assert str(Indicator(Topic.DUTIES, (one,) * met, (one,) * missed).share) == share


def test_nothing_on_record_is_nothing_known() -> None:
    assert not clocks(Topic.RESPONSE, ("response",), []).known
    assert Indicator(Topic.TRAINING).share is None


def test_a_training_nobody_checked_is_not_called_effective() -> None:
    def entry(number: str, event: str, **body: object) -> Entry:
        return Entry(number, "T-1", "training", event, "icu", NOON, NOON, "张工", body)

    planned = entry("1", "planned", topic="操作培训", date="2026-11-21", trainer="张工", audience="护士")
    held = entry("2", "attended", attended=[{"name": "李护士", "staff_number": "1", "department": "ICU"}])
    checked = entry(
        "3", "checked", effect=[{"way": "现场考核", "people": "1", "outcome": "合格 1 人", "again": ""}]
    )
    assert not trainings([fold_matter(TRAINING, [planned])], QUARTER).known
    assert _ids(trainings([fold_matter(TRAINING, [planned, held])], QUARTER).unjudged) == ["T-1"]
    found = trainings([fold_matter(TRAINING, [planned, held, checked])], QUARTER)
    assert (_ids(found.met), found.met[0].note) == (["T-1"], "现场考核 合格 1 人")
    outside = Span("2026Q3", date(2026, 7, 1), date(2026, 9, 30), date(2026, 7, 1), date(2026, 9, 30))
    assert not trainings([fold_matter(TRAINING, [planned, held])], outside).known


def test_limits_of_changes_count_where_they_end() -> None:
    def clock(state: Clock, due: str, met: str = "") -> ChangeClock:
        return ChangeClock(
            "deliver", state, "3wd", deadline=Deadline(at(due)), met_at=at(met) if met else None
        )

    found = changes(
        [
            ("C-1", clock(Clock.MET, "2026-11-02 23:59:59", "2026-11-01 10:00:00")),
            ("C-2", clock(Clock.MISSED, "2026-11-02 23:59:59", "2026-11-03 23:59:59")),
            ("C-3", clock(Clock.RUNNING, "2026-12-31 23:59:59")),
            ("C-4", clock(Clock.MET, "2027-01-01 23:59:59", "2026-12-01 10:00:00")),
            ("C-5", ChangeClock("total", Clock.MEASURED, "")),
        ],
        QUARTER,
    )
    assert (_ids(found.met), _ids(found.missed), _ids(found.open)) == (["C-1"], ["C-2"], ["C-3"])
    assert found.missed[0].late == timedelta(days=1)


def test_a_system_may_be_within_the_limit_by_one_reading_and_over_it_by_the_other() -> None:
    stretches = [
        Downtime(at("2026-11-01 00:00:00"), at("2026-11-01 07:00:00"), planned=True, source="X-1"),
        Downtime(at("2026-11-02 00:00:00"), at("2026-11-02 02:00:00"), source="I-1"),
    ]
    found = availability(stretches, at("2026-01-01 00:00:00"), at("2027-01-01 00:00:00"))
    year = Span("2026", date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31))
    assert standstill(found, timedelta(hours=8), year).within == (True, False)
    assert standstill(found, timedelta(hours=9), year).within == (True, True)


def test_what_nobody_told_of_an_incident_is_no_proof_that_the_system_stood() -> None:
    silent = _seen("I-9", "2026-11-04 09:00:00", interruption="")
    asked = _seen("I-8", "2026-11-04 10:00:00", interruption="", request="consult")
    assert untold([silent, asked, GOOD], QUARTER) == ("I-9",)
    nothing = availability([], at("2026-01-01 00:00:00"), at("2027-01-01 00:00:00"))
    assert standstill(nothing, timedelta(hours=8), QUARTER, ("I-9",)).within == (None, None)
    down = Downtime(at("2026-11-01 00:00:00"), at("2026-11-01 09:00:00"), planned=True, source="X-1")
    whole = availability([down], at("2026-01-01 00:00:00"), at("2027-01-01 00:00:00"))
    assert standstill(whole, timedelta(hours=8), QUARTER, ("I-9",)).within == (None, False)


def test_a_daily_duty_is_assessed_over_the_whole_period_in_one_line() -> None:
    contract = a_contract(an_obligation("backup_run", "day"))
    quarter = Span("2026Q1", date(2026, 1, 1), date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31))
    nights = [a_deed(date(2026, 1, day), "backup_sound") for day in range(1, 31)]
    found = owed(contract, "tj", Known(tuple(nights)), date(2026, 6, 1), date(2026, 6, 1), daily=quarter)
    assessed = kept(Topic.DUTIES, found.dues, quarter)
    assert (len(assessed.met), _ids(assessed.missed)) == (0, ["X-1"])
    assert assessed.missed[0].note.endswith("缺 60 天")
