"""The reference of the playbook language names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hmaint.expect.parse import NAMES
from hmaint.expr.filters import FILTERS, TESTS
from hmaint.load.playbook_form import HeadForm, StepForm
from hmaint.load.playbook_names import TARGETS, attributes, inventory_fields

REFERENCE = (Path(__file__).parents[2] / "docs" / "reference" / "playbooks.md").read_text(encoding="utf-8")
KEYS = [
    *(field.alias or name for form in (HeadForm, StepForm) for name, field in form.model_fields.items()),
]


@pytest.mark.parametrize("word", [*NAMES, *FILTERS, *TESTS])
def test_every_operator_filter_and_test_is_in_the_reference(word: str) -> None:
    assert re.search(rf"[` (]{word}[` (:]", REFERENCE)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_a_playbook_is_in_the_reference(key: str) -> None:
    assert re.search(rf"^[ -]*{key}:", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("target", TARGETS)
def test_every_fact_of_a_target_is_in_the_reference(target: str) -> None:
    facts = set(attributes(target)) - set(inventory_fields(target))  # type: ignore[arg-type] # keys of TARGETS
    assert not [fact for fact in facts if f"`{fact}`" not in REFERENCE]
