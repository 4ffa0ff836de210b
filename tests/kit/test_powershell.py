"""Values as PowerShell literals, read back by PowerShell's own rule for quotes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.kit.powershell import changing, literal

QUOTED = re.compile(r"'((?:[^'‘’‚‛]|(['‘’‚‛])\2)*)'")


@given(st.text(alphabet=st.characters(blacklist_characters="\0", blacklist_categories=("Cs",))))
def test_any_text_is_one_literal_and_nothing_besides(text: str) -> None:
    found = QUOTED.fullmatch(literal(text))
    assert found is not None
    assert re.sub(r"(['‘’‚‛])\1", r"\1", found[1]) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "$null"),
        (True, "$true"),
        (False, "$false"),
        (-3, "-3"),
        (2.5, "2.5"),
        (["a", 1], "@('a', 1)"),
        ((), "@()"),
        ("$(x)", "'$(x)'"),
    ],
)
def test_values_are_written_as_powershell_has_them(value: object, written: str) -> None:
    assert literal(value) == written


@pytest.mark.parametrize("value", ["a\0b", float("nan"), float("inf"), {"a": 1}, object()])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="PowerShell"):
        literal(value)


def test_the_first_word_that_changes_something_is_named() -> None:
    assert changing("Get-Item x; Restart-Computer; Stop-Service y") == "Restart-Computer"
    assert changing("get-item | REMOVE-ITEM") == "REMOVE-ITEM"
    assert changing("Get-Item | Sort-Object") == ""
