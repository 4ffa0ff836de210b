"""A command is found alone as it is found among all."""

from __future__ import annotations

import pytest
import typer

from hmaint.cli import contract
from hmaint.cli.app import COMMANDS, make_app, make_list, make_part, narrow


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


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ((), {"contract": None}),
        (("contract", "due"), {"contract": {"due": None}}),
        (("contract", "nda", "list", "x"), {"contract": {"nda": {"list": None}}}),
        (("contract", "due", "nda"), {"contract": {"due": None}}),
    ],
)
def test_what_words_name_is_left_of_a_tree(words: tuple[str, ...], left: dict[str, object]) -> None:
    app = make_app("contract")
    narrow(app, words)

    def below(command: object, depth: int) -> object:
        commands = getattr(command, "commands", None)
        return {name: below(one, depth - 1) for name, one in commands.items()} if commands and depth else None

    assert below(typer.main.get_command(app), len(words) or 1) == left


def test_a_command_made_alone_is_the_one_of_the_whole_tree() -> None:
    group = typer.main.get_command(make_app("contract"))
    whole = getattr(group, "commands")["contract"].commands  # noqa: B009 - Typer exports no group
    assert set(contract.PARTS) < set(whole)
    for word in whole:
        part = typer.main.get_command(make_part(["contract", word]))
        (alone,) = getattr(part, "commands")["contract"].commands.values()  # noqa: B009 - as above
        assert (alone.name, alone.help) == (word, whole[word].help)
        assert [each.name for each in alone.params] == [each.name for each in whole[word].params]


def test_a_mistyped_word_is_told_what_there_is() -> None:
    app = make_app("contract")
    narrow(app, ("contract", "dew"))
    group = typer.main.get_command(app)
    assert {"due", "nda", "list"} <= set(getattr(group, "commands")["contract"].commands)  # noqa: B009 - Typer exports no group
