"""`hmaint contract check|list|show|schema`: the profiles themselves."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from hmaint.cli.completion import contract_names
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _

_Name = Annotated[
    str,
    typer.Argument(help=_("A contract's name or file."), metavar="CONTRACT", autocompletion=contract_names),
]


def register(contract: typer.Typer) -> None:
    """Hang the commands on `hmaint contract`."""
    contract.command(
        "list",
        help=_("List the contracts, own and examples."),
        epilog=_("Example: hmaint contract list"),
    )(with_terminal(list_all))
    contract.command(
        "show",
        help=_("Tell all that a contract says: duties, clocks, quotas, documents, open questions."),
        epilog=_("Examples: hmaint contract show icu · hmaint contract show s3 --format json"),
    )(with_terminal(show))
    contract.command(
        "check",
        help=_(
            "Check contracts: every fault with its line and column; without a name, all of the workspace."
        ),
        epilog=_("Examples: hmaint contract check · hmaint contract check contracts/icu.yaml"),
    )(with_terminal(check))
    contract.command("schema", help=_("Print a JSON Schema of contracts for editors."))(with_terminal(schema))


def list_all(terminal: Terminal) -> None:
    """Every contract that can be named, and which sites are served under it."""
    from hmaint.app.contracts import listed

    columns = {
        "name": _("contract"), "title": _("title"), "from": _("where"), "sites": _("sites"),
        "first": _("from day"), "last": _("to day"), "open": _("open questions"),
    }  # fmt: skip
    words = {"from": {"workspace": _("workspace"), "example": _("example")}}
    show_list(
        terminal, "hmaint.contract-list/1", "contracts", columns, listed(terminal.world_or_none()), words
    )


def show(terminal: Terminal, name: _Name) -> None:
    """The whole of one contract, with what is confirmed applied to it."""
    from hmaint.app.deadline import find
    from hmaint.cli.format.contract import contract_object, show_contract

    world = terminal.world_or_none()
    contract, path = find(world, name)
    if terminal.format == "json":
        terminal.out(json.dumps(contract_object(contract), ensure_ascii=False, indent=2))
        return
    show_contract(terminal, contract, path)


def check(
    terminal: Terminal,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help=_("Names or files; all of the workspace without one."),
            metavar="[CONTRACT]…",
            autocompletion=contract_names,
        ),
    ] = None,
) -> None:
    """Faults leave by the error rim, all at once, with status 78."""
    from hmaint.app.contracts import checked

    for contract in checked(terminal.root(), names or []):
        words = _("{name}: {n} clauses, {open} open questions, no fault")
        clauses = (
            len(contract.obligations) + len(contract.triggered) + len(contract.on_demand)
            + len(contract.duties) + len(contract.quotas)
        )  # fmt: skip
        terminal.out(words.format(name=contract.name, n=clauses, open=len(contract.ambiguities)))


def schema(terminal: Terminal) -> None:
    """The schema of a profile, made from the very models that check it."""
    from hmaint.load.contract_schema import contract_schema

    terminal.out(json.dumps(contract_schema(), ensure_ascii=False, indent=2))
