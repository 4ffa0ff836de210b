"""`hmaint incident list|show`: the board of what runs, worst first; and one incident with all that is known of it."""

from __future__ import annotations

from typing import Annotated

import typer

from hmaint.cli import incident_options as o
from hmaint.cli.completion import site_names
from hmaint.cli.inspect import exit_status
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _


def register(incident: typer.Typer) -> None:
    """Hang the commands on the tree."""
    incident.command(
        "list",
        help=_(
            "The board: incidents that are not over, worst first, with the time left. Answers as a Nagios plugin:"
            " 2 something was missed, 1 something is nearly over, 3 clocks cannot be told."
        ),
        epilog=_(
            "Examples: hmaint incident list · hmaint incident list --site icu --every"
            " · */2 * * * * hmaint incident list --notify --quiet -w /srv/hmaint"
        ),
    )(with_terminal(list_incidents))
    incident.command(
        "show",
        help=_("Everything known of one incident: its clocks in every reading, its entries, open questions."),
        epilog=_("Examples: hmaint incident show latest · hmaint incident show I-20261125-001 --format json"),
    )(with_terminal(show))


def list_incidents(
    terminal: Terminal,
    site: Annotated[
        str,
        typer.Option("--site", "-s", help=_("Only this site."), metavar="SITE", autocompletion=site_names),
    ] = "",
    every: Annotated[
        bool, typer.Option("--every", help=_("Those that are over, too, in the order they came."))
    ] = False,
    notify: Annotated[
        bool,
        typer.Option(
            "--notify", help=_("Remind by the inventory's channels before a clock runs out, once each time.")
        ),
    ] = False,
) -> int:
    """The board."""
    from hmaint.app.incident_view import board
    from hmaint.app.incident_view import every as all_of
    from hmaint.cli.format.incident_board import show_board
    from hmaint.duty.incident_view import owing

    world = terminal.world()
    name = world.site(site).name if site else ""
    seen = board(world, name)
    if notify:
        from hmaint.app.incident_remind import remind

        for line in remind(world, seen):
            terminal.err(line)
    shown = all_of(world, name) if every else seen
    if terminal.quiet:
        shown = [each for each in shown if owing(each)]
    show_board(terminal, shown, seen)
    return exit_status([str(each.urgency) for each in seen] or ["ok"])


def show(terminal: Terminal, number: o.Number) -> None:
    """One incident."""
    from hmaint.app.incident import find
    from hmaint.app.incident_view import see
    from hmaint.cli.format.incident import show_incident

    world = terminal.world()
    show_incident(terminal, see(world, find(world, number)))
