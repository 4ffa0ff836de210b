"""What people put on record under a contract: meetings, upkeep, drills, pledges, duties, counters, downtime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hmaint.cli.completion import site_names
from hmaint.cli.contract_groups import GROUPS, Group
from hmaint.cli.matter import Verb, parameter
from hmaint.cli.matter_command import recording
from hmaint.cli.matter_standard import register_standard
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _
from hmaint.model.ledgers.duty import PERFORMED
from hmaint.model.ledgers.meeting import MEETING

if TYPE_CHECKING:
    from hmaint.app.world import World


def register(contract: typer.Typer) -> None:
    """Hang the groups below `contract`."""
    for each in GROUPS:
        group = typer.Typer(help=_(each.help), no_args_is_help=True, rich_markup_mode=None)
        for name, event, help_, example in each.verbs:
            agenda_too = event == MEETING.opening.name and each.ledger is MEETING
            verb = Verb(
                each.ledger,
                each.ledger.event(event),
                (_AGENDA,) if agenda_too else (),
                _topics if agenda_too else None,
                _then(each),
                clause=each.clause,
            )
            group.command(name, help=_(help_), epilog=_(example))(with_terminal(recording(verb)))
        register_standard(group, each.ledger, f"contract {each.name}", each.forms)
        contract.add_typer(group, name=each.name)
    contract.command(
        "agenda",
        help=_("What the next meeting should talk about: everything the records of a site hold open."),
        epilog=_("Example: hmaint contract agenda --site tj"),
    )(with_terminal(agenda))
    done = Verb(PERFORMED, PERFORMED.opening, clause=True)
    contract.command(
        "done",
        help=_("Put down a duty met by hand, by its clause, and when; `hmaint contract records` shows them."),
        epilog=_(
            "Example: hmaint contract done S4-4a --site tj --what 安全教育一次 --at 2026-11-20 --evidence 签到.jpg"
        ),
    )(with_terminal(recording(done)))


def agenda(
    terminal: Terminal,
    site: Annotated[
        str,
        typer.Option(
            "--site",
            "-s",
            help=_("The site; needed where there are several."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = "",
) -> None:
    """Open items, as topics."""
    from hmaint.app.agenda import agenda as open_items
    from hmaint.app.matters import site_of
    from hmaint.cli.listing import show_list

    world = terminal.world()
    items = open_items(world, site_of(world, site))
    columns = {"topic": _("subject"), "detail": _("detail"), "record": _("record")}
    objects = [{"topic": each.topic, "detail": each.detail, "record": each.record} for each in items]
    show_list(terminal, "hmaint.agenda/1", "items", columns, objects)
    if not items and terminal.format != "json":
        terminal.err(_("the records hold nothing open"))


_AGENDA = parameter(
    "agenda_",
    Annotated[bool, typer.Option("--agenda", help=_("With everything the records hold open as topics."))],
    default=False,
)


def _topics(world: World, _number: str, given: Mapping[str, Any]) -> Mapping[str, object]:
    from hmaint.app.agenda import agenda as open_items
    from hmaint.app.matters import site_of
    from hmaint.load.entry_values import read_value

    if not given["agenda_"]:
        return {}
    field = MEETING.fields["topics"]
    told = [read_value(field, each) for each in given.get("topics") or ()]
    return {"topics": [*told, *(each.row for each in open_items(world, site_of(world, given["site"])))]}


def _then(group: Group) -> str:
    return f"hmaint contract {group.name} report {{id}}" if group.forms else ""
