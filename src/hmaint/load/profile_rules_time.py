"""What must hold of times in a profile: calendars that exist, hours in their order, dates that follow each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.load.limits import read_limit
from hmaint.load.profile_view import Part, ProfileView, text, texts
from hmaint.load.site_view import Wrong, mapping

_MIDNIGHT = 24 * 60


def calendar_rules(view: ProfileView) -> Iterator[Wrong]:
    """Calendars that clocks name are listed."""
    known = [name for name, _calendar in view.calendars()]
    users = [clock for part in view.classes() for clock in part.parts("clocks")]
    users += [*view.root.parts("service_hours"), *view.root.parts("triggered")]
    for part in users:
        name = text(part.value.get("calendar"))
        if name and name not in known:
            words = _("no calendar {name} is listed").format(name=name)
            yield Wrong((*part.at, "calendar"), words + (meant(name, known) if known else ""))


def window_rules(view: ProfileView) -> Iterator[Wrong]:
    """Hours of service lie within a day, follow each other, and belong to a calendar of hours."""
    for _name, part in view.calendars():
        kind = part.value.get("kind")
        if kind == "hours" and not part.value.get("days"):
            yield Wrong(part.at, _("a calendar of hours says on which days: days: cn-statutory or everyday"))
        yield from _misplaced(part, kind)
        yield from _windows(part)


def immediate_rules(view: ProfileView) -> Iterator[Wrong]:
    """What is to be done at once has no time to take; what may be agreed has a bound at most."""
    for clock in (clock for part in view.classes() for clock in part.parts("clocks")):
        if clock.value.get("immediate") is True and not _is_zero(clock.value.get("limit")):
            yield Wrong((*clock.at, "immediate"), _("immediate goes with limit: PT0S"))
        if clock.value.get("cap") is not None and clock.value.get("limit") != "agreed":
            yield Wrong((*clock.at, "cap"), _("cap goes with limit: agreed"))
    for part in view.root.parts("obligations"):
        if part.value.get("at") == "end" and part.value.get("per") != "contract":
            yield Wrong((*part.at, "at"), _("at: end goes with per: contract"))
        yield from _size(part)


def date_rules(view: ProfileView) -> Iterator[Wrong]:
    """The term ends after it began, and its length is one of days or months."""
    dates = view.root.below("dates")
    first = _day(dates.value.get("service_start")) or _day(dates.value.get("signed"))
    last = _day(dates.value.get("end"))
    if first is not None and last is not None and last < first:
        yield Wrong((*dates.at, "end"), _("the contract ends before it begins"))
    length = text(view.root.below("term").value.get("length"))
    if length and not _is_long(length):
        yield Wrong(("term", "length"), _("the length of a contract is years, months or days, such as P1Y"))
    downtime = text(view.root.below("availability").value.get("max_downtime"))
    if downtime and not _is_time(downtime):
        yield Wrong(
            ("availability", "max_downtime"), _("downtime is counted in hours and minutes, such as PT8H")
        )


def _misplaced(part: Part, kind: object) -> Iterator[Wrong]:
    for key in ("windows", "hours_per_day", "days"):
        if part.value.get(key) is not None and kind in {"continuous", "cn-statutory"}:
            yield Wrong((*part.at, key), _("{key} goes with kind: hours").format(key=key), key=True)
    if part.value.get("windows") is not None and part.value.get("hours_per_day") is not None:
        words = _("windows tell how long a day is; leave hours_per_day out")
        yield Wrong((*part.at, "hours_per_day"), words, key=True)


def _windows(part: Part) -> Iterator[Wrong]:
    closed = 0
    for number, window in texts(part.value.get("windows")):
        found = _minutes(window)
        if found is None:
            continue  # the schema complains of its form
        opens, closes = found
        if opens >= closes or closes > _MIDNIGHT:
            words = _("{window} is no stretch of a day; end it at 24:00 and begin another at 00:00")
            yield Wrong((*part.at, "windows", number), words.format(window=window))
        elif opens < closed:
            words = _("{window} begins before the one above ends")
            yield Wrong((*part.at, "windows", number), words.format(window=window))
        closed = max(closed, closes)


def _minutes(window: str) -> tuple[int, int] | None:
    ends = window.split("-")
    try:
        opens, closes = ((int(hour), int(minute)) for hour, minute in (end.split(":") for end in ends))
    except ValueError:
        return None
    if max(opens[1], closes[1]) > 59:  # noqa: PLR2004 - minutes of an hour
        return _MIDNIGHT, 0
    return opens[0] * 60 + opens[1], closes[0] * 60 + closes[1]


def _size(part: Part) -> Iterator[Wrong]:
    size = part.value.get("size")
    if isinstance(size, list) and all(isinstance(each, int) for each in size) and size != sorted(size):
        yield Wrong((*part.at, "size"), _("write the smaller number first"))


def _is_zero(limit: object) -> bool:
    if isinstance(limit, dict):
        return mapping(limit).get("n") == 0
    try:
        return read_limit(text(limit)).count == 0 and limit != "agreed"
    except ValueError:
        return True  # the schema complains of it


def _is_long(length: str) -> bool:
    try:
        found = read_limit(length)
    except ValueError:
        return True
    return found.unit in {"month", "day"} and found.count > 0


def _is_time(length: str) -> bool:
    try:
        return read_limit(length).unit == "second"
    except ValueError:
        return True


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(text(value))
    except ValueError:
        return None
