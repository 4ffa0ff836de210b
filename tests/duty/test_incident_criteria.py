"""Criteria in the contract's own words: yes, no, or not to be told; what a person affirms is so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hmaint.duty.incident_criteria import fits, missing
from hmaint.duty.incident_level import propose
from hmaint.model.incident import Facts
from hmaint.model.predicate import Among, Compare, Either, Every, Fact
from tests.duty.incidents import profile

ROOMS = next(
    part
    for each in [profile("s3").incident.levels[0].criteria.parts[0]]  # type: ignore[union-attr] # the profile has them
    for part in each.parts  # type: ignore[union-attr] # as above
    if isinstance(part, Compare) and "范围" in part.field
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(rooms=2), True),
        (Facts(rooms=1), False),
        (Facts(), None),
        (Facts(scope="hospital"), True),
        (Facts(scope="hospital", rooms=1), False),
        (Facts(scope="department"), None),
    ],
)
def test_how_many_rooms_are_struck(facts: Facts, *, expected: bool | None) -> None:
    assert fits(ROOMS, facts) is expected


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("业务流程完全中断", Facts(interruption="full"), True),
        ("业务流程完全中断", Facts(interruption="key"), False),
        ("业务流程完全中断", Facts(), None),
        ("非核心功能异常", Facts(interruption="minor"), True),
        ("非核心功能异常", Facts(interruption="full"), False),
        ("关键功能失效", Facts(interruption="full"), True),
        ("影响科室级别业务", Facts(scope="department"), True),
        ("影响科室级别业务", Facts(scope="department", interruption="slow"), False),
        ("影响科室级别业务", Facts(scope="person"), False),
        ("患者生命安全受到重大影响", Facts(effects=("safety",)), True),
        ("患者生命安全受到重大影响", Facts(effects=("none",)), False),
        ("患者生命安全受到重大影响", Facts(), None),
        ("医院整体诊疗受到重大影响", Facts(scope="hospital", effects=("treatment",)), True),
        ("医院整体诊疗受到重大影响", Facts(scope="hospital", interruption="full"), True),
        ("医院整体诊疗受到重大影响", Facts(scope="department", effects=("treatment",)), False),
        ("谁也没听说过的条件", Facts(interruption="full"), None),
        ("谁也没听说过的条件", Facts(affirmed=("谁也没听说过的条件",)), True),
        ("业务流程完全中断", Facts(interruption="full", denied=("业务流程完全中断",)), False),
    ],
)
def test_the_words_of_contracts(words: str, facts: Facts, *, expected: bool | None) -> None:
    assert fits(Fact(words), facts) is expected


@pytest.mark.parametrize("order", [0, 1])
def test_not_known_is_neither_yes_nor_no(order: int) -> None:
    parts = (Fact("谁也没听说过的条件"), Fact("业务流程完全中断"))[:: 1 if order else -1]
    stopped, going = Facts(interruption="full"), Facts(interruption="none")
    assert fits(Every(parts), stopped) is None
    assert fits(Every(parts), going) is False
    assert fits(Either(parts), stopped) is True
    assert fits(Either(parts), going) is None
    assert missing(Every(parts), stopped) == ("谁也没听说过的条件",)


def test_a_contracts_predicate_over_level_and_scope() -> None:
    wanted = Either((Among("level", ("P1", "P2")), Among("scope", ("科室", "全院"))))
    assert fits(wanted, Facts(scope="person"), "P2") is True
    assert fits(wanted, Facts(scope="person"), "P3") is False
    assert fits(wanted, Facts(scope="hospital"), "P3") is True
    assert fits(wanted, Facts(), "P3") is None


def test_where_nothing_is_known_the_gravest_that_is_not_excluded_is_proposed() -> None:
    terms = profile("s3").incident
    assert terms is not None
    unknown = propose(Facts(), terms)
    assert unknown.level == "P1"
    assert "尚不知道" in unknown.reasons[0]
    sure = propose(Facts(scope="person", interruption="minor", effects=("experience",)), terms)
    assert sure.level == "P3"
    assert "未排除" not in "".join(sure.reasons)
    # Two rooms stand still: P1 from the start, whatever the quarter of an hour (A3-3).
    full = Facts(scope="department", interruption="full", rooms=2, effects=("treatment",))
    assert propose(full, terms).level == "P1"
    assert propose(replace(full, rooms=1), terms).level == "P2"


@pytest.mark.parametrize("name", ["s0", "s1", "s2", "s3", "s4"])
def test_whatever_is_known_some_clock_runs(name: str) -> None:
    terms = profile(name).incident
    assert terms is not None
    by_id = {each.id: each for each in (*terms.levels, *terms.classes)}
    for scope in ("", "person", "department", "hospital"):
        for interruption in ("", "full", "key", "minor", "slow", "none"):
            for request in ("", "fault", "consult", "training", "disaster"):
                made = propose(Facts(scope=scope, interruption=interruption, request=request), terms)
                clocks = [
                    clock for each in (made.level, *made.classes) if each for clock in by_id[each].clocks
                ]
                assert clocks, (scope, interruption, request)
