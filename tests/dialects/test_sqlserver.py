"""The SQL Server catalogue, which no server here can run: queries held against the reference, and run over fixtures."""

from __future__ import annotations

import re

import pytest

from tests.dialects.sqlserver import SQLSERVER
from tests.dialects.static import args_of, faults
from tests.dialects.trial import (
    assert_healthy_is_silent,
    assert_ill_is_told,
    assert_nothing_is_not_fine,
    steps_of,
    tries,
)

STEPS = steps_of("sqlserver")
TRIES = tries(SQLSERVER)
EVERY = pytest.mark.parametrize(("check", "version"), TRIES, ids=[f"{c}-{v}" for c, v in TRIES])


@pytest.mark.parametrize("check", STEPS)
def test_a_query_uses_only_what_is_documented_in_every_version_it_is_for(check: str) -> None:
    assert faults(SQLSERVER, STEPS[check]) == []


@EVERY
def test_the_healthy_twin_is_looked_at_and_silent(check: str, version: str) -> None:
    assert_healthy_is_silent(SQLSERVER, check, version)


@EVERY
def test_the_planted_fault_is_told(check: str, version: str) -> None:
    assert_ill_is_told(SQLSERVER, check, version)


@EVERY
def test_views_without_a_row_are_no_good_news(check: str, version: str) -> None:
    assert_nothing_is_not_fine(SQLSERVER, check, version)
