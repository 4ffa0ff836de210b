"""What is owed by period: met, due, overdue, upcoming; what counts, what does not, and what nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from hmaint.duty.owed import Known, level_of, levels, owed
from hmaint.duty.quotas import Count, Standing
from hmaint.model.contract import DocumentTerms, Quota, Term
from hmaint.model.duty import Deed, State
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level
from tests.duty.contracts import YEAR, a_contract, a_deed, an_inspection, an_obligation, held, only, states

MARCH = date(2026, 3, 10)


def test_a_month_is_met_by_what_was_done_in_it_and_by_nothing_of_another_month() -> None:
    contract = a_contract(an_obligation())
    found = held(contract, MARCH, [an_inspection(date(2026, 1, 31)), an_inspection(date(2026, 3, 1))])
    assert [(due.span and due.span.name, str(due.state), due.late) for due in found.dues] == [
        ("2026-01", "met", 0), ("2026-02", "overdue", 10), ("2026-03", "met", 0),
    ]  # fmt: skip
    assert [deed.record for deed in found.dues[0].met_by] == ["R-20260131"]


def test_the_day_it_was_done_decides_and_not_the_day_it_was_put_on_record() -> None:
    late = a_deed(date(2026, 2, 27), "patch", recorded=date(2026, 3, 9))
    found = held(a_contract(an_obligation("patch")), MARCH, [late])
    assert only(found, "2026-02").state is State.MET
    assert only(found, "2026-03").state is State.DUE


@pytest.mark.parametrize("clause", ["", "inspection", "paper:inspection-sheet"])
def test_a_clause_that_is_called_as_an_act_or_a_paper_is_neither(clause: str) -> None:
    other = replace(a_deed(date(2026, 3, 2), "patch"), clauses=frozenset({clause}))
    contract = a_contract(an_obligation(evidence=("inspection_sheet",)))
    found = only(held(contract, MARCH, [other]), "2026-03")
    assert (found.state, found.met_by) == (State.DUE, ())


def test_the_last_day_of_a_month_is_still_in_time_and_the_next_is_not() -> None:
    contract = a_contract(an_obligation())
    assert only(held(contract, date(2026, 1, 31))).state is State.DUE
    assert only(held(contract, date(2026, 2, 1)), "2026-01").state is State.OVERDUE


def test_what_is_not_begun_is_upcoming_and_only_told_as_far_as_is_asked() -> None:
    found = held(a_contract(an_obligation(per="quarter")), MARCH, until=date(2026, 7, 1))
    assert states(found) == ["due", "upcoming", "upcoming"]
    assert len(held(a_contract(an_obligation(per="quarter")), MARCH).dues) == 1


def test_a_run_that_saw_nothing_meets_no_inspection() -> None:
    blind = an_inspection(date(2026, 3, 2), seen=(), missed=("a", "b"))
    assert only(held(a_contract(an_obligation()), MARCH, [blind]), "2026-03").state is State.DUE


def test_an_inspection_of_part_of_the_targets_counts_and_says_what_it_left_out() -> None:
    part = an_inspection(date(2026, 3, 2), seen=("a",), missed=("b",))
    due = only(held(a_contract(an_obligation()), MARCH, [part]), "2026-03")
    assert (due.state, due.partial) == (State.MET, ("b",))
    assert level_of(due, MARCH) is Level.WARNING
    whole = held(a_contract(an_obligation()), MARCH, [part, an_inspection(date(2026, 3, 5), record="R-2")])
    assert only(whole, "2026-03").partial == ()


def test_where_the_contract_names_what_it_covers_a_part_is_not_enough_until_others_saw_the_rest() -> None:
    contract = a_contract(an_obligation(scope=("系统安全检查", "备份检查")))
    part = an_inspection(date(2026, 3, 2), seen=("a",), missed=("b",))
    rest = an_inspection(date(2026, 3, 9), seen=("b",), missed=("a",), record="R-2")
    assert only(held(contract, MARCH, [part]), "2026-03").state is State.DUE
    assert only(held(contract, MARCH, [part, rest]), "2026-03").state is State.MET
    late = held(
        contract, date(2026, 4, 2), [part, an_inspection(date(2026, 4, 1), seen=("b",), record="R-3")]
    )
    assert only(late, "2026-03").state is State.OVERDUE


@pytest.mark.parametrize(("mode", "done", "state"), [
    ("any", "remote", "met"), ("any", "", "met"), ("remote", "remote", "met"), ("onsite", "onsite", "met"),
    ("onsite", "remote", "due"), ("remote", "onsite", "due"), ("onsite", "", "due"),
])  # fmt: skip
def test_a_visit_on_site_is_none_from_afar_and_the_other_way_round(mode: str, done: str, state: str) -> None:
    contract = a_contract(an_obligation(mode=mode))
    assert str(only(held(contract, MARCH, [an_inspection(MARCH, mode=done)]), "2026-03").state) == state


def test_twice_a_quarter_wants_two_deeds_and_the_second_decides_whether_it_was_late() -> None:
    contract = a_contract(an_obligation("patch", "quarter", min=2))
    one, two = a_deed(date(2026, 2, 1), "patch"), a_deed(date(2026, 3, 5), "patch")
    assert only(held(contract, MARCH, [one])).state is State.DUE
    assert only(held(contract, MARCH, [one, two])).state is State.MET


def test_a_paper_that_is_to_be_handed_in_is_not_met_by_having_been_made() -> None:
    contract = a_contract(
        an_obligation("submission", "quarter", evidence=("inspection_sheet",)),
        documents={"inspection_sheet": DocumentTerms("inspection_sheet", "巡检记录单")},
    )
    told = (date(2026, 1, 1), date(2026, 3, 31))
    made = a_deed(date(2026, 3, 31), "paper:inspection-sheet", told=told)
    today = date(2026, 4, 8)
    assert only(held(contract, today, [made]), "2026Q1").state is State.OVERDUE
    handed = a_deed(date(2026, 3, 31), "paper:inspection-sheet", told=told, submitted=date(2026, 4, 3))
    due = only(held(contract, today, [handed]), "2026Q1")
    assert (due.state, due.late) == (State.MET, 3)


def test_a_paper_belongs_to_the_period_it_tells_of_not_to_the_day_it_was_made() -> None:
    contract = a_contract(an_obligation("incident_summary", "month", evidence=("incident_monthly",)))
    made = a_deed(
        date(2026, 3, 2), "paper:incident-monthly", told=(date(2026, 2, 1), date(2026, 2, 28)), record="D-1"
    )
    found = held(contract, MARCH, [made])
    assert (only(found, "2026-02").state, only(found, "2026-02").late) == (State.MET, 2)
    assert only(found, "2026-03").state is State.DUE


def test_a_paper_about_a_quarter_stands_for_no_month_of_it() -> None:
    contract = a_contract(an_obligation("incident_summary", "month", evidence=("incident_monthly",)))
    made = a_deed(date(2026, 3, 2), "paper:incident-monthly", told=(date(2026, 1, 1), date(2026, 3, 31)))
    assert states(held(contract, MARCH, [made])) == ["overdue", "overdue", "due"]


def test_what_a_person_put_down_under_the_clause_meets_it_whatever_its_kind() -> None:
    by_hand = a_deed(date(2026, 2, 3), "performed", clauses=frozenset({"X-1"}))
    other = a_deed(date(2026, 3, 3), "performed", clauses=frozenset({"X-2"}))
    found = held(a_contract(an_obligation("joint_check")), MARCH, [by_hand, other])
    assert states(found) == ["overdue", "met", "due"]


def test_what_was_missed_can_be_made_up_for_by_name_and_stays_late() -> None:
    made_up = a_deed(date(2026, 3, 5), "performed", clauses=frozenset({"X-1"}), period="2026-01")
    found = held(a_contract(an_obligation()), MARCH, [made_up])
    assert (only(found, "2026-01").state, only(found, "2026-01").late) == (State.MET, 33)
    assert only(found, "2026-03").state is State.DUE


def test_a_meeting_on_site_wants_both_the_visit_and_the_meeting() -> None:
    contract = a_contract(an_obligation("inspection_meeting", "quarter", mode="onsite"))
    visit, meeting = an_inspection(MARCH, mode="onsite"), a_deed(MARCH, "meeting", record="M-1")
    assert states(held(contract, MARCH, [visit])) == states(held(contract, MARCH, [meeting])) == ["due"]
    assert states(held(contract, MARCH, [visit, meeting])) == ["met"]


def test_what_is_owed_once_is_due_on_the_last_day_of_the_term() -> None:
    contract = a_contract(an_obligation("emergency_plan", "contract", evidence=("emergency_plan",)))
    due = only(held(contract, MARCH))
    assert (due.state, due.day) == (State.DUE, date(2026, 12, 31))
    assert only(held(contract, date(2027, 1, 1))).state is State.OVERDUE


def test_what_is_owed_at_the_end_comes_up_then_and_is_never_called_overdue() -> None:
    contract = a_contract(an_obligation("bundle", "contract", at="end", evidence=("annual_binder",)))
    assert only(held(contract, MARCH)).state is State.UPCOMING
    assert only(held(contract, date(2027, 2, 1))).state is State.DUE


def test_regularly_is_no_period_nothing_is_due_and_the_last_time_is_told() -> None:
    contract = a_contract(an_obligation("data_check", None), an_obligation("performance", "continuous"))
    found = held(contract, MARCH, [a_deed(date(2026, 1, 5), "data_check")])
    assert found.dues == ()
    assert [each.last and each.last.record for each in found.loose] == ["R-20260105", None]


def test_a_contract_whose_first_day_is_not_known_says_what_to_put_where() -> None:
    due = only(held(a_contract(an_obligation(), dates={}), MARCH))
    assert due.state is State.CANNOT_TELL
    assert "signed" in due.remarks[0]
    assert "contracts/c.yaml" in due.remarks[0]
    assert level_of(due, MARCH) is Level.UNKNOWN


def test_a_term_without_a_length_goes_on_and_what_is_owed_once_has_no_last_day() -> None:
    contract = a_contract(an_obligation(), an_obligation("document", "contract"), term=Term(None, "signed"))
    found = held(contract, date(2028, 1, 5))
    assert len(found.dues) == 26
    (once,) = [due for due in found.dues if due.per == "contract"]
    assert (once.day, once.state, level_of(once, date(2028, 1, 5))) == (None, State.DUE, Level.OK)


def test_after_the_term_nothing_new_comes_due() -> None:
    found = held(a_contract(an_obligation()), date(2027, 6, 1), until=date(2027, 12, 31))
    assert found.ended
    assert len(found.dues) == 12


def test_a_daily_duty_is_one_line_for_the_last_week() -> None:
    contract = a_contract(an_obligation("backup_run", "day"))
    nights = [a_deed(date(2026, 3, day), "backup_sound") for day in (2, 3, 4, 6, 7, 8, 9, 10)]
    due = only(held(contract, MARCH, nights))
    assert (due.state, due.late, due.day) == (State.OVERDUE, 1, date(2026, 3, 5))
    whole = [*nights, a_deed(date(2026, 3, 5), "backup_sound")]
    assert only(held(contract, MARCH, whole)).state is State.MET


def test_a_look_at_backups_that_found_one_missing_is_no_sound_night() -> None:
    contract = a_contract(an_obligation("backup_run", "day"), an_obligation("backup_check"))
    found = held(contract, date(2026, 1, 1), [a_deed(date(2026, 1, 1), "backup_look")])
    assert {due.kind: str(due.state) for due in found.dues} == {"backup_run": "due", "backup_check": "met"}


@pytest.mark.parametrize(("direction", "counted", "today", "standing"), [
    ("at_most", 15, MARCH, Standing.WITHIN), ("at_most", 16, MARCH, Standing.EXCEEDED),
    ("at_least", 15, MARCH, Standing.REACHED), ("at_least", 14, MARCH, Standing.RUNNING),
    ("at_least", 14, date(2027, 1, 1), Standing.SHORT),
])  # fmt: skip
def test_counts_are_within_or_exceeded_reached_or_short(
    direction: str, counted: int, today: date, standing: Standing
) -> None:
    quota = Quota("X-9", "报表", Decimal(15), "张", "contract", direction)  # type: ignore[arg-type] # one of the two
    counts = (
        Count("X-9", date(2026, 2, 1), Decimal(counted), "Q-1"),
        Count("X-8", date(2026, 2, 1), Decimal(99), "Q-2"),
    )
    found = owed(a_contract(quotas=(quota,)), "icu", Known(counts=counts), today, today)
    (balance,) = found.balances
    assert (balance.used, balance.standing, balance.records) == (Decimal(counted), standing, ("Q-1",))


def test_the_level_of_a_site_is_that_of_the_worst_thing_due() -> None:
    contract = a_contract(an_obligation())
    done = [an_inspection(date(2026, month, 3)) for month in (1, 2)]
    assert levels(held(contract, MARCH, done), MARCH) is Level.OK
    assert levels(held(contract, date(2026, 3, 24), done), date(2026, 3, 24)) is Level.WARNING
    assert levels(held(contract, MARCH), MARCH) is Level.CRITICAL


def test_papers_that_belong_to_it_and_are_not_there_are_named() -> None:
    known = {
        name: DocumentTerms(name, title)
        for name, title in (("inspection_record", "巡检记录"), ("faq", "常见问题"))
    }
    contract = a_contract(an_obligation(evidence=("inspection_record", "faq")), documents=known)
    bare = only(held(contract, MARCH, [an_inspection(MARCH)]), "2026-03")
    assert bare.lacking == ("巡检记录",), "what there is no form for is not asked after"
    paper = a_deed(MARCH, "paper:inspection-record", record="D-1", of=frozenset({"R-20260310"}))
    whole = only(held(contract, MARCH, [an_inspection(MARCH), paper]), "2026-03")
    assert (whole.lacking, [deed.record for deed in whole.met_by]) == ((), ["R-20260310", "D-1"])


def test_periods_counted_from_the_contract_begin_with_it() -> None:
    contract = a_contract(
        an_obligation("patch", "half_year", align="contract"), term=YEAR, dates={"signed": date(2026, 3, 9)}
    )
    found = held(
        contract, date(2026, 9, 8), [Deed("P-1", frozenset({"patch"}), date(2026, 9, 8), date(2026, 9, 8))]
    )
    assert states(found) == ["met"]
    assert found.dues[0].day == date(2026, 9, 8)
    assert Limit(12, "month") == YEAR.length


def test_what_was_put_down_for_another_clause_meets_only_that_one() -> None:
    contract = a_contract(an_obligation("training"), replace(an_obligation("training"), id="X-2"))
    day = date(2026, 3, 5)
    other = a_deed(day, "training", record="T-1", clauses=frozenset({"X-2"}))
    states = {due.clause: due.state for due in held(contract, MARCH, [other]).dues if "03" in str(due.span)}
    assert states == {"X-1": State.DUE, "X-2": State.MET}
    unknown = a_deed(day, "training", record="T-2", clauses=frozenset({"gone"}))
    assert only(held(a_contract(an_obligation("training")), MARCH, [unknown]), "2026-03").state is State.MET


def test_one_of_several_things_under_the_clause_is_not_all_of_them() -> None:
    contract = a_contract(an_obligation("inspection_meeting"))
    named = frozenset({"X-1"})
    meeting = a_deed(date(2026, 3, 5), "meeting", clauses=named)
    assert only(held(contract, MARCH, [meeting]), "2026-03").state is State.DUE
    both = [meeting, an_inspection(date(2026, 3, 6))]
    assert only(held(contract, MARCH, both), "2026-03").state is State.MET
    by_hand = a_deed(date(2026, 3, 5), "performed", clauses=named)
    assert only(held(contract, MARCH, [by_hand]), "2026-03").state is State.MET
