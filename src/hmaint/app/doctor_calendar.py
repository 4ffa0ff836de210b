"""Which years of statutory working days this laptop knows, and what that means for deadlines."""

from __future__ import annotations

from datetime import date

from hmaint.app.doctor_answer import Answer
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.errors import Failure
from hmaint.kit.i18n import _, series
from hmaint.load.days import load_days
from hmaint.load.workspace import Workspace
from hmaint.model.playbook import Level

_DECEMBER = 12
"""The next year's notice comes out in November; from December on it is time to have it."""


def ask_calendar(workspace: Workspace | None, today: date) -> Answer:
    """Whether the years that deadlines run into are known; a file of the workspace that is wrong is this answer."""
    what = _("working-day calendar")
    try:
        days = load_days(workspace.root) if workspace else PACKAGED
    except Failure as failure:
        return Answer(
            Level.CRITICAL, what, str(failure).splitlines()[0], "hmaint contract calendar import FILE"
        )
    said = _("statutory working days known for {years}").format(years=_years(days))
    if not days.knows(today.year):
        return Answer(Level.WARNING, what, said, _advice(today.year))
    if days.knows(today.year + 1):
        return Answer(Level.OK, what, said)
    level = Level.WARNING if today.month >= _DECEMBER else Level.OK
    return Answer(level, what, said, _advice(today.year + 1))


def _advice(year: int) -> str:
    return _(
        "deadlines that run into {year} are provisional; once it is announced: hmaint contract calendar import FILE, "
        "or upgrade chinesecalendar"
    ).format(year=year)


def _years(days: StatutoryDays) -> str:
    """The years in stretches: 2004–2026."""
    stretches: list[list[int]] = []
    for year in days.known():
        if stretches and year == stretches[-1][1] + 1:
            stretches[-1][1] = year
        else:
            stretches.append([year, year])
    return series(f"{first}" if first == last else f"{first}–{last}" for first, last in stretches)
