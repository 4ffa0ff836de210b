"""`hmaint audit`: the trail of what was sent where, and whether anybody has touched it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import ExitStatus
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line

if TYPE_CHECKING:
    from hmaint.app.world import World


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    audit = typer.Typer(
        help=about("audit"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    audit.command(
        "list",
        help=_("List what was sent, newest last."),
        epilog=_("Example: hmaint audit list --run R-20261121-093012-icu"),
    )(with_terminal(list_audit))
    audit.command("verify", help=_("Check the chain: exit 0 whole, 1 torn by a power loss, 2 touched."))(
        with_terminal(verify)
    )
    app.add_typer(audit, name="audit")


def list_audit(
    terminal: Terminal,
    run: Annotated[str, typer.Option("--run", help=_("Only this run."), metavar="RUN")] = "",
    target: Annotated[str, typer.Option("--target", help=_("Only this target."), metavar="NAME")] = "",
    number: Annotated[
        int, typer.Option("--number", "-n", help=_("At most so many, the newest."), min=1)
    ] = 100,
) -> None:
    """What was sent, in order."""
    lines = terminal.world().audit.read(run=run, target=target, limit=number)
    if terminal.format != "json":
        # To the second and on one line: the whole of it is in the JSON.
        lines = [
            {**line, "at": str(line.get("at", ""))[:19], "sent": one_line(str(line.get("sent", "")), 120)}
            for line in lines
        ]
    columns = {
        "at": _("time"), "operator": _("operator"), "target": _("target"), "sent": _("sent"), "outcome": _("outcome"),
    }  # fmt: skip
    show_list(terminal, "hmaint.audit/1", "lines", columns, lines)


def _changed(terminal: Terminal, world: World) -> list[str]:
    """What no longer is as it was vouched for, with a bar meanwhile for who looks on."""
    from hmaint.app.results_check import check_results

    if terminal.quiet or not sys.stderr.isatty():
        return list(check_results(world))
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn())
    with Progress(*columns, console=terminal.console(stderr=True), transient=True) as progress:
        task = progress.add_task(_("reading runs"), total=None)
        return list(check_results(world, lambda done, of: progress.update(task, completed=done, total=of)))


def verify(terminal: Terminal) -> int:
    """Whether every line is as it was written, in its place, and none is missing; results of jobs, too."""
    world = terminal.world()
    problems = world.audit.verify()
    changed = _changed(terminal, world)
    if terminal.format == "json":
        show_list(
            terminal,
            "hmaint.audit-check/1",
            "problems",
            {},
            [{"problem": str(problem)} for problem in (*problems, *changed)],
        )
    else:
        for problem in (*problems, *changed):
            terminal.out(harmless(str(problem)))
        if not problems:
            terminal.out(_("the audit trail is whole: {n} lines").format(n=world.audit.count()))
    if not changed and all(problem.kind == "torn" for problem in problems):
        # A last line cut short by a power loss is no tampering; what it told is in the records.
        return ExitStatus.WARNING if problems else ExitStatus.OK
    return ExitStatus.CRITICAL
