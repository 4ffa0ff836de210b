"""Every obligation of the contracts that a program can meet has a duty, a clock, a record or a document in this one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from tools.docs import HEAD
from tools.obligations import Line, lines, means, page

from hmaint.cli.app import COMMANDS, make_app
from hmaint.kit.resources import shipped
from hmaint.load.contract import list_contracts
from hmaint.report.form import form_ids

ROOT = Path(__file__).parents[2]
LINES = {line.id: line for line in lines()}
CONCRETE = ("duty", "clock", "record", "document")


TREE = typer.main.get_command(make_app(*COMMANDS))
FORMS = set(form_ids(None))


def known(command: str) -> bool:
    """Whether a command line without its arguments is one of the program's."""
    tree: Any = TREE
    for word in command.split()[1:]:
        if not getattr(tree, "commands", {}):
            return True
        tree = tree.commands.get(word)
        if tree is None:
            return False
    return not getattr(tree, "commands", {})


def test_the_table_has_every_row_of_the_list() -> None:
    groups = {1: 13, 20: 8, 30: 13, 50: 5, 60: 6, 70: 12, 90: 10}
    assert list(LINES) == [
        f"M{number:02}" for first, count in groups.items() for number in range(first, first + count)
    ]


@pytest.mark.parametrize("line", LINES.values(), ids=list(LINES))
def test_what_is_not_outside_has_something_to_meet_it(line: Line) -> None:
    assert set(line.who.split()) <= {"A", "R", "D", "O"}
    kinds = {one.kind for _ref, one in line.means}
    if set(line.who.split()) & {"A", "R", "D"}:
        assert kinds & set(CONCRETE)
        assert any(one.commands or one.forms for _ref, one in line.means)
    if "D" in line.who.split():
        assert any(one.forms or one.commands for _ref, one in line.means)


@pytest.mark.parametrize("line", LINES.values(), ids=list(LINES))
def test_every_command_and_form_it_names_is_there(line: Line) -> None:
    for _ref, one in line.means:
        assert [each for each in one.commands if not known(each)] == []
        assert set(one.forms) <= FORMS


def test_a_clause_no_contract_has_is_noticed() -> None:
    assert {path.stem for path in shipped("contracts").glob("*.yaml")} <= set(list_contracts(None))
    with pytest.raises(KeyError):
        means("s3/S3-9.9.9")
    with pytest.raises(KeyError):
        means("s0/clock:response")


def test_the_page_is_up_to_date() -> None:
    written = (ROOT / "docs/reference/obligations.md").read_text("utf-8")
    assert written == page(HEAD).rstrip() + "\n", "make docs"
