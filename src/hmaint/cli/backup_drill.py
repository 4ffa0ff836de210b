"""`hmaint backup-verify --restore`: shown, confirmed, held, and answered as a command that acts answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hmaint.cli.terminal import Terminal
from hmaint.errors import ExitStatus, Refused, WrongUsage
from hmaint.kit.i18n import N_, _

if TYPE_CHECKING:
    from hmaint.app.drill_plan import Plan
    from hmaint.app.world import World


def hold_drills(
    terminal: Terminal,
    world: World,
    concerned: Mapping[str, Sequence[str]],
    *,
    yes: bool,
    report: bool,
    output: Path | None,
) -> int:
    """Hold the drills of some sites: `concerned` tells which backups of each, by name or glob; none means all.

    0 all done and sound, 1 something failed or was not sound but nothing is left behind, 2 a person is needed.
    """
    from hmaint.app.drill import drill
    from hmaint.app.drill_plan import plan_drills
    from hmaint.app.drill_report import write_report
    from hmaint.cli.format.show import show_runs

    if output is not None:
        raise WrongUsage(_("--output goes with a verification, not with --restore"))
    plans = [plan_drills(world, site, backups) for site, backups in concerned.items()]
    _confirm(terminal, plans, yes=yes)
    spoken = {step: _(words) for step, words in _STEPS.items()}

    def hear(words: str) -> None:
        if not terminal.quiet:
            terminal.err(f"  {spoken.get(words, words)} …")

    runs, statuses = [], []
    for plan in plans:
        run, status = drill(world, plan, hear)
        runs.append(write_report(world, run) if report else run)
        statuses.append(status)
    show_runs(terminal, runs, several=len(plans) > 1)
    return max(statuses, default=ExitStatus.OK)


# Steps bear the names that the record has; a person at the terminal may have chosen another language.
_STEPS = {
    "选定演练副本": N_("choosing the copy"),
    "建立隔离的临时数据库": N_("making the throwaway server"),
    "核对临时数据库不是源库": N_("making sure that it is not the original"),
    "恢复备份": N_("restoring the backup"),
    "核对对象、行数与内容": N_("comparing objects, rows and content"),
    "清理恢复环境": N_("tidying up"),
}


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
