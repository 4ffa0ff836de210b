"""Tuning of a SQLite file, windows of time, and journals that cannot be kept: what needs no server."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hmaint.app.db_tune_act import unannounced
from hmaint.app.db_tune_journal import ORDER, books, folder, path_of
from hmaint.app.db_tune_window import closing
from hmaint.engine.journal import Journal
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.model.advice import Act, Fix, Lock
from tests.app.desks import a_world
from tests.end_to_end.desk import Desk, words_of
from tests.services.fixtures import running
from tests.services.smalldisk import SmallDisk

_LEAVE = ("--yes", "--reason", "李主任同意", "--accept", "backup", "--format", "json")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    found = Desk(tmp_path_factory.mktemp("file"))
    raw = sqlite3.connect(found.root / "his.db")
    raw.executescript(
        """create table orders (id integer primary key, patient integer, placed text);
        create index ix_patient on orders (patient);
        create index ix_patient_placed on orders (patient, placed);
        create view v_orders as select * from orders where placed > '2026-01-01';"""
    )
    raw.executemany("insert into orders values (?, ?, ?)", [(n, n % 97, "2026-02-03") for n in range(3000)])
    raw.commit()
    raw.close()
    found.write_inventory(
        {
            "icu": {
                "name": "重症",
                "vars": {"maintenance_window": ["00:00-12:00", "12:00-24:00"]},
                "databases": {"his": {"engine": "sqlite", "path": "his.db"}},
            }
        }
    )
    return found


def _structure(desk: Desk) -> list[str]:
    raw = sqlite3.connect(desk.root / "his.db")
    rows = sorted(str(row) for row in raw.execute("select type, name, tbl_name, sql from sqlite_master"))
    raw.close()
    return rows


def test_a_file_is_tuned_and_is_exactly_what_it_was_after_taking_back(desk: Desk) -> None:
    before = _structure(desk)
    done = desk.run("db-tune", "--site", "icu", "--apply-safe", *_LEAVE)
    assert done.code == 0, done.err
    assert done.object["items"]
    told = desk.run("db-tune", "--site", "icu", "--format", "json").object
    spare = next(each["id"] for each in told["advice"] if each["fix"] and each["fix"]["act"] == "drop_index")
    dropped = desk.run("db-tune", "--site", "icu", "--apply", spare, *_LEAVE)
    assert dropped.code == 0, dropped.err
    assert len(_structure(desk)) < len(before) + 2
    for run in (dropped.object["run"], done.object["run"]):
        back = desk.run("db-tune", "--site", "icu", "--undo", run, "--yes", "--reason", "试验")
        assert back.code == 0, back.err
    assert _structure(desk) == before


def _drop(desk: Desk) -> str:
    told = desk.run("db-tune", "--site", "icu", "--format", "json").object
    return str(
        next(each["id"] for each in told["advice"] if each["fix"] and each["fix"]["act"] == "drop_index")
    )


def test_the_latest_is_never_quietly_the_one_before_it(desk: Desk) -> None:
    before = _structure(desk)
    raw = sqlite3.connect(desk.root / "his.db")
    raw.execute("create index ix_again on orders (placed, patient)")
    raw.execute("create index ix_yet_again on orders (placed)")
    raw.commit()
    runs = [desk.run("db-tune", "--site", "icu", "--apply", _drop(desk), *_LEAVE).object["run"] for _ in "12"]
    undo = ("db-tune", "--site", "icu", "--yes", "--reason", "试验", "--undo")
    first = desk.run(*undo, "latest")
    assert first.code == 0, first.err
    assert runs[1] in first.err.splitlines()[0], "which one is said before anything is done"
    assert runs[1] in first.out
    assert runs[0] not in first.err + first.out
    left = _structure(desk)
    again = desk.run(*undo, "latest")
    assert again.code == 64
    assert all(run in again.err for run in runs), "the one it was, and the one that stands"
    assert _structure(desk) == left
    assert desk.run(*undo, runs[0]).code == 0
    none = desk.run(*undo, "latest")
    assert none.code == 64
    assert runs[0] not in none.err, "nothing stands any more"
    for name in ("ix_again", "ix_yet_again"):
        raw.execute(f"drop index {name}")
    raw.commit()
    raw.close()
    assert _structure(desk) == before


def test_of_two_runs_of_one_second_the_later_is_the_latest(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    folder(world).mkdir(parents=True)
    for run in ("R-20261120-220512-tj", "R-20261120-220512-tj-2", "R-20261120-220511-tj"):
        with Journal(path_of(world, run), world.clock) as journal:
            journal.intend(ORDER, site="tj")
    assert [book.run[14:] for book in books(world, "tj")] == ["512-tj-2", "512-tj", "511-tj"]


def test_leave_for_one_statement_is_not_leave_for_another(desk: Desk) -> None:
    before = _structure(desk)
    raw = sqlite3.connect(desk.root / "his.db")
    raw.execute("create table bill (id integer primary key, placed_by integer references orders (id))")
    raw.executemany("insert into bill values (?, ?)", [(n, n % 3000) for n in range(12_000)])
    raw.commit()
    [wanted] = _created(desk)
    raw.execute("create index ix_bill_placed_by on orders (placed, id)")  # the name the index was to have
    raw.commit()
    [other] = _created(desk)
    assert (wanted["object"], wanted["title"]) == (other["object"], other["title"])
    assert wanted["fix"]["statements"] != other["fix"]["statements"]
    between = _structure(desk)
    done = desk.run("db-tune", "--site", "icu", "--apply", wanted["id"], *_LEAVE)
    assert done.code == 64, (done.out, done.err)
    assert _structure(desk) == between
    raw.executescript("drop index ix_bill_placed_by; drop table bill")
    raw.close()
    assert _structure(desk) == before


def _created(desk: Desk) -> list[dict[str, Any]]:
    told = desk.run("db-tune", "--site", "icu", "--format", "json").object
    return [each for each in told["advice"] if each["fix"] and each["fix"]["act"] == "create_index"]


def test_a_locked_file_is_waited_for_and_left_as_it_is(desk: Desk) -> None:
    before = _structure(desk)
    raw = sqlite3.connect(desk.root / "his.db")
    raw.execute("begin immediate")
    try:
        done = desk.run("db-tune", "--site", "icu", "--apply-safe", *_LEAVE, limit=120)
    finally:
        raw.rollback()
        raw.close()
    assert done.code in (1, 77), (done.out, done.err)
    assert _structure(desk) == before


def test_a_journal_that_somebody_changed_is_refused(desk: Desk) -> None:
    done = desk.run("db-tune", "--site", "icu", "--apply-safe", *_LEAVE)
    assert done.code == 0, done.err
    path = desk.root / ".hmaint" / "tuning" / f"{done.object['run']}.jsonl"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"sqlite_stat1", b"sqlite_stat4"))
    words = ("--undo", done.object["run"], "--yes", "--reason", "试验")
    assert desk.run("db-tune", "--site", "icu", *words).code == 78
    path.write_bytes(kept)
    assert desk.run("db-tune", "--site", "icu", *words).code == 0


def test_where_the_journal_cannot_be_kept_nothing_is_touched(desk: Desk) -> None:
    before = _structure(desk)
    with running(SmallDisk(desk.root / ".hmaint" / "tuning", 1)) as disk:
        disk.fill()
        done = desk.run("db-tune", "--site", "icu", "--apply-safe", *_LEAVE)
    assert done.code == 77, (done.out, done.err)
    assert _structure(desk) == before


def test_two_at_once_are_not_let_at_one_site(desk: Desk) -> None:
    from filelock import FileLock  # noqa: PLC0415 - beside its only use

    with FileLock(desk.root / ".hmaint" / "locks" / "tune-icu.lock"):
        done = desk.run("db-tune", "--site", "icu", "--apply-safe", *_LEAVE)
    assert done.code == 77


def test_words_that_do_not_go_together_are_refused(desk: Desk) -> None:
    for words in (
        ("--apply-safe", "--undo", "latest"),
        ("--report",),
        ("--apply-safe", "--accept", "everything", "--yes", "--reason", "x"),
        ("--undo", "R-20200101-000000-icu", "--yes", "--reason", "x"),
        ("--apply-safe", "--yes", "--reason", "x", "--window", "tonight"),
        ("--database", "hiss"),
    ):
        assert desk.run("db-tune", "--site", "icu", *words).code == 64, words


@pytest.mark.parametrize(
    ("window", "now", "closes"),
    [
        ("22:00-06:00", "2026-11-20 23:10", "2026-11-21 06:00"),
        ("22:00-06:00", "2026-11-21 05:59", "2026-11-21 06:00"),
        ("22:00-06:00", "2026-11-21 06:00", None),
        ("22:00-06:00", "2026-11-20 21:59", None),
        ("00:00-24:00", "2026-11-20 23:59", "2026-11-21 00:00"),
        ("12:00-13:00, 22:00-23:30", "2026-11-20 12:30", "2026-11-20 13:00"),
        ("12:00-13:00, 22:00-23:30", "2026-11-20 14:00", None),
        ("22:00–23:30", "2026-11-20 22:00", "2026-11-20 23:30"),
    ],
)
def test_a_window_closes_when_it_says(window: str, now: str, closes: str | None) -> None:
    moment = datetime.strptime(now, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
    expected = closes and datetime.strptime(closes, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
    assert closing(window, moment) == expected


@pytest.mark.parametrize("window", ["tonight", "25:00-26:00", "22:00", "22-23", "24:30-25:00", ""])
def test_what_is_no_window_is_refused(window: str) -> None:
    with pytest.raises(WrongUsage):
        closing(window, datetime(2026, 11, 20, 22, tzinfo=CHINA))


@pytest.mark.parametrize(
    ("act", "before", "after", "fine"),
    [
        (Act.CREATE_INDEX, ("a",), ("a", "b"), True),
        (Act.CREATE_INDEX, ("a",), ("a", "b", "c"), False),
        (Act.CREATE_INDEX, ("a",), ("a",), False),
        (Act.CREATE_INDEX, ("a",), ("a", "b INVALID"), False),
        (Act.DROP_INDEX, ("a", "b"), ("a",), True),
        (Act.DROP_INDEX, ("a", "b"), ("c",), False),
        (Act.HIDE_INDEX, ("a", "b"), ("a", "b IGNORED"), True),
        (Act.SET, ("x = 1",), ("x = 2",), True),
        (Act.ANALYZE, ("a",), ("a",), True),
        (Act.ANALYZE, ("a",), ("b",), False),
        (Act.REBUILD, ("a", "b"), ("b", "a"), True),
    ],
)
def test_more_than_was_announced_is_a_failure(
    act: Act,
    before: tuple[str, ...],
    after: tuple[str, ...],
    fine: bool,  # noqa: FBT001 - a column of the table
) -> None:
    fix = Fix(act, (), (), Lock(""))
    assert (not unannounced(fix, before, after)) is fine


def test_the_folder_of_journals_is_made_private(desk: Desk) -> None:
    folder: Path = desk.root / ".hmaint" / "tuning"
    assert folder.stat().st_mode & 0o077 == 0


def test_a_database_that_could_not_be_looked_at_is_not_passed_over_in_silence(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Desk(tmp_path_factory.mktemp("unseen"))
    (other.root / "his.db").write_bytes((desk.root / "his.db").read_bytes())
    other.write_inventory(
        {
            "icu": {
                "vars": {"maintenance_window": ["00:00-12:00", "12:00-24:00"]},
                "databases": {
                    "his": {"engine": "sqlite", "path": "his.db"},
                    "lis": {"engine": "sqlite", "path": "gone.db"},
                },
            }
        }
    )
    done = other.run("db-tune", "--site", "icu", "--apply-safe", "--report", *_LEAVE)
    assert done.code == 2, done.err
    assert "lis" in done.object["unseen"]["lis"]
    assert all(each["outcome"] == "done" for each in done.object["items"])
    [report] = done.object["reports"]
    words = words_of(other.root / report)
    assert "备库延迟" not in words, "of a file nobody watches how far a replica is behind"
