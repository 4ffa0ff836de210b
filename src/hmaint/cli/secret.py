"""`hmaint secret`: passwords, encrypted; a value is never an argument and never printed."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, ask_passphrase, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

_Name = Annotated[str, typer.Argument(help=_("The secret's name, as `!secret NAME` has it."), metavar="NAME")]
_Keyring = Annotated[
    bool, typer.Option("--keyring", help=_("In the keyring of this laptop, not in secrets.age."))
]


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    secret = typer.Typer(help=about("secret"), no_args_is_help=True, rich_markup_mode=None)
    secret.command(
        "set",
        help=_("Keep a secret; the value is asked for, or read from stdin."),
        epilog=_("Examples: hmaint secret set icu-main · pass show icu | hmaint secret set icu-main"),
    )(with_terminal(set_secret))
    secret.command("list", help=_("List the names and where each is kept; never a value."))(
        with_terminal(list_secrets)
    )
    secret.command("remove", help=_("Forget a secret."))(with_terminal(remove))
    app.add_typer(secret, name="secret")


def set_secret(terminal: Terminal, name: _Name, keyring: _Keyring = False) -> None:
    """Take a value from the terminal without echo, or one line from stdin."""
    world = terminal.world()
    world.secrets.set(name, _value(terminal, name), keyring=keyring)
    terminal.err(_("kept {name}").format(name=name))


def _value(terminal: Terminal, name: str) -> str:
    if not terminal.may_ask():
        value = sys.stdin.read()
        value = value.removesuffix("\n")
        value = value.removesuffix("\r")
    else:
        value = ask_passphrase(_("Value of {name}: ").format(name=name))
        if value != ask_passphrase(_("Once more: ")):
            raise WrongUsage(_("the two values differ; nothing was kept"))
    if not value:
        raise WrongUsage(_("an empty value is not kept"))
    return value


def list_secrets(terminal: Terminal) -> None:
    """Names only; those the inventory asks for and nobody keeps are shown as missing."""
    from hmaint.app.world import secrets_of

    world = terminal.world()
    wanted = [
        s.name for site in world.inventory.sites.values() for s in secrets_of(site) if s.source == "secret"
    ]
    objects = [{"name": name, "where": where} for name, where in world.secrets.list(wanted)]
    show_list(terminal, "hmaint.secret-list/1", "secrets", {"name": _("name"), "where": _("where")}, objects)


def remove(terminal: Terminal, name: _Name, keyring: _Keyring = False) -> None:
    """Forget one secret."""
    terminal.world().secrets.remove(name, keyring=keyring)
    terminal.err(_("removed {name}").format(name=name))
