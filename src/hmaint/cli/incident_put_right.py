"""`hmaint incident reclassify|link|correct`: what was thought of an incident changes; what was said stays on record."""

from __future__ import annotations

from typing import Annotated

import typer

from hmaint.cli import incident_options as o
from hmaint.cli.completion import matter_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _


def register(incident: typer.Typer) -> None:
    """Hang the commands on the tree."""
    incident.command(
        "reclassify",
        help=_("Confirm or change level, class or what they rest on; the clocks keep their start."),
        epilog=_(
            "Examples: hmaint incident reclassify latest --level P2 --reason 仅一个检查室"
            " · hmaint incident reclassify latest --scope hospital --interruption full --accept-proposal"
            " · hmaint incident reclassify latest --onsite"
        ),
    )(with_terminal(reclassify))
    incident.command(
        "link",
        help=_("It is an earlier trouble that came again: link it."),
        epilog=_("Example: hmaint incident link latest I-20260301-002"),
    )(with_terminal(link))
    incident.command(
        "correct",
        help=_("Correct an entry, or take it back with --withdraw; both stay on record."),
        epilog=_(
            "Examples: hmaint incident correct I-20261125-001 3f2a9c1d --at 08:18 --reason 时间记错"
            " · hmaint incident correct I-20261125-001 3f2a9c1d --withdraw --reason 登记重复"
        ),
    )(with_terminal(correct))


def reclassify(
    terminal: Terminal,
    number: o.Number,
    level: o.Level = "",
    class_: o.Class = None,
    accept_proposal: o.Accept = False,
    reason: Annotated[str, typer.Option("--reason", help=_("Why."), metavar="TEXT")] = "",
    by: Annotated[
        str, typer.Option("--by", help=_("Who confirms it; you, unless told."), metavar="NAME")
    ] = "",
    scope: o.Scope = "",
    type_: o.Type = "",
    effect: o.Effect = None,
    interruption: o.Interruption = "",
    difficulty: o.Difficulty = "",
    request: o.Request = "",
    rooms: o.Rooms = None,
    users: o.Users = None,
    sudden: o.Sudden = None,
    onsite: o.Onsite = None,
    criterion: o.Criterion = None,
    not_criterion: o.NotCriterion = None,
    at: o.At = "",
    evidence: o.Evidence = None,
) -> None:
    """A further word on what it is."""
    from hmaint.app.incident import Saying, find, tell
    from hmaint.app.incident_view import see_alone
    from hmaint.model.incident import Event

    world = terminal.world()
    found = find(world, number)
    o.check_classes(world, found.site, level, class_ or ())
    given: dict[str, object] = {
        "scope": scope, "type": type_, "effects": effect, "interruption": interruption, "difficulty": difficulty,
        "request": request, "rooms": rooms, "users": users, "sudden": sudden, "onsite": onsite,
        "affirmed": criterion, "denied": not_criterion,
    }  # fmt: skip
    facts = o.facts_of(world, found.site, given)
    if not (facts or level or class_ or accept_proposal):
        raise WrongUsage(_("say what changes: --level, --class, --scope, --interruption, --onsite, …"))
    body = {**facts, "level": level, "classes": class_ or [], "reason": reason}
    if level or class_:
        body["confirmed_by"] = by or world.operator
    kept = (
        tell(world, found.id, Event.CLASSIFIED, Saying(body, at, tuple(evidence or ())))
        if facts or level or class_
        else None
    )
    if accept_proposal and not (kept and kept.rescued):
        seen = see_alone(world, kept.incident if kept and kept.incident else found)
        made = seen.proposal
        if made is None:
            raise WrongUsage(_("there is no proposal to accept: the contract cannot be told"))
        taken = {"level": made.level, "classes": list(made.classes), "reason": reason}
        kept = tell(
            world, found.id, Event.CLASSIFIED, Saying({**taken, "confirmed_by": by or world.operator}, at)
        )
    assert kept is not None  # noqa: S101 - one of the two was told
    o.told(terminal, world, kept, lambda name: _("{number}: classified").format(number=name))


def link(
    terminal: Terminal,
    number: o.Number,
    earlier: Annotated[
        list[str],
        typer.Argument(
            help=_("The earlier incidents."), metavar="EARLIER…", autocompletion=matter_names("incident")
        ),
    ],
    text: o.Text = "",
    at: o.At = "",
) -> None:
    """It came again."""
    from hmaint.app.incident import Saying, find, tell
    from hmaint.model.incident import Event

    world = terminal.world()
    found = find(world, number)
    others = [find(world, each).id for each in earlier]
    if found.id in others:
        raise WrongUsage(_("{number} cannot be its own return").format(number=found.id))
    kept = tell(world, found.id, Event.LINKED, Saying({"to": others, "text": text}, at))
    o.told(terminal, world, kept, lambda name: _("{number}: linked").format(number=name))


def correct(
    terminal: Terminal,
    number: o.Number,
    entry: Annotated[str, typer.Argument(help=_("The entry, as `incident show` names it."), metavar="ENTRY")],
    reason: Annotated[str, typer.Option("--reason", help=_("Why it was wrong."), metavar="TEXT")] = "",
    at: Annotated[str, typer.Option("--at", help=_("When it happened in truth."), metavar="TIME")] = "",
    text: o.Text = "",
    by: Annotated[str, typer.Option("--by", help=_("Who did it in truth."), metavar="NAME")] = "",
    what: Annotated[str, typer.Option("--what", help=_("What was reported in truth."), metavar="TEXT")] = "",
    solution: Annotated[str, typer.Option("--solution", help=_("How it was solved."), metavar="TEXT")] = "",
    cause: Annotated[str, typer.Option("--cause", help=_("What the cause was."), metavar="TEXT")] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help=_("Take it back; that of the report takes back the incident."))
    ] = False,
) -> None:
    """A further entry stands in its place."""
    from hmaint.app.incident import Saying
    from hmaint.app.incident import correct as put_right

    named = {"text": text, "by": by, "what": what, "solution": solution, "cause": cause}
    words = {name: said for name, said in named.items() if said}
    if withdraw and (words or at):
        raise WrongUsage(_("--withdraw goes with nothing but --reason"))
    if not withdraw and not (words or at):
        raise WrongUsage(
            _("say what is right: --at, --text, --by, --what, --solution, --cause; or --withdraw")
        )
    reason = o.ask(terminal, reason, _("Why it was wrong"), needed=_("say --reason"))
    world = terminal.world()
    kept = put_right(world, number, entry, Saying(words, at), reason)
    o.told(terminal, world, kept, lambda name: _("{number}: corrected").format(number=name))
