"""Every check of the MySQL and PostgreSQL catalogues on every version that can be had, by the documented account."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from hmaint.model.playbook import Keep, Level
from tests.checks.catalogues import Inspection, catalogue, inspect
from tests.checks.documented import PASSWORD
from tests.matrix.page import PAGE, RAN, Outcome, outcome, page
from tests.matrix.sane import figures_below_zero, nonsense, sentences
from tests.matrix.stands import STANDS, Stand

pytestmark = pytest.mark.matrix

WRITE = os.environ.get("HMAINT_MATRIX_PAGE") == "write"
"""Read once, as tests run without the caller's HMAINT_ variables."""

A_YEAR = 365 * 86_400
GIVEN = {"mysql_memory_mb": 65_536}
"""What an inventory has to tell for a check to be done at all."""

OUTCOMES: dict[str, Outcome] = {}


@pytest.fixture(scope="module", params=STANDS, ids=lambda stand: stand.name)
def stand(request: pytest.FixtureRequest) -> Stand:
    return request.param


@pytest.fixture(scope="module")
def seen(stand: Stand) -> Sequence[Inspection]:
    """Each server of the version inspected twice, the second time with the first to compare with."""
    inspections = []
    with stand.open() as databases:
        for database in databases:
            words = (catalogue(stand.engine), database, PASSWORD, Path())
            first = inspect(*words, uptime=A_YEAR, **GIVEN)
            inspections.append(inspect(*words, before=first.rows, uptime=A_YEAR, **GIVEN))
    OUTCOMES[stand.name] = outcome(stand.engine, inspections)
    return inspections


def test_no_check_that_applies_fails_to_look(seen: Sequence[Inspection]) -> None:
    for one in seen:
        assert one.levels(Level.UNKNOWN) == {}


def test_every_check_that_is_left_out_says_why(stand: Stand, seen: Sequence[Inspection]) -> None:
    for step in catalogue(stand.engine).steps:
        assert not step.when or step.why, step.id
        for one in seen:
            check = one.checks[step.id]
            assert check.summary or check.level is Level.OK, step.id
            if step.id not in one.applicable:
                assert check.level is Level.SKIPPED, step.id


def test_no_sentence_is_nonsense(stand: Stand, seen: Sequence[Inspection]) -> None:
    wrong = {}
    for step in catalogue(stand.engine).steps:
        for one in seen:
            check = one.checks[step.id]
            texts = [check.summary, *(f.summary for f in check.findings), *sentences(step, one)]
            found = [word for text in texts for word in nonsense(step.id, text)]
            if found or (step.says and "已检查" in check.summary):
                wrong[step.id] = (found, texts)
    assert wrong == {}


def test_no_amount_is_below_zero(stand: Stand, seen: Sequence[Inspection]) -> None:
    for step in catalogue(stand.engine).steps:
        for one in seen:
            for row in one.rows[step.id].rows if step.id in one.rows else ():
                assert figures_below_zero(step, row) == [], step.id


def test_most_checks_have_something_to_look_at(stand: Stand, seen: Sequence[Inspection]) -> None:
    applicable = {check for one in seen for check in one.applicable}
    idle = {check for check in applicable if OUTCOMES[stand.name].checks[check] != RAN}
    assert len(idle) <= len(applicable) // 8, sorted(idle)


def test_every_judged_check_has_its_source_its_advice_and_its_right(stand: Stand) -> None:
    for step in catalogue(stand.engine).steps:
        if not isinstance(step.judge, Keep):
            assert step.source, step.id
            assert step.advice, step.id
        assert step.privilege or isinstance(step.judge, Keep), step.id


def test_the_table_of_the_matrix_is_told() -> None:
    missing = [stand.name for stand in STANDS if stand.name not in OUTCOMES]
    if missing:
        pytest.skip(f"no table without {', '.join(missing)}")
    text = page({stand.name: OUTCOMES[stand.name] for stand in STANDS})
    if WRITE:
        PAGE.write_text(text, encoding="utf-8")
    for name in ("mysql", "postgresql"):
        assert all(f"| `{step.id}` |" in text for step in catalogue(name).steps)
