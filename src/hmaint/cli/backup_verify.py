"""`hmaint backup-verify`: see whether backups that others make could be restored from, where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.backup_drill import hold_drills
from hmaint.cli.backup_night import show_night, show_standings
from hmaint.cli.completion import site_names
from hmaint.cli.output import format_for
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.clock import seconds
from hmaint.kit.i18n import _


def register(app: typer.Typer) -> None:
    """Hang the command on the tree."""
    app.command(
        "backup-verify",
        help=about("backup-verify"),
        epilog=_(
            "Examples: hmaint backup-verify --site icu · hmaint backup-verify --site icu -b icu-full --format json"
            " · hmaint backup-verify --all --quiet --output /var/lib/node_exporter/hmaint.prom"
            " · hmaint backup-verify --status --max-age 26h --format nagios"
            " · hmaint backup-verify --site icu -b icu-full --restore --report"
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
    status: Annotated[
        bool,
        typer.Option("--status", help=_("Tell the last results, touching no host: for pollers.")),
    ] = False,
    max_age: Annotated[
        str,
        typer.Option(
            "--max-age", help=_("With --status: a result older than this is critical."), metavar="DURATION"
        ),
    ] = "26h",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            help=_("Write what programs read into this file, in one step; its ending or --format says what."),
            metavar="FILE",
        ),
    ] = None,
    wait: Annotated[
        str,
        typer.Option(
            "--wait", help=_("How long to wait for another hmaint at the same backups."), metavar="DURATION"
        ),
    ] = "0s",
    restore: Annotated[
        bool,
        typer.Option(
            "--restore", help=_("Instead, restore them on trial into a throwaway server: a restore drill.")
        ),
    ] = False,
    report: Annotated[
        bool,
        typer.Option("--report", help=_("With --restore: also write the Word report (备份恢复验证报告).")),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help=_("With --restore: do not ask; for scripts."))
    ] = False,
) -> int:
    """Verify and answer as `inspect` does: 0 ok, 1 warning, 2 critical, 3 something could not be examined."""
    if (all_sites and site is not None) or not (all_sites or site or status):
        raise WrongUsage(_("say either --site SITE or --all"))
    if status:
        if restore:
            raise WrongUsage(_("say either --status or --restore"))
        names = [site] if site else []
        return show_standings(terminal, names, backup or [], _seconds(max_age, "--max-age"), output)
    if (report or yes) and not restore:
        raise WrongUsage(_("--report and --yes go with --restore"))
    if output is not None:
        format_for(output, terminal.format)  # refused before anything is touched
    patience = _seconds(wait, "--wait")
    from hmaint.app.backup_night import verify_night
    from hmaint.app.backup_verify import Request, spread
    from hmaint.cli.inspect import exit_status
    from hmaint.cli.progress_backup import watching

    world = terminal.world()
    names = (
        [site] if site is not None else [each.name for each in world.inventory.sites.values() if each.backups]
    )
    if not names:
        raise WrongUsage(_("the inventory names no backup of any site"))
    concerned = spread(world, names, backup or ()) if all_sites else {names[0]: tuple(backup or ())}
    if restore:
        return hold_drills(terminal, world, concerned, yes=yes, report=report, output=output)
    requests = [Request(name, wanted, workers) for name, wanted in concerned.items()]
    hear_of = (lambda _words: None) if terminal.quiet else terminal.err
    night = verify_night(world, requests, lambda: watching(terminal), patience, hear_of)
    show_night(terminal, world, night, output, several=all_sites)
    return exit_status([str(level) for level in night.levels])


def _seconds(text: str, option: str) -> float:
    try:
        return 0.0 if text == "0" else seconds(text)
    except ValueError as error:
        raise WrongUsage(_("{option}: {reason}").format(option=option, reason=error)) from None
