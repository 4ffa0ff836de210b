"""The Oracle catalogue, which no server here can run: queries held against the reference, and run over fixtures."""

from __future__ import annotations

import pytest

from tests.dialects.oracle import ORACLE
from tests.dialects.static import faults
from tests.dialects.trial import (
    assert_healthy_is_silent,
    assert_ill_is_told,
    assert_nothing_is_not_fine,
    steps_of,
    tries,
)

STEPS = steps_of("oracle")
TRIES = tries(ORACLE)
EVERY = pytest.mark.parametrize(("check", "version"), TRIES, ids=[f"{c}-{v}" for c, v in TRIES])


@pytest.mark.parametrize("check", STEPS)
def test_a_query_uses_only_what_is_documented_in_every_version_it_is_for(check: str) -> None:
    assert faults(ORACLE, STEPS[check]) == []


@EVERY
def test_the_healthy_twin_is_looked_at_and_silent(check: str, version: str) -> None:
    assert_healthy_is_silent(ORACLE, check, version)


@EVERY
def test_the_planted_fault_is_told(check: str, version: str) -> None:
    assert_ill_is_told(ORACLE, check, version)


@EVERY
def test_views_without_a_row_are_no_good_news(check: str, version: str) -> None:
    assert_nothing_is_not_fine(ORACLE, check, version)
