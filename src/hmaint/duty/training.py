"""Who was invited to a training, who came, and how far it has come. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from hmaint.kit.frozen import dataclass
from hmaint.model.matter import Matter


class Stage(StrEnum):
    """How far a training has come."""

    PLANNED = "planned"
    INVITED = "invited"
    HELD = "held"
    CHECKED = "checked"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody of the list; `came` is None as long as nobody told who came."""

    name: str
    staff_number: str
    department: str
    invited: bool
    came: bool | None
    reason: str = ""


def stage_of(training: Matter) -> Stage:
    """Held is what somebody attended; planned, invited to or written about is not."""
    if training.withdrawn:
        return Stage.WITHDRAWN
    if training.first("attended") is None:
        return Stage.INVITED if training.first("invited") else Stage.PLANNED
    return Stage.CHECKED if training.first("checked") else Stage.HELD


def planned_for(training: Matter) -> date:
    """The day it is planned for."""
    return date.fromisoformat(training.text("date"))


def held_on(training: Matter) -> date | None:
    """The day people came, None where nobody has been put down as having come."""
    first = training.first("attended")
    return first.at.date() if first else None


def attendees(training: Matter) -> tuple[Attendee, ...]:
    """Everybody invited in the order they were, then those who came of themselves."""
    came = {_key(each): each for each in training.rows("attended")}
    absent = {each["name"]: each.get("reason", "") for each in training.rows("absent")}
    told = training.first("attended") is not None
    people: dict[tuple[str, str], Attendee] = {}
    for row in training.rows("invited"):
        key = _met(row, came)
        here = key is not None
        people[_key(row)] = _attendee(row, came[key] if key else {}, invited=True, came=here if told else None,
                                      reason="" if here else absent.get(row["name"], ""))  # fmt: skip
        if key is not None:
            del came[key]
    for row in came.values():
        people[_key(row)] = _attendee(row, {}, invited=False, came=True)
    return tuple(people.values())


def _key(row: Mapping[str, str]) -> tuple[str, str]:
    return row["name"], row.get("staff_number", "")


def _met(row: Mapping[str, str], came: Mapping[tuple[str, str], Mapping[str, str]]) -> tuple[str, str] | None:
    """Who of those that came is the one invited: the same name, and number where both tell one."""
    number = row.get("staff_number", "")
    same = [key for key in came if key[0] == row["name"]]
    return next((key for key in same if key[1] == number or not (key[1] and number)), None)


def _attendee(
    row: Mapping[str, str], signed: Mapping[str, str], *, invited: bool, came: bool | None, reason: str = ""
) -> Attendee:
    whole = {**row, **signed}
    return Attendee(
        row["name"], whole.get("staff_number", ""), whole.get("department", ""), invited, came, reason
    )
