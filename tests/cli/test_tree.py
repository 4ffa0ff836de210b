"""A command is found alone as it is found among all."""

from __future__ import annotations

import typer

from hmaint.cli.app import COMMANDS, make_app, make_list


def test_each_command_is_registered_under_the_name_that_finds_it() -> None:
    whole = typer.main.get_command(make_app(*COMMANDS))

    assert sorted(getattr(whole, "commands", {})) == sorted(COMMANDS)
    for name in COMMANDS:
        alone = typer.main.get_command(make_app(name))
        assert list(getattr(alone, "commands", {})) == [name]


def test_the_list_of_commands_says_what_each_says_of_itself() -> None:
    whole, names = (typer.main.get_command(app) for app in (make_app(*COMMANDS), make_list()))

    said = {name: command.help for name, command in getattr(whole, "commands", {}).items()}
    assert {name: command.help for name, command in getattr(names, "commands", {}).items()} == said
