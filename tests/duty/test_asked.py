"""What a contract does not ask for changes nothing of what it makes owed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmaint.duty.asked import asked_by
from hmaint.duty.owed import Known, owed
from hmaint.model.contract import Contract
from hmaint.model.duty import Deed, Event
from tests.duty.contracts import a_contract, an_event
from tests.duty.incidents import profile
from tests.duty.test_due_properties import DAYS, EVENTS, contracts, deeds

NAMES = (
    "incident.resolved",
    "incident.closed",
    "inspection.finished",
    "training.done",
    "upgrade.done",
    "nothing",
)


def wanted(contract: Contract, known: list[Deed], events: list[Event]) -> Known:
    asked = asked_by(contract)
    return Known(
        tuple(each for each in known if each.clauses or each.acts & asked.acts),
        tuple(each for each in events if each.name in asked.events),
    )


@settings(max_examples=200, deadline=None)
@given(
    contract=contracts(),
    known=st.lists(deeds(), max_size=8),
    events=EVENTS,
    more=st.lists(st.builds(an_event, st.sampled_from(NAMES), DAYS), max_size=3),
    today=DAYS,
)
def test_nothing_else_counts(
    contract: Contract, known: list[Deed], events: list[Event], more: list[Event], today: date
) -> None:
    told = [*events, *more]
    all_of_it = owed(contract, "icu", Known(tuple(known), tuple(told)), today, today + timedelta(days=40))
    assert (
        owed(contract, "icu", wanted(contract, known, told), today, today + timedelta(days=40)) == all_of_it
    )


@pytest.mark.parametrize(
    ("name", "acts", "events"),
    [
        ("s0", {"backup_look", "inspection", "paper:incident-report"}, {"incident.closed"}),
        (
            "s1",
            {"backup_sound", "training", "paper:inspection-report"},
            {"inspection.finished", "upgrade.done"},
        ),
        ("s3", {"backup_look", "restore", "paper:health-report"}, {"incident.resolved", "security_event"}),
        ("s4", {"paper:maintenance-log", "paper:training-signin"}, {"maintenance.done", "training.done"}),
    ],
)
def test_it_is_read_out_of_obligations_and_of_what_is_owed_after_events(
    name: str, acts: set[str], events: set[str]
) -> None:
    contract = profile(name)
    asked = asked_by(contract)
    assert acts <= asked.acts
    assert events <= asked.events
    assert asked.judged == {each.on for each in contract.triggered if each.when}


def test_of_nothing_nothing_is_asked() -> None:
    asked = asked_by(a_contract())
    assert not asked.acts | asked.events | asked.judged
