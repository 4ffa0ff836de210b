"""日常故障月度汇总: the incidents reported in a month of a site, gathered from the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hmaint.app.incident_view import every
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.duty.incident_view import View
from hmaint.duty.recurrence import repeats
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model.incident import Incident, State
from hmaint.model.period import Period, read_period

if TYPE_CHECKING:
    from hmaint.report.incident_month import Month

FORM = "incident-monthly"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The incidents of a period, and the troubles of them that came again."""

    period: Period
    seen: Sequence[View]
    groups: Sequence[tuple[Incident, ...]]


def gather(world: World, site: str, text: str = "") -> Gathered:
    """The incidents reported in a period, this month where none is named. WrongUsage for what is no period."""
    name = world.site(site).name
    today = world.clock.now().astimezone(CHINA).date()
    period = read_period(text or f"{today:%Y-%m}")
    if period is None:
        raise WrongUsage(_("{text} is no period: write 2026Q4, 2026-11 or 2026").format(text=text))
    if period.first > today:
        raise WrongUsage(_("{period} has not begun yet").format(period=period.name))
    known = [each for each in every(world, name) if each.incident.state is not State.WITHDRAWN]
    seen = [each for each in known if each.incident.reported.astimezone(CHINA).date() in period]
    until = [
        each.incident for each in known if each.incident.reported.astimezone(CHINA).date() <= period.last
    ]
    inside = {each.incident.id for each in seen}
    groups = [group for group in repeats(until) if inside & {each.id for each in group}]
    return Gathered(period, seen, groups)


def told_of(world: World, site: str, period: str = "") -> Told:
    """Tell the incidents of a month. WrongUsage for what is no period, or one that has not begun."""
    from hmaint.report.incident_month import incident_month  # noqa: PLC0415 - goes with the Word libraries

    found = gather(world, site, period)
    data = incident_month(_month(world, site, found), world.inventory)
    return Told(data, (found.period.name,), found.period.first)


def _month(world: World, site: str, found: Gathered) -> Month:
    from hmaint.report.incident_month import Month  # noqa: PLC0415 - goes with the Word libraries

    return Month(found.period, site, found.seen, found.groups, world.clock.now())
