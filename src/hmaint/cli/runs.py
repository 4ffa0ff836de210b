"""`hmaint runs`: what was run, and what each run saw."""

from __future__ import annotations

from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.completion import run_names, site_names
from hmaint.cli.difference import diff
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.cli.trend import trend
from hmaint.cli.words import level_word, state_word
from hmaint.kit.i18n import _

_Run = Annotated[
    str,
    typer.Argument(
        help=_("The run's number, or a beginning of it that fits only one."),
        metavar="RUN",
        autocompletion=run_names,
    ),
]


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    runs = typer.Typer(help=about("runs"), no_args_is_help=True, rich_markup_mode=None)
    runs.command(
        "list", help=_("List the runs, newest first."), epilog=_("Example: hmaint runs list --site icu -n 5")
    )(with_terminal(list_runs))
    runs.command(
        "show",
        help=_("Show one run as it was printed then."),
        epilog=_("Examples: hmaint runs show · hmaint runs show R-20261121-093012-icu --format json"),
    )(with_terminal(show))
    runs.command(
        "report",
        help=_("Write the Word sheet of a run, with the notes made since."),
        epilog=_("Example: hmaint runs report R-20261121-093012-icu"),
    )(with_terminal(report))
    runs.command(
        "diff",
        help=_("Show what two runs of one site differ in: new, gone, worse, better, changed configuration."),
        epilog=_(
            "Examples: hmaint runs diff · hmaint runs diff previous latest --site icu"
            " · hmaint runs diff R-20261021 R-20261121 --format json"
        ),
    )(with_terminal(diff))
    runs.command(
        "trend",
        help=_("Show where figures are heading, and when disks, tablespaces and sequences are full."),
        epilog=_(
            "Examples: hmaint runs trend --site icu · hmaint runs trend --site icu --target icu-db-1 --subject /data"
            " --png disk.png · hmaint runs trend --site icu --metric mysql.size.size_mb --capacity 500000"
        ),
    )(with_terminal(trend))
    app.add_typer(runs, name="runs")


def list_runs(
    terminal: Terminal,
    site: Annotated[
        str | None,
        typer.Option("--site", "-s", help=_("Only this site."), metavar="SITE", autocompletion=site_names),
    ] = None,
    number: Annotated[int, typer.Option("--number", "-n", help=_("At most so many."), min=1)] = 20,
) -> None:
    """The newest runs first."""
    found = terminal.world().records.runs(site=site, limit=number)
    objects = [
        {
            "run": run.id,
            "command": run.command,
            "site": run.site,
            "playbook": run.playbook,
            "started_at": run.started_at.isoformat(sep=" ", timespec="seconds"),
            "operator": run.operator,
            "level": run.level,
            "state": run.state,
        }
        for run in found
    ]
    columns = {
        "run": _("run"), "site": _("site"), "playbook": _("playbook"), "started_at": _("started"),
        "operator": _("operator"), "level": _("result"), "state": _("state"),
    }  # fmt: skip
    words = {
        "level": {name: level_word(name) for name in ("ok", "warning", "critical", "unknown", "skipped")},
        "state": {name: state_word(name) for name in ("running", "finished", "interrupted")},
    }
    show_list(terminal, "hmaint.run-list/1", "runs", columns, objects, words)


def _forms(incomplete: str) -> list[str]:
    from hmaint.app.sheet import OF_DATA_CHECKS, OF_INSPECTIONS

    return [name for name in (*OF_INSPECTIONS, *OF_DATA_CHECKS) if name.startswith(incomplete)]


def show(terminal: Terminal, run: _Run = "latest") -> None:
    """A run as it was printed when it ended."""
    from hmaint.cli.format.show import show_runs

    show_runs(terminal, [terminal.world().records.run(run).ordered()], several=False)


def report(
    terminal: Terminal,
    run: _Run = "latest",
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--form",
            help=_("The form, such as health-report; may be repeated. The sheet when there is none."),
            metavar="FORM",
            autocompletion=_forms,
        ),
    ] = None,
) -> None:
    """Write the documents anew as a further version: a signed one is never overwritten."""
    from hmaint.app.sheet import write_documents

    world = terminal.world()
    for path in write_documents(world, world.records.run(run).ordered(), form or ()):
        terminal.out(path)
