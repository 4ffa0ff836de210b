"""A data-fix killed at any moment: its rows are all as before or all as wanted, and it is known which."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from hmaint.app.upgrade_desk import desk_of
from hmaint.app.upgrade_fix import FixHand
from hmaint.app.upgrade_plan import Prepared, prepare
from hmaint.engine.journal import Outcome
from hmaint.engine.upgrade import Standing
from tests.app.fixing import DELETE, INSERT, UPDATE, Bench, mariadb_bench, sqlite_bench
from tests.app.test_data_fix_plan import a_plan

FEW, MANY = 10, 200
_CHANCE = random.Random(20261126)  # noqa: S311 - moments to be killed at, not secrets


def killed_some_time(bench: Bench, prepared: Prepared, longest: float, chance: random.Random) -> None:
    """Do the act in a process of its own, which is killed within so many seconds unless it ended before."""
    child = os.fork()
    if not child:
        try:
            (act,) = prepared.drawn.acts
            FixHand(bench.fresh(), desk_of(bench.world, "U-1"), prepared.site, {}).do(
                act, 1, Standing(act.id)
            )
        finally:
            os._exit(0)
    time.sleep(chance.uniform(0, longest))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def storm(bench: Bench, prepared: Prepared, times: int, chance: random.Random) -> set[str]:
    """Kill it so often; what every attempt was found to have come to."""
    before, came_to = bench.rows(), set[str]()
    (act,) = prepared.drawn.acts
    longest = 0.4
    for _turn in range(times):
        began = time.monotonic()
        killed_some_time(bench, prepared, longest, chance)
        hand = FixHand(bench.fresh(), desk_of(bench.world, "U-1"), prepared.site, {})
        came = hand.settle(act, Standing(act.id))
        now = bench.rows()
        if came.facts.get("never"):
            came_to.add("before")
            assert now == before
        else:
            came_to.add("after")
            assert came.outcome is Outcome.DONE
            assert sorted(row[0] for row in now) == [5001, 5002, 9001]
            longest = max(0.02, min(longest, time.monotonic() - began))
            assert hand.undo(act, 1, Standing(act.id)).outcome is Outcome.UNDONE
            assert bench.rows() == before
    return came_to


def made(bench: Bench) -> Prepared:
    update = {"sql": "update note set state = :s where id = :id", "with": {"s": 4, "id": 4471}, "rows": 1}
    return prepare(bench.fresh(), a_plan(bench, update, {**UPDATE, "rows": 3}, DELETE, INSERT))


@pytest.mark.parametrize("times", [FEW, pytest.param(MANY, marks=pytest.mark.matrix)])
def test_a_file(tmp_path: Path, times: int) -> None:
    bench = sqlite_bench(tmp_path)
    storm(bench, made(bench), times, _CHANCE)


@pytest.mark.parametrize("times", [FEW, pytest.param(MANY, marks=pytest.mark.matrix)])
def test_a_server(tmp_path: Path, mariadb: Any, times: int) -> None:
    bench = mariadb_bench(tmp_path, mariadb)
    bench.serve(mariadb)
    came_to = storm(bench, made(bench), times, _CHANCE)
    assert times == FEW or came_to == {"before", "after"}
