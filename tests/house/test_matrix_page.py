"""The page with the table of the matrix cannot rot unseen: it names every check that is shipped now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.checks.catalogues import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "matrix.md"


@pytest.mark.parametrize("engine", ["mysql", "postgresql"])
def test_the_matrix_names_every_check_of_an_engine_and_no_other(engine: str) -> None:
    named = set(re.findall(r"^\| `([a-z0-9_.]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    families = ("mysql.", "mariadb.") if engine == "mysql" else ("postgresql.",)
    of_engine = {check for check in named if check.startswith(families)}
    assert of_engine == {step.id for step in catalogue(engine).steps}, "run make matrix-docs"


def test_every_check_of_the_matrix_ran_or_says_why_not() -> None:
    rows = re.findall(r"^\| `[a-z0-9_.]+` \|(.*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows
    assert all(cell.strip() for row in rows for cell in row.split("|"))
