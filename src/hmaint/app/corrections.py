"""What was put on record wrongly: corrected by a further entry, or taken back with a reason; nothing is ever erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hmaint.app import entry
from hmaint.app.matter_list import find
from hmaint.app.matter_rules import refuse_backwards, ruled
from hmaint.app.matters import Wording, moment, unwithdrawn
from hmaint.app.proof import kept_proof, read_proof
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _, series
from hmaint.model.entry import WITHDRAWN, Entry
from hmaint.model.ledger import ADDING, Ledger
from hmaint.model.matter import REASON, Matter

_SHORT = 8
"""Characters of an entry's id that people are shown."""


@dataclass(frozen=True, slots=True)
class Correction:
    """The words that are right, why the others were wrong, and which entry is meant where several told the same."""

    wording: Wording
    reason: str
    which: str = ""
    """The id of an entry, or a beginning of it."""


def correct(world: World, ledger: Ledger, number: str, asked: Correction) -> Matter:
    """Put other words in place of those that were wrong; both stay on record.

    An empty value takes a word away. WrongUsage where it is not clear what is to be corrected.
    """
    found = unwithdrawn(find(world, ledger, number))
    changed = _changed(found, ledger, asked)
    if not changed:
        flag = ledger.opening.fields[0].flag
        raise WrongUsage(_("say what is to be corrected, such as {flag}").format(flag=flag))
    drafts = [
        _corrected(world, ledger, each, changed[each.id], asked)
        for each in found.entries
        if each.id in changed
    ]
    entry.add(world, *drafts)
    return find(world, ledger, found.id)


def _changed(found: Matter, ledger: Ledger, asked: Correction) -> dict[str, dict[str, object]]:
    """By the entry that told it, each thing that is to be told otherwise."""
    named = _entry(found, asked.which) if asked.which else None
    changed: dict[str, dict[str, object]] = {}
    for name, value in asked.wording.values.items():
        changed.setdefault((named or _teller(found, ledger, name)).id, {})[name] = value
    if asked.wording.at or asked.wording.evidence:
        changed.setdefault((named or found.entries[0]).id, {})
    return changed


def withdraw(world: World, ledger: Ledger, number: str, *, reason: str, which: str = "") -> Matter:
    """Take a matter back, or the one entry named; what was said stays on record, with the reason."""
    found = unwithdrawn(find(world, ledger, number))
    gone = [_entry(found, which)] if which else list(found.entries)
    entry.add(
        world,
        *(
            entry.draft(world, kind=ledger.kind, event=WITHDRAWN, site=found.site, body={"reason": reason},
                        matter=found.id, corrects=each.id)
            for each in gone
        ),
    )  # fmt: skip
    return find(world, ledger, found.id)


def _entry(found: Matter, which: str) -> Entry:
    fits = [each for each in found.entries if each.id.startswith(which)]
    if len(fits) == 1:
        return fits[0]
    known = series(f"{each.id[:_SHORT]} {each.event}" for each in found.entries)
    words = _("{which} names no single entry of {number}; there are: {known}")
    raise WrongUsage(words.format(which=which, number=found.id, known=known))


def _teller(found: Matter, ledger: Ledger, name: str) -> Entry:
    """The entry that told a thing last; the first of the matter where nobody did."""
    tellers = [each for each in found.entries if name in each.body]
    if len(tellers) > 1 and ledger.fields[name].sort in ADDING:
        known = series(f"{each.id[:_SHORT]} {each.at:%Y-%m-%d}" for each in tellers)
        words = _("several entries tell {name}: say which with --entry: {known}")
        raise WrongUsage(words.format(name=name, known=known))
    if tellers:
        return tellers[-1]
    belongs = [
        each for each in found.entries if name in {field.name for field in ledger.event(each.event).fields}
    ]
    if not belongs:
        flag = ledger.fields[name].flag
        words = _("nothing of {number} tells {flag} yet: there is nothing to correct")
        raise WrongUsage(words.format(number=found.id, flag=flag))
    return belongs[-1]


def _corrected(
    world: World, ledger: Ledger, old: Entry, changed: Mapping[str, object], asked: Correction
) -> Entry:
    required = {each.name for each in ledger.event(old.event).fields if each.required}
    if gone := required & {name for name, value in changed.items() if value in ("", [])}:
        raise WrongUsage(_("{name} cannot be taken away: withdraw the entry instead").format(name=min(gone)))
    told = {**old.body, **ruled(world, ledger, old.site, changed)}
    body = {name: value for name, value in told.items() if value not in ("", [])}
    shown = [kept_proof(world, read_proof(path)) for path in asked.wording.evidence]
    if shown:
        known = body.get("evidence")
        body["evidence"] = [*(known if isinstance(known, list) else []), *shown]
    at = moment(world, asked.wording.at) if asked.wording.at else old.at
    refuse_backwards(world, body, at)
    return entry.draft(
        world, kind=ledger.kind, event=old.event, site=old.site, body={**body, REASON: asked.reason},
        at=at, matter=old.matter, corrects=old.id,
    )  # fmt: skip
