"""Taking a year of working days in: what moves is listed, what was told keeps its calendar."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from hmaint.app.doctor_calendar import ask_calendar
from hmaint.app.due import dues
from hmaint.app.workdays import covered, exported, import_year
from hmaint.app.world import World
from hmaint.duty.days import last_day
from hmaint.errors import BadFile, WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.load.days import load_days
from hmaint.load.workspace import Workspace
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level

INVENTORY = """
version: 1
hospital: {name: 示范医院, department: 信息科}
vendor: {name: 某某公司}
sites:
  icu: {name: 重症, contract: c, hosts: {app: {connection: local}}}
"""
CONTRACT = """
schema: hmaint.contract/1
id: c
title: 示例
term: {length: P1Y, start: {anchor: signed}}
dates: {signed: 2027-01-25}
triggered:
  - {id: C-1, on: contract.signed, deliver: plan, within: {n: 10, unit: workday}}
documents: [{id: plan, name: 应急预案}]
"""
NOTICE = """
schema: hmaint.calendar/1
year: 2027
off: [2027-01-01, "2027-02-05..2027-02-12", 2027-04-05, 2027-05-01, 2027-05-02, "2027-10-01..2027-10-07"]
work: [2027-01-31, 2027-02-14, 2027-10-09]
"""


class Clock:
    """A day in January after the contract was signed, before anybody took the year in."""

    def now(self) -> datetime:
        return datetime(2027, 1, 26, 9, tzinfo=CHINA)

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "inventory.yaml").write_text(INVENTORY, "utf-8")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "c.yaml").write_text(CONTRACT, "utf-8")
    return World(Workspace(tmp_path, tmp_path / "inventory.yaml"), Clock(), {}, "张工", "zhang")


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "2027.yaml"
    path.write_text(NOTICE, "utf-8")
    return path


def fresh(world: World) -> World:
    return World(world.workspace, world.clock, {}, "张工", "zhang")


def test_what_moves_is_listed_and_moves(world: World, notice: Path) -> None:
    (plan,) = [each for each in dues(world).owed[0].dues if each.clause == "C-1"]
    assert (plan.day, plan.provisional, plan.earliest) == (date(2027, 2, 12), True, date(2027, 2, 4)), plan
    found = import_year(world, notice)
    assert not found.replaced
    assert [(each.before, each.after) for each in found.moved] == [(date(2027, 2, 12), date(2027, 2, 14))]
    assert "C-1" in found.moved[0].what
    (plan,) = [each for each in dues(fresh(world)).owed[0].dues if each.clause == "C-1"]
    assert (plan.day, plan.provisional) == (date(2027, 2, 14), False)


def test_what_replaces_an_announced_year_leaves_running_deadlines_alone(world: World, notice: Path) -> None:
    import_year(world, notice)
    notice.write_text(NOTICE.replace("2027-02-12", "2027-02-11"), "utf-8")
    again = import_year(fresh(world), notice)
    assert (again.replaced, again.year.for_all, again.moved) == (True, False, ())
    days = load_days(world.workspace.root)
    before, later = datetime(2027, 1, 25, 12, tzinfo=CHINA), datetime(2027, 1, 27, 9, tzinfo=CHINA)
    ten = Limit(10, "workday")
    assert last_day(before.date(), ten, days.as_of(before))[0] == date(2027, 2, 14)
    assert last_day(before.date(), ten, days.as_of(later))[0] == date(2027, 2, 12)


def test_the_same_notice_again_writes_nothing(world: World, notice: Path) -> None:
    first = import_year(world, notice)
    again = import_year(fresh(world), notice)
    assert (again.same, again.path) == (True, first.path)
    assert len(list((world.workspace.root / "calendars").glob("*.yaml"))) == 1


def test_counting_anew_is_asked_for_and_recorded(world: World, notice: Path) -> None:
    import_year(world, notice)
    notice.write_text(NOTICE.replace("2027-02-12", "2027-02-11"), "utf-8")
    again = import_year(fresh(world), notice, recompute=True)
    assert [(each.before, each.after) for each in again.moved] == [(date(2027, 2, 14), date(2027, 2, 12))]
    kept = again.path.read_text("utf-8")
    assert "张工" in kept
    assert "2027-01-26T09:00:00+08:00" in kept
    assert "everything" in kept


def test_a_notice_that_is_wrong_changes_nothing(world: World, notice: Path) -> None:
    notice.write_text(NOTICE.replace("2027-02-14", "2027-02-08"), "utf-8")
    with pytest.raises(BadFile, match="2027-02-08"):
        import_year(world, notice)
    assert not (world.workspace.root / "calendars").exists()


def test_a_contract_that_is_wrong_does_not_keep_the_year_out_and_is_said(world: World, notice: Path) -> None:
    (world.workspace.root / "contracts" / "c.yaml").write_text("schema: nonsense", "utf-8")
    found = import_year(world, notice)
    assert found.path.exists()
    assert any("c.yaml" in why for why in found.untold)


def test_a_year_is_handed_on_and_taken_in_the_same(world: World, notice: Path, tmp_path: Path) -> None:
    import_year(world, notice)
    handed = tmp_path / "handed.yaml"
    handed.write_text(exported(load_days(world.workspace.root), 2027), "utf-8")
    other = tmp_path / "other"
    other.mkdir()
    (other / "inventory.yaml").write_text(INVENTORY, "utf-8")
    there = World(Workspace(other, other / "inventory.yaml"), Clock(), {}, "李工", "li")
    import_year(there, handed)
    assert load_days(other).sha256 == load_days(world.workspace.root).sha256
    with pytest.raises(WrongUsage, match="2031"):
        exported(load_days(other), 2031)


def test_the_doctor_says_which_years_are_known(world: World, notice: Path) -> None:
    before = ask_calendar(world.workspace, date(2027, 1, 26))
    assert before.level is Level.WARNING
    assert "2027" in before.advice
    import_year(world, notice)
    after = ask_calendar(world.workspace, date(2027, 1, 26))
    assert after.level is Level.OK
    assert "2027" in after.said
    assert ask_calendar(world.workspace, date(2027, 12, 1)).level is Level.WARNING
    assert ask_calendar(None, date(2026, 11, 25)).level is Level.OK
    (world.workspace.root / "calendars" / "2027-1.yaml").write_text("broken", "utf-8")
    assert ask_calendar(world.workspace, date(2027, 1, 26)).level is Level.CRITICAL


def test_the_list_tells_where_each_year_comes_from(world: World, notice: Path) -> None:
    import_year(world, notice)
    rows = {row["year"]: row for row in covered(load_days(world.workspace.root))}
    assert rows[2027]["from"] == "imported"
    assert rows[2026]["from"] == "package"
    assert (rows[2026]["off"], rows[2026]["work"]) == (19, 6)
