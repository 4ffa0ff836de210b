"""What people put on record, on the screen: lists, one of them with its history, and what was just kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.app.matter_list import matters
from hmaint.cli.format.machine import stamp
from hmaint.cli.format.matter_views import VIEWS
from hmaint.cli.listing import show_list, show_object
from hmaint.cli.terminal import Terminal
from hmaint.cli.words import field_word
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _, series
from hmaint.kit.text import one_line
from hmaint.kit.when import read_day
from hmaint.model.entry import WITHDRAWN, Entry
from hmaint.model.ledger import Field, Ledger
from hmaint.model.matter import REASON, Matter, undone

if TYPE_CHECKING:
    from hmaint.app.world import World
    from hmaint.cli.matter import Verb

_MARK = 8
_WIDE = 60


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What narrows a list down; days are read as people write them, both inclusive."""

    site: str | None = None
    since: str = ""
    until: str = ""
    every: bool = False
    open: bool = False

    def takes(self, today: date) -> tuple[date, date]:
        """The first and the last day wanted. WrongUsage for days that are none, or in the wrong order."""
        try:
            first = read_day(self.since, today) if self.since else date.min
            last = read_day(self.until, today) if self.until else date.max
        except ValueError as wrong:
            raise WrongUsage(str(wrong)) from None
        if first > last:
            raise WrongUsage(_("--since is after --until"))
        return first, last


def show_recorded(terminal: Terminal, world: World, verb: Verb, found: Sequence[Matter]) -> None:
    """Print the numbers of what was kept, one a line; what may come next goes to stderr."""
    ledger, event, then = verb.ledger, verb.event, verb.then
    if terminal.format == "json":
        objects = [matter_object(world, ledger, each) for each in found]
        whole = (
            objects[0]
            if len(objects) == 1
            else {"schema": f"hmaint.{ledger.kind}-list/1", "records": objects}
        )
        terminal.out(json.dumps(whole, ensure_ascii=False, indent=2, default=str))
        return
    for each in found:
        terminal.out(each.id)
    if terminal.quiet:
        return
    words = _("{what} on record: {event}") if len(found) == 1 else _("{what} on record: {event}, {n} of them")
    terminal.err(words.format(what=_(ledger.says), event=_(event.says), n=len(found)))
    if world.records.rescue is not None:
        terminal.err(
            _("the records cannot be written just now: it is kept in {file} and comes in later").format(
                file=world.records.rescue
            )
        )
    if then and len(found) == 1:
        terminal.err(_("next: {commands}").format(commands=then.format(id=found[0].id)))


def show_matters(terminal: Terminal, ledger: Ledger, narrowed: Narrowed) -> None:
    """Print a list, the newest first."""
    world = terminal.world()
    site = None if narrowed.site is None else world.site(narrowed.site).name
    first, last = narrowed.takes(world.clock.now().date())
    view = VIEWS[ledger.kind]
    found = [
        each
        for each in reversed(matters(world, ledger, site))
        if first <= day_of(each) <= last
        and (narrowed.every or not each.withdrawn)
        and (not narrowed.open or view.is_open(each))
    ]
    rows = view.rows(world, found)
    if terminal.format == "json":
        objects: list[Mapping[str, object]] = [matter_object(world, ledger, each) for each in found]
    else:
        objects = [
            {"id": each.id, "site": each.site, **_shown(ledger, each), **row}
            for each, row in zip(found, rows, strict=True)
        ]
    columns = {
        "id": _("number"),
        **({} if len(world.inventory.sites) == 1 or site else {"site": _("site")}),
        **view.columns(),
        **({"state": _("state")} if narrowed.every else {}),
    }
    show_list(terminal, f"hmaint.{ledger.kind}-list/1", "records", columns, objects)
    if terminal.format == "table" and not found:
        terminal.err(_("nothing of this kind is on record"))
    if terminal.format == "table":
        for line in view.footer(world, found):
            terminal.out(line)


def show_matter(terminal: Terminal, world: World, ledger: Ledger, matter: Matter) -> None:
    """Print one with everything that was ever said of it."""
    if terminal.format == "json":
        show_object(terminal, f"hmaint.{ledger.kind}/1", {}, matter_object(world, ledger, matter))
        return
    view = VIEWS[ledger.kind]
    told = _shown(ledger, matter)
    facts = view.facts(world, matter)
    history = [
        _line(ledger, matter, each)
        for each in sorted(matter.history, key=lambda each: (each.at, each.recorded_at))
    ]
    fields = {
        "id": _("number"), "kind_": _("record"), "site": _("site"), **{name: field_word(name) for name in told},
        **{name: name for name in facts}, "proofs": _("evidence"), "history": _("history"),
    }  # fmt: skip
    proofs = [_proof(each) for each in matter.evidence]
    one = {
        "id": matter.id, "kind_": _(ledger.says), "site": matter.site, **told, **facts,
        "proofs": proofs, "history": history,
    }  # fmt: skip
    fields = {name: word for name, word in fields.items() if one[name] not in ("", [], None)}
    show_object(terminal, f"hmaint.{ledger.kind}/1", fields, one)


