"""Tuning that was applied lies in the quarter's bundle, and what was only looked at or taken back is no tuning done."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hmaint.app.bundle import Bundled, Request, quarterly
from hmaint.app.db_tune import Request as Looking
from hmaint.app.db_tune import look
from hmaint.app.db_tune_apply import Applied, Wish, preparing
from hmaint.app.db_tune_undo import undoing
from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.load.workspace import Workspace
from tests.app.bundled import TODAY, content, make_world, names
from tests.forms.stress import words_of

DATABASE = """\
    databases: {his: {engine: sqlite, path: his.db}}
    vars: {own_token: Semmelweis1847, maintenance_window: ["00:00-12:00", "12:00-24:00"]}
"""
CLAUSE = "S3-1.2.2"
FIRST = datetime(2026, 7, 8, 22, 0, tzinfo=CHINA)


class Clock:
    """It is some afternoon, and a second later at every look."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        self._at += timedelta(seconds=1)
        return self._at

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("hmaint.report.pdf._office", lambda: None)  # conversions have tests of their own
    make_world(tmp_path)
    inventory = tmp_path / "inventory.yaml"
    text = inventory.read_text("utf-8")
    inventory.write_text(text.replace("    vars: {own_token: Semmelweis1847}\n", DATABASE), "utf-8")
    raw = sqlite3.connect(tmp_path / "his.db")
    raw.executescript(
        """create table orders (id integer primary key, patient integer, placed text);
        create index ix_patient on orders (patient);
        create index ix_patient_placed on orders (patient, placed);"""
    )
    raw.executemany("insert into orders values (?, ?, ?)", [(n, n % 97, "2026-02-03") for n in range(3000)])
    raw.commit()
    raw.close()
    return tmp_path


def _world(folder: Path, at: datetime = TODAY) -> World:
    return World(Workspace(folder, folder / "inventory.yaml"), Clock(at), {}, "张工", "zhang")


def _silent(_words: object) -> None:
    """Nobody listens."""


def _dropped(world: World) -> Applied:
    """An index too many is dropped, by leave of somebody."""
    told = look(world, Looking("icu"), _silent)
    advised = told.looks[0].advised
    assert advised is not None
    spare = next(each.id for each in advised.advice if each.fix and str(each.fix.act) == "drop_index")
    wish = Wish(Looking("icu"), (spare,), accepted=frozenset({"backup"}))
    with preparing(world, wish, _silent, _silent) as (_prepared, act):
        applied = act("每季度主动调优", "信息科李主任", _silent)
    assert int(applied.status) == 0
    return applied


def _undone(world: World, run: str) -> None:
    with undoing(world, "icu", run, "", _silent) as (_plan, act):
        assert int(act("试验", "李主任", _silent).status) == 0


def _bundled(folder: Path, quarter: str = "2026Q4") -> Bundled:
    return quarterly(_world(folder), Request("icu", quarter))


def _papers(folder: Path, bundled: Bundled, run: str) -> list[str]:
    return [name for name in names(_world(folder), bundled) if run in name]


def _lacking(bundled: Bundled) -> list[str]:
    return [lack.clause for lack in bundled.lacks if lack.clause == CLAUSE]


def test_tuning_that_was_applied_lies_in_the_bundle_of_its_quarter(folder: Path):
    applied = _dropped(_world(folder))
    bundled = _bundled(folder)
    [name] = _papers(folder, bundled, applied.run.id)
    words = words_of(content(_world(folder), bundled, name))
    assert all(
        each in words for each in (applied.run.id, "每季度主动调优", "信息科李主任", "ix_patient", "已执行")
    )
    assert all(statement in words for item, _done in applied.done for statement in item.fix.statements)
    assert _lacking(bundled) == []
    assert _papers(folder, _bundled(folder), applied.run.id) == [name], "once only"


def test_tuning_that_was_only_looked_for_is_still_owed(folder: Path):
    told = look(_world(folder), Looking("icu"), _silent)
    bundled = _bundled(folder)
    assert _papers(folder, bundled, told.run.id) == []
    assert _lacking(bundled) == [CLAUSE]


def test_tuning_of_another_quarter_is_not_in_this_one(folder: Path):
    applied = _dropped(_world(folder, FIRST))
    bundled = _bundled(folder)
    assert _papers(folder, bundled, applied.run.id) == []
    assert _lacking(bundled) == [CLAUSE]
    assert len(_papers(folder, _bundled(folder, "2026Q3"), applied.run.id)) == 1


def test_what_was_taken_back_since_says_so_in_a_bundle_made_anew(folder: Path):
    applied = _dropped(_world(folder))
    [before] = _papers(folder, _bundled(folder), applied.run.id)
    _undone(_world(folder, TODAY + timedelta(hours=1)), applied.run.id)
    bundled = quarterly(_world(folder, TODAY + timedelta(hours=2)), Request("icu", "2026Q4"))
    [after] = _papers(folder, bundled, applied.run.id)
    assert before != after
    assert "已回退" in words_of(content(_world(folder), bundled, after))
