"""`hmaint report quarterly|annual|handover`: the documents of a quarter, a year or a whole term as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

_Site = Annotated[
    str, typer.Option("--site", "-s", help=_("The site."), metavar="SITE", autocompletion=site_names)
]
_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help=_("The zip to write; never over another."), metavar="FILE.zip"),
]
_Pdf = Annotated[
    bool, typer.Option("--pdf", help=_("With the documents as PDF, where LibreOffice is installed."))
]


def register(report: typer.Typer) -> None:
    """Hang the commands below `report`."""
    report.command(
        "quarterly",
        help=_(
            "Bundle a quarter: makes what records can tell, lists what is missing, writes an index and a zip."
        ),
        epilog=_("Example: hmaint report quarterly --site icu --quarter 2026Q4 --pdf"),
    )(with_terminal(quarterly))
    report.command(
        "annual",
        help=_(
            "Make the bound volume of a year: cover, contents, summary, services in date order, receipts."
        ),
        epilog=_("Example: hmaint report annual --site icu --year 2026 --pdf"),
    )(with_terminal(annual))
    report.command(
        "handover",
        help=_(
            "Bundle everything for the end of the term: documents, inventory, dictionaries, playbooks, records."
        ),
        epilog=_("Example: hmaint report handover --site icu"),
    )(with_terminal(handover))


def quarterly(
    terminal: Terminal,
    site: _Site,
    quarter: Annotated[
        str, typer.Option("--quarter", help=_("The quarter, such as 2026Q4."), metavar="QUARTER")
    ],
    output: _Output = None,
    pdf: _Pdf = False,
) -> None:
    """A quarter."""
    from hmaint.app.bundle import Request
    from hmaint.app.bundle import quarterly as make
    from hmaint.cli.format.bundle import show_bundle

    show_bundle(terminal, make(terminal.world(), Request(site, quarter, _zip(output), pdf)))


def annual(
    terminal: Terminal,
    site: _Site,
    year: Annotated[str, typer.Option("--year", help=_("The year, such as 2026."), metavar="YEAR")],
    output: _Output = None,
    pdf: _Pdf = False,
) -> None:
    """A year."""
    from hmaint.app.bundle import Request
    from hmaint.app.bundle_year import annual as make
    from hmaint.cli.format.bundle import show_bundle

    show_bundle(terminal, make(terminal.world(), Request(site, year, _zip(output), pdf)))


def handover(terminal: Terminal, site: _Site, output: _Output = None, pdf: _Pdf = False) -> None:
    """A term."""
    from hmaint.app.bundle import Request
    from hmaint.app.bundle_handover import handover as make
    from hmaint.cli.format.bundle import show_bundle

    show_bundle(terminal, make(terminal.world(), Request(site, "", _zip(output), pdf)))


def _zip(output: Path | None) -> Path | None:
    if output and output.suffix.lower() != ".zip":
        raise WrongUsage(_("{file} must end in .zip").format(file=output))
    return output
