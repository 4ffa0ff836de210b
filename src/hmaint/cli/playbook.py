"""`hmaint playbook`: which playbooks there are, what they do, whether a file is right."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _

_Name = Annotated[str, typer.Argument(help=_("A playbook's name or file."), metavar="PLAYBOOK")]


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    playbook = typer.Typer(
        help=about("playbook"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    playbook.command("list", help=_("List the playbooks, shipped and own."))(with_terminal(list_all))
    playbook.command(
        "show",
        help=_("List the steps of a playbook."),
        epilog=_("Example: hmaint playbook show inspect/monthly"),
    )(with_terminal(show))
    playbook.command(
        "check",
        help=_("Check a playbook: every fault with its line."),
        epilog=_("Example: hmaint playbook check playbooks/inspect/icu.yaml"),
    )(with_terminal(check))
    playbook.command("schema", help=_("Print a JSON Schema for editors."))(with_terminal(schema))
    app.add_typer(playbook, name="playbook")


def list_all(terminal: Terminal) -> None:
    """Every playbook that can be named."""
    from hmaint.app.playbook import listed

    columns = {"name": _("name"), "title": _("title"), "where": _("where")}
    show_list(
        terminal,
        "hmaint.playbook-list/1",
        "playbooks",
        columns,
        listed(terminal.workspace, terminal.inventory),
    )


def show(terminal: Terminal, name: _Name) -> None:
    """The steps, in order."""
    from hmaint.app.playbook import load

    playbook = load(terminal.workspace, terminal.inventory, name)
    steps = [
        {
            "id": step.id, "title": step.title, "category": step.category, "do": step.do, "on": step.on.kind,
            "tags": list(step.tags), "source": step.source,
        }
        for step in playbook.steps
    ]  # fmt: skip
    columns = {
        "id": _("check"), "title": _("title"), "category": _("category"), "do": _("kind"), "source": _("source"),
    }  # fmt: skip
    show_list(terminal, "hmaint.playbook/1", "steps", columns, steps)


def check(terminal: Terminal, name: _Name) -> None:
    """Faults leave by the error rim, with status 78."""
    from hmaint.app.playbook import load

    playbook = load(terminal.workspace, terminal.inventory, name)
    terminal.out(_("{name}: {n} steps, no fault").format(name=playbook.name, n=len(playbook.steps)))


def schema(terminal: Terminal) -> None:
    """The schema of a playbook file, made from the same models that check it."""
    from hmaint.app.playbook import schema as playbook_json_schema

    terminal.out(json.dumps(playbook_json_schema(), ensure_ascii=False, indent=2))
