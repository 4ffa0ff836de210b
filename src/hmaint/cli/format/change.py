"""Changes on the screen: how far they have come, which clocks run, what is left of what is free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from hmaint.app.changes import Changes
from hmaint.cli.format.machine import stamp
from hmaint.cli.format.matter_view import Row, View, day_words
from hmaint.duty.change import ENDED, stage_of
from hmaint.duty.change_clock import PROMISE, TOTAL, ChangeClock, State, next_due
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.ledgers.change import KINDS
from hmaint.model.matter import Matter

if TYPE_CHECKING:
    from hmaint.app.world import World

_TEXT = 24
_SOON = 86_400
"""Seconds before a clock runs out from which it is shown as a warning: a day."""


class ChangeView(View):
    """A change with the clock that runs out first."""

    def columns(self) -> dict[str, str]:
        return {
            "day": _("asked on"), "kind": _("kind"), "what": _("module and request"), "state": _("state"),
            "due": _("time limit"),
        }  # fmt: skip

    def rows(self, world: World, found: Sequence[Matter]) -> list[Row]:
        changes, now = Changes(world), world.clock.now()
        return [_row(changes, each, now) for each in found]

    def facts(self, world: World, matter: Matter) -> Mapping[str, object]:
        changes = Changes(world)
        clocks = [_clock_line(each, world.clock.now()) for each in changes.clocks(matter)]
        return {
            _("state"): stage_word(matter),
            _("clocks"): clocks or [changes.why_none(matter)],
            _("free work"): effort_words(changes, matter),
        }

    def derived(self, world: World, matter: Matter) -> Mapping[str, object]:
        changes = Changes(world)
        effort = changes.effort(matter)
        return {
            "state": str(stage_of(matter)),
            "clocks": [clock_object(each) for each in changes.clocks(matter)],
            "effort": None if effort is None else {
                "days": str(effort.days), "free": str(effort.free), "spent": effort.spent, "beyond": str(effort.beyond)
            },
        }  # fmt: skip

    def is_open(self, matter: Matter) -> bool:
        return stage_of(matter) not in ENDED

    def footer(self, world: World, found: Sequence[Matter]) -> Sequence[str]:
        changes = Changes(world)
        sites = dict.fromkeys(each.site for each in found)
        lines = []
        for site in sites:
            for balance in changes.balances(site):
                words = _("{site}: {what}, {used} of {limit} {unit} used, {left} left{open}")
                quota = balance.quota
                unsure = changes.unsettled(site, quota.id)
                lines.append(
                    words.format(
                        site=site, what=quota.what, used=balance.used, limit=quota.limit, unit=unit_word(quota.unit),
                        left=balance.left, open=_(" (to be confirmed: {ids})").format(ids=unsure) if unsure else "",
                    )
                )  # fmt: skip
        return lines


def stage_word(change: Matter) -> str:
    """How far a change has come."""
    return {
        "asked": _("asked for"),
        "accepted": _("accepted"),
        "started": _("work begun"),
        "assessed": _("assessed"),
        "planned": _("plan handed in"),
        "confirmed": _("confirmed"),
        "promised": _("promised"),
        "delivered": _("delivered"),
        "debugged": _("debugged on site"),
        "closed": _("closed"),
        "withdrawn": _("withdrawn"),
    }[stage_of(change)]


def effort_words(changes: Changes, change: Matter) -> str:
    """What a change costs beside what is free for each."""
    effort = changes.effort(change)
    if effort is None:
        return ""
    words = _("{days} of {free} free person-days")
    if effort.exceeded:
        words = _("{days} person-days, {beyond} beyond the {free} free ones: agree on it before the work")
    return words.format(days=effort.days, free=effort.free, beyond=effort.beyond)


def unit_word(unit: str) -> str:
    """How the unit of a quota is called."""
    return {"person_day": _("person-days"), "person_workday": _("person-days")}.get(unit, unit)


def clock_object(clock: ChangeClock) -> dict[str, object]:
    """A clock as programs read it."""
    by = clock.deadline
    return {
        "id": clock.id,
        "state": str(clock.state),
        "limit": clock.limit or None,
        "from": stamp(clock.since) if clock.since else None,
        "due": stamp(by.due) if by else None,
        "provisional": bool(by and by.provisional),
        "earliest": stamp(by.earliest) if by and by.earliest else None,
        "met_at": stamp(clock.met_at) if clock.met_at else None,
        "clause": clock.clause or None,
    }


def _row(changes: Changes, change: Matter, now: datetime) -> Row:
    first = next_due(changes.clocks(change)) if changes.is_open(change) else None
    return {
        "day": day_words(change),
        "kind": _(KINDS.get(change.text("kind"), "")) if change.text("kind") else "",
        "what": one_line(f"{change.text('module')}：{change.text('details')}", _TEXT),
        "state": stage_word(change),
        "due": _due_words(first, now) if first else "",
        "level": _level(first, now),
    }


def _level(clock: ChangeClock | None, now: datetime) -> str:
    if clock is None or clock.deadline is None:
        return ""
    left = ((clock.deadline.earliest or clock.deadline.due) - now).total_seconds()
    return "critical" if clock.state is State.MISSED else "warning" if left < _SOON else ""


def clock_word(name: str) -> str:
    """What a clock is for."""
    return {
        "start": _("start"),
        "patch": _("patch or plan"),
        "analysis": _("analysis and plan"),
        "assess": _("assessment"),
        "deliver": _("delivery"),
        "fix": _("repair"),
        "response": _("response"),
        PROMISE: _("promise"),
        TOTAL: _("longest repair"),
    }.get(name, name)


def _due_words(clock: ChangeClock, now: datetime) -> str:
    by = clock.deadline
    if by is None:
        return ""
    due = by.due.astimezone(CHINA)
    day = f"{due:%m-%d}" if (due.hour, due.minute) == (23, 59) else f"{due:%m-%d %H:%M}"
    late = (now.astimezone(CHINA).date() - due.date()).days
    said = f"{clock_word(clock.id)} {day}" + (_(" (provisional)") if by.provisional else "")
    if clock.state is not State.MISSED:
        return said
    return said + (_(", {n} days late").format(n=late) if late else _(", late"))


def _clock_line(clock: ChangeClock, now: datetime) -> str:
    states = {
        "waiting": _("not begun: what it runs from has not happened"),
        "running": _("running"),
        "met": _("kept"),
        "missed": _("missed"),
        "measured": _("measured, the contract has no figure"),
        "ended": _("ended, the change was closed"),
    }
    parts = [clock_word(clock.id), clock.limit, states[clock.state]]
    if clock.deadline:
        unsure = _(" (provisional)") if clock.deadline.provisional else ""
        parts.append(_("due {at}").format(at=f"{clock.deadline.due:%Y-%m-%d %H:%M}") + unsure)
    if clock.met_at:
        parts.append(_("done {at}").format(at=f"{clock.met_at:%Y-%m-%d %H:%M}"))
    elif clock.state is State.MISSED and clock.deadline:
        parts.append(_("{n} days late").format(n=(now.date() - clock.deadline.due.date()).days))
    return "  ".join(filter(None, parts))
