"""`hmaint contract`: what is owed by a contract, and what people put on record under it."""

from __future__ import annotations

import typer

from hmaint.cli import (
    contract_assess,
    contract_calendar,
    contract_confirm,
    contract_deadline,
    contract_due,
    contract_profile,
    contract_records,
)
from hmaint.cli.app import about


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    contract = typer.Typer(
        help=about("contract"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    contract_profile.register(contract)
    contract_due.register(contract)
    contract_deadline.register(contract)
    contract_confirm.register(contract)
    contract_calendar.register(contract)
    contract_assess.register(contract)
    contract_records.register(contract)
    app.add_typer(contract, name="contract")
