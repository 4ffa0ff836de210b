"""`hmaint contract`: what is owed by a contract, and what people put on record under it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import typer

from hmaint.cli.app import about

PARTS: Mapping[str, str] = {
    **dict.fromkeys(("list", "show", "check", "schema"), "contract_profile"),
    "due": "contract_due",
    "deadline": "contract_deadline",
    **dict.fromkeys(("confirm", "confirmations", "unconfirm"), "contract_confirm"),
    "calendar": "contract_calendar",
    "assess": "contract_assess",
}
"""The file that makes each of these; every other command puts something on record."""
_RECORDS = "contract_records"


def register(app: typer.Typer, word: str = "") -> None:
    """Hang the commands on the tree; where a word is said that names one, no more than its own file."""
    contract = typer.Typer(
        help=about("contract"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for part in [PARTS[word]] if word in PARTS else dict.fromkeys((*PARTS.values(), _RECORDS)):
        import_module(f"hmaint.cli.{part}").register(contract)
    app.add_typer(contract, name="contract")
