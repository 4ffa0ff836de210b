"""What is owed after an event: by which day, met by the paper about that very event, and what hangs on facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hmaint.duty.owed import level_of
from hmaint.duty.term import span_of
from hmaint.kit.i18n import _
from hmaint.model.contract import Contract, DocumentTerms, Triggered
from hmaint.model.duty import State
from hmaint.model.incident import Facts
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level
from hmaint.model.predicate import Among, Either
from tests.duty.contracts import a_contract, a_deed, an_event, held, only

WORKDAYS = Limit(3, "workday")
DOCUMENTS = {
    name: DocumentTerms(name, title) for name, title in (("rca", "故障分析报告"), ("run_table", "运行表"))
}


def a_duty(on: str = "incident.resolved", within: Limit | None = WORKDAYS, **more: Any) -> Contract:
    told: dict[str, Any] = {"deliver": ("rca",), **more}
    return a_contract(triggered=(Triggered("X-2", on, within, **told),), documents=DOCUMENTS)


def test_a_report_is_due_three_statutory_working_days_after_the_incident_was_resolved() -> None:
    # The golden date: resolved on Wednesday 30 September 2026, eight days off, 10 October is worked.
    event = an_event("incident.resolved", date(2026, 9, 30))
    due = only(held(a_duty(), date(2026, 10, 10), events=[event]))
    assert (due.day, due.state, due.provisional) == (date(2026, 10, 10), State.DUE, False)
    assert level_of(due, date(2026, 10, 10)) is Level.WARNING
    assert only(held(a_duty(), date(2026, 10, 11), events=[event])).state is State.OVERDUE


def test_a_year_that_is_not_announced_makes_the_day_provisional_with_the_earliest_beside_it() -> None:
    contract = a_duty(within=Limit(15, "workday"))
    event = an_event("incident.resolved", date(2035, 1, 25))
    due = only(held(contract, date(2035, 1, 26), events=[event]))
    assert due.provisional
    assert due.earliest is not None
    assert due.day is not None
    assert due.earliest < due.day
    assert due.remind == due.earliest


def test_only_the_paper_about_that_very_incident_meets_it_and_only_once_it_is_handed_in() -> None:
    events = [an_event("incident.resolved", date(2026, 3, 2), f"I-{n}") for n in (1, 2)]
    today = date(2026, 3, 4)
    paper = a_deed(date(2026, 3, 3), "paper:incident-report", record="D-1", of=frozenset({"I-2"}))
    made = held(a_duty(), today, [paper], events)
    assert [str(due.state) for due in made.dues] == ["due", "due"]
    assert made.dues[1].remarks == (_("made, but not handed in"),)
    handed = a_deed(
        date(2026, 3, 3), "paper:incident-report", record="D-1", of=frozenset({"I-2"}), submitted=today
    )
    found = held(a_duty(), today, [handed], events)
    assert {due.event.record: str(due.state) for due in found.dues if due.event} == {
        "I-1": "due",
        "I-2": "met",
    }


def test_what_a_person_put_down_about_the_incident_meets_it_too() -> None:
    by_hand = a_deed(
        date(2026, 3, 3), "performed", clauses=frozenset({"X-2"}), of=frozenset({"I-1"}), record="O-1"
    )
    events = [an_event("incident.resolved", date(2026, 3, 2), f"I-{n}") for n in (1, 2)]
    found = held(a_duty(), date(2026, 3, 4), [by_hand], events)
    assert [str(due.state) for due in found.dues] == ["met", "due"]


@pytest.mark.parametrize(("scope", "level", "states"), [
    ("department", "P3", ["due"]), ("person", "P1", ["due"]), ("person", "P3", []), ("", "P3", ["cannot_tell"]),
])  # fmt: skip
def test_whether_it_is_owed_can_hang_on_level_and_scope(scope: str, level: str, states: list[str]) -> None:
    when = Either((Among("level", ("P1", "P2")), Among("scope", ("科室", "全院"))))
    event = an_event("incident.resolved", date(2026, 3, 2), facts=Facts(scope=scope), level=level)
    found = held(a_duty(when=when), date(2026, 3, 3), events=[event])
    assert [str(due.state) for due in found.dues] == states


def test_without_a_limit_in_the_contract_nothing_is_ever_called_overdue() -> None:
    event = an_event("incident.resolved", date(2026, 3, 2))
    due = only(held(a_duty(within=None), date(2026, 12, 1), events=[event]))
    assert (due.state, due.day, level_of(due, date(2026, 12, 1))) == (State.DUE, None, Level.OK)


def test_at_once_is_told_and_not_judged() -> None:
    event = an_event("security_event", date(2026, 3, 2))
    contract = a_duty(
        "security_event", Limit(0, "second"), immediate=True, deliver=(), act="report_to_hospital"
    )
    due = only(held(contract, date(2026, 3, 9), events=[event]))
    assert (due.state, due.day) == (State.DUE, None)
    done = a_deed(date(2026, 3, 2), "performed", clauses=frozenset({"X-2"}))
    assert only(held(contract, date(2026, 3, 9), [done], [event])).state is State.MET


def test_a_plan_is_due_a_month_after_signing_and_the_term_itself_tells_of_signing() -> None:
    contract = a_duty("contract.signed", Limit(1, "month"), deliver=("emergency_plan",))
    due = only(held(contract, date(2026, 1, 20)))
    assert (due.day, due.state) == (date(2026, 2, 2), State.DUE), "1 February is a Sunday"
    plan = a_deed(date(2025, 12, 29), "paper:emergency-plan", submitted=date(2025, 12, 30))
    assert only(held(contract, date(2026, 1, 20), [plan])).state is State.MET


def test_without_the_day_of_signing_it_cannot_be_told_and_says_what_to_put_where() -> None:
    contract = a_duty("service.started", Limit(15, "workday"))
    bare = a_contract(triggered=contract.triggered, dates={})
    due = only(held(bare, date(2026, 1, 20)))
    assert due.state is State.CANNOT_TELL
    assert "service_start" in due.remarks[0]


def test_what_is_owed_at_the_end_of_the_contract_waits_for_it() -> None:
    contract = a_duty("contract.end", None)
    assert only(held(contract, date(2026, 6, 1))).state is State.UPCOMING
    assert only(held(contract, date(2027, 1, 1))).state is State.DUE


def test_a_summary_before_the_meeting_is_late_when_it_comes_after_it() -> None:
    contract = a_duty("quarterly_meeting.before", None, before=True, deliver=("operation_summary",))
    meeting = an_event("quarterly_meeting.before", date(2026, 4, 10), "M-1")
    today = date(2026, 4, 12)
    assert only(held(contract, today, events=[meeting])).state is State.OVERDUE
    before = a_deed(date(2026, 4, 8), "paper:operation-summary", submitted=date(2026, 4, 9))
    assert only(held(contract, today, [before], [meeting])).state is State.MET
    after = a_deed(date(2026, 4, 8), "paper:operation-summary", submitted=date(2026, 4, 12))
    assert only(held(contract, today, [after], [meeting])).late == 2


def test_one_running_table_shows_every_visit_before_it() -> None:
    contract = a_duty("maintenance.done", None, deliver=("run_table",), confirm="email")
    visits = [an_event("maintenance.done", date(2026, 3, day), f"R-{day}") for day in (2, 9)]
    table = a_deed(date(2026, 3, 10), "paper:maintenance-log", submitted=date(2026, 3, 10), record="D-1")
    found = held(contract, date(2026, 3, 11), [table], visits)
    assert [str(due.state) for due in found.dues] == ["met", "met"]
    later = held(
        contract,
        date(2026, 3, 20),
        [table],
        [*visits, an_event("maintenance.done", date(2026, 3, 16), "R-16")],
    )
    assert [str(due.state) for due in later.dues] == ["met", "met", "due"]


def test_a_training_is_not_its_own_sign_in_sheet() -> None:
    contract = a_duty("training.done", None, deliver=("training_signin",))
    event = an_event("training.done", date(2026, 3, 2), "T-1")
    held_one = a_deed(date(2026, 3, 2), "training", record="T-1")
    assert only(held(contract, date(2026, 3, 9), [held_one], [event])).state is State.DUE
    sheet = a_deed(
        date(2026, 3, 2), "paper:training-signin", of=frozenset({"T-1"}), submitted=date(2026, 3, 3)
    )
    assert only(held(contract, date(2026, 3, 9), [held_one, sheet], [event])).state is State.MET


def test_what_happened_before_the_first_day_is_owed_under_the_contract_before() -> None:
    contract = a_duty()
    term = span_of(contract)
    assert term is not None
    eve = term.first - timedelta(days=1)
    events = [an_event("incident.resolved", day, f"I-{n}") for n, day in enumerate((eve, term.first))]
    due = only(held(contract, term.first + timedelta(days=20), events=events))
    assert due.event is not None
    assert due.event.record == "I-1"
