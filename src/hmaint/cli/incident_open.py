"""`hmaint incident open`: a report comes in; the contract's criteria propose its level, a person confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli import incident_options as o
from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.incident import Kept
    from hmaint.app.world import World
    from hmaint.duty.incident_view import View


def register(incident: typer.Typer) -> None:
    """Hang the command on the tree."""
    incident.command(
        "open",
        help=_("Open an incident: its clocks run from the time of report; a person confirms its level."),
        epilog=_(
            "Examples: hmaint incident open --site icu --what 监护站波形不刷新 --reporter ICU护士站 --channel phone"
            " --scope department --interruption full · hmaint incident open --site icu --what 打印错行 --at 08:12"
            " --scope person --accept-proposal"
        ),
    )(with_terminal(open_))


def open_(
    terminal: Terminal,
    what: Annotated[str, typer.Option("--what", help=_("What was reported."), metavar="TEXT")] = "",
    site: Annotated[
        str,
        typer.Option("--site", "-s", help=_("The site."), metavar="SITE", autocompletion=site_names),
    ] = "",
    reporter: Annotated[str, typer.Option("--reporter", help=_("Who reported it."), metavar="NAME")] = "",
    channel: Annotated[
        str,
        typer.Option(
            "--channel", help=_("By what way: phone, wechat, email, qq, ops_system, …"), metavar="CHANNEL"
        ),
    ] = "",
    at: Annotated[
        str,
        typer.Option(
            "--at", help=_("When it was reported; now, unless told. Clocks run from it."), metavar="TIME"
        ),
    ] = "",
    occurred: Annotated[
        str, typer.Option("--occurred", help=_("When it began, where that is known."), metavar="TIME")
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
    level: o.Level = "",
    class_: o.Class = None,
    accept_proposal: o.Accept = False,
    evidence: o.Evidence = None,
) -> None:
    """Recorded first; the level is confirmed after, so that nothing said can be lost by a question."""
    from hmaint.app.incident import Saying, open_incident, past, site_of

    world = terminal.world()
    begun = world.clock.now()
    there = world.site(site_of(world, site)).name
    o.check_classes(world, there, level, class_ or ())
    given: dict[str, object] = {
        "scope": scope, "type": type_, "effects": effect, "interruption": interruption, "difficulty": difficulty,
        "request": request, "rooms": rooms, "users": users, "sudden": sudden, "onsite": onsite,
        "affirmed": criterion, "denied": not_criterion,
    }  # fmt: skip
    body = {
        "what": o.ask(terminal, what, _("What was reported"), needed=_("say --what")),
        "reporter": o.ask(terminal, reporter, _("Who reported it (empty: not told)")),
        "channel": _channel(world, there, channel),
        "occurred": past(world, occurred).isoformat() if occurred else "",
        **o.facts_of(world, there, _asked(terminal, world, there, given)),
    }
    if level or class_:
        body |= {"level": level, "classes": class_ or [], "confirmed_by": world.operator}
    kept = open_incident(world, there, Saying(body, at or begun, tuple(evidence or ())))
    if not (level or class_):
        kept = _confirmed(terminal, world, kept, accept=accept_proposal)
    o.told(terminal, world, kept)
    _offer(terminal, world, kept)


def _channel(world: World, site: str, channel: str) -> str:
    """A channel by its id or name; one of the contract's own, a usual one, or whatever a person calls it."""
    from hmaint.app.incident_view import terms_of
    from hmaint.model.incident_words import CHANNELS

    contract = terms_of(world, site).contract
    own = {each.name: each.id for each in contract.channels} if contract else {}
    usual = {label: name for name, label in CHANNELS.items()}
    return own.get(channel) or usual.get(channel) or channel.strip()


def _asked(terminal: Terminal, world: World, site: str, given: dict[str, object]) -> dict[str, object]:
    """Ask for what the level hangs on, where it was not told and somebody is there; a word that is none, once more."""
    prompts = {
        "scope": _("Whom it strikes: person, department, hospital (empty: not known)"),
        "interruption": _("How work is interrupted: full, key, minor, slow, none (empty: not known)"),
        "effects": _("What it affects: safety, treatment, operation, experience, none (empty: not known)"),
    }
    told = dict(given)
    for name, prompt in prompts.items():
        if not given[name] and terminal.may_ask():
            told |= _fact(terminal, world, site, name, prompt)
    return told


def _fact(terminal: Terminal, world: World, site: str, name: str, prompt: str) -> dict[str, object]:
    while said := o.ask(terminal, "", prompt):
        words = said.replace("，", ",").replace("、", ",").split(",")
        try:
            return o.facts_of(world, site, {name: words if name == "effects" else said})
        except WrongUsage as wrong:
            terminal.err(str(wrong))
    return {}


def _confirmed(terminal: Terminal, world: World, kept: Kept, *, accept: bool) -> Kept:
    """Have a person confirm the proposal, or say plainly that nobody did."""
    from hmaint.app.incident import Saying, tell
    from hmaint.app.incident_view import see_alone
    from hmaint.model.incident import Event

    seen = see_alone(world, kept.incident) if kept.incident else None
    if seen is None or seen.proposal is None or not seen.level_said or kept.rescued is not None:
        return kept
    for reason in seen.proposal.reasons:
        terminal.err(_("proposed: {reason}").format(reason=reason))
    if accept:
        said: dict[str, object] = {"level": seen.level, "classes": list(seen.classes)}
    elif terminal.may_ask():
        said = _chosen(terminal, seen)
    else:
        words = _(
            "nobody confirmed the level; the proposal counts: hmaint incident reclassify {number} --level LEVEL"
        )
        terminal.err(words.format(number=kept.number))
        return kept
    return tell(world, kept.number, Event.CLASSIFIED, Saying({**said, "confirmed_by": world.operator}))


def _chosen(terminal: Terminal, seen: View) -> dict[str, object]:
    """The level or class a person names, asked until it is one; the proposal where nothing is typed."""
    terms = seen.contract.incident if seen.contract else None
    levels = [each.id for each in terms.levels] if terms else []
    classes = [each.id for each in terms.classes] if terms else []
    while True:
        said = o.ask(terminal, "", _("Level or class (empty: {proposal})").format(proposal=seen.level_said))
        if not said:
            return {"level": seen.level, "classes": list(seen.classes)}
        if said in levels or said in classes:
            return {"level": said, "classes": list(seen.classes)} if said in levels else {"classes": [said]}
        terminal.err(
            _("{text} is none of these: {known}").format(text=said, known=", ".join(levels + classes))
        )


def _offer(terminal: Terminal, world: World, kept: Kept) -> None:
    """Offer what is known of the like; nothing where there is none."""
    if kept.incident is None or kept.rescued is not None or terminal.quiet:
        return
    from hmaint.app.incident_alike import alike
    from hmaint.app.knowledge import nearest
    from hmaint.kit.text import harmless, one_line

    for other in alike(world, kept.incident):
        words = _("looks like {id} ({what}): hmaint incident link {number} {id}, if it came again")
        terminal.err(words.format(id=other.id, what=one_line(harmless(other.what), 60), number=kept.number))
    for hit in nearest(world, kept.incident.site, kept.incident.what):
        words = _("known of the like: {number} {title} · hmaint kb show {number}")
        terminal.err(words.format(number=hit.article.number, title=one_line(harmless(hit.article.title), 60)))
