"""What is due over years and sites costs a fixed number of statements, and no object for each night that ran well."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from bench.years import make_years
from sqlalchemy import Engine, event

from hmaint.app.due import dues
from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.load.workspace import Workspace
from hmaint.model.duty import State
from tests.app.recorded import Clock, set_clock

TODAY = datetime.now(CHINA).date()


def opened(folder: Path, today: date) -> World:
    world = World(Workspace(folder, folder / "inventory.yaml"), Clock(), {}, "张工", "zhang")
    set_clock(world, today)
    return world


def statements(world: World) -> int:
    counted = []
    listen = lambda *_told: counted.append(1)  # noqa: E731 - the library calls it
    event.listen(Engine, "before_cursor_execute", listen)
    try:
        dues(world)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    return len(counted)


@pytest.mark.parametrize("sites", [5])
def test_twice_the_sites_cost_no_more_statements(tmp_path: Path, sites: int) -> None:
    counts = []
    for number in (sites, 2 * sites):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        runs, entries = make_years(folder, TODAY, number, 1)
        assert runs > 400 * number
        assert entries > 100 * number
        world = opened(folder, TODAY)
        assert len(world.records.heads.runs(["s00"], datetime(2020, 1, 1, tzinfo=CHINA))) > 400
        counts.append(statements(world))
        found = {owed.site: owed for owed in dues(world).owed}
        assert len(found) == number
        # The weekly looks and the nightly ones are all there, so nothing regular of theirs is overdue.
        looks = [due for due in found["s03"].dues if due.clause in ("S3-3.1.4", "S3-1.3.1")]
        assert len(looks) > 50
        assert [due for due in looks if due.state is State.OVERDUE] == []
        world.records.dispose()
    assert counts[0] == counts[1] < 40
