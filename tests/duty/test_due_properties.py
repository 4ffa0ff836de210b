"""What must hold of duties whatever the contract and the records: order, doing more, and time going on."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hmaint.model.contract import Contract, DocumentTerms, Obligation, Triggered
from hmaint.model.duty import Deed, Due, Event, State
from hmaint.model.limit import Limit
from tests.duty.contracts import a_contract, an_event, held

FIRST = date(2026, 1, 1)
DAYS = st.dates(date(2025, 12, 1), date(2027, 2, 28))
KINDS = (
    "inspection",
    "patch",
    "submission",
    "backup_check",
    "inspection_meeting",
    "incident_summary",
    "drill",
)
ACTS = (
    "inspection", "patch", "backup_look", "meeting", "drill", "performed", "paper:inspection-sheet",
    "paper:incident-report",
)  # fmt: skip
WORSE = (State.OVERDUE, State.CANNOT_TELL)


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    obligations = tuple(
        Obligation(
            f"X-{number}", "名", draw(st.sampled_from(KINDS)),
            draw(st.sampled_from(["week", "month", "quarter", "half_year", "year", "contract"])),
            draw(st.integers(1, 2)), draw(st.sampled_from(["any", "remote", "onsite"])),
            draw(st.sampled_from(["calendar", "contract"])), evidence=("inspection_sheet",),
            scope=draw(st.sampled_from([(), ("安全检查",)])),
        )
        for number in range(draw(st.integers(1, 3)))
    )  # fmt: skip
    within = draw(st.sampled_from([None, Limit(3, "workday"), Limit(1, "month")]))
    duties = (Triggered("X-9", "incident.resolved", within, deliver=("rca",)),)
    names = {"inspection_sheet": DocumentTerms("inspection_sheet", "单")}
    return a_contract(*obligations, triggered=duties, documents=names)


@st.composite
def deeds(draw: st.DrawFn, *, whole: bool = False) -> Deed:
    day = draw(DAYS)
    act = draw(st.sampled_from(ACTS))
    missed = frozenset() if whole else draw(st.frozensets(st.sampled_from("abc"), max_size=2))
    more: dict[str, Any] = {}
    if act == "inspection":
        more = {
            "seen": frozenset("abc") - missed,
            "missed": missed,
            "mode": draw(st.sampled_from(["", "remote", "onsite"])),
        }
    if act.startswith("paper"):
        more = {
            "submitted": draw(st.sampled_from([None, day, day + timedelta(days=5)])),
            "of": draw(st.sampled_from([frozenset(), frozenset({"I-1"})])),
        }
    if act == "performed":
        more = {"clauses": frozenset({draw(st.sampled_from(["X-0", "X-1", "X-9"]))})}
    return Deed(f"N-{draw(st.integers(0, 10**6))}", frozenset({act}), day, day, **more)


EVENTS = st.lists(
    st.builds(lambda day, n: an_event("incident.resolved", day, f"I-{n}"), DAYS, st.integers(1, 4)),
    max_size=3,
)


def key(due: Due) -> tuple[str, str, str]:
    event = f"{due.event.at}{due.event.record}" if due.event else ""
    return due.clause, due.span.name if due.span else "", event


@settings(max_examples=150, deadline=None)
@given(
    contract=contracts(),
    known=st.lists(deeds(), max_size=8),
    events=EVENTS,
    today=DAYS,
    seed=st.integers(0, 99),
)
def test_the_order_of_records_does_not_matter_and_neither_does_telling_them_twice(
    contract: Contract, known: list[Deed], events: list[Event], today: date, seed: int
) -> None:
    shuffled = random.Random(seed).sample(known * 2, len(known) * 2)  # noqa: S311 - no secret
    again = random.Random(seed).sample(events, len(events))  # noqa: S311 - no secret
    until = today + timedelta(days=40)
    assert held(contract, today, known, events, until) == held(contract, today, shuffled, again, until)


@settings(max_examples=200, deadline=None)
@given(
    contract=contracts(), known=st.lists(deeds(), max_size=6), more=deeds(whole=True), events=EVENTS, today=DAYS
)  # fmt: skip
def test_doing_more_never_makes_anything_overdue_or_later(
    contract: Contract, known: list[Deed], more: Deed, events: list[Event], today: date
) -> None:
    before = {key(due): due for due in held(contract, today, known, events).dues}
    after = {key(due): due for due in held(contract, today, [*known, more], events).dues}
    assert set(before) == set(after)
    for name, due in after.items():
        assert not (before[name].state is State.MET and due.state is not State.MET)
        assert not (due.state in WORSE and before[name].state not in WORSE)
        assert due.late <= before[name].late


@settings(max_examples=200, deadline=None)
@given(
    contract=contracts(), known=st.lists(deeds(), max_size=6), events=EVENTS, today=DAYS, days=st.integers(1, 120)
)  # fmt: skip
def test_time_going_on_only_moves_things_on(
    contract: Contract, known: list[Deed], events: list[Event], today: date, days: int
) -> None:
    """Upcoming, due, overdue; met at any time, and never undone. The records are those of the earlier day."""
    told = [each for each in known if each.performed <= today and (each.submitted or each.performed) <= today]
    past = [each for each in events if each.at.date() <= today]
    order = [State.UPCOMING, State.DUE, State.OVERDUE]
    before = {key(due): due for due in held(contract, today, told, past).dues}
    after = {key(due): due for due in held(contract, today + timedelta(days=days), told, past).dues}
    assert set(before) <= set(after)
    for name, due in before.items():
        then = after[name]
        assert (then.day, then.provisional, then.met_by) == (due.day, due.provisional, due.met_by)
        if due.state is State.MET:
            assert then.state is State.MET
        else:
            assert order.index(then.state) >= order.index(due.state)


@settings(max_examples=100, deadline=None)
@given(contract=contracts(), known=st.lists(deeds(), max_size=8), today=DAYS)
def test_nothing_is_met_without_naming_a_record_of_its_own_period(
    contract: Contract, known: list[Deed], today: date
) -> None:
    for due in held(contract, today, known).dues:
        if due.state is State.MET:
            assert due.met_by
            assert all(due.span is None or deed.told or deed.performed in due.span for deed in due.met_by)
