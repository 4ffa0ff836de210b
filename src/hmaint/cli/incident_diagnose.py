"""`hmaint incident diagnose`: one read-only look at a site in trouble, and in order what looks wrong and why."""

from __future__ import annotations

from typing import Annotated

import typer

from hmaint.cli.completion import matter_names, site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _


def register(incident: typer.Typer) -> None:
    """Hang the command on the tree."""
    incident.command(
        "diagnose",
        help=_("Look at an incident's site at once, read-only, and say in order what looks wrong and why."),
        epilog=_(
            "Examples: hmaint incident diagnose latest · hmaint incident diagnose --site icu --words 保存医嘱很慢"
            " · hmaint incident diagnose latest --limit 'icu-db*' --format json"
        ),
    )(with_terminal(diagnose))


def diagnose(
    terminal: Terminal,
    incident: Annotated[
        str,
        typer.Argument(
            help=_("The incident's number, its end, or latest; the diagnosis is put on its record."),
            metavar="[INCIDENT]",
            autocompletion=matter_names("incident"),
        ),
    ] = "",
    site: Annotated[
        str,
        typer.Option(
            "--site",
            "-s",
            help=_("A site, without an incident."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = "",
    words: Annotated[
        str,
        typer.Option(
            "--words", help=_("What people say of it; causes that fit stand higher."), metavar="TEXT"
        ),
    ] = "",
    playbook: Annotated[
        str, typer.Option("--playbook", "-p", help=_("The playbook; a name or a file."), metavar="NAME")
    ] = "incident/diagnose",
    limit: Annotated[
        str, typer.Option("--limit", help=_("Only targets whose name matches."), metavar="GLOB")
    ] = "",
    workers: Annotated[
        int, typer.Option("--workers", help=_("Targets visited at once."), min=1, max=256, metavar="N")
    ] = 16,
) -> int:
    """Diagnose, and answer as `inspect` does."""
    from dataclasses import replace

    from hmaint.app.diagnose import diagnose_site, wanted
    from hmaint.cli.format.diagnosis import check_format, show
    from hmaint.cli.inspect import exit_status
    from hmaint.cli.progress import watching

    check_format(terminal)
    world = terminal.world()
    asked = replace(wanted(world, incident, site, words), playbook=playbook, limit=limit, workers=workers)
    with watching(terminal) as hear:
        told = diagnose_site(world, asked, hear)
    show(terminal, told)
    if world.records.rescue is not None:
        text = _("the records could not be written; it is kept in {file} and comes in with the next command")
        terminal.err(text.format(file=world.records.rescue.name))
    return exit_status([told.run.level])