def show_papers(
    terminal: Terminal, ledger: Ledger, number: str, form: str, output: Path | None, *, pdf: bool
) -> None:
    """Issue the paper form of one, and say where it lies."""
    from hmaint.app.gather import Options
    from hmaint.app.matter_list import find
    from hmaint.app.render import Request
    from hmaint.app.render import render as make
    from hmaint.cli.format.report import show_rendered

    output = docx_only(output)
    world = terminal.world()
    matter = find(world, ledger, number)
    wanted = form or VIEWS[ledger.kind].form(matter)
    asked = Request(
        wanted, sample=False, site=matter.site, output=output, pdf=pdf, records=Options(of=matter.id)
    )
    show_rendered(terminal, make(asked, terminal.workspace, terminal.inventory, terminal.root()))


def docx_only(output: Path | None) -> Path | None:
    """The file a form is to be written to. WrongUsage for one that is no Word file."""
    if output and output.suffix.lower() != ".docx":
        raise WrongUsage(_("{file} must end in .docx").format(file=output))
    return output


def day_of(matter: Matter) -> date:
    """The day a matter is listed under."""
    first = matter.opening or matter.history[0]
    return first.at.astimezone(CHINA).date()


def matter_object(world: World, ledger: Ledger, matter: Matter) -> dict[str, object]:
    """One record as JSON has it: what holds, what follows from it, and every entry."""
    held = {each.id for each in matter.entries}
    entries = [
        {
            "id": each.id,
            "event": each.event,
            "at": stamp(each.at),
            "recorded_at": stamp(each.recorded_at),
            "operator": each.operator,
            "body": dict(each.body),
            "corrects": each.corrects or None,
            "stands": each.id in held,
        }
        for each in matter.history
    ]
    return {
        "schema": f"hmaint.{ledger.kind}/1",
        "id": matter.id,
        "site": matter.site,
        "withdrawn": matter.withdrawn,
        **VIEWS[ledger.kind].derived(world, matter),
        "told": dict(matter.body),
        "entries": entries,
    }


def _shown(ledger: Ledger, matter: Matter) -> dict[str, object]:
    fields = ledger.fields
    told = {name: matter.body[name] for name in fields if name in matter.body}
    return {name: value_words(fields[name], value) for name, value in told.items()}


def value_words(field: Field, value: object) -> object:
    """A value as people read it: choices by their names, rows a line each, times without their zone."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.sort == "choice":
        return _(field.choices.get(str(value), str(value)))
    if field.sort == "rows" and isinstance(value, Sequence):
        return [
            " · ".join(str(row.get(name) or "") for name in field.columns if row.get(name)) for row in value
        ]
    if field.sort in ("when", "moment") and "T" in str(value):
        return f"{datetime.fromisoformat(str(value)):%Y-%m-%d %H:%M}"
    return value


def when_words(at: datetime) -> str:
    """A moment as people read it; one of midnight was told as a day."""
    local = at.astimezone(CHINA)
    return (
        f"{local:%Y-%m-%d}" if not (local.hour or local.minute or local.second) else f"{local:%Y-%m-%d %H:%M}"
    )


def _line(ledger: Ledger, matter: Matter, entry: Entry) -> str:
    """An entry in one line: its mark, when, what, by whom, and what became of it."""
    late = entry.recorded_at - entry.at > timedelta(days=1)
    recorded = _("recorded {at}").format(at=when_words(entry.recorded_at)) if late else ""
    # What holds stands above already; what does not is told only here.
    told = ", ".join(_told(ledger, entry)) if entry.id in undone(matter) else ""
    parts = [entry.id[:_MARK], when_words(entry.at), _what(ledger, entry), entry.operator, recorded, told]
    return "  ".join(filter(None, [*parts, _fate(matter, entry)]))


def _what(ledger: Ledger, entry: Entry) -> str:
    if entry.event == WITHDRAWN:
        words = _("takes {mark} back: {reason}")
        return words.format(mark=entry.corrects[:_MARK], reason=one_line(str(entry.body.get("reason", ""))))
    says = _(ledger.event(entry.event).says)
    if not entry.corrects:
        return says
    words = _("{event}, in place of {mark}: {reason}")
    reason = one_line(str(entry.body.get(REASON, "")))
    return words.format(event=says, mark=entry.corrects[:_MARK], reason=reason)


def _told(ledger: Ledger, entry: Entry) -> list[str]:
    fields = ledger.fields
    found = []
    for name, value in entry.body.items():
        if name not in fields:
            continue
        words = value_words(fields[name], value)
        text = _("{n} rows").format(n=len(words)) if isinstance(words, list) else one_line(str(words), _WIDE)
        found.append(f"{field_word(name)} {text}")
    return found


def _fate(matter: Matter, entry: Entry) -> str:
    by = undone(matter).get(entry.id)
    if by is None:
        return ""
    words = _("[withdrawn]") if by.event == WITHDRAWN else _("[corrected by {mark}]")
    return words.format(mark=by.id[:_MARK])


def _proof(proof: Mapping[str, str]) -> str:
    mail = series(
        filter(None, [proof.get("sender", ""), proof.get("sent_at", ""), proof.get("message_id", "")])
    )
    return f"{proof['name']}  sha256 {proof['sha256'][:12]}" + (
        f"  {mail}" if proof.get("message_id") else ""
    )
