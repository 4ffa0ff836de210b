"""Killed at any moment, an upgrade ends as the new release or the old one, nothing done twice, its journal whole."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.upgrade.storm import Struck, storm

FEW, PARTS, PART = 6, 6, 50
"""Kills by default; parts of the whole storm, and kills in each: three hundred."""


def _stormed(folder: Path, times: int) -> list[Struck]:
    """Strike so many times; the seed is told, so that the same storm can be had again."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201 - shown by pytest where it fails
    with storm(folder, seed) as weather:
        return [weather.strike() for _time in range(times)]


def test_a_few_kills_at_any_moment_leave_the_new_release_or_the_old_one(tmp_path: Path) -> None:
    struck = _stormed(tmp_path, FEW)
    assert len(struck) == FEW
    assert {each.ended for each in struck} <= {"new", "old"}
    assert len({each.lines for each in struck}) > 1


@pytest.mark.matrix
@pytest.mark.parametrize("part", range(PARTS))
def test_three_hundred_kills(tmp_path: Path, part: int) -> None:
    assert part < PARTS
    struck = _stormed(tmp_path, PART)
    assert len(struck) == PART
    assert {(each.after, each.ended) for each in struck} >= {("resume", "new"), ("rollback", "old")}
    assert len({each.lines for each in struck}) > PART // 4
