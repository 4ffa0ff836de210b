"""Who came to a training and who signed a pledge, from the entries alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations

import pytest

from hmaint.duty import pledge, training
from hmaint.duty.training import attendees, held_on
from hmaint.kit.clock import CHINA
from hmaint.model.entry import WITHDRAWN, Entry
from hmaint.model.ledgers.pledge import PLEDGE
from hmaint.model.ledgers.training import TRAINING
from hmaint.model.matter import Matter, fold

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=CHINA)
PLANNED = Entry(
    "0", "T-1", "training", "planned", "tj", NOON, NOON, "张工", {"topic": "备份", "date": "2026-12-05"}
)
LI = {"name": "李老师", "staff_number": "1021", "department": "信息科"}
ZHOU = {"name": "周老师", "staff_number": "1089"}
SUN = {"name": "孙老师"}


def then(name: str, event: str, days: int = 1, **body: object) -> Entry:
    return replace(PLANNED, id=name, event=event, at=NOON + timedelta(days=days), body=body)


def people(told: Matter) -> dict[str, bool | None]:
    return {each.name: each.came for each in attendees(told)}


INVITED = then("1", "invited", invited=[LI, ZHOU])
CAME = then(
    "2", "attended", 14, attended=[{"name": "李老师"}, SUN], absent=[{"name": "周老师", "reason": "值班"}]
)


def test_before_anybody_told_who_came_nobody_is_said_to_have_stayed_away() -> None:
    told = fold(TRAINING, [PLANNED, INVITED])
    assert people(told) == {"李老师": None, "周老师": None}
    assert training.stage_of(told) is training.Stage.INVITED
    assert held_on(told) is None


def test_who_came_who_did_not_and_who_came_of_themselves() -> None:
    for order in permutations([PLANNED, INVITED, CAME]):
        told = fold(TRAINING, order)
        assert people(told) == {"李老师": True, "周老师": False, "孙老师": True}
        assert [each.invited for each in attendees(told)] == [True, True, False]
        assert attendees(told)[0].staff_number == "1021"
        assert attendees(told)[1].reason == "值班"
        assert held_on(told) == date(2026, 12, 5)


def test_two_of_one_name_are_told_apart_by_their_numbers() -> None:
    other = {**LI, "staff_number": "2044"}
    told = fold(
        TRAINING,
        [PLANNED, then("1", "invited", invited=[LI, other]), then("2", "attended", attended=[other])],
    )
    assert [(each.staff_number, each.came) for each in attendees(told)] == [("1021", False), ("2044", True)]


def test_a_training_only_planned_is_not_held_though_its_day_has_passed() -> None:
    assert training.stage_of(fold(TRAINING, [PLANNED])) is training.Stage.PLANNED
    checked = fold(TRAINING, [PLANNED, CAME, then("3", "checked", 15, assessment="达到")])
    assert training.stage_of(checked) is training.Stage.CHECKED
    assert (
        training.stage_of(fold(TRAINING, [PLANNED, then("3", "checked", assessment="?")]))
        is training.Stage.PLANNED
    )


REGISTERED = replace(PLANNED, kind="pledge", matter="N-1", event="registered",
                     body={"person": "张工", "role": "运维", "from_date": "2026-11-21"})  # fmt: skip


def test_only_who_signed_has_signed() -> None:
    signed, left = (
        replace(REGISTERED, id="s", event="signed", body={}),
        replace(REGISTERED, id="l", event="left", body={}),
    )
    taken = replace(signed, id="x", event=WITHDRAWN, corrects="s", body={"reason": "签错人"})
    assert not pledge.has_signed("张工", [fold(PLEDGE, [REGISTERED])])
    assert pledge.has_signed("张工", [fold(PLEDGE, [REGISTERED, signed])])
    assert not pledge.has_signed("李工", [fold(PLEDGE, [REGISTERED, signed])])
    assert not pledge.has_signed("张工", [fold(PLEDGE, [REGISTERED, signed, taken])])
    assert pledge.stage_of(fold(PLEDGE, [REGISTERED, signed, left])) is pledge.Stage.LEFT


@pytest.mark.parametrize(("days", "late"), [(0, False), (-3, False), (1, True)])
def test_who_worked_before_having_signed_is_told(*, days: int, late: bool) -> None:
    signed = replace(REGISTERED, id="s", event="signed", at=NOON + timedelta(days=days), body={})
    assert pledge.began_unsigned(fold(PLEDGE, [REGISTERED, signed])) is late
    assert pledge.began_unsigned(fold(PLEDGE, [REGISTERED]))


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("11010519491231002X", "1101**********002X"),
        ("11010519491231002x", "1101**********002X"),
        ("110105 19491231 0021", "1101**********0021"),
        ("１１０１０５１９４９１２３１００２１", "1101**********0021"),
        ("110105491231002", "1101*******1002"),
        ("6301**********2517", "6301**********2517"),
    ],
)
def test_of_an_identity_number_eight_digits_are_kept(told: str, kept: str) -> None:
    assert pledge.masked_identity(told) == kept


@pytest.mark.parametrize("told", ["", "123", "张工", "1101051949123100211", "13900000000"])
def test_what_is_no_identity_number_is_refused_and_not_repeated(told: str) -> None:
    with pytest.raises(ValueError, match="身份证") as refused:
        pledge.masked_identity(told)
    assert not told or told not in str(refused.value)
