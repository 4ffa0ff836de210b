"""The incidents of a period in short: counts by level, scope and kind; what was late, what came again, what is open."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from hmaint.app.incident_month import Gathered
from hmaint.cli.format.machine import stamp
from hmaint.cli.incident_words import clock_word, span
from hmaint.cli.terminal import Terminal
from hmaint.duty.incident_view import View
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line
from hmaint.model.incident import Event
from hmaint.model.timer import Timer, Verdict

SCHEMA = "hmaint.incident-summary/1"


def show_summary(terminal: Terminal, site: str, found: Gathered, now: datetime) -> None:
    """Print what became of the incidents of a period."""
    if terminal.format == "json":
        terminal.out(json.dumps(_object(site, found, now), ensure_ascii=False, indent=2))
        return
    for line in _lines(site, found, now):
        terminal.out(line)


def _object(site: str, found: Gathered, now: datetime) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "site": site,
        "period": found.period.name,
        "at": stamp(now),
        "count": len(found.seen),
        "resolved": sum(_resolved(each) for each in found.seen),
        "confirmed": sum(each.incident.confirmed for each in found.seen),
        "groups": [
            {"level": key[0], "scope": key[1], "type": key[2], "count": count}
            for key, count in _groups(found).items()
        ],
        "clocks": [
            {"id": name, "met": met, "missed": missed}
            for name, (met, missed) in sorted(_clocks(found).items())
        ],
        "overdue": [
            {"id": each.incident.id, "clocks": [t.id for t in _missed(each)]}
            for each in found.seen
            if _missed(each)
        ],
        "repeats": [[each.id for each in group] for group in found.groups],
        "incidents": [each.incident.id for each in found.seen],
    }


def _lines(site: str, found: Gathered, _now: datetime) -> Iterator[str]:
    seen = found.seen
    yield _("{site} {period}: {n} incidents, {resolved} resolved, {confirmed} solutions confirmed").format(
        site=site,
        period=found.period.name,
        n=len(seen),
        resolved=sum(_resolved(each) for each in seen),
        confirmed=sum(each.incident.confirmed for each in seen),
    )
    for (level, scope, kind), count in sorted(_groups(found).items()):
        yield f"  {count:>4}  {harmless(level or '-')}  {harmless(scope or '-')}  {harmless(kind or '-')}"
    for name, (met, missed) in sorted(_clocks(found).items()):
        yield _("{clock}: {met} met, {missed} missed").format(clock=clock_word(name), met=met, missed=missed)
    for each in seen:
        for timer in _missed(each):
            words = _("missed: {id} {clock} after {span}: {what}")
            yield words.format(
                id=each.incident.id,
                clock=clock_word(timer.id),
                span=span(timer.elapsed(each.now)),
                what=one_line(harmless(each.incident.what), 60),
            )
    for group in found.groups:
        ids = ", ".join(each.id for each in group)
        yield _("came again: {ids}: {what}").format(ids=ids, what=one_line(harmless(group[-1].what), 60))
    if unsure := [each for each in seen if each.proposal and not each.confirmed]:
        yield _("level not confirmed: {ids}").format(ids=", ".join(each.incident.id for each in unsure))


def _resolved(seen: View) -> bool:
    return Event.RESOLVED in seen.incident.marks


def _missed(seen: View) -> list[Timer]:
    return [each for each in seen.timers if each.counts and each.state is Verdict.MISSED]


def _groups(found: Gathered) -> Counter[tuple[str, str, str]]:
    return Counter(
        (each.level_said, each.incident.facts.scope, each.incident.facts.type) for each in found.seen
    )


def _clocks(found: Gathered) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = {}
    for each in found.seen:
        for timer in each.timers:
            if timer.counts and timer.judged:
                met, missed = counts.get(timer.id, (0, 0))
                counts[timer.id] = (
                    met + (timer.state is Verdict.MET),
                    missed + (timer.state is Verdict.MISSED),
                )
    return counts
