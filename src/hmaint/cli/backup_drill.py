"""`hmaint backup-verify --restore`: shown, confirmed, held, and answered as a command that acts answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hmaint.cli.terminal import Terminal
from hmaint.errors import ExitStatus, Refused, WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.drill import Plan
    from hmaint.app.world import World


def hold_drills(
    terminal: Terminal,
    world: World,
    sites: Sequence[str],
    backups: Sequence[str],
    *,
    yes: bool,
    report: bool,
    output: Path | None,
) -> int:
    """Hold the drills of some sites.

    0 all done and sound, 1 something failed or was not sound but nothing is left behind, 2 a person is needed.
    """
    from hmaint.app.drill import drill, plan_drills
    from hmaint.app.drill_report import write_report
    from hmaint.cli.format.show import show_runs

    if output is not None:
        raise WrongUsage(_("--output goes with a verification, not with --restore"))
    plans = [plan_drills(world, site, backups) for site in sites]
    _confirm(terminal, plans, yes=yes)
    runs, statuses = [], []
    for plan in plans:
        run, status = drill(
            world, plan, lambda words: None if terminal.quiet else terminal.err(f"  {words} …")
        )
        runs.append(write_report(world, run) if report else run)
        statuses.append(status)
    show_runs(terminal, runs, several=len(plans) > 1)
    return max(statuses, default=ExitStatus.OK)


def _confirm(terminal: Terminal, plans: Sequence[Plan], *, yes: bool) -> None:
    if not terminal.quiet:
        for plan in plans:
            terminal.err(_("Restore drill of {site}:").format(site=plan.site.title or plan.site.name))
            words = _("{backup} → {where}, a private folder below {folder}, database {name}")
            for each in plan.drills:
                told = words.format(
                    backup=each.backup.name, where=each.where, folder=each.drill.folder, name=each.name
                )
                terminal.err(f"  {told}")
        terminal.err(_("A throwaway server is made, loaded, asked and removed; the original is only read."))
    if yes:
        return
    if not terminal.may_ask():
        raise Refused(_("a drill is confirmed at the terminal; in scripts say --yes"))
    if not typer.confirm(_("Begin?"), err=True):
        raise Refused(_("not confirmed; nothing was touched"))
