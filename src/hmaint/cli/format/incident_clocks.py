"""The clocks of an incident in lines: the one that counts first, those beside it dimmed."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.cli.incident_words import clock_word, span, word
from hmaint.duty.incident_report import ReportDuty
from hmaint.duty.incident_view import View
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless
from hmaint.kit.width import pad, width
from hmaint.model.timer import Timer, Verdict

_DATE = "%m-%d %H:%M"


def level_words(seen: View, *, short: bool = False) -> str:
    """The level and classes that count, marked while nobody has confirmed them; `short`: the level alone."""
    names = {}
    if seen.contract and seen.contract.incident:
        terms = seen.contract.incident
        names = {each.id: each.name for each in (*terms.levels, *terms.classes)}
    level = f"{seen.level} {names.get(seen.level, '')}".strip()
    classes = [names.get(each, each) for each in seen.classes]
    parts = [harmless(each) for each in (level, *classes) if each]
    said = " + ".join(parts[:1] if short and level else parts)
    return said if seen.confirmed or not said else _("{level} (proposed)").format(level=said)


def standing_line(seen: View) -> str:
    """One line: number, site, level, state."""
    incident = seen.incident
    return "  ".join(
        each for each in (incident.id, incident.site, level_words(seen), word(incident.state)) if each
    )


def clock_lines(seen: View) -> Iterator[str]:
    """A line a clock: name, limit, due, how it stands; below them every reading of those that have several."""
    rows = [_row(each, seen) for each in seen.timers]
    rooms = [max(width(row[n]) for row in rows) for n in range(3)] if rows else []
    for row in rows:
        cells = [pad(text, room) for text, room in zip(row, rooms, strict=False)]
        yield "  ".join((*cells, row[3])).rstrip()
    yield from _remark(seen)


def _row(timer: Timer, seen: View) -> tuple[str, str, str, str]:
    name = f"{clock_word(timer.id)} ({harmless(timer.of)})"
    limit = str(timer.limit) if timer.limit and timer.judged else _("no figure")
    due = f"{timer.due:{_DATE}}" if timer.due and timer.state is not Verdict.NOT_APPLICABLE else "-"
    mark = _(" (provisional)") if timer.provisional else ""
    return name, limit, due + mark, how(timer, seen)


def how(timer: Timer, seen: View) -> str:
    """How a clock stands, in words."""
    said = _stands(timer, seen)
    beside = "" if timer.counts or timer.state is Verdict.NOT_APPLICABLE else _("; a stricter clock counts")
    paused = _("; {span} of agreed waiting").format(span=span(timer.paused)) if timer.paused else ""
    return said + beside + paused


def _stands(timer: Timer, seen: View) -> str:
    took = span(timer.elapsed(seen.now))
    left = timer.left(seen.now)
    if timer.state is Verdict.NOT_APPLICABLE:
        if not timer.judged and timer.met_at:
            return _("took {span}, not judged").format(span=took)
        why = _conditions(timer.condition)
        return _("not applicable ({why})").format(why=why) if why else word(timer.state)
    if timer.met_at is not None:
        return _("{verdict} after {span}").format(verdict=word(timer.state), span=took)
    if left is None:
        return _("running for {span}").format(span=took)
    if timer.state is Verdict.MISSED:
        return _("missed, over by {span}").format(span=span(-left))
    return _("{span} left").format(span=span(left))


def _conditions(condition: str) -> str:
    return {
        "onsite_needed": _("nobody said that presence is needed"),
        "remote_or_phone_failed": _("remote help is not known to have failed"),
    }.get(condition, condition)


def _remark(seen: View) -> Iterator[str]:
    for timer in seen.timers:
        if timer.readings and timer.state is not Verdict.NOT_APPLICABLE:
            ways = "; ".join(
                f"{r.title} {r.due:{_DATE}}" if r.due else f"{r.title} -" for r in timer.readings
            )
            yield _("{clock} may be read: {ways}").format(clock=clock_word(timer.id), ways=harmless(ways))


def report_line(seen: View) -> str:
    """Whether a report is owed, and by when; empty where none is."""
    first = next((each for each in seen.duties if each.wanted is not False), None)
    if first is None:
        return ""
    if seen.reported:
        return _("report {number} is issued ({clause})").format(number=seen.reported, clause=first.clause)
    return _owed(first)


def _owed(first: ReportDuty) -> str:
    if first.wanted is None:
        return _("{clause} may want a report: {why}").format(clause=first.clause, why=first.why)
    if first.due:
        mark = _(" (provisional)") if first.due.provisional else ""
        return _("a report is due by {due}{mark} ({clause})").format(
            due=f"{first.due.due:%Y-%m-%d}", mark=mark, clause=first.clause
        )
    if first.since is None:
        return _("a report will be due once it is over ({clause})").format(clause=first.clause)
    if first.proposed:
        words = _("a report is wanted, without a date ({clause}); {question} proposes {due}")
        return words.format(
            clause=first.clause, question=first.question, due=f"{first.proposed.due:%Y-%m-%d}"
        )
    return _("a report is wanted, without a date ({clause})").format(clause=first.clause)
