"""`hmaint report`: the paper forms, the documents made on them, and what became of those."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli import bundle
from hmaint.cli.app import about
from hmaint.cli.completion import form_names, run_names, site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

_Number = Annotated[str, typer.Argument(help=_("The document's number."), metavar="NUMBER")]
_Version = Annotated[
    int | None,
    typer.Option("--version", help=_("Which version; needed where there are several."), min=1, metavar="N"),
]
_At = Annotated[str, typer.Option("--at", help=_("When it happened; now, unless told."), metavar="TIME")]


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    report = typer.Typer(
        help=about("report"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    report.command(
        "list",
        help=_("List the forms; with --documents or --site the documents that were issued."),
        epilog=_(
            "Examples: hmaint report list · hmaint report list --site icu"
            " · hmaint report list --form inspection-record --fields"
        ),
    )(with_terminal(list_reports))
    report.command(
        "render",
        help=_("Fill a form: for a site as a document with a number, else as a trial print."),
        epilog=_(
            "Examples: hmaint report render meeting-minutes --sample --pdf"
            " · hmaint report render health-report --site icu --run latest"
            " · hmaint report render meeting-minutes --site icu --data 例会.json"
        ),
    )(with_terminal(render))
    report.command(
        "check",
        help=_("Check templates: every fault, and a test print. All of them, one form's, or a Word file."),
        epilog=_(
            "Examples: hmaint report check · hmaint report check inspection-record"
            " · hmaint report check 医院模板.docx --form inspection-record"
        ),
    )(with_terminal(check))
    report.command(
        "submit",
        help=_("Record that a document was handed in."),
        epilog=_("Example: hmaint report submit icu-inspection-record-2026-003 --to 信息科李主任"),
    )(with_terminal(submit))
    report.command(
        "sign",
        help=_("Record that a document came back signed, and keep the scan or e-mail that shows it."),
        epilog=_(
            "Example: hmaint report sign icu-inspection-record-2026-003 --evidence 扫描件.pdf"
            " --sender 信息科李主任 --at 2026-11-25"
        ),
    )(with_terminal(sign))
    bundle.register(report)
    app.add_typer(report, name="report")


def list_reports(
    terminal: Terminal,
    site: Annotated[
        str | None,
        typer.Option(
            "--site", "-s", help=_("The documents of this site."), metavar="SITE", autocompletion=site_names
        ),
    ] = None,
    documents: Annotated[bool, typer.Option("--documents", help=_("The documents of all sites."))] = False,
    form: Annotated[
        str | None,
        typer.Option("--form", help=_("Only this form."), metavar="FORM", autocompletion=form_names),
    ] = None,
    fields: Annotated[
        bool, typer.Option("--fields", help=_("With --form: every field a template may use."))
    ] = False,
) -> None:
    """The forms, or what was made on them."""
    from hmaint.cli.format.report import show_documents, show_fields, show_forms

    if fields:
        if not form or site or documents:
            raise WrongUsage(_("--fields goes with --form FORM alone"))
        show_fields(terminal, form)
        return
    if site is None and not documents:
        show_forms(terminal, form)
        return
    world = terminal.world()
    name = None if site is None else world.site(site).name
    show_documents(terminal, world, world.records.documents.listed(name, form))


def render(
    terminal: Terminal,
    form: Annotated[str, typer.Argument(help=_("The form's id."), metavar="FORM", autocompletion=form_names)],
    sample: Annotated[bool, typer.Option("--sample", help=_("Fill it with its sample data."))] = False,
    site: Annotated[
        str,
        typer.Option(
            "--site",
            "-s",
            help=_("Issue a document of this site, from its records or from --data."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = "",
    run: Annotated[
        str,
        typer.Option(
            "--run",
            help=_("The run to tell; the newest one otherwise."),
            metavar="RUN",
            autocompletion=run_names,
        ),
    ] = "",
    of: Annotated[
        str, typer.Option("--of", help=_("What it is about, such as a database."), metavar="NAME")
    ] = "",
    period: Annotated[
        str,
        typer.Option(
            "--period", help=_("A quarter (2026Q4), a month (2026-11) or a year."), metavar="PERIOD"
        ),
    ] = "",
    data: Annotated[
        Path | None,
        typer.Option("--data", help=_("A JSON file of data, as the form's sample.json."), metavar="FILE"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=_("The file to write; never over another."), metavar="FILE"),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help=_("Also as PDF, where LibreOffice is installed."))
    ] = False,
) -> None:
    """Fill one form."""
    from hmaint.app.gather import Options
    from hmaint.app.render import Request
    from hmaint.app.render import render as make
    from hmaint.cli.format.report import show_rendered

    if sample and (site or data):
        raise WrongUsage(_("--sample goes with neither --site nor --data"))
    if not site and (run or of or period):
        raise WrongUsage(_("--run, --of and --period choose among the records of a site: say --site SITE"))
    if data and (run or of or period):
        raise WrongUsage(_("--data brings the data: --run, --of and --period have nothing to choose"))
    if output and output.suffix.lower() != ".docx":
        raise WrongUsage(_("{file} must end in .docx").format(file=output))
    asked = Request(
        form, sample, site, data, output, pdf, Options("" if run == "latest" else run, of, period)
    )
    show_rendered(terminal, make(asked, terminal.workspace, terminal.inventory, terminal.root()))


def check(
    terminal: Terminal,
    name: Annotated[
        str, typer.Argument(help=_("A form's id or a Word file; all forms otherwise."), metavar="[FORM|FILE]")
    ] = "",
    form: Annotated[
        str,
        typer.Option(
            "--form", help=_("The form that the Word file is for."), metavar="FORM", autocompletion=form_names
        ),
    ] = "",
) -> None:
    """Faults leave by the error rim, with status 78."""
    from hmaint.app.forms import check_forms, merged
    from hmaint.cli.format.report import show_checked

    checked = check_forms(terminal.root(), name, form)
    show_checked(terminal, checked)
    bad = merged(each.bad for each in checked if each.bad)
    if bad:
        raise bad


def submit(
    terminal: Terminal,
    number: _Number,
    to: Annotated[str, typer.Option("--to", help=_("Whom it was handed to."), metavar="NAME")] = "",
    at: _At = "",
    version: _Version = None,
) -> None:
    """It was handed in."""
    from hmaint.app.handling import Which
    from hmaint.app.handling import submit as hand_in
    from hmaint.cli.format.report import show_document

    world = terminal.world()
    show_document(terminal, world, hand_in(world, Which(number, version), to, at))


def sign(
    terminal: Terminal,
    number: _Number,
    evidence: Annotated[
        Path, typer.Option("--evidence", help=_("The scan or e-mail; a copy is kept."), metavar="FILE")
    ],
    sender: Annotated[
        str,
        typer.Option("--sender", help=_("Who sent or gave it; an e-mail says it itself."), metavar="NAME"),
    ] = "",
    at: _At = "",
    version: _Version = None,
) -> None:
    """It came back signed."""
    from hmaint.app.handling import Which
    from hmaint.app.handling import sign as take_back
    from hmaint.cli.format.report import show_document

    world = terminal.world()
    show_document(terminal, world, take_back(world, Which(number, version), evidence, sender, at))
