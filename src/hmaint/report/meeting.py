"""例会纪要 and 服务回顾会议纪要 as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hmaint.model.inventory import Inventory
from hmaint.model.matter import Matter
from hmaint.report.matter_paper import UNTOLD, Row, numbered, paper, told, when, who

TITLES = {"routine": "例会纪要", "review": "服务回顾会议纪要"}
_KINDS = {"routine": "季度例会", "review": "服务回顾会议"}
_TOPIC = ("topic", "discussion", "conclusion")
_DECISION = ("decision", "party", "owner", "due")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A document that was handed in before a meeting."""

    title: str
    number: str
    day: str


def meeting_minutes(
    meeting: Matter,
    inventory: Inventory,
    papers: Sequence[HandedIn],
    earlier: Matter | None,
    generated_at: datetime,
) -> dict[str, object]:
    """Tell a meeting; `earlier` is the one before, whose decisions are gone through."""
    sort = meeting.text("sort") or "routine"
    began = when(meeting.opening.at)[:10] if meeting.opening else UNTOLD
    said = {
        "name": meeting.text("name"),
        "kind": _KINDS[sort],
        "time": f"{began} {meeting.text('time')}".strip(),
        **told(meeting, "place", "chair", "hospital_people", "vendor_people", "opinion", "next_meeting"),
        "writer": who(meeting, "writer"),
        "papers": [
            {"number": n, "name": each.title, "paper": each.number, "handed_in": each.day}
            for n, each in enumerate(papers, start=1)
        ],
        "earlier": _earlier(earlier) if earlier else [],
        "topics": numbered(meeting.rows("topics") or ({"topic": UNTOLD},), _TOPIC),
        "decisions": numbered(meeting.rows("decisions"), _DECISION),
    }
    return paper(meeting, inventory, TITLES[sort], said, generated_at)


def decisions_of(meeting: Matter) -> list[tuple[int, Mapping[str, str], str]]:
    """Each decision with its number, and the last that was said of what became of it."""
    states = {each["number"]: each.get("state", "") for each in meeting.rows("followed")}
    return [(n, row, states.get(str(n), "")) for n, row in enumerate(meeting.rows("decisions"), start=1)]


def _earlier(meeting: Matter) -> list[Row]:
    return [
        {"number": n, **{name: row.get(name, "") for name in ("decision", "owner", "due")}, "state": state}
        for n, row, state in decisions_of(meeting)
    ]
