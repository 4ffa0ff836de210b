"""`hmaint contract deadline`: by when one clause is due after something happened."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from hmaint.cli.completion import contract_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _


def register(contract: typer.Typer) -> None:
    """Hang the command on `hmaint contract`."""
    contract.command(
        "deadline",
        help=_("Compute when a clause, level, grade or clock is due, by every open reading."),
        epilog=_(
            "Examples: hmaint contract deadline s3 S3-2.4.3 --from 2026-09-30"
            " · hmaint contract deadline icu P1 --from '2026-11-25 14:05'"
        ),
    )(with_terminal(deadline))


def deadline(
    terminal: Terminal,
    name: Annotated[
        str,
        typer.Argument(
            help=_("A contract's name or file."), metavar="CONTRACT", autocompletion=contract_names
        ),
    ],
    clause: Annotated[
        str, typer.Argument(help=_("A clause, level, grade, CLASS.CLOCK or document."), metavar="CLAUSE")
    ],
    start: Annotated[
        str, typer.Option("--from", help=_("When the time began: a day, or a day and time."), metavar="TIME")
    ],
    agreed: Annotated[
        str,
        typer.Option(
            "--agreed", help=_("The day both sides agreed on, where the limit is one."), metavar="DATE"
        ),
    ] = "",
) -> None:
    """Print the strictest, and every other."""
    from hmaint.app.deadline import answer
    from hmaint.cli.format.deadline import answer_object, show_answer

    found = answer(terminal.world_or_none(), name, clause, start, agreed)
    if terminal.format == "json":
        terminal.out(json.dumps(answer_object(found), ensure_ascii=False, indent=2))
        return
    show_answer(terminal, found)
