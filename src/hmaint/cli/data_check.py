"""`hmaint data-check`: assertions about business data, counted by the databases themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _


def register(app: typer.Typer) -> None:
    """Hang the command on the tree."""
    app.command(
        "data-check",
        help=about("data-check"),
        epilog=_(
            "Examples: hmaint data-check --site icu · hmaint data-check --site icu -p data/pharmacy --report"
            " · hmaint data-check --site icu --database icu-main --format json"
        ),
    )(with_terminal(data_check))


def data_check(
    terminal: Terminal,
    site: Annotated[
        str,
        typer.Option("--site", "-s", help=_("The site."), metavar="SITE", autocompletion=site_names),
    ],
    playbook: Annotated[
        str,
        typer.Option(
            "--playbook",
            "-p",
            help=_("The playbook; a name or a file. Without it data/SITE."),
            metavar="NAME",
        ),
    ] = "",
    database: Annotated[
        str, typer.Option("--database", "-d", help=_("Only this database; may be a glob."), metavar="NAME")
    ] = "",
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", help=_("Only steps with this tag; may be repeated."), metavar="TAG"),
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help=_("Also write the Word record (数据检查记录)."))
    ] = False,
) -> int:
    """Check one site and answer as `inspect` does."""
    from hmaint.app.data_check import Request
    from hmaint.app.data_check import data_check as check
    from hmaint.cli.format.show import show_runs
    from hmaint.cli.inspect import exit_status
    from hmaint.cli.progress import watching

    world = terminal.world()
    with watching(terminal) as hear:
        run = check(world, Request(site, playbook, database, tuple(tag or ()), report), hear)
    show_runs(terminal, [run], several=False)
    return exit_status([run.level])
