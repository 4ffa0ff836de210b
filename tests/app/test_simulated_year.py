"""A year under the contract with graded levels, written as real records: exactly what was planted comes out overdue."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from hmaint.app.due import Dues, dues
from hmaint.app.world import World
from hmaint.model.duty import Due, State
from hmaint.model.playbook import Level
from tests.app.recorded import carry_on, make_world, paper, put_down, quarters, run, set_clock

YEAR = 2026
AFTER = date(2027, 1, 4)
BOTH = ("app", "db")
OTHERS = (4, 5, 7, 8, 9, 10, 11, 12)
MONTHS = [date(YEAR, month, 1) for month in range(1, 13)]


def last_of(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Dues:
    world = make_world(
        tmp_path_factory.mktemp("year"), {"icu": "s3"}, {"s3": "s3:signed: 2026-01-01, end: 2026-12-31"}
    )
    _look(world)
    _look_at_backups(world)
    _hand_in(world)
    _keep_up(world)
    _mend(world)
    _change(world)
    set_clock(world, AFTER)
    return dues(world)


def _look(world: World) -> None:
    """Every week a quick look, every month an inspection, every quarter a visit on site."""
    for number in range(1, 53):
        thursday = date(YEAR, 1, 1) + timedelta(weeks=number - 1)
        if number == 40:
            run(world, thursday, "inspect/weekly", seen=(), missed=BOTH)
        elif number not in (22, 34):
            run(world, thursday, "inspect/weekly")
    for month in (1, 2, 3, 5, 6, 8, 10, 11, 12):
        run(world, date(YEAR, month, 10))
    run(world, date(YEAR, 7, 10), seen=(), missed=BOTH)
    run(world, date(YEAR, 9, 10), seen=BOTH[:1], missed=BOTH[1:])
    for month, handed in ((2, date(YEAR, 3, 2)), (5, date(YEAR, 6, 5)), (11, None)):
        visit = run(world, date(YEAR, month, 20), "inspect/quarterly", "现场")
        if handed is not None:
            paper(world, "health-report", handed, visit, submitted=handed)


def _look_at_backups(world: World) -> None:
    """Every month a look at the backups, every quarter a restore drill."""
    for month, level in {
        1: Level.OK,
        3: Level.CRITICAL,
        6: Level.UNKNOWN,
        **dict.fromkeys(OTHERS, Level.OK),
    }.items():
        run(world, date(YEAR, month, 5), "backup-verify", "", command="backup-verify", level=level)
    for month, level in ((3, Level.OK), (6, Level.CRITICAL), (9, Level.UNKNOWN), (12, Level.WARNING)):
        run(world, date(YEAR, month, 15), "restore-drill", "", command="backup-verify", level=level)


def _hand_in(world: World) -> None:
    for number, (name, first, last) in enumerate(quarters(YEAR), start=1):
        late = last + timedelta(days=3) if number == 2 else last
        paper(world, "inspection-sheet", last, name, submitted=None if number == 3 else late)
        paper(world, "tuning-record", first + timedelta(days=40))
        if number != 2:
            paper(world, "knowledge-digest", last, name, submitted=last)
        if number != 4:
            paper(world, "quarterly-index", last, name, submitted=last)
    for first in MONTHS:
        last, month = last_of(first), first.month
        handed = {8: last + timedelta(days=2), 10: None}.get(month, last)
        paper(world, "incident-monthly", last, f"{first:%Y-%m}", submitted=handed)
    paper(world, "emergency-plan", date(YEAR, 1, 18), submitted=date(YEAR, 1, 20))
    paper(world, "disaster-recovery-plan", date(YEAR, 2, 9), submitted=date(YEAR, 2, 10))
    paper(world, "restore-manual", date(YEAR, 2, 15))
    for month in (1, 3, 5, 7, 9, 11):
        paper(world, "upgrade-request", date(YEAR, month, 12), submitted=date(YEAR, month, 12))
        paper(world, "upgrade-report", date(YEAR, month, 20), submitted=date(YEAR, month, 20))


def _keep_up(world: World) -> None:
    for number, (_name, first, last) in enumerate(quarters(YEAR), start=1):
        # The second is told three months late: the day it was done counts.
        recorded = last + timedelta(days=90) if number == 2 else None
        put_down(
            world, "patch", "P", "patched", first + timedelta(days=20), {"window": "22:00"}, recorded=recorded
        )
        put_down(
            world, "meeting", "M", "met", last - timedelta(days=3), {"name": "服务回顾", "sort": "review"}
        )
        put_down(world, "drill", "D", "drilled", first + timedelta(days=50), {"name": "应急演练"})
    put_down(world, "vuln", "V", "checked", date(YEAR, 6, 29), {"scope": "全部"}, recorded=date(YEAR, 7, 8))


def _mend(world: World) -> None:
    """40 incidents: 4 of level P1, 8 of P2, 28 of P3; 12 want a report: 9 in time, one late, two not handed in."""
    for number in range(40):
        day = date(YEAR, 1, 6) + timedelta(days=9 * number)
        level, scope = (
            ("P1", "hospital")
            if number % 10 == 0
            else ("P2", "department")
            if number % 5 == 1
            else ("P3", "person")
        )
        opened = put_down(
            world, "incident", "I", "opened", day, {"what": f"故障 {number}", "scope": scope, "level": level}
        )
        carry_on(world, "incident", opened, "responded", day, hour=time(9, 40))
        carry_on(world, "incident", opened, "resolved", day, hour=time(11, 0))
        if level != "P3" and number not in (20, 31):
            handed = day + timedelta(days=20) if number == 11 else day + timedelta(days=1)
            paper(world, "incident-report", day, opened, submitted=handed)


def _change(world: World) -> None:
    """20 changes: 17 in time, one late, two still not there."""
    for number in range(20):
        day = date(YEAR, 1, 12) + timedelta(days=14 * number)
        told = {
            "kind": "3",
            "requester": "检验科",
            "module": f"模块 {number}",
            "details": "改",
            "grade": "req_simple",
        }
        change = put_down(world, "change", "C", "asked", day, told)
        for event, body in (("accepted", {}), ("confirmed", {"confirmed_by": "李老师"})):
            carry_on(world, "change", change, event, day, body)
        if number not in (7, 12):
            wait = 15 if number == 3 else 1
            carry_on(world, "change", change, "delivered", day + timedelta(days=wait), {"result": "完成"})
            carry_on(world, "change", change, "debugged", day + timedelta(days=wait), {})


def told(year: Dues, state: State) -> set[tuple[str, str]]:
    (owed,) = year.owed
    return {(due.clause, _of(due)) for due in owed.dues if due.state is state}


def _of(due: Due) -> str:
    if due.event is not None:
        return f"{due.event.at:%m-%d}"
    return due.span.name if due.span and due.per != "contract" else ""


def test_exactly_what_was_planted_is_overdue(year: Dues) -> None:
    assert told(year, State.OVERDUE) == {
        ("S3-3.1.4", "2026-W22"), ("S3-3.1.4", "2026-W34"), ("S3-3.1.4", "2026-W40"),
        ("S3-1.1.1", "2026-04"), ("S3-1.1.1", "2026-07"),
        ("S3-1.3.1", "2026-02"), ("S3-1.3.1", "2026-06"),
        ("S3-1.1.2", "2026Q3"), ("S3-1.1.1d", "2026Q3"), ("S3-1.3.2", "2026Q3"),
        ("S3-2.4.2b", "2026-10"), ("S3-2.5.2", "2026Q2"), ("S3-3.3.2c", "2026H2"), ("S3-3.5", "2026Q4"),
        ("S3-1.2.1", "11-20"),
        ("S3-2.4.3", "07-05"), ("S3-2.4.3", "10-12"),
        ("S3-3.1.2b", "04-20"), ("S3-3.1.2b", "06-29"),
    }  # fmt: skip


def test_what_came_late_is_met_and_says_by_how_many_days(year: Dues) -> None:
    (owed,) = year.owed
    late = {(due.clause, _of(due)): due.late for due in owed.dues if due.state is State.MET and due.late}
    assert late == {
        ("S3-1.1.1d", "2026Q2"): 3, ("S3-2.4.2b", "2026-08"): 2, ("S3-1.2.1", "05-20"): 7, ("S3-2.5.1", "01-01"): 8,
        ("S3-2.4.3", "04-15"): 15, ("S3-3.1.2b", "02-23"): 12,
    }  # fmt: skip


def test_everything_else_is_met_and_every_item_names_its_record(year: Dues) -> None:
    (owed,) = year.owed
    regular = [due for due in owed.dues if due.span is not None]
    assert len(regular) == 123
    met = [due for due in owed.dues if due.state is State.MET]
    assert len([due for due in met if due.span is not None]) == 123 - 14
    assert all(due.met_by for due in met)
    assert told(year, State.CANNOT_TELL) == set()
    assert told(year, State.DUE) == {("S3-3.5b", "12-31")}, (
        "the knowledge base is handed over, and no day is set for it"
    )


def test_an_inspection_of_half_the_targets_is_said_to_be_one(year: Dues) -> None:
    (owed,) = year.owed
    partial = {
        (due.clause, _of(due)): due.partial for due in owed.dues if due.partial and due.clause == "S3-1.1.1"
    }
    assert partial == {("S3-1.1.1", "2026-09"): ("db",)}


def test_the_four_days_are_kept_apart(year: Dues) -> None:
    (owed,) = year.owed
    (patched,) = next(due for due in owed.dues if due.clause == "S3-3.3.2a" and _of(due) == "2026Q2").met_by
    assert (patched.performed, patched.recorded) == (date(YEAR, 4, 21), date(YEAR, 9, 28))
    (sheet,) = next(due for due in owed.dues if due.clause == "S3-1.1.1d" and _of(due) == "2026Q2").met_by
    assert (sheet.performed, sheet.submitted, sheet.signed) == (date(YEAR, 6, 30), date(YEAR, 7, 3), None)
