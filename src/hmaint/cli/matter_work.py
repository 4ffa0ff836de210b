"""What the commands of a ledger do: read what was told, ask for what is missing, keep it, and show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hmaint.app.matters import Wording, carry_on, carry_on_from, open_from, open_matter
from hmaint.app.proof import sender_of
from hmaint.app.world import World
from hmaint.cli.format.matter import show_recorded
from hmaint.cli.matter import Verb, refuse_both, values_of
from hmaint.cli.matter_ask import ask_for, ask_site
from hmaint.cli.terminal import Terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _, series
from hmaint.load.entry_values import missing
from hmaint.model.matter import Matter


def record(terminal: Terminal, verb: Verb, given: Mapping[str, Any]) -> None:
    """Put one event on record, or all that a file tells."""
    world = terminal.world()
    if given["from_"] is not None:
        refuse_both(given, verb.event)
        found = _from_file(world, verb, given)
    else:
        found = (_one(terminal, world, verb, given),)
    show_recorded(terminal, world, verb, found)


def _from_file(world: World, verb: Verb, given: Mapping[str, Any]) -> tuple[Matter, ...]:
    if verb.opens:
        return open_from(world, verb.ledger, given["from_"], given["site"])
    return carry_on_from(world, verb.ledger, verb.event, given["from_"])


def _one(terminal: Terminal, world: World, verb: Verb, given: Mapping[str, Any]) -> Matter:
    number = given.get("number")
    if not verb.opens and not number:
        raise WrongUsage(_("say which one: its number, or latest"))
    evidence = tuple(given["evidence"] or ())
    values = values_of(verb.event.fields, given)
    values = {name: value for name, value in values.items() if value not in ("", [])}
    if verb.more:
        values |= verb.more(world, str(number or ""), given)
    sender = sender_of(evidence)
    for each in verb.event.fields:
        if each.from_mail and sender and each.name not in values:
            values[each.name] = sender
    site = ask_site(terminal, world, given["site"]) if verb.opens else ""
    values = _completed(terminal, verb, values)
    wording = Wording(values, given["at"], evidence)
    if verb.opens:
        return open_matter(world, verb.ledger, site, wording)
    return carry_on(world, verb.ledger, verb.event, str(number), wording)


def _completed(terminal: Terminal, verb: Verb, values: dict[str, object]) -> dict[str, object]:
    """Ask a person for what is missing; tell a script all of it at once."""
    if terminal.may_ask():
        return values | ask_for(terminal, verb.event.fields, values)
    lacking = missing(verb.event.fields, values)
    if lacking:
        raise WrongUsage(_("still to be told: {names}").format(names=series(each.flag for each in lacking)))
    return values
