"""Years of working days as a workspace knows them: imported, listed, handed on; and which deadlines an import moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from hmaint.app.changes import Changes
from hmaint.app.due import dues
from hmaint.app.matter_list import standing_matters
from hmaint.app.rectification import deadlines
from hmaint.app.world import World
from hmaint.duty.statutory import PACKAGED, StatutoryDays, Year, packaged_year
from hmaint.errors import Failure, WrongUsage
from hmaint.kit.i18n import _
from hmaint.load.calendar_files import calendar_files
from hmaint.load.calendars import read_year, write_year, year_text
from hmaint.model.ledgers.change import CHANGE

_SATURDAY = 5
_AHEAD = 800
"""Days ahead that moving deadlines are looked for: two years and a quarter."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline that is another one by the imported year."""

    what: str
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class Imported:
    """A year that was taken in."""

    year: Year
    path: Path
    replaced: bool
    """Whether that year was announced here before."""
    moved: tuple[Moved, ...]
    untold: tuple[str, ...] = ()
    """Why some deadlines could not be held against each other."""
    same: bool = False
    """Whether this very notice was taken in before: nothing was written."""


def import_year(world: World, path: Path, *, recompute: bool = False) -> Imported:
    """Take a year in, and tell what it moves.

    A year that was not announced here holds for everything at once. One that replaces what was announced holds for
    what begins from now on: a deadline once told keeps its calendar, unless `recompute` says otherwise. BadFile for a
    file that is wrong.
    """
    found, source = read_year(path)
    known = world.days.knows(found.year)
    if not recompute and (kept := _taken_in(world, found)) is not None:
        return Imported(found, kept, known, (), same=True)
    year = replace(found, imported_at=world.clock.now(), for_all=recompute or not known)
    before, untold = _told(world)
    kept = write_year(world.workspace.root, year, source, world.operator)
    after, more = _told(world.reckoned(StatutoryDays((*world.days.years, year))))
    moved = tuple(_moved(before, after))
    return Imported(year, kept, known, moved, tuple(dict.fromkeys((*untold, *more))))


def _taken_in(world: World, found: Year) -> Path | None:
    """The file of this very notice, where it is the one that holds."""
    latest = next((each for each in reversed(world.days.years) if each.year == found.year), None)
    if latest is None or (latest.off, latest.work) != (found.off, found.work):
        return None
    return [path for path in calendar_files(world.workspace.root) if path.name.startswith(f"{found.year}-")][
        -1
    ]


def exported(days: StatutoryDays, year: int) -> str:
    """A year as a file that another laptop can import. WrongUsage where it is not announced here."""
    found = next((each for each in reversed(days.years) if each.year == year), None)
    if found is None and not PACKAGED.knows(year):
        raise WrongUsage(_("{year} is not announced here").format(year=year))
    return year_text(replace(found, imported_at=None) if found else packaged_year(year))


def covered(days: StatutoryDays) -> list[dict[str, object]]:
    """Every year that is known, newest last: from where, since when, and how many days it moves."""
    latest = {each.year: each for each in days.years}
    return [_row(year, latest.get(year)) for year in days.known()]


def _row(year: int, imported: Year | None) -> dict[str, object]:
    told = imported or packaged_year(year)
    return {
        "year": year,
        "from": "imported" if imported else "package",
        "imported_at": imported.imported_at.isoformat() if imported and imported.imported_at else None,
        "holds_for": "everything" if told.for_all else "what_begins_later",
        "off": len([day for day in told.off if day.weekday() < _SATURDAY]),
        "work": len(told.work),
    }


def _told(world: World) -> tuple[dict[str, date], list[str]]:
    """Every deadline that can be told now, by what it is of; and what could not be."""
    found: dict[str, date] = {}
    untold = []
    for tell in _DEADLINES:
        try:
            found.update(tell(world))
        except Failure as failure:
            untold.append(str(failure).splitlines()[0])
    return found, untold


def _due(world: World) -> Iterable[tuple[str, date]]:
    today = world.clock.now().date()
    told = dues(world, until=date.fromordinal(today.toordinal() + _AHEAD))
    for owed in told.owed:
        for each in owed.dues:
            if each.day is not None:
                occasion = each.event.record if each.event else each.span.name if each.span else ""
                yield " ".join(filter(None, (owed.site, each.clause, each.title, occasion))), each.day


def _rectified(world: World) -> Iterable[tuple[str, date]]:
    if not world.has_records:
        return
    for site in world.inventory.sites:
        yield from ((f"{site} {finding}", term.day) for finding, term in deadlines(world, site).items())


def _changed(world: World) -> Iterable[tuple[str, date]]:
    if not world.has_records:
        return
    changes = Changes(world)
    for change in standing_matters(world, CHANGE):
        for clock in changes.clocks(change):
            if clock.deadline is not None:
                yield f"{change.site} {change.id} {clock.id}", clock.deadline.due.date()


_DEADLINES: tuple[Callable[[World], Iterable[tuple[str, date]]], ...] = (
    _due,
    _rectified,
    _changed,
)


def _moved(before: Mapping[str, date], after: Mapping[str, date]) -> Iterable[Moved]:
    for what, day in before.items():
        if what in after and after[what] != day:
            yield Moved(what, day, after[what])
