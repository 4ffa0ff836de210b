"""`hmaint init`: a workspace with commented examples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _


def register(app: typer.Typer) -> None:
    """Hang the command on the tree."""
    app.command(
        "init",
        help=about("init"),
        epilog=_("Examples: hmaint init first-people-hospital · hmaint init --contract s4"),
    )(with_terminal(init))


def init(
    terminal: Terminal,
    folder: Annotated[
        Path, typer.Argument(help=_("The folder; made if it is not there."), metavar="DIR")
    ] = Path(),
    contract: Annotated[
        str,
        typer.Option(
            "--contract",
            help=_("Begin a contract from this example: s0 … s4; into a workspace that is there, too."),
            metavar="EXAMPLE",
        ),
    ] = "",
) -> None:
    """Make the files and say what comes next."""
    from hmaint.load.init import create_workspace

    made = create_workspace(folder, contract)
    for path in made:
        terminal.out(str(path))
    if contract:
        terminal.err(
            _("next: fill in contracts/{name}.yaml, then run hmaint contract check").format(name=contract)
        )
    if len(made) > 1:
        terminal.err(_("next: describe the systems in inventory.yaml, then run hmaint inventory check"))
