"""Changes under the five contracts: each clock from its event to its event, worked out by hand; what is free."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from hmaint.duty.change import ENDED, Stage, stage_of
from hmaint.duty.change_clock import PROMISE, TOTAL, ChangeClock, State, clocks_of, next_due
from hmaint.duty.change_effort import balances, effort_of
from hmaint.kit.clock import CHINA
from hmaint.kit.resources import shipped
from hmaint.load.contract import read_contract
from hmaint.model.contract import Contract
from hmaint.model.entry import WITHDRAWN, Entry
from hmaint.model.ledgers.change import CHANGE
from hmaint.model.ledgers.duty import COUNT
from hmaint.model.matter import Matter, fold

ASKED = datetime(2026, 12, 11, 9, 0, tzinfo=CHINA)  # a Friday
NOW = datetime(2026, 12, 12, 9, 0, tzinfo=CHINA)


def contract(name: str) -> Contract:
    return read_contract(shipped("contracts") / f"{name}.yaml")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def change(
    grade: str, *events: tuple[str, str, dict[str, object]], kind: str = "1", **more: object
) -> Matter:
    first = Entry(
        "0", "C-1", "change", "asked", "tj", ASKED, ASKED, "张工", {"kind": kind, "grade": grade, **more}
    )
    rest = [
        replace(first, id=str(n), event=event, at=at(when), body=body)
        for n, (event, when, body) in enumerate(events, start=1)
    ]
    return fold(CHANGE, [*reversed(rest), first])


def clock(found: tuple[ChangeClock, ...], name: str) -> ChangeClock:
    (one,) = [each for each in found if each.id == name]
    return one


CONFIRMED = ("confirmed", "2026-12-11T10:00:00", {"confirmed_by": "王药师"})
CASES = [
    # contract, grade, events, clock, due, state
    ("s3", "bug_urgent", [CONFIRMED], "start", "2026-12-11T12:00:00", State.MISSED),
    ("s3", "bug_urgent", [CONFIRMED, ("started", "2026-12-11T11:59:59", {"workaround": "手工登记"})],
     "start", "2026-12-11T12:00:00", State.MET),
    ("s3", "bug_urgent", [CONFIRMED, ("started", "2026-12-11T11:00:00", {})],
     "start", "2026-12-11T12:00:00", State.MISSED),
    ("s3", "bug_urgent", [CONFIRMED], "patch", "2026-12-12T10:00:00", State.RUNNING),
    ("s3", "bug_urgent", [CONFIRMED, ("planned", "2026-12-12T10:00:01", {"plan": "补丁"})],
     "patch", "2026-12-12T10:00:00", State.MISSED),
    ("s3", "bug_urgent", [CONFIRMED, ("delivered", "2026-12-12T08:00:00", {"result": "已部署"})],
     "patch", "2026-12-12T10:00:00", State.MET),
    # Accepted after it was confirmed: the later of both counts.
    ("s3", "bug_urgent", [CONFIRMED, ("accepted", "2026-12-11T15:00:00", {})],
     "start", "2026-12-11T17:00:00", State.MISSED),
    # TIME.md: ten working days after a Friday.
    ("s3", "req_complex", [CONFIRMED], "deliver", "2026-12-25T23:59:59", State.RUNNING),
    ("s3", "req_simple", [CONFIRMED], "deliver", "2026-12-16T23:59:59", State.RUNNING),
    ("s3", "req_medium", [CONFIRMED, ("delivered", "2026-12-22T23:59:59", {"result": "完成"})],
     "deliver", "2026-12-22T23:59:59", State.MET),
    ("s3", "req_medium", [CONFIRMED, ("delivered", "2026-12-23T00:00:00", {"result": "完成"})],
     "deliver", "2026-12-22T23:59:59", State.MISSED),
    ("s3", "bug_general", [CONFIRMED, ("assessed", "2026-12-14T09:00:00", {"analysis": "甲", "effort": "1"})],
     "analysis", "2026-12-16T23:59:59", State.RUNNING),
    ("s3", "bug_general",
     [CONFIRMED, ("assessed", "2026-12-14T09:00:00", {"analysis": "甲", "effort": "1", "solution": "乙"})],
     "analysis", "2026-12-16T23:59:59", State.MET),
    ("s3", "bug_general", [], TOTAL, "2027-03-11T23:59:59", State.RUNNING),
    ("s0", "bug_other", [], "fix", "2027-03-11T23:59:59", State.RUNNING),
    ("s0", "bug_other", [("promised", "2026-12-11T11:00:00", {"promised": "2026-12-31"})],
     "fix", "2026-12-31T23:59:59", State.RUNNING),
    ("s0", "req_other", [("confirmed", "2026-12-11T11:00:00", {"due": "2027-01-05T18:00:00+08:00"})],
     "fix", "2027-01-05T18:00:00", State.RUNNING),
    ("s1", "latent_bug", [("accepted", "2026-12-11T10:59:00", {})], "response", "2026-12-11T11:00:00", State.MET),
    ("s1", "latent_bug", [], "response", "2026-12-11T11:00:00", State.MISSED),
    ("s4", "custom", [CONFIRMED, ("promised", "2026-12-11T11:00:00", {"promised": "2026-12-20"}),
                      ("delivered", "2026-12-12T08:00:00", {"result": "完成"})],
     "deliver", "2026-12-20T23:59:59", State.RUNNING),
    ("s4", "custom", [CONFIRMED, ("promised", "2026-12-11T11:00:00", {"promised": "2026-12-11"}),
                      ("delivered", "2026-12-11T18:00:00", {"result": "完成"}),
                      ("debugged", "2026-12-11T20:00:00", {})],
     PROMISE, "2026-12-11T23:59:59", State.MET),
    ("s4", "custom", [CONFIRMED, ("promised", "2026-12-11T11:00:00", {"promised": "2026-12-11"}),
                      ("delivered", "2026-12-11T18:00:00", {"result": "完成"})],
     PROMISE, "2026-12-11T23:59:59", State.MISSED),
    # A contract without such a form: delivering by the day is enough.
    ("s3", "req_simple", [("promised", "2026-12-11T11:00:00", {"promised": "2026-12-11"}),
                          ("delivered", "2026-12-11T18:00:00", {"result": "完成"})],
     PROMISE, "2026-12-11T23:59:59", State.MET),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_clock_runs_from_its_event_to_its_event(case: tuple[Any, ...]) -> None:
    name, grade, events, which, due, state = case
    found = clock(clocks_of(change(grade, *events), contract(name), NOW), which)
    assert found.deadline is not None
    assert (found.deadline.due, found.state) == (at(due), state)


def test_a_clock_whose_event_has_not_happened_waits_and_is_never_called_kept() -> None:
    found = clock(clocks_of(change("req_simple"), contract("s3"), NOW), "deliver")
    assert (found.state, found.since, found.deadline) == (State.WAITING, None, None)


def test_at_once_is_told_in_minutes_and_judged_by_nobody() -> None:
    running = clock(clocks_of(change("req_urgent"), contract("s3"), NOW), "assess")
    assert (running.state, running.since) == (State.RUNNING, ASKED)
    done = change("req_urgent", ("assessed", "2026-12-11T09:40:00", {"analysis": "甲", "effort": "1"}))
    told = clock(clocks_of(done, contract("s3"), NOW), "assess")
    assert (told.state, told.met_at) == (State.MEASURED, at("2026-12-11T09:40:00"))


def test_an_agreed_day_that_nobody_named_yet_is_measured_only() -> None:
    found = clock(clocks_of(change("custom", CONFIRMED), contract("s4"), NOW), "deliver")
    assert (found.state, found.deadline) == (State.MEASURED, None)


def test_a_promise_counts_without_any_contract() -> None:
    promised = change("", ("promised", "2026-12-11T11:00:00", {"promised": "2026-12-20"}))
    assert [each.id for each in clocks_of(promised, None, NOW)] == [PROMISE]
    assert next_due(clocks_of(promised, None, NOW)) is not None


def test_a_promise_moved_counts_as_moved_and_both_are_on_record() -> None:
    moved = change(
        "", ("promised", "2026-12-11T11:00:00", {"promised": "2026-12-20"}),
        ("promised", "2026-12-12T08:00:00", {"promised": "2026-12-28"}),
    )  # fmt: skip
    assert clock(clocks_of(moved, None, NOW), PROMISE).limit == "2026-12-28"
    assert len(moved.all("promised")) == 2


def test_closing_ends_what_still_ran_and_forgives_nothing_that_was_late() -> None:
    closed = change("req_simple", CONFIRMED, ("closed", "2026-12-12T08:00:00", {"closed_because": "撤回"}))
    later = NOW + timedelta(days=60)
    assert clock(clocks_of(closed, contract("s3"), later), "deliver").state is State.ENDED
    late = change("bug_urgent", CONFIRMED, ("closed", "2026-12-12T08:00:00", {"closed_because": "撤回"}))
    assert clock(clocks_of(late, contract("s3"), later), "start").state is State.MISSED
    assert clock(clocks_of(late, contract("s3"), later), "patch").state is State.ENDED


def test_a_withdrawn_change_has_no_clocks() -> None:
    first = change("req_simple", CONFIRMED)
    back = replace(first.history[0], id="x", event=WITHDRAWN, corrects="0", body={"reason": "重复"})
    gone = fold(CHANGE, [*first.history, back])
    assert clocks_of(gone, contract("s3"), NOW) == ()
    assert stage_of(gone) is Stage.WITHDRAWN


def test_how_far_a_change_has_come_hangs_on_no_order() -> None:
    first = change("custom", CONFIRMED, ("promised", "2026-12-11T11:00:00", {"promised": "2026-12-20"}),
                   ("delivered", "2026-12-12T08:00:00", {"result": "完成"}))  # fmt: skip
    assert {stage_of(fold(CHANGE, order)) for order in permutations(first.history)} == {Stage.DELIVERED}
    assert (
        len({clocks_of(fold(CHANGE, order), contract("s4"), NOW) for order in permutations(first.history)})
        == 1
    )
    assert Stage.DELIVERED not in ENDED


@pytest.mark.parametrize(
    ("days", "exceeded", "beyond"),
    [("4.9", False, "0"), ("5", False, "0"), ("5.1", True, "0.1"), ("12", True, "7")],
)
def test_five_days_of_one_person_are_free_and_the_fifth_is_among_them(
    *, days: str, exceeded: bool, beyond: str
) -> None:
    wants = contract("s3").requirements
    assert wants is not None
    told = change("req_simple", ("assessed", "2026-12-11T11:00:00", {"analysis": "甲", "effort": days}))
    found = effort_of(told, wants.free_quota)
    assert found is not None
    assert (found.exceeded, found.beyond, found.spent) == (exceeded, Decimal(beyond), False)


def test_what_it_took_counts_before_what_it_was_thought_to_take() -> None:
    told = change("", ("assessed", "2026-12-11T11:00:00", {"analysis": "甲", "effort": "4"}),
                  ("delivered", "2026-12-12T08:00:00", {"result": "完成", "spent": "6"}))  # fmt: skip
    wants = contract("s0").requirements
    assert wants is not None
    found = effort_of(told, wants.free_quota)
    assert found is not None
    assert (found.days, found.spent, found.beyond) == (Decimal(6), True, Decimal(1))
    assert effort_of(told, None) is None


def test_fifteen_person_days_are_used_up_by_all_changes_together() -> None:
    told = [replace_id(change("", ("assessed", "2026-12-11T11:00:00", {"analysis": "甲", "effort": days})), n)
            for n, days in enumerate(("7.5", "4", "5"), start=1)]  # fmt: skip
    (found,) = balances(contract("s2"), told)
    assert (found.used, found.left, found.records) == (
        Decimal("16.5"),
        Decimal("-1.5"),
        ("C-1", "C-2", "C-3"),
    )


def test_ten_reports_are_counted_by_the_changes_that_name_the_clause_and_by_hand() -> None:
    named = change("", kind="3", quota="S1-1.3b", quantity="2")
    other = replace_id(change("", kind="3"), 2)
    entry = Entry(
        "q", "Q-1", "count", "counted", "tj", NOW, NOW, "张工", {"clause": "S1-1.3b", "quantity": "3"}
    )
    (found,) = balances(contract("s1"), [named, other], [fold(COUNT, [entry])])
    assert (found.used, found.left, found.records) == (Decimal(5), Decimal(5), ("C-1", "Q-1"))


def test_what_was_laid_to_rest_uses_nothing_up() -> None:
    closed = change(
        "", ("closed", "2026-12-12T08:00:00", {"closed_because": "撤回"}), quota="S1-1.3b", kind="3"
    )
    assert balances(contract("s1"), [closed])[0].used == 0


def replace_id(one: Matter, number: int) -> Matter:
    return fold(CHANGE, [replace(each, matter=f"C-{number}") for each in one.history])
