"""`hmaint backup-verify`: see whether backups that others make could be restored from, where they lie."""

from __future__ import annotations

from typing import Annotated

import typer

from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _


def register(app: typer.Typer) -> None:
    """Hang the command on the tree."""
    app.command(
        "backup-verify",
        help=_(
            "Verify backups on the hosts that hold them, read-only: age, size, read to the end, tables, identity, copies."
        ),
        epilog=_(
            "Examples: hmaint backup-verify --site icu · hmaint backup-verify --site icu -b icu-full --format json"
            " · hmaint backup-verify --all --quiet --format nagios"
        ),
    )(with_terminal(backup_verify))


def backup_verify(
    terminal: Terminal,
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            "-s",
            help=_("The site whose backups are verified."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = None,
    all_sites: Annotated[bool, typer.Option("--all", help=_("Every site of the inventory."))] = False,
    backup: Annotated[
        list[str] | None,
        typer.Option(
            "--backup", "-b", help=_("Only this backup; may be a glob, may be repeated."), metavar="NAME"
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", help=_("Holders visited at once."), min=1, max=256, metavar="N")
    ] = 16,
) -> int:
    """Verify and answer as `inspect` does: 0 ok, 1 warning, 2 critical, 3 something could not be examined."""
    if all_sites == (site is not None):
        raise WrongUsage(_("say either --site SITE or --all"))
    from hmaint.app.backup_verify import Request, verify
    from hmaint.cli.format.show import show_runs
    from hmaint.cli.inspect import exit_status
    from hmaint.cli.progress_backup import watching

    world = terminal.world()
    names = (
        [site] if site is not None else [each.name for each in world.inventory.sites.values() if each.backups]
    )
    if not names:
        raise WrongUsage(_("the inventory names no backup of any site"))
    runs = []
    for name in names:
        with watching(terminal) as hear:
            runs.append(verify(world, Request(name, tuple(backup or ()), workers), hear))
    show_runs(terminal, runs, several=all_sites)
    return exit_status([run.level for run in runs])
