"""What people put on record: opened and carried on, one by one or a file at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.app import entry
from hmaint.app.matter_list import find
from hmaint.app.matter_rules import refuse_backwards, ruled
from hmaint.app.proof import kept_proof, read_proof
from hmaint.app.world import World
from hmaint.errors import BadFile, Fault, Place, WrongUsage
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _, series
from hmaint.kit.when import read_when
from hmaint.model.entry import Entry
from hmaint.model.ledger import Event, Ledger
from hmaint.model.matter import Matter, fold

if TYPE_CHECKING:
    from hmaint.load.entry_file import Told


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person tells once: the values of an event's fields, when it happened, and what shows it."""

    values: Mapping[str, object]
    at: str = ""
    evidence: tuple[Path, ...] = ()


def site_of(world: World, name: str) -> str:
    """The site meant: the one named, else the only one there is. WrongUsage where that is not clear."""
    sites = world.inventory.sites
    if not name and len(sites) == 1:
        return next(iter(sites))
    if not name:
        raise WrongUsage(_("say which site with --site: {names}").format(names=series(sites)))
    return world.site(name).name


def open_matter(world: World, ledger: Ledger, site: str, wording: Wording) -> Matter:
    """Open a matter. WrongUsage for a site that is none, a time that is none, or evidence that cannot be read."""
    return _begun(world, ledger, [_draft(world, ledger, ledger.opening, wording, site=site_of(world, site))])[
        0
    ]


def carry_on(world: World, ledger: Ledger, event: Event, matter: str, wording: Wording) -> Matter:
    """Put on record what happened to a matter. WrongUsage for one that is none, or was withdrawn."""
    found = find(world, ledger, matter)
    entry.add(world, _next(world, ledger, event, found, wording))
    return find(world, ledger, found.id)


def open_from(world: World, ledger: Ledger, path: Path, site: str = "") -> tuple[Matter, ...]:
    """Open all matters that a file tells, or none; `site` is that of those which name none themselves."""
    from hmaint.load.entry_file import read_entries  # noqa: PLC0415 - forms that only a file needs

    told = read_entries(path, ledger.opening, opens=True)
    drafts = _each(
        path,
        told,
        lambda each: _draft(
            world, ledger, ledger.opening, _wording(each), site=site_of(world, each.site or site)
        ),
    )
    return _begun(world, ledger, drafts)


def carry_on_from(world: World, ledger: Ledger, event: Event, path: Path) -> tuple[Matter, ...]:
    """Put on record all that a file tells of matters that are there, or nothing of it."""
    from hmaint.load.entry_file import read_entries  # noqa: PLC0415 - as above

    told = read_entries(path, event, opens=False)
    drafts = _each(
        path, told, lambda each: _next(world, ledger, event, find(world, ledger, each.matter), _wording(each))
    )
    entry.add(world, *drafts)
    return tuple(find(world, ledger, number) for number in dict.fromkeys(each.matter for each in drafts))


def _begun(world: World, ledger: Ledger, drafts: Sequence[Entry]) -> tuple[Matter, ...]:
    return tuple(fold(ledger, [each]) for each in entry.begin_all(world, drafts, ledger.prefix))


def _wording(told: Told) -> Wording:
    return Wording(told.values, told.at, told.evidence)


def _each(path: Path, told: Sequence[Told], draft: Callable[[Told], Entry]) -> list[Entry]:
    """Draft every record of a file; what is wrong with several is told together."""
    drafts, faults = [], []
    for number, each in enumerate(told, start=1):
        try:
            drafts.append(draft(each))
        except WrongUsage as wrong:
            faults.append(Fault(Place(str(path)), _("record {n}: {wrong}").format(n=number, wrong=wrong)))
    if faults:
        raise BadFile(faults)
    return drafts


def _next(world: World, ledger: Ledger, event: Event, found: Matter, wording: Wording) -> Entry:
    unwithdrawn(found)
    drafted = _draft(world, ledger, event, wording, site=found.site, matter=found.id)
    first = found.entries[0]
    if ledger.starts and drafted.at.date() < first.at.date():
        words = _("{at} is before {number} began ({first})")
        raise WrongUsage(
            words.format(at=f"{drafted.at:%Y-%m-%d}", number=found.id, first=f"{first.at:%Y-%m-%d}")
        )
    return drafted


def _draft(  # noqa: PLR0913 - what an entry is made of
    world: World, ledger: Ledger, event: Event, wording: Wording, *, site: str, matter: str = ""
) -> Entry:
    proofs = [read_proof(path) for path in wording.evidence]
    told = next((each.letter.sent_at for each in proofs if each.letter.sent_at), None)
    at = moment(world, wording.at) if wording.at else told
    shown = [kept_proof(world, each) for each in proofs]
    values = ruled(world, ledger, site, wording.values)
    refuse_backwards(world, values, at)
    body = {**values, **({"evidence": shown} if shown else {})}
    if not body and not event.bare:
        raise WrongUsage(
            _("nothing was told: say one of {names}").format(names=series(each.flag for each in event.fields))
        )
    return entry.draft(world, kind=ledger.kind, event=event.name, site=site, body=body, at=at, matter=matter)


def moment(world: World, text: str) -> datetime:
    """Read when something happened. WrongUsage for what is no time."""
    try:
        return read_when(text, world.clock.now().date()).at
    except ValueError as wrong:
        raise WrongUsage(str(wrong)) from None


def unwithdrawn(found: Matter) -> Matter:
    """The matter itself. WrongUsage for one that was withdrawn: nothing more can be said of it."""
    if found.withdrawn:
        raise WrongUsage(_("{number} was withdrawn: open a new one").format(number=found.id))
    return found
