"""`hmaint init`: a workspace with commented examples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _


def register(app: typer.Typer) -> None:
    """Hang the command on the tree."""
    app.command(
        "init",
        help=_("Make a workspace with commented examples."),
        epilog=_("Example: hmaint init first-people-hospital"),
    )(with_terminal(init))


def init(
    terminal: Terminal,
    folder: Annotated[
        Path, typer.Argument(help=_("The folder; made if it is not there."), metavar="DIR")
    ] = Path(),
) -> None:
    """Make the files and say what comes next."""
    from hmaint.load.init import create_workspace

    for path in create_workspace(folder):
        terminal.out(str(path))
    terminal.err(_("next: describe the systems in inventory.yaml, then run hmaint inventory check"))
