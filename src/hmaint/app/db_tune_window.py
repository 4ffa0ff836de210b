"""The maintenance window: hours of a day in which a database may be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from hmaint.errors import Refused, WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.inventory import Database, Site

NAME = "maintenance_window"
"""The variable of a site or a database that holds it: "22:00-06:00", or a list of such."""
_HOURS = re.compile(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*[-–—~至]\s*([01]?\d|2[0-4]):([0-5]\d)\s*")


def window_of(site: Site, database: Database, asked: str) -> str:
    """The window that holds for a database: the one asked for, its own, its site's. Refused where there is none."""
    known = asked or database.vars.get(NAME) or site.vars.get(NAME)
    if not known:
        words = _(
            'no maintenance window of {name} is known: put {key}: "22:00-06:00" among the site\'s vars, or say --window'
        )
        raise Refused(words.format(name=database.name, key=NAME))
    return ", ".join(str(each) for each in known) if isinstance(known, list | tuple) else str(known)


def closing(window: str, now: datetime) -> datetime | None:
    """When the window that is open now closes; None where none is open. WrongUsage for what is no window."""
    local = now.astimezone(CHINA)
    ends = [end for begin, end in _spans(window, local) if begin <= local < end]
    return max(ends, default=None)


def _spans(window: str, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    for text in window.split(","):
        found = _HOURS.fullmatch(text)
        if found is None or (int(found[3]) == 24 and int(found[4])):  # noqa: PLR2004 - 24:00 is a day's end
            words = _('{text} is no window such as "22:00-06:00"')
            raise WrongUsage(words.format(text=one_line(text, 40)))
        first, last = (int(found[1]), int(found[2])), (int(found[3]), int(found[4]))
        for days in (-1, 0):
            midnight = datetime.combine(now.date() + timedelta(days=days), time.min, CHINA)
            begin = midnight + timedelta(hours=first[0], minutes=first[1])
            end = midnight + timedelta(hours=last[0], minutes=last[1])
            yield begin, end if end > begin else end + timedelta(days=1)
