"""Reminders before a clock runs out: each of its thresholds once, and what was told is on record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from hmaint.app import entry
from hmaint.app.notify import notified, notify
from hmaint.app.world import World
from hmaint.duty.incident_view import View
from hmaint.errors import Failure
from hmaint.kit.i18n import _
from hmaint.model.incident import KIND, Event, Incident
from hmaint.model.incident_words import CLOCKS, called
from hmaint.model.notice import Notice
from hmaint.model.playbook import Level
from hmaint.model.timer import Timer, Verdict

_LAST = (
    (timedelta(hours=1), (timedelta(minutes=5),)),
    (timedelta(hours=4), (timedelta(minutes=30), timedelta(minutes=5))),
    (timedelta(days=2), (timedelta(hours=1), timedelta(minutes=15))),
)
"""Beside the half of it, how long before its end a clock of up to so much is reminded of."""
_DAYS = (timedelta(days=1), timedelta(hours=4))


@dataclass(frozen=True, slots=True)
class _Reminder:
    incident: Incident
    clock: str
    threshold: str
    """What was reached, as it is kept: half, 5m, missed."""
    due: datetime
    level: Level
    left: timedelta


def remind(world: World, seen: Iterable[View]) -> Iterator[str]:
    """Send what is due to be said now; answers a line for each reminder that went out, or could not."""
    for each in seen:
        reminders = due_reminders(each)
        if reminders and not notified(world, each.incident.site).channels:
            words = _("{number}: nobody was reminded, the inventory names no channel under notify")
            yield words.format(number=each.incident.id)
            continue
        for reminder in reminders:
            tried = notify(world, each.incident.site, _notice(reminder))
            failed = [delivery.channel for delivery in tried if delivery.failure]
            if not tried or len(failed) < len(tried):
                _keep(world, reminder)
            yield _line(reminder, failed, nobody=not tried)


def due_reminders(seen: View) -> list[_Reminder]:
    """The last threshold that each counting clock has passed, and the report's, unless it was reminded of already.

    Of several passed at once only the last is told: nobody is helped by four messages after a night's sleep.
    """
    said = {
        (e.body.get("clock"), e.body.get("threshold"))
        for e in seen.incident.events
        if e.event == Event.REMINDED
    }
    found = [_reached(each, seen) for each in seen.timers if each.counts and not seen.incident.over]
    found.append(_report(seen))
    return [each for each in found if each is not None and (each.clock, each.threshold) not in said]


def _reached(timer: Timer, seen: View) -> _Reminder | None:
    if timer.due is None or timer.met_at is not None or timer.state is Verdict.NOT_APPLICABLE:
        return None
    whole = timer.due - timer.start
    last = next((points for most, points in _LAST if whole <= most), _DAYS)
    return _passed(seen, f"{timer.of}.{timer.id}", timer.due, (whole / 2, *last))


def _report(seen: View) -> _Reminder | None:
    due = seen.report
    if due is None or seen.reported:
        return None
    return _passed(seen, "report", due.earliest or due.due, _DAYS)


def _passed(seen: View, clock: str, due: datetime, points: Iterable[timedelta]) -> _Reminder | None:
    left = due - seen.now
    reached = [point for point in points if left <= point]
    if not reached:
        return None
    over = left <= timedelta(0)
    name = "missed" if over else f"{int(min(reached).total_seconds())}s"
    return _Reminder(seen.incident, clock, name, due, Level.CRITICAL if over else Level.WARNING, left)


def _notice(reminder: _Reminder) -> Notice:
    incident = reminder.incident
    clock = called(CLOCKS, reminder.clock.rpartition(".")[2])
    minutes = int(abs(reminder.left).total_seconds() // 60)
    how = f"已超时 {minutes} 分钟" if reminder.level is Level.CRITICAL else f"还剩 {minutes} 分钟"
    text = f"{incident.id}：{incident.what}\n{clock}时限 {reminder.due:%Y-%m-%d %H:%M}，{how}。"
    # The threshold makes each reminder a topic of its own, so that it is told once and no repeat follows it.
    topic = f"incident {incident.id} {reminder.clock} {reminder.threshold}"
    return Notice(topic, f"故障 {incident.id} {clock}{how}", text, reminder.level, reminder.threshold)


def _keep(world: World, reminder: _Reminder) -> None:
    body = {"clock": reminder.clock, "threshold": reminder.threshold}
    incident = reminder.incident
    with suppress(Failure):  # a reminder told twice is better than a board that fails
        entry.add(
            world,
            entry.draft(
                world, kind=KIND, event=Event.REMINDED, site=incident.site, body=body, matter=incident.id
            ),
        )


def _line(reminder: _Reminder, failed: list[str], *, nobody: bool) -> str:
    if nobody:
        words = _("{number}: no channel takes a reminder of this level ({clock})")
        return words.format(number=reminder.incident.id, clock=reminder.clock)
    if failed:
        words = _("{number}: reminding failed by {channels}; hmaint doctor says why")
        return words.format(number=reminder.incident.id, channels=", ".join(failed))
    return _("{number}: reminded of {clock}").format(number=reminder.incident.id, clock=reminder.clock)
