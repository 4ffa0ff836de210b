"""`hmaint finding`: what is wrong until it is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.listing import show_list, show_object
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.cli.words import level_word, risk_word, state_word
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.store.kept import NoteKind

_Id = Annotated[str, typer.Argument(help=_("The finding's number."), metavar="FINDING")]
_STATES = ("new", "open", "recurring", "resolved", "closed")


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    finding = typer.Typer(help=about("finding"), no_args_is_help=True, rich_markup_mode=None)
    finding.command(
        "list",
        help=_("List findings; those still open, unless --state or --every is given."),
        epilog=_("Examples: hmaint finding list --site icu · hmaint finding list --overdue"),
    )(with_terminal(list_findings))
    finding.command(
        "show",
        help=_(
            "Show the whole life of one finding: since when, by when to be put right, how it ended, notes."
        ),
        epilog=_("Example: hmaint finding show F-1a2b3c4d5e"),
    )(with_terminal(show))
    finding.command(
        "note",
        help=_("Write feedback or a solution; the Word sheet takes it from here."),
        epilog=_("Example: hmaint finding note F-1a2b3c4d5e --solution 已清理归档日志"),
    )(with_terminal(note))
    finding.command(
        "close",
        help=_("Close a finding by hand, with the reason."),
        epilog=_("Example: hmaint finding close F-1a2b3c4d5e --reason 医院确认保留"),
    )(with_terminal(close))
    app.add_typer(finding, name="finding")


def list_findings(
    terminal: Terminal,
    site: Annotated[
        str | None, typer.Option("--site", "-s", help=_("Only this site."), metavar="SITE")
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state", help=_("new, open, recurring, resolved or closed; may be repeated."), metavar="STATE"
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--every", help=_("Resolved and closed ones too."))] = False,
    overdue: Annotated[
        bool,
        typer.Option("--overdue", help=_("Only those whose rectification is overdue, the longest first.")),
    ] = False,
) -> None:
    """Findings, worst first."""
    from hmaint.cli.format.finding import Owed

    wrong = [name for name in state or () if name not in _STATES]
    if wrong:
        raise WrongUsage(
            _("no state {name}; there are: {known}").format(name=wrong[0], known=", ".join(_STATES))
        )
    states = tuple(state or (_STATES if every else _STATES[:3]))
    world = terminal.world()
    owed = Owed(world)
    found = [
        one for one in world.records.findings(site=site, states=states) if not overdue or owed.late(one) > 0
    ]
    if overdue:
        found.sort(key=lambda one: -owed.late(one))
    columns = {
        "id": _("finding"), "level": _("level"), "target": _("target"), "title": _("check"),
        "summary": _("what was seen"), "state": _("state"), "put_right": _("put right by"),
    }  # fmt: skip
    words = {
        "level": {name: level_word(name) for name in ("ok", "warning", "critical", "unknown")},
        "state": {name: state_word(name) for name in _STATES},
    }
    objects = [owed.object(one) | {"put_right": owed.said(one)} for one in found]
    if terminal.format == "json":
        objects = [owed.object(one) | {"since": f"{one.first_seen:%m-%d %H:%M}"} for one in found]
    show_list(terminal, "hmaint.finding-list/1", "findings", columns, objects, words)


def show(terminal: Terminal, finding: _Id) -> None:
    """One finding with everything known of it."""
    from hmaint.cli.format.finding import Owed, ended, put_right, resolved, seen

    world = terminal.world()
    one = world.records.finding(finding)
    owed = Owed(world)
    history = [
        f"{event.at:%Y-%m-%d %H:%M} {event.run} {state_word(event.state)} {level_word(event.level)}"
        for event in one.history
    ]
    notes = [f"{n.at:%Y-%m-%d %H:%M} {n.operator} {n.kind}: {n.text}" for n in one.notes]
    fields = {
        "id": _("finding"), "level": _("level"), "risk": _("risk"), "state": _("state"), "site": _("site"),
        "target": _("target"), "subject": _("subject"), "check": _("check"), "title": _("title"),
        "summary": _("what was seen"), "advice": _("advice"), "put_right": _("put right by"), "seen": _("seen"),
        "ended": _("ended"), "history": _("history"), "notes": _("notes"),
    }  # fmt: skip
    shown = owed.object(one) | {"history": history, "notes": notes, "resolved": resolved(one)}
    if terminal.format != "json":
        shown |= {"level": level_word(str(one.finding.level)), "state": state_word(str(one.finding.state))}
        shown |= {"risk": risk_word(str(one.finding.level)), "ended": ended(one)}
        shown |= {"put_right": put_right(owed, one), "seen": seen(one)}
    show_object(terminal, "hmaint.finding/1", fields, shown)


def note(
    terminal: Terminal,
    finding: _Id,
    feedback: Annotated[
        str | None,
        typer.Option("--feedback", help=_("Whom it was told and what they said (异常反馈)."), metavar="TEXT"),
    ] = None,
    solution: Annotated[
        str | None,
        typer.Option("--solution", help=_("How it was solved (异常问题解决方案)."), metavar="TEXT"),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", help=_("Anything else worth keeping."), metavar="TEXT")
    ] = None,
) -> None:
    """Keep a person's words with a finding."""
    given: dict[NoteKind, str | None] = {"feedback": feedback, "solution": solution, "note": text}
    words = {kind: said.strip() for kind, said in given.items() if said and said.strip()}
    if not words:
        if not terminal.may_ask():
            raise WrongUsage(_("say --feedback, --solution or --text"))
        words = _asked()
    world = terminal.world()
    for kind, said in words.items():
        world.records.note(finding, world.redactor.redact(said), kind, world.operator, world.clock.now())
    terminal.err(_("noted with {finding}").format(finding=finding))


def _asked() -> dict[NoteKind, str]:
    prompts: dict[NoteKind, str] = {
        "feedback": _("Feedback (empty: none)"),
        "solution": _("Solution (empty: none)"),
    }
    words = {
        kind: typer.prompt(prompt, default="", show_default=False, err=True)
        for kind, prompt in prompts.items()
    }
    given = {kind: said.strip() for kind, said in words.items() if said.strip()}
    if not given:
        raise WrongUsage(_("nothing was written"))
    return given


def close(
    terminal: Terminal,
    finding: _Id,
    reason: Annotated[
        str | None, typer.Option("--reason", help=_("Why it may rest."), metavar="TEXT")
    ] = None,
) -> None:
    """Close a finding; it comes back as recurring if it is seen again."""
    if not (reason or "").strip():
        if not terminal.may_ask():
            raise WrongUsage(_("say --reason"))
        reason = typer.prompt(_("Reason"), err=True)
    world = terminal.world()
    world.records.close(finding, world.redactor.redact(str(reason)), world.operator, world.clock.now())
    terminal.err(_("closed {finding}").format(finding=finding))
