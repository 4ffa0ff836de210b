"""Conditions of contracts: a small language that nothing can be smuggled into."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.load.limits import read_limit
from hmaint.load.predicate import facts_of, fields_of, read_criterion, read_predicate
from hmaint.model.limit import AGREED, Limit
from hmaint.model.predicate import Among, Compare, Either, Every, Fact


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("occurred", Fact("occurred")),
        ("level == P1", Compare("level", "==", "P1")),
        ("scope != '全 院'", Compare("scope", "!=", "全 院")),
        ("warnings>=3", Compare("warnings", ">=", Decimal(3))),
        ("时长 > PT15M", Compare("时长", ">", timedelta(minutes=15))),
        ("影响范围 > 1 个检查室", Compare("影响范围", ">", Decimal(1), "个检查室")),
        ("sudden == true", Compare("sudden", "==", value=True)),
        ("scope in [科室, 全院]", Among("scope", ("科室", "全院"))),
        ("a and b or c", Either((Every((Fact("a"), Fact("b"))), Fact("c")))),
        ("a and (b or c)", Every((Fact("a"), Either((Fact("b"), Fact("c")))))),
        ("x > 1 and y < 2.5", Every((Compare("x", ">", Decimal(1)), Compare("y", "<", Decimal("2.5"))))),
    ],
)
def test_what_can_be_said(text: str, predicate: object) -> None:
    assert read_predicate(text) == predicate


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "and", "a and", "or b", "(a", "a)", "a b", "level =", "level = P1", "level == ", "in [a]", "x in a",
        "x in []", "x in [a", "x in [a,]", "x > words", "f(x)", "x.__class__", "a; b", "1 == 1", "x == [a]",
        "lambda: 1", "x > > 1", "not a", "x in [a] b", "a" * 501, "(" * 30 + "a" + ")" * 30, "x > PT", "`id`", "a & b",
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_predicate(text)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_nothing_else_happens(text: str) -> None:
    for read in (read_predicate, read_criterion):
        try:
            found = read(text)
        except ValueError:
            continue
        assert isinstance(fields_of(found), list)
        assert isinstance(facts_of(found), list)


def test_criteria_are_words_unless_they_compare() -> None:
    assert read_criterion("单个检查室 业务中断") == Fact("单个检查室 业务中断")
    assert read_criterion("时长 > PT15M") == Compare("时长", ">", timedelta(minutes=15))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("PT15M", Limit(900, "second")), ("PT24H", Limit(86400, "second")), ("PT1H30M", Limit(5400, "second")),
        ("PT0S", Limit(0, "second")), ("P1Y", Limit(12, "month")), ("P1Y6M", Limit(18, "month")),
        ("P3M", Limit(3, "month")), ("P10D", Limit(10, "day")), ("P2W", Limit(14, "day")), ("5wd", Limit(5, "workday")),
        ("1mo", Limit(1, "month")), ("3d", Limit(3, "day")), ("15m", Limit(900, "second")),
        ("2h", Limit(7200, "second")), ("agreed", AGREED),
    ],
)  # fmt: skip
def test_lengths_of_time_are_read_as_contracts_spell_them(text: str, limit: Limit) -> None:
    assert read_limit(text) == limit
    assert read_limit(str(limit)) == limit


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1", "15", "PT15", "1wd ", "0wd", "P1M1D", "P1DT1H", "P1.5M", "pt15m", "-PT1H", "P99Y",
     "9000h", "９h", "P1Y1Y"],
)  # fmt: skip
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_limit(text)


@given(st.text(alphabet="PTYMWDHSwdmo0123456789agre.-", max_size=12))
def test_a_length_of_time_that_is_read_reads_the_same_when_written_again(text: str) -> None:
    try:
        found = read_limit(text)
    except ValueError:
        return
    assert read_limit(str(found)) == found
