"""`hmaint upgrade check`: what a plan would do, where, in which order, and what stands in its way; nothing is done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.completion import plan_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import ExitStatus
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.upgrade_check import Checked

Plan = Annotated[
    Path,
    typer.Argument(
        help=_("The plan: a file, or its name below plans/."), metavar="PLAN", autocompletion=plan_names
    ),
]


def register(upgrade: typer.Typer) -> None:
    """Hang the commands on the tree."""
    upgrade.command(
        "check",
        help=_(
            "Show what a plan would do: every act for the real targets in its order with its undo, time, clocks,"
            " differences, gates. Looks only."
        ),
        epilog=_(
            "Examples: hmaint upgrade check icu-5.2.3 · hmaint upgrade check plans/icu-5.2.3.yaml -v (every script)"
        ),
    )(with_terminal(check))
    upgrade.command(
        "schema",
        help=_("Print a JSON Schema of plans for editors."),
        epilog=_("Example: hmaint upgrade schema > plan.schema.json"),
    )(with_terminal(schema))


def check(terminal: Terminal, plan: Plan) -> int:
    """Answer as looking commands do: 0 good, 1 or 2 something looked at is not, 3 something could not be seen."""
    from hmaint.app.upgrade_check import check as check_plan
    from hmaint.cli.format.upgrade_plan import show

    checked = check_plan(terminal.world(), plan)
    show(terminal, checked)
    return _status(checked)


def _status(checked: Checked) -> int:
    level = str(checked.preflight.level)
    if level == "critical":
        return ExitStatus.CRITICAL
    unseen = any(each.standing == "unknown" for each in checked.prepared.previews.values())
    if checked.rendered is None or unseen or level == "unknown":
        return ExitStatus.UNKNOWN
    return ExitStatus.WARNING if level == "warning" else ExitStatus.OK


def schema(terminal: Terminal) -> None:
    """The schema of a plan's file, made from the same models that check it."""
    from hmaint.load.plan_schema import plan_schema

    terminal.out(json.dumps(plan_schema(), ensure_ascii=False, indent=2))
