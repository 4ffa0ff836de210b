"""`hmaint upgrade`: approved, watched, journaled, and back where it was if it fails."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import typer

from hmaint.cli import upgrade_approve, upgrade_check, upgrade_report, upgrade_run
from hmaint.cli.app import about

_PARTS: Sequence[ModuleType] = (upgrade_check, upgrade_approve, upgrade_run, upgrade_report)
"""In the order of help: plan, run, tell."""


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    upgrade = typer.Typer(help=about("upgrade"), no_args_is_help=True, rich_markup_mode=None)
    for part in _PARTS:
        part.register(upgrade)
    app.add_typer(upgrade, name="upgrade")
