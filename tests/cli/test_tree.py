"""A command is found alone as it is found among all."""

from __future__ import annotations

import typer

from hmaint.cli.app import COMMANDS, make_app


def test_each_command_is_registered_under_the_name_that_finds_it() -> None:
    whole = typer.main.get_command(make_app(*COMMANDS))

    assert sorted(getattr(whole, "commands", {})) == sorted(COMMANDS)
    for name in COMMANDS:
        alone = typer.main.get_command(make_app(name))
        assert list(getattr(alone, "commands", {})) == [name]
