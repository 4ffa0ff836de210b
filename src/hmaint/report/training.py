"""附件2 培训签到表 and 培训记录 as data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hmaint.duty.training import Attendee, attendees, held_on
from hmaint.model.inventory import Inventory
from hmaint.model.matter import Matter
from hmaint.report.matter_paper import UNTOLD, Row, numbered, paper, told, told_or

SIGN_IN, RECORD = "系统培训服务培训人员签到表", "培训记录"
_ROWS = 8
"""Rows of the contract's own sheet (附件2)."""
_SPARE = 3
"""Rows always left for those who come of themselves."""


def training_signin(training: Matter, inventory: Inventory, generated_at: datetime) -> dict[str, object]:
    """The sheet people sign: those invited are printed, each still writes beside it by hand, and rows stay blank."""
    people = [_person(number, each) for number, each in enumerate(_invited(training), start=1)]
    held = held_on(training)
    said = {
        "topic": training.text("topic"),
        "date": f"{held:%Y-%m-%d}" if held else training.text("date"),
        "people": people,
        "blanks": [{} for _ in range(max(_SPARE if people else _ROWS, _ROWS - len(people)))],
    }
    return paper(training, inventory, SIGN_IN, said, generated_at)


def training_record(
    training: Matter, inventory: Inventory, signin: str, generated_at: datetime
) -> dict[str, object]:
    """What was taught to whom and what it brought; `signin` is the number of the sign-in sheet, where one was made."""
    people = attendees(training)
    held = held_on(training)
    items = training.rows("items") or ({"item": training.text("topic")},)
    said = {
        **told(training, "topic", "time", "place", "mode", "trainer", "audience", "reason", "goal"),
        "date": f"{held:%Y-%m-%d}" if held else UNTOLD,
        "items": numbered(items, ("item", "length", "trainer")),
        "material": numbered(training.rows("material"), ("name", "version", "handed_over")),
        "invited": sum(each.invited for each in people),
        "attended": sum(each.came is True for each in people),
        "signin": signin,
        "attendance": _attendance(people),
        "effect": numbered(training.rows("effect"), ("way", "people", "outcome", "again"), ("outcome",)),
        **told(training, "assessment", "feedback"),
    }
    return paper(
        training,
        inventory,
        RECORD,
        {**said, **told_or(training, "topic", "trainer", "audience")},
        generated_at,
    )


def _invited(training: Matter) -> list[Attendee]:
    return [each for each in attendees(training) if each.invited]


def _person(number: int, one: Attendee) -> Row:
    return {
        "number": number,
        "name": one.name,
        "staff_number": one.staff_number,
        "department": one.department,
    }


def _attendance(people: Sequence[Attendee]) -> list[Row]:
    return [{**_person(number, each), "attended": _came(each)} for number, each in enumerate(people, start=1)]


def _came(one: Attendee) -> str:
    if one.came is None:
        return ""
    if one.came:
        return "到" if one.invited else "到（未在邀请名单）"
    return f"未到：{one.reason}" if one.reason else "未到"
