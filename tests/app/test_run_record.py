"""A run that gathers visits lets go of what they hold and is closed, however it ends."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from hmaint.app.run_record import Kept, gathered, keep_visit, open_run
from hmaint.app.world import World
from hmaint.model.playbook import Level
from hmaint.model.run import Check, RunRecord, TargetResult

from .desks import a_world


def _begun(folder: Path) -> tuple[World, RunRecord]:
    world = a_world(folder)
    return world, open_run(world, "tj", command="db-tune", playbook="x", title="x", digest="", mode="ro")


def _visits(world: World, run: RunRecord, ended: list[str], *, fails: bool = False) -> Generator[Kept]:
    try:
        for name in ("one", "two"):
            if fails and name == "two":
                raise RuntimeError(name)
            result = TargetResult(name, "mysql", Level.OK, 1, "", "", None, {})
            check = Check("x", name, "x", "x", Level.OK, "", complete=True)
            yield keep_visit(world, run, result, (check,), (), [("select 1", "observed", 1)])
    finally:
        ended.append(world.records.run(run.id).state)


def test_what_all_visits_found_is_told_and_the_run_is_finished(tmp_path: Path):
    world, run = _begun(tmp_path)
    heard: list[TargetResult] = []
    ended: list[str] = []
    done = gathered(world, run, _visits(world, run, ended), heard.append)
    assert [each.name for each in heard] == ["one", "two"]
    assert (done.state, done.level) == ("finished", Level.OK)
    assert world.records.run(run.id).state == "finished"
    assert ended == ["running"]


def _weary(_result: TargetResult) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("where", ["the listener", "a visit"])
def test_what_is_broken_off_is_let_go_of_first_and_never_called_fine(tmp_path: Path, where: str):
    world, run = _begun(tmp_path)
    ended: list[str] = []
    visits = _visits(world, run, ended, fails=where == "a visit")
    with pytest.raises((KeyboardInterrupt, RuntimeError)):
        gathered(world, run, visits, _weary if where == "the listener" else lambda _result: None)
    kept = world.records.run(run.id)
    assert ended == ["running"], "connections are closed while the run is still open"
    assert (kept.state, kept.level) == ("interrupted", Level.UNKNOWN)
    assert [each.name for each in kept.targets] == ["one"], "what was seen is kept"
