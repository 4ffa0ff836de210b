"""`hmaint contract confirm|confirmations|unconfirm`: how open questions of a contract were answered in writing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.completion import contract_names, matter_names
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.model.ambiguity import Ambiguity

_Contract = Annotated[
    str, typer.Argument(help=_("The contract's name."), metavar="CONTRACT", autocompletion=contract_names)
]
_Number = Annotated[
    str,
    typer.Argument(
        help=_("The confirmation's number."), metavar="NUMBER", autocompletion=matter_names("confirmation")
    ),
]


def register(contract: typer.Typer) -> None:
    """Hang the commands on `hmaint contract`."""
    contract.command(
        "confirm",
        help=_("Put down how both sides confirmed in writing that an open question is read."),
        epilog=_(
            "Example: hmaint contract confirm icu A3-5 --reading proposal --by 王主任 --evidence 确认函.pdf"
            " --date 2026-11-20"
        ),
    )(with_terminal(confirm))
    contract.command(
        "confirmations",
        help=_("List what was confirmed, and what was taken back."),
        epilog=_("Example: hmaint contract confirmations icu"),
    )(with_terminal(confirmations))
    contract.command(
        "unconfirm",
        help=_("Take a confirmation back; it stays on record with the reason."),
        epilog=_("Example: hmaint contract unconfirm A-20261125-001 --why 确认函有误，已重发"),
    )(with_terminal(unconfirm))


def confirm(
    terminal: Terminal,
    name: _Contract,
    question: Annotated[str, typer.Argument(help=_("The question's id, such as A3-5."), metavar="QUESTION")],
    reading: Annotated[
        str,
        typer.Option(
            "--reading", help=_("proposal, a reading's id, or the agreed words."), metavar="READING"
        ),
    ] = "",
    by: Annotated[
        str, typer.Option("--by", help=_("Who confirmed it for the hospital."), metavar="NAME")
    ] = "",
    evidence: Annotated[
        list[Path] | None,
        typer.Option(
            "--evidence", help=_("The scan or e-mail that shows it; may be repeated."), metavar="FILE"
        ),
    ] = None,
    date: Annotated[
        str,
        typer.Option(
            "--date", help=_("When it was confirmed; an e-mail's own date, else now."), metavar="DATE"
        ),
    ] = "",
) -> None:
    """Keep it, and say what is settled thereby."""
    from hmaint.app.confirm import Confirmation, asked_of
    from hmaint.app.confirm import confirm as keep

    world = terminal.world()
    if terminal.may_ask():
        if not (reading and by and evidence):
            _show(terminal, asked_of(world, name, question))
        reading, by, evidence = _asked(reading, by, evidence)
    entry = keep(world, Confirmation(name, question, reading, tuple(evidence or ()), by, date))
    words = _("{number}: {question} of {contract} is read as: {reading}")
    terminal.out(
        words.format(
            number=entry.matter,
            question=entry.body["ambiguity"],
            contract=name,
            reading=entry.body["reading"],
        )
    )


def confirmations(
    terminal: Terminal,
    name: Annotated[
        str,
        typer.Argument(help=_("The contract's name."), metavar="[CONTRACT]", autocompletion=contract_names),
    ] = "",
) -> None:
    """All of them, with what holds."""
    from hmaint.app.confirm import history

    columns = {
        "number": _("number"), "contract": _("contract"), "question": _("question"), "reading": _("read as"),
        "by": _("by"), "at": _("when"), "evidence": _("evidence"), "state": _("state"),
    }  # fmt: skip
    words = {"state": {"holds": _("holds"), "superseded": _("answered anew"), "withdrawn": _("taken back")}}
    show_list(
        terminal,
        "hmaint.confirmation-list/1",
        "confirmations",
        columns,
        history(terminal.world(), name),
        words,
    )


def unconfirm(
    terminal: Terminal,
    number: _Number,
    why: Annotated[str, typer.Option("--why", help=_("The reason."), metavar="TEXT")] = "",
) -> None:
    """The question is open again."""
    from hmaint.app.confirm import withdraw

    entry = withdraw(terminal.world(), number, why)
    terminal.out(_("{number} is taken back; the question is open again").format(number=entry.matter))


def _show(terminal: Terminal, asked: Ambiguity) -> None:
    terminal.err(f"{asked.id} {asked.question}")
    terminal.err(_("proposal: {proposal}").format(proposal=asked.proposal))
    for each in asked.readings:
        terminal.err(f"  {each.id}: {each.title}")


def _asked(reading: str, by: str, evidence: list[Path] | None) -> tuple[str, str, list[Path] | None]:
    """Ask at the terminal for what was not told."""
    reading = reading or typer.prompt(
        _("What was confirmed (proposal, a reading's id, or the words)"), err=True
    )
    by = by or typer.prompt(_("Who confirmed it for the hospital"), err=True)
    return reading, by, evidence or [Path(typer.prompt(_("The file that shows it"), err=True))]
