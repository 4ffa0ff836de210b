"""What holds of a matter is the same in whatever order its entries come, and nothing said is ever lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.kit.clock import CHINA
from hmaint.model.entry import WITHDRAWN, Entry
from hmaint.model.ledgers.all import LEDGERS
from hmaint.model.ledgers.change import CHANGE
from hmaint.model.ledgers.labels import LABELS
from hmaint.model.ledgers.training import TRAINING
from hmaint.model.matter import REASON, fold, fold_all, undone, withdrawal

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=CHINA)
ASKED = Entry(
    "a",
    "C-1",
    "change",
    "asked",
    "tj",
    NOON,
    NOON,
    "张工",
    {"kind": "1", "module": "收费", "details": "错位"},
)
LATER = timedelta(hours=1)


def said(name: str, event: str, *, hours: int = 1, **body: object) -> Entry:
    at = NOON + hours * LATER
    return replace(ASKED, id=name, event=event, at=at, recorded_at=at, body=body)


def corrected(old: Entry, name: str, *, hours: int = 9, **body: object) -> Entry:
    at = NOON + hours * LATER
    return replace(old, id=name, recorded_at=at, body={**old.body, **body, REASON: "写错"}, corrects=old.id)


PROMISED, AGAIN = (
    said("p", "promised", promised="2026-12-08"),
    said("q", "promised", hours=2, promised="2026-12-15"),
)


def test_the_last_word_holds_and_earlier_ones_stay_in_the_history() -> None:
    change = fold(CHANGE, [AGAIN, ASKED, PROMISED])
    assert change.text("promised") == "2026-12-15"
    assert [each.id for each in change.entries] == ["a", "p", "q"]
    assert change.first("promised") == PROMISED


def test_correcting_an_earlier_word_does_not_overrule_a_later_one() -> None:
    late = corrected(PROMISED, "c", promised="2026-12-07")
    change = fold(CHANGE, [ASKED, PROMISED, AGAIN, late])
    assert change.text("promised") == "2026-12-15"
    assert [each.body["promised"] for each in change.all("promised")] == ["2026-12-07", "2026-12-15"]
    assert undone(change)["p"] == late


def test_why_something_was_corrected_is_no_part_of_what_holds() -> None:
    change = fold(CHANGE, [ASKED, corrected(ASKED, "c", module="对账")])
    assert change.text("module") == "对账"
    assert REASON not in change.body
    assert change.history[0].body["module"] == "收费"


def test_every_order_gives_the_same_state() -> None:
    wrong = said("w", "assessed", hours=3, analysis="甲", effort="2")
    told = [ASKED, PROMISED, AGAIN, wrong, corrected(wrong, "r", effort="3"),
            replace(wrong, id="x", event=WITHDRAWN, corrects="q", body={"reason": "作废"})]  # fmt: skip
    states = {str(fold(CHANGE, [*order, order[0]])) for order in permutations(told)}
    assert len(states) == 1
    assert fold(CHANGE, told).text("effort") == "3"
    assert fold(CHANGE, told).text("promised") == "2026-12-08"


@given(st.permutations(range(7)), st.data())
def test_two_corrections_of_one_entry_both_stand_and_the_later_one_counts(
    order: list[int], data: st.DataObject
) -> None:
    told = [ASKED, PROMISED, AGAIN, corrected(ASKED, "c1", hours=5, module="甲"),
            corrected(ASKED, "c2", hours=6, module="乙"), said("d", "delivered", hours=4, result="完成"),
            said("e", "debugged", hours=7)]  # fmt: skip
    more = [told[each] for each in order] + data.draw(st.lists(st.sampled_from(told)))
    change = fold(CHANGE, more)
    assert change == fold(CHANGE, told)
    assert change.text("module") == "乙"


def test_a_matter_whose_beginning_was_taken_back_counts_for_nothing() -> None:
    back = replace(
        ASKED, id="x", event=WITHDRAWN, corrects="a", body={"reason": "重复"}, recorded_at=NOON + LATER
    )
    change = fold(CHANGE, [ASKED, PROMISED, back])
    assert change.withdrawn
    assert change.body == {}
    assert withdrawal(change) == back
    assert withdrawal(fold(CHANGE, [ASKED])) is None


def test_a_correction_can_be_taken_back_too_and_then_nothing_is_left_of_it() -> None:
    wrong = corrected(PROMISED, "c", promised="2026-12-09")
    back = replace(wrong, id="x", event=WITHDRAWN, corrects="c", body={"reason": "误操作"})
    assert fold(CHANGE, [ASKED, PROMISED, wrong, back]).first("promised") is None


def test_rows_add_up_and_the_same_row_twice_is_one() -> None:
    planned = replace(ASKED, kind="training", event="planned", body={"topic": "备份"})
    li, zhou = {"name": "李老师"}, {"name": "周老师", "department": "信息科"}
    one = replace(planned, id="i", event="invited", body={"invited": [li]})
    two = replace(one, id="j", at=NOON + LATER, body={"invited": [zhou, li]})
    training = fold(TRAINING, [two, planned, one])
    assert training.rows("invited") == (li, zhou)


def test_an_opening_told_late_does_not_overrule_what_happened_earlier() -> None:
    planned = replace(
        ASKED, kind="training", event="planned", at=NOON, body={"topic": "备份", "mode": "线上"}
    )
    before = replace(planned, id="b", event="attended", at=NOON - 100 * LATER, body={"mode": "现场"})
    assert fold(TRAINING, [before, planned]).text("mode") == "现场"


def test_matters_of_other_kinds_are_left_out_and_the_rest_come_by_their_beginning() -> None:
    second = replace(ASKED, id="s", matter="C-2", at=NOON - LATER)
    found = fold_all(CHANGE, [ASKED, second, replace(ASKED, id="t", matter="T-1", kind="training")])
    assert [each.id for each in found] == ["C-2", "C-1"]


@pytest.mark.parametrize("kind", LEDGERS)
def test_every_field_has_a_name_and_one_meaning(kind: str) -> None:
    ledger = LEDGERS[kind]
    assert set(ledger.fields) <= set(LABELS)
    for event in ledger.events:
        flags = [each.flag for each in event.fields]
        assert len(set(flags)) == len(flags), event.name
        assert all(each.columns for each in event.fields if each.sort == "rows")


def test_no_two_kinds_share_a_prefix() -> None:
    prefixes = [each.prefix for each in LEDGERS.values()]
    assert len(set(prefixes)) == len(prefixes)
