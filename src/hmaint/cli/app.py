"""The tree of commands; each file registers its own, and none imports its work before it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

import typer

from hmaint.kit.i18n import N_, _

COMMANDS: Mapping[str, str] = {
    "init": N_("Make a workspace with commented examples."),
    "inspect": N_("Inspect a site, read-only, and tell how it stands."),
    "data-check": N_(
        "Check business data by a playbook's assertions, read-only: counts and keys, never persons."
    ),
    "backup-verify": N_(
        "Verify backups on the hosts that hold them, read-only: age, size, read to the end, tables, identity, copies."
    ),
    "db-tune": N_(
        "Find what could be tuned in a site's databases, read-only; apply it only where told to, inside the window."
    ),
    "schema-doc": N_("Write the dictionary of databases, from their catalogues alone."),
    "inventory": N_("The systems of the hospital, and whether they can be reached."),
    "secret": N_("The encrypted secrets of this workspace."),
    "playbook": N_("Playbooks: what is looked at, and when it is bad."),
    "report": N_("The paper forms, and the documents made on them."),
    "runs": N_("The history of runs."),
    "finding": N_("Findings of all runs, until they are put right."),
    "incident": N_("Incidents with the clocks of the contract, from the report to the close."),
    "log": N_("The running table of visits: inspections add their rows, you add the others."),
    "upgrade": N_(
        "Upgrades by plan: checked, approved, watched, journaled, and back where it was if they fail."
    ),
    "training": N_("Trainings: invitations, attendance, material, effect, and their forms."),
    "change": N_("BUGs and requirements: clocks, promises, effort, and annex 3."),
    "contract": N_("Maintenance contracts: what is owed, and what was done under them."),
    "kb": N_("The knowledge base: troubles, their causes and what helped."),
    "audit": N_("The tamper-evident trail of what was sent, where and by whom."),
    "store": N_("The records as a whole: where they are, a copy, an export."),
    "doctor": N_("Check this laptop's own set-up."),
}
"""What may stand behind `hmaint`, each registered by the file of its name, and what it is for."""


def about(name: str) -> str:
    """What a command is for, as its own help and the list of all say it."""
    return _(COMMANDS[name])


def make_app(*names: str) -> typer.Typer:
    """Make the tree of some commands."""
    app = _bare()
    for name in names:
        import_module(f"hmaint.cli.{name.replace('-', '_')}").register(app)
    return app


def make_part(words: Sequence[str]) -> typer.Typer:
    """Make the tree of the command that some words name: of a large one as little as it can do with."""
    app = _bare()
    module = import_module(f"hmaint.cli.{words[0].replace('-', '_')}")
    if len(words) > 1 and words[1] in getattr(module, "PARTS", ()):
        module.register(app, words[1])
    else:
        module.register(app)
    narrow(app, words)
    return app


def narrow(app: typer.Typer, words: Sequence[str]) -> None:
    """Leave out of a tree what stands beside the command that some words name: making it takes longer than it does.

    Words that name nothing leave all as it is, as whoever mistyped one is told what there is.
    """
    for word in words:
        groups = [group for group in app.registered_groups if group.name == word]
        commands = [command for command in app.registered_commands if command.name == word]
        if not groups and not commands:
            return
        app.registered_groups, app.registered_commands = groups, commands
        if not groups or groups[0].typer_instance is None:
            return
        app = groups[0].typer_instance


def make_list() -> typer.Typer:
    """Make the tree as far as its list of commands needs it: making all that stands below takes ten times as long."""
    app = _bare()
    for name in COMMANDS:
        app.command(name, help=about(name))(_nothing)
    return app


def _bare() -> typer.Typer:
    app = typer.Typer(
        name="hmaint",
        help=_("Inspect hospital systems, keep the records, fill the forms."),
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
        epilog=_(
            "First steps: hmaint init · hmaint inventory check · hmaint inventory trust HOST"
            " · hmaint inspect --site SITE"
        ),
    )
    app.callback()(_root)
    return app


def _root(
    version: bool = typer.Option(False, "--version", "-V", help=_("Print the version and stop.")),
) -> None:
    pass


def _nothing() -> None:
    pass
