"""`hmaint schema-doc`: the dictionary of a database, from its catalogue alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import ExitStatus
from hmaint.kit.i18n import _


def register(app: typer.Typer) -> None:
    """Hang the command on the tree."""
    app.command(
        "schema-doc",
        help=about("schema-doc"),
        epilog=_(
            "Examples: hmaint schema-doc --site icu · hmaint schema-doc --site icu --complete"
            " · hmaint schema-doc --site icu --database icu-main --report"
        ),
    )(with_terminal(schema_doc))


def schema_doc(
    terminal: Terminal,
    site: Annotated[
        str,
        typer.Option("--site", "-s", help=_("The site."), metavar="SITE", autocompletion=site_names),
    ],
    database: Annotated[
        str, typer.Option("--database", "-d", help=_("Only this database."), metavar="NAME")
    ] = "",
    report: Annotated[
        bool, typer.Option("--report", help=_("Also write the document as Word and Markdown."))
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help=_("Write the document to a file: .docx, .md or .json."), metavar="FILE"
        ),
    ] = None,
    complete: Annotated[
        bool,
        typer.Option("--complete", help=_("Put an empty place for every gap into the dictionary file.")),
    ] = False,
) -> int:
    """Read, compare and show; 3 where a database could not be read."""
    from hmaint.app.schema_doc import Request
    from hmaint.app.schema_doc import schema_doc as make
    from hmaint.cli.format.dictionary import FORMATS, show
    from hmaint.errors import WrongUsage

    if terminal.format not in FORMATS:
        words = _("a dictionary has no format {name}; it has table, plain, markdown, json")
        raise WrongUsage(words.format(name=terminal.format))
    asked = Request(site, database, report, output, complete)

    def hear(name: str) -> None:
        if terminal.verbose:
            terminal.err(_("reading the catalogue of {name}").format(name=name))

    outcomes = make(terminal.world(), asked, hear)
    show(terminal, outcomes)
    return ExitStatus.UNKNOWN if any(outcome.failure for outcome in outcomes) else ExitStatus.OK
