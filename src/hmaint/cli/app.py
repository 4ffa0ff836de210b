"""The tree of commands; each file registers its own, and none imports its work before it is called."""

from __future__ import annotations

from importlib import import_module

import typer

from hmaint.kit.i18n import _

COMMANDS = (
    "init",
    "inspect",
    "data-check",
    "backup-verify",
    "schema-doc",
    "inventory",
    "secret",
    "playbook",
    "report",
    "runs",
    "finding",
    "incident",
    "log",
    "training",
    "change",
    "contract",
    "kb",
    "audit",
    "store",
    "doctor",
)
"""What may stand behind `hmaint`: each is registered by the file of its name."""


def make_app(*names: str) -> typer.Typer:
    """Make the tree of some commands; all of them takes a third of a second, most of it for what is not asked for."""
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
    for name in names:
        import_module(f"hmaint.cli.{name.replace('-', '_')}").register(app)
    return app


def _root(
    version: bool = typer.Option(False, "--version", "-V", help=_("Print the version and stop.")),
) -> None:
    pass
