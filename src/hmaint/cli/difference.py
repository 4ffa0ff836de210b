"""`hmaint runs diff`: what two runs of one site differ in."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from hmaint.cli.completion import run_names, site_names
from hmaint.cli.terminal import Terminal
from hmaint.kit.i18n import _

_Before = Annotated[
    str,
    typer.Argument(
        help=_(
            "The run to compare with: its number, a beginning of it that fits only one, latest or previous."
        ),
        metavar="BEFORE",
        autocompletion=run_names,
    ),
]
_After = Annotated[
    str,
    typer.Argument(help=_("The run to tell of, named likewise."), metavar="AFTER", autocompletion=run_names),
]


def diff(
    terminal: Terminal,
    before: _Before = "previous",
    after: _After = "latest",
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            "-s",
            help=_("The site whose latest run is meant."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = None,
    figures: Annotated[
        bool, typer.Option("--figures", help=_("Also figures that moved by more than noise."))
    ] = False,
) -> None:
    """What the second run shows otherwise than the first."""
    from hmaint.app.difference import difference
    from hmaint.cli.format.difference import difference_object, difference_sections, foot, head
    from hmaint.cli.format.sections import show_sections

    found = difference(terminal.world(), before, after, site)
    if terminal.format == "json":
        terminal.out(json.dumps(difference_object(found, figures=figures), ensure_ascii=False, indent=2))
        return
    show_sections(terminal, head(found), difference_sections(found, figures=figures), foot(found))
