"""Open questions: whoever has not confirmed is told every reading, and nothing else settles one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from hmaint.duty.clause import Computed, compute, limits
from hmaint.duty.reading import open_questions, questions_about, read_as, settle, variants
from hmaint.duty.term import span_of
from hmaint.kit.clock import CHINA
from hmaint.kit.resources import shipped
from hmaint.load.contract import read_contract
from hmaint.model.contract import Contract
from hmaint.model.limit import Limit

CONTRACTS = {
    name: read_contract(shipped("contracts") / f"{name}.yaml") for name in ("s0", "s1", "s2", "s3", "s4")
}
NOON = datetime(2026, 9, 30, 17, tzinfo=CHINA)


def due(contract: Contract, name: str, start: datetime = NOON) -> list[tuple[str, str, str]]:
    return [
        (each.timed.id, f"{each.question} {each.reading}".strip(), _moment(each))
        for each in compute(contract, name, start)
    ]


def _moment(each: Computed) -> str:
    return f"{each.deadline.due:%m-%d %H:%M}" if each.deadline else ""


def test_a_clause_without_open_question_has_one_answer() -> None:
    assert due(CONTRACTS["s3"], "S3-2.4.3") == [("S3-2.4.3", "", "10-10 23:59")]
    assert due(CONTRACTS["s3"], "rca") == due(CONTRACTS["s3"], "S3-2.4.3")


def test_a_level_has_all_its_clocks_the_strictest_first() -> None:
    assert due(CONTRACTS["s3"], "P1") == [
        ("P1.response", "", "09-30 17:15"),
        ("P1.onsite", "", "09-30 18:00"),
        ("P1.restore", "", "09-30 19:00"),
    ]
    assert due(CONTRACTS["s3"], "S3-2.3.1") == due(CONTRACTS["s3"], "P1")
    assert due(CONTRACTS["s3"], "P1.onsite") == [("P1.onsite", "", "09-30 18:00")]


def test_an_open_question_is_computed_by_every_reading_that_differs() -> None:
    saturday = datetime(2026, 11, 21, 10, tzinfo=CHINA)
    assert due(CONTRACTS["s1"], "consult", saturday) == [
        ("consult.response", "", "11-21 11:00"),
        ("consult.response", "A1-1 workdays", "11-23 01:00"),
    ]
    assert due(CONTRACTS["s0"], "S0-2.3b") == [
        ("S0-2.3b", "A0-4 three_workdays", "10-10 23:59"),
        ("S0-2.3b", "", ""),
    ]


def test_what_is_confirmed_is_settled_and_asked_no_more() -> None:
    contract = CONTRACTS["s0"]
    settled = settle(contract, {"A0-4": "three_workdays"})
    assert due(settled, "S0-2.3b") == [("S0-2.3b", "", "10-10 23:59")]
    assert "A0-4" not in [each.id for each in open_questions(settled)]
    assert "A0-4" in [each.id for each in open_questions(contract)], "the contract itself is never changed"


def test_agreed_words_settle_a_question_without_a_figure() -> None:
    settled = settle(CONTRACTS["s3"], {"A3-1": "只按 P 级计时"})
    assert due(settled, "P3") == due(CONTRACTS["s3"], "P3")
    assert len(open_questions(settled)) == len(open_questions(CONTRACTS["s3"])) - 1


def test_a_reading_the_profile_no_longer_has_leaves_the_question_open() -> None:
    settled = settle(CONTRACTS["s0"], {"A0-4": "two_workdays"})
    assert "A0-4" in [each.id for each in open_questions(settled)]
    assert len(due(settled, "S0-2.3b")) == 2


def test_a_note_needs_no_confirmation() -> None:
    assert "A4-6" in [each.id for each in CONTRACTS["s4"].ambiguities]
    assert "A4-6" not in [each.id for each in open_questions(CONTRACTS["s4"])]


def test_a_question_bears_on_what_it_names_and_on_everything_where_it_names_nothing() -> None:
    contract = CONTRACTS["s3"]
    assert [each.id for each in questions_about(contract, "P1")] == ["A3-2", "A3-3", "A3-6"]
    assert questions_about(contract, "S3-1.1.1") == ()
    vague = replace(contract.ambiguities[0], about=frozenset())
    vague_one = replace(contract, ambiguities=(vague,))
    assert questions_about(vague_one, "S3-1.1.1") == (vague,)


@pytest.mark.parametrize("name", list(CONTRACTS))
def test_every_reading_changes_what_it_names_and_nothing_else(name: str) -> None:
    contract = CONTRACTS[name]
    for variant in variants(contract):
        before = {timed.id: timed.clock for timed in limits(contract)}
        after = {timed.id: timed.clock for timed in limits(variant.contract)}
        changed = {each for each in before if before[each] != after[each]}
        assert changed <= set(variant.reading.changes)
        assert variant.contract.documents == contract.documents
        assert read_as(variant.contract, variant.reading) == variant.contract, (
            "reading it twice is reading it once"
        )


def test_a_base_a_period_and_a_term_without_figure_can_be_read_otherwise() -> None:
    annual = settle(CONTRACTS["s4"], {"A4-1": "annual"})
    assert {rule.base for rule in annual.deductions.rules} == {"annual_fee"}
    total = settle(CONTRACTS["s2"], {"A2-5": "daily"})
    assert next(each for each in total.quotas if each.id == "S2-2.1d").per == "day"
    regular = settle(CONTRACTS["s0"], {"A0-1": "proposed"})
    assert next(each for each in regular.obligations if each.id == "S0-1.3d").per == "quarter"
    report = settle(CONTRACTS["s3"], {"A3-5": "three_workdays"})
    assert report.upgrade is not None
    assert report.upgrade.after_within == Limit(3, "workday")


@pytest.mark.parametrize(
    ("name", "dates", "first", "last"),
    [
        ("s4", {"signed": date(2026, 3, 1)}, date(2026, 3, 2), date(2027, 3, 1)),
        ("s4", {"signed": date(2024, 2, 28)}, date(2024, 2, 29), date(2025, 2, 27)),
        ("s1", {"service_start": date(2026, 1, 30)}, date(2026, 1, 30), None),
        (
            "s1",
            {"service_start": date(2026, 1, 30), "end": date(2026, 12, 31)},
            date(2026, 1, 30),
            date(2026, 12, 31),
        ),
        ("s0", {"service_start": date(2026, 1, 1)}, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_contract_runs_from_its_anchor(
    name: str, dates: dict[str, date], first: date, last: date | None
) -> None:
    span = span_of(replace(CONTRACTS[name], dates=dates))
    assert span is not None
    assert (span.first, span.last) == (first, last)
    assert span.holds(first)
    assert not span.holds(date(2020, 1, 1))


def test_a_contract_whose_first_day_nobody_told_has_no_days() -> None:
    assert span_of(CONTRACTS["s4"]) is None
    assert span_of(replace(CONTRACTS["s4"], dates={"service_start": date(2026, 1, 1)})) is None
