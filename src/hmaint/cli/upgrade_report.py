"""`hmaint upgrade report` and `versions`: what came of runs, as a document and as a register."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.cli.upgrade_status import run_names
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import N_, _

_STATES = {
    "done": N_("done"),
    "rolled_back": N_("put back as before"),
    "needs_person": N_("a person is needed"),
}


def register(upgrade: typer.Typer) -> None:
    """Hang the commands on the tree."""
    upgrade.command(
        "report",
        help=_(
            "Write what came of a run: the upgrade report (升级实施报告); of a data-fix its record (数据恢复与调整记录)"
            " as well. May be written again at any time."
        ),
        epilog=_("Examples: hmaint upgrade report · hmaint upgrade report R-20261128-220102-icu"),
    )(with_terminal(report))
    upgrade.command(
        "versions",
        help=_("Which version each site runs, and how it came to it: folded from the runs on record."),
        epilog=_("Examples: hmaint upgrade versions · hmaint upgrade versions --site icu --format json"),
    )(with_terminal(versions))


def report(
    terminal: Terminal,
    number: Annotated[
        str,
        typer.Argument(
            help=_("The run; the latest if none is said."), metavar="[RUN]", autocompletion=run_names
        ),
    ] = "latest",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help=_("The file of the upgrade report."))
    ] = None,
) -> int:
    """Write the papers of a run; 0 once they lie there."""
    from hmaint.app.upgrade_report import report as write

    made = write(terminal.world(), number, output)
    if terminal.format == "json":
        told = [
            {"form": each.form, "number": each.number, "version": each.version, "path": each.path}
            for each in made
        ]
        terminal.out(
            json.dumps({"schema": "hmaint.upgrade-report/1", "documents": told}, ensure_ascii=False, indent=2)
        )
        return 0
    for each in made:
        terminal.out(f"{each.title}  {each.number}  {each.path}")
    return 0


def versions(
    terminal: Terminal,
    site: Annotated[str, typer.Option("--site", "-s", help=_("The site; all if none is said."))] = "",
) -> int:
    """List what every run came to, and which version holds; always 0."""
    from hmaint.app.upgrade_versions import SCHEMA, register_of
    from hmaint.cli.listing import show_list

    told = register_of(terminal.world(), site)
    if terminal.format == "json":
        terminal.out(json.dumps({"schema": SCHEMA, "sites": told}, ensure_ascii=False, indent=2))
        return 0
    if terminal.format not in {"table", "plain", "markdown"}:
        words = _("this list has no format {name}; it has table, plain, markdown, json")
        raise WrongUsage(words.format(name=terminal.format))
    rows = [
        {"site": each["site"], "level": "ok" if run["state"] == "done" else "warning", **run}
        for each in told
        for run in each["runs"]
    ]
    columns = {
        "site": _("site"), "at": _("when"), "from": _("from version"), "to": _("to version"), "state": _("state"),
        "title": _("what"), "run": _("run"),
    }  # fmt: skip
    show_list(
        terminal, "", "runs", columns, rows, {"state": {name: _(word) for name, word in _STATES.items()}}
    )
    for each in told:
        words = _("{site} runs {version} (as far as hmaint upgraded it)")
        terminal.out(words.format(site=each["site"], version=each["version"] or "-"))
        if each["unfinished"]:
            words = _(
                "{site}: run {run} has not ended, until it has the version is not sure: hmaint upgrade status"
            )
            terminal.out(words.format(site=each["site"], run=each["unfinished"]))
    return 0
