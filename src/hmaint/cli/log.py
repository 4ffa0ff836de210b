"""`hmaint log`: the running table of visits (附件1 维护项目运行表), inspections and those told by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.completion import site_names
from hmaint.cli.matter import Verb
from hmaint.cli.matter_command import recording
from hmaint.cli.matter_standard import register_standard
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _
from hmaint.model.ledgers.log import LOG


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    group = typer.Typer(
        help=about("log"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(
        "add",
        help=_("Put a visit on record that no inspection made; inspections add their own rows."),
        epilog=_(
            "Examples: hmaint log add --site tj --servers 更换内存条后正常启动 --remark 备件由医院提供 --mode onsite"
            " · hmaint log add --site tj --at 2026年11月20日 --system 体检登记可用"
        ),
    )(with_terminal(recording(Verb(LOG, LOG.opening, then="hmaint log report"))))
    register_standard(group, LOG, "log")
    group.command(
        "report",
        help=_("Write the running table of a period on its paper form."),
        epilog=_("Example: hmaint log report --site tj --period 2026 --pdf"),
    )(with_terminal(report))
    app.add_typer(group, name="log")


def report(
    terminal: Terminal,
    site: Annotated[
        str,
        typer.Option(
            "--site",
            "-s",
            help=_("The site; needed where there are several."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = "",
    period: Annotated[
        str,
        typer.Option(
            "--period", help=_("A quarter (2026Q4), a month (2026-11) or a year."), metavar="PERIOD"
        ),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=_("The file to write; never over another."), metavar="FILE"),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help=_("Also as PDF, where LibreOffice is installed."))
    ] = False,
) -> None:
    """The table of all visits, made anew."""
    from hmaint.app.gather import Options
    from hmaint.app.matters import site_of
    from hmaint.app.render import Request
    from hmaint.app.render import render as make
    from hmaint.cli.format.matter import docx_only
    from hmaint.cli.format.report import show_rendered

    world = terminal.world()
    asked = Request(
        "maintenance-log",
        site=site_of(world, site),
        output=docx_only(output),
        pdf=pdf,
        records=Options(period=period),
    )
    show_rendered(terminal, make(asked, terminal.workspace, terminal.inventory, terminal.root()))
