"""`hmaint incident`: incidents from the report to the close, with the clocks of the contract."""

from __future__ import annotations

import typer

from hmaint.cli import (
    incident_board,
    incident_diagnose,
    incident_kill,
    incident_life,
    incident_open,
    incident_paper,
    incident_put_right,
)
from hmaint.cli.app import about

_PARTS = (
    incident_open,
    incident_life,
    incident_put_right,
    incident_board,
    incident_paper,
    incident_diagnose,
    incident_kill,
)
"""In the order of help: open, carry on, put right, look, write, diagnose, end what blocks."""


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    incident = typer.Typer(
        help=about("incident"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for part in _PARTS:
        part.register(incident)
    app.add_typer(incident, name="incident")
