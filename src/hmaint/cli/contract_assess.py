"""`hmaint contract assess`: how the service did in a period, each figure with its records, and what may be deducted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _, series

if TYPE_CHECKING:
    from hmaint.app.assessment import Assessed
    from hmaint.app.world import World


def register(contract: typer.Typer) -> None:
    """Hang the command on `hmaint contract`."""
    contract.command(
        "assess",
        help=_(
            "Tell how the service did in a period, and what the hospital may deduct; --report writes the forms."
        ),
        epilog=_(
            "Examples: hmaint contract assess --site tj · hmaint contract assess --site icu --period 2026Q4 --report"
            " · hmaint contract assess --site tj --period 2026-03-02/2026-09-01 --records"
        ),
    )(with_terminal(assess))


def assess(
    terminal: Terminal,
    site: Annotated[
        str | None,
        typer.Option("--site", "-s", help=_("The site."), metavar="SITE", autocompletion=site_names),
    ] = None,
    period: Annotated[
        str,
        typer.Option(
            "--period",
            help=_(
                "2026Q4, 2026H2, 2026-11, 2026 or FIRST/LAST; the contract's last cycle that is over, unless told."
            ),
            metavar="PERIOD",
        ),
    ] = "",
    records: Annotated[
        bool, typer.Option("--records", help=_("Also list the records behind each figure."))
    ] = False,
    report: Annotated[
        bool,
        typer.Option(
            "--report", help=_("Also write 服务考核表, and 扣款计算单 where the contract has rules.")
        ),
    ] = False,
) -> None:
    """Assess one site."""
    from hmaint.app.assessment import assess as assess_site
    from hmaint.cli.format.assessment import show_assessed

    world = terminal.world()
    found = assess_site(world, _site(world, site), period)
    show_assessed(terminal, found, records=records)
    if report:
        _report(terminal, world, found)


def _site(world: World, site: str | None) -> str:
    sites = world.inventory.sites
    if site is None and len(sites) == 1:
        return next(iter(sites))
    if site is None:
        raise WrongUsage(_("say which site with --site: {names}").format(names=series(sites)))
    return world.site(site).name


def _report(terminal: Terminal, world: World, found: Assessed) -> None:
    from hmaint.app.assessment_papers import DEDUCTIONS, FORM, deductions_of, told_of
    from hmaint.app.documents import issue_document

    made = [issue_document(world, FORM, found.site, told_of(world, found.site, found.span.name))]
    if found.reckoning is not None:
        told = deductions_of(world, found.site, found.span.name)
        made.append(issue_document(world, DEDUCTIONS, found.site, told))
    for document in made:
        terminal.err(f"{document.number} v{document.version}  {document.path}")
