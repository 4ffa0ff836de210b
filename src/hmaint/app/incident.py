"""Incidents are opened and carried on here; whatever the records do, no word about one is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hmaint.app import entry
from hmaint.app.incident_rescue import rescue
from hmaint.app.proof import kept_proof, read_proof
from hmaint.app.world import World
from hmaint.duty.incident import TEXTS, fold
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _, series
from hmaint.kit.when import When, read_when
from hmaint.model.entry import WITHDRAWN, Entry
from hmaint.model.incident import KIND, PREFIX, Event, Incident, State
from hmaint.store.failures import RecordsFailure

_NUMBER = re.compile(r"I-\d{8}-[0-9a-f]{3,}")
_NEEDS: Mapping[Event, tuple[Event, ...]] = {
    Event.CLOSED: (Event.RESOLVED,),
    Event.REOPENED: (Event.RESOLVED, Event.CLOSED),
}
"""One of these must have happened before."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a person tells of an incident: the words by their names, when it happened, and what shows it."""

    body: Mapping[str, object]
    at: str | datetime = ""
    evidence: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of it: the incident as it is told by now, and the file that took the words where records did not."""

    entry: Entry
    incident: Incident | None
    """None where the records could not even be read."""
    rescued: Path | None = None
    failure: str = ""

    @property
    def number(self) -> str:
        return self.entry.matter


def open_incident(world: World, site: str, saying: Saying) -> Kept:
    """Open an incident at the time it was reported. WrongUsage for a site that is none, or a time that has not come."""
    drafted = _draft(world, Event.OPENED, world.site(site_of(world, site)).name, saying)
    try:
        numbered = entry.begin(world, drafted, PREFIX)
    except RecordsFailure as failure:
        return rescue_of(world, drafted, failure)
    return Kept(numbered, fold([numbered]), world.records.rescue)


def tell(world: World, number: str, event: Event, saying: Saying) -> Kept:
    """Put on record what happened to an incident, also late and out of order. WrongUsage where it makes no sense."""
    try:
        known = world.records.entries.of(number, KIND)
    except RecordsFailure as failure:
        if not _NUMBER.fullmatch(number):
            raise
        return rescue_of(world, _draft(world, event, "", saying, number), failure)
    found = _folded(known)
    _allow(found, event)
    drafted = _draft(world, event, found.site, saying, found.id, since=found.reported)
    _in_order(found, drafted)
    try:
        world.records.entries.add([drafted])
    except RecordsFailure as failure:
        return rescue_of(world, drafted, failure)
    return Kept(drafted, _folded([*known, drafted]), world.records.rescue)


def find(world: World, number: str) -> Incident:
    """The incident of that number, a beginning or an end of it, or `latest`. WrongUsage when there is none."""
    return _folded(world.records.entries.of(number, KIND))


def correct(world: World, number: str, which: str, saying: Saying, reason: str) -> Kept:
    """Put further words in place of an entry's; where none are given, take it back. Both stay on record."""
    known = world.records.entries.of(number, KIND)
    found = _folded(known)
    wrong = _entry(found, which)
    body = {**wrong.body, **_copied(wrong, saying.body), **saying.body, "correction": reason}
    changed = bool(saying.body) or bool(saying.at)
    event = wrong.event if changed else WITHDRAWN
    since = None if wrong.event == Event.OPENED else found.reported
    at = moment(world, saying.at, since) if saying.at else wrong.at
    fixed = entry.draft(
        world, kind=KIND, event=event, site=found.site, body=body if changed else {"reason": reason}, at=at,
        matter=found.id, corrects=wrong.id,
    )  # fmt: skip
    try:
        world.records.entries.add([fixed])
    except RecordsFailure as failure:
        return rescue_of(world, fixed, failure)
    return Kept(fixed, fold([*known, fixed]), world.records.rescue)


def _copied(wrong: Entry, said: Mapping[str, object]) -> dict[str, object]:
    """The fields that say the same as the text that is corrected, as the words of a workaround do."""
    old, new = wrong.body.get("text"), said.get("text")
    return {name: new for name in TEXTS if new and old and wrong.body.get(name) == old}


def rescue_of(world: World, drafted: Entry, failure: RecordsFailure) -> Kept:
    """Keep an entry beside the records, which the next command brings in."""
    numbered, path = rescue(world, drafted, PREFIX)
    return Kept(numbered, fold([numbered]), path, str(failure))


def site_of(world: World, name: str) -> str:
    """The site meant: the one named, else the only one there is. WrongUsage where that is not clear."""
    sites = world.inventory.sites
    if name or len(sites) == 1:
        return name or next(iter(sites))
    raise WrongUsage(_("say which site with --site: {names}").format(names=series(sites)))


