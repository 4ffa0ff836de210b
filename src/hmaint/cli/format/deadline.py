"""Deadlines that were computed: the strictest first, what is provisional with the earliest day it may become."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hmaint.app.deadline import Answer
from hmaint.cli.contract_words import event_word, limit_word
from hmaint.cli.format.due_words import weekday_word
from hmaint.cli.format.sections import Section, show_sections
from hmaint.cli.terminal import Terminal
from hmaint.duty.clause import Computed
from hmaint.duty.clock import Deadline
from hmaint.kit.i18n import _


def answer_object(answer: Answer) -> dict[str, object]:
    """The object scripts rely on; `all` lists every clock and reading where there is more than one."""
    first = answer.computed[0]
    found: dict[str, object] = {
        "schema": "hmaint.deadline/1",
        "contract": answer.contract.name,
        "clause": answer.clause,
        "from": answer.start.at.isoformat(),
        **_deadline(first.deadline),
        "limit": str(first.timed.clock.limit) if first.timed.clock.limit else None,
        "profile": answer.contract.sha256,
        "questions": [each.id for each in answer.questions],
    }
    if len(answer.computed) > 1:
        found["all"] = [_one(each) for each in answer.computed]
    return found


def _one(each: Computed) -> dict[str, object]:
    clock = each.timed.clock
    return {
        "id": each.timed.id,
        "question": each.question or None,
        "reading": each.reading or None,
        "limit": str(clock.limit) if clock.limit else None,
        "starts": clock.starts,
        "ends": clock.ends,
        **_deadline(each.deadline),
    }


def _deadline(deadline: Deadline | None) -> dict[str, object]:
    earliest = deadline.earliest if deadline else None
    return {
        "due": deadline.due.isoformat() if deadline else None,
        "provisional": bool(deadline and deadline.provisional),
        "earliest": earliest.isoformat() if earliest else None,
        "calendar": (deadline.calendar or None) if deadline else None,
    }


def show_answer(terminal: Terminal, answer: Answer) -> None:
    """For people: a row each, and the open questions it depends on."""
    start = f"{answer.start.at:%Y-%m-%d}" if answer.start.whole_day else _moment(answer.start.at)
    head = _("{contract} {clause}, from {start}").format(
        contract=answer.contract.name,
        clause=answer.clause,
        start=f"{start} {weekday_word(answer.start.at.date())}",
    )
    heads = [_("clause"), _("limit"), _("from"), _("until"), _("due by"), _("earliest"), _("reading")]
    titles = {
        (asked.id, one.id): one.title for asked in answer.contract.ambiguities for one in asked.readings
    }
    rows = [(_level(each), _row(each, titles)) for each in answer.computed]
    keep = [number for number in range(len(heads)) if any(row[number] for _level_, row in rows)]
    due = Section(
        _("Due"),
        [heads[number] for number in keep],
        [(level, [row[number] for number in keep]) for level, row in rows],
        [heads[0], heads[4]],
    )
    asked = [("unknown", [each.id, each.question, each.proposal]) for each in answer.questions]
    heads = [_("id"), _("question"), _("read meanwhile as")]
    questions = Section(_("Open until confirmed in writing"), heads, asked, heads[:1])
    show_sections(terminal, head, [due, questions], _foot(answer))


def _foot(answer: Answer) -> str:
    if any(each.deadline and each.deadline.provisional for each in answer.computed):
        return _(
            "Provisional: a year is not announced yet, or the contract does not tell the hours of service. "
            "Go by the earliest."
        )
    if answer.start.whole_day and any(_by_hours(each) for each in answer.computed):
        return _("A day without a time counts from 00:00.")
    return ""


def _by_hours(each: Computed) -> bool:
    limit = each.timed.clock.limit
    return limit is not None and limit.unit == "second"


def _level(each: Computed) -> str:
    return "warning" if each.deadline and each.deadline.provisional else ""


def _row(each: Computed, titles: Mapping[tuple[str, str], str]) -> list[str]:
    clock, found = each.timed.clock, each.deadline
    return [
        each.timed.id,
        limit_word(clock.limit),
        event_word(clock.starts),
        event_word(clock.ends),
        _due_words(each),
        _moment(found.earliest) if found and found.earliest else "",
        f"{each.question} {titles.get((each.question, each.reading), each.reading)}".strip(),
    ]


def _due_words(each: Computed) -> str:
    """When it is due, or why that cannot be told."""
    found = each.deadline
    if found is None:
        agreed = each.timed.clock.limit is not None
        return _("to be agreed") if agreed else _("no figure: measured, not judged")
    words = f"{_moment(found.due)} {weekday_word(found.due.date())}"
    return _("{due} provisional").format(due=words) if found.provisional else words


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
