"""Years of working days imported into a workspace: calendars/YEAR-N.yaml, one notice each, none ever changed."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field

from hmaint.duty.festivals import fixed_festivals
from hmaint.duty.statutory import Year
from hmaint.errors import BadFile, Fault, Refused
from hmaint.kit.i18n import _
from hmaint.load.atomic import replace_file
from hmaint.load.calendar_files import FOLDER, calendar_files, numbered
from hmaint.load.compose import At
from hmaint.load.decode import shown, text_of
from hmaint.load.profile_form import Form, Words
from hmaint.load.schema import check, sort_faults
from hmaint.load.workspace import private_folder
from hmaint.load.yaml import Document, parse_yaml, read_yaml

SCHEMA = "hmaint.calendar/1"
_DAY = r"\d{4}-\d{2}-\d{2}"
_SATURDAY, _DECEMBER, _REACH = 5, 12, 22
_PATIENCE = 30
_LONGEST = 15
"""No notice gives more days in a row; a longer stretch is a slip."""


class CalendarFileForm(Form):
    """One year's notice: the days people rest, and the weekend days they work."""

    schema_: Literal["hmaint.calendar/1"] = Field(alias="schema")
    year: Annotated[int, Field(ge=2004, le=2100)]
    source: Words | None = None
    off: list[Annotated[str, Field(pattern=rf"^{_DAY}(\.\.{_DAY})?$")]] = Field(min_length=1, max_length=100)
    work: list[Annotated[str, Field(pattern=rf"^{_DAY}$")]] = Field(max_length=50)
    imported_at: Words | None = None
    imported_by: Words | None = None
    holds_for: Literal["everything", "what_begins_later"] = "everything"


def read_year(path: Path) -> tuple[Year, str]:
    """Read a notice from a file somebody wrote, and its source; BadFile with every fault at its place."""
    year, form = _read(read_yaml(path))
    return year, form.source or ""


def kept_year(data: bytes, path: Path) -> Year:
    """Read a year that was imported here, with when and for what; BadFile where it was changed into something wrong."""
    document = parse_yaml(text_of(data, shown(path)), shown(path))
    year, form = _read(document)
    try:
        imported = datetime.fromisoformat(form.imported_at) if form.imported_at else None
    except ValueError:
        words = _("{text} is no time").format(text=form.imported_at)
        raise BadFile([Fault(document.place(("imported_at",)), words)]) from None
    return Year(year.year, year.off, year.work, imported, form.holds_for == "everything")


def _read(document: Document) -> tuple[Year, CalendarFileForm]:
    form, faults = check(CalendarFileForm, document)
    if form is None or faults:
        raise BadFile(faults)
    off, work, faults = _days(form, document)
    if faults:
        raise BadFile(sort_faults(faults))
    return Year(form.year, off, work), form


def write_year(root: Path, year: Year, source: str, operator: str) -> Path:
    """Keep an imported year beside what was imported of it before. Refused where it cannot be written."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only writers lock

    folder = root / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        # Two who take in the same year at once get a number each.
        with FileLock(private_folder(root) / "calendars.lock", timeout=_PATIENCE):
            path = folder / f"{year.year}-{_next(root, year.year)}.yaml"
            replace_file(path, year_text(year, source, operator).encode())
    except (OSError, Timeout) as error:
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise Refused(_("{folder} cannot be written: {reason}").format(folder=FOLDER, reason=why)) from None
    return path


def _next(root: Path, year: int) -> int:
    return (
        max(
            (number for path in calendar_files(root) for of, number in [numbered(path)] if of == year),
            default=0,
        )
        + 1
    )


def year_text(year: Year, source: str = "", operator: str = "") -> str:
    """A year as a file that can be imported."""
    content: dict[str, object] = {"schema": SCHEMA, "year": year.year}
    content |= {"source": source} if source else {}
    if year.imported_at is not None:
        content |= {"imported_at": year.imported_at.isoformat(), "imported_by": operator}
        content |= {"holds_for": "everything" if year.for_all else "what_begins_later"}
    content |= {"off": sorted(map(str, year.off)), "work": sorted(map(str, year.work))}
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, default_flow_style=None, width=100)


def _days(form: CalendarFileForm, document: Document) -> tuple[frozenset[date], frozenset[date], list[Fault]]:
    faults: list[Fault] = []
    seen: dict[date, str] = {}
    for section, texts in (("off", form.off), ("work", form.work)):
        for number, text in enumerate(texts):
            at = (section, number)
            for day in _stretch(text, at, document, faults):
                faults += _wrong(day, at, document, form.year, seen)
                seen[day] = section
    off = frozenset(day for day, section in seen.items() if section == "off")
    missing = sorted(fixed_festivals(form.year) - off)
    if not faults and missing:
        words = _("the notice is not complete: {days} must be days off")
        faults.append(Fault(document.key_place(("off",)), words.format(days=", ".join(map(str, missing)))))
    return off, frozenset(seen) - off, faults


def _stretch(text: str, at: At, document: Document, faults: list[Fault]) -> list[date]:
    first, _dots, last = text.partition("..")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        faults.append(Fault(document.place(at), _("{text} is no day; write 2026-03-01").format(text=text)))
        return []
    if not 0 <= (end - begin).days < _LONGEST:
        words = _("{text} is no stretch of days; at most {most}, the earlier first")
        faults.append(Fault(document.place(at), words.format(text=text, most=_LONGEST)))
        return []
    return [begin + timedelta(number) for number in range((end - begin).days + 1)]


def _wrong(day: date, at: At, document: Document, year: int, seen: dict[date, str]) -> list[Fault]:
    place = document.place(at)
    if day.year != year and not (day.year == year - 1 and day.month == _DECEMBER and day.day >= _REACH):
        words = _("{day} is not in {year} nor in the last days of December before it")
        return [Fault(place, words.format(day=day, year=year))]
    if day in seen:
        both = seen[day] != at[0]
        words = _("{day} is both a day off and a working day") if both else _("{day} is there already")
        return [Fault(place, words.format(day=day))]
    if at[0] == "work" and day.weekday() < _SATURDAY:
        return [Fault(place, _("{day} is no weekend day; people work on it anyway").format(day=day))]
    return []