def moment(world: World, text: str | datetime, since: datetime | None = None) -> datetime:
    """Read when something happened; a time alone is the last time it was that late. WrongUsage for what is no time.

    A time alone that would so fall before `since`, the report, has not come yet: a clock must not be met by yesterday.
    """
    if isinstance(text, datetime):
        return text
    now = world.clock.now()
    try:
        found, bare = read_when(text, now.date()), False
    except ValueError as wrong:
        found, bare = _today(text, now, str(wrong)), True
    if found.whole_day:
        words = _("{text} tells no time: clocks run by the minute, so write 2026-11-25 14:30")
        raise WrongUsage(words.format(text=text))
    if not bare or found.at <= now:
        return found.at
    before = found.at - timedelta(days=1)
    if since is not None and before < since:
        raise WrongUsage(_("{time} has not come yet").format(time=text))
    return before


def _today(text: str, now: datetime, wrong: str) -> When:
    try:
        return read_when(f"今天 {text}", now.date())
    except ValueError:
        raise WrongUsage(wrong) from None


def _draft(  # noqa: PLR0913, PLR0917 - what an entry is, and the report it follows
    world: World, event: Event, site: str, saying: Saying, matter: str = "", since: datetime | None = None
) -> Entry:
    at = moment(world, saying.at, since) if saying.at else None
    shown = [kept_proof(world, read_proof(path)) for path in saying.evidence]
    body = {name: value for name, value in saying.body.items() if value not in (None, "", (), [])}
    said = {**body, **({"evidence": shown} if shown else {})}
    return entry.draft(world, kind=KIND, event=event, site=site, body=said, at=at, matter=matter)


def _folded(entries: tuple[Entry, ...] | list[Entry]) -> Incident:
    found = fold(entries)
    if found is None:
        raise WrongUsage(_("{number} has no beginning on record").format(number=entries[0].matter))
    return found


def _allow(found: Incident, event: Event) -> None:
    if found.state is State.WITHDRAWN:
        raise WrongUsage(_("{number} was withdrawn: open a new one").format(number=found.id))
    needed = _NEEDS.get(event, ())
    if needed and not any(each in found.marks for each in needed):
        refusals = {
            Event.CLOSED: _("{number} is not resolved yet: hmaint incident resolve {number} first"),
            Event.REOPENED: _("{number} is open: there is nothing to open anew"),
        }
        raise WrongUsage(refusals[event].format(number=found.id))


def _in_order(found: Incident, drafted: Entry) -> None:
    """Refuse what would be kept and mean nothing: an end of waiting before it began, a reopening before the end."""
    after = None
    last = found.waits[-1] if found.waits and found.waits[-1].until is None else None
    if drafted.event == Event.RESUMED and not _told_late(found, drafted.at):
        if last is None:
            raise WrongUsage(_("{number} is not waiting for anything").format(number=found.id))
        after = last.since
    elif drafted.event == Event.WAITING and last is not None and drafted.at >= last.since:
        words = _("{number} is waiting already: hmaint incident resume {number} first")
        raise WrongUsage(words.format(number=found.id))
    elif drafted.event == Event.REOPENED:
        ends = [found.marks[each] for each in _NEEDS[Event.REOPENED] if each in found.marks]
        after = max(ends, default=None)
    if after is not None and drafted.at <= after:
        words = _("{at} is not after {since}, when what it ends began")
        raise WrongUsage(words.format(at=f"{drafted.at:%Y-%m-%d %H:%M}", since=f"{after:%Y-%m-%d %H:%M}"))


def _told_late(found: Incident, at: datetime) -> bool:
    """Whether a moment lies in a wait of which nobody has told the end: the next one began, and that alone ended it."""
    return any(
        one.since < at < following.since and one.until == following.since
        for one, following in pairwise(found.waits)
    )


def past(world: World, text: str) -> datetime:
    """Read a time that has come; WrongUsage for one that has not, or for what is no time."""
    found = moment(world, text)
    if found > world.clock.now():
        raise WrongUsage(_("{time} has not come yet").format(time=text))
    return found


def _entry(found: Incident, which: str) -> Entry:
    fits = [each for each in found.events if which and each.id.startswith(which)]
    if len(fits) == 1:
        return fits[0]
    words = _("no entry {which} holds in {number}; hmaint incident show {number} lists them: {names}")
    names = series(f"{each.id[:8]} {each.event}" for each in found.events)
    raise WrongUsage(words.format(which=which, number=found.id, names=names))
