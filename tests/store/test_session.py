"""Transactions on a file of records, spoken to SQLite itself."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from hmaint.kit.clock import CHINA
from hmaint.store.failures import LockedRecords, ReadOnlyRecords, RecordsFailure
from hmaint.store.records import Records
from hmaint.store.run_records import RunRecords
from hmaint.store.session import SqliteDoor, among, insert
from hmaint.store.values import micros, moment, moment_if_any, parsed, plain, spelled
from tests.store.samples import a_check, a_finding, a_look, a_run, a_target

NIGHT = datetime(2026, 11, 26, 23, 59, 59, 999_999, tzinfo=CHINA)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[SqliteDoor]:
    found = SqliteDoor(tmp_path / "records.db", 0.1)
    with found.writing() as session:
        session.run("CREATE TABLE said (place INTEGER, words TEXT)", {})
    yield found
    found.dispose()


def words(door: SqliteDoor) -> list[object]:
    with door.reading() as session:
        return [row[0] for row in session.rows("SELECT words FROM said ORDER BY place")]


def _broken_off(door: SqliteDoor, failure: type[BaseException]) -> None:
    with door.writing() as session:
        insert(session, "said", [{"place": 1, "words": "half"}])
        raise failure


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, sqlite3.OperationalError])
def test_what_is_left_by_an_exception_is_undone_and_the_next_one_goes(
    door: SqliteDoor, failure: type[BaseException]
) -> None:
    with pytest.raises((failure, RecordsFailure)):
        _broken_off(door, failure)
    with door.writing(durable=True) as session:
        insert(session, "said", [{"place": 2, "words": "whole"}])
    assert words(door) == ["whole"]


def test_what_another_process_holds_is_waited_for_and_then_told(door: SqliteDoor, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "records.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedRecords, match=r"records\.db"), door.writing():
            pytest.fail("two write at once")
        assert words(door) == []
        other.execute("ROLLBACK")
    with door.writing() as session:
        insert(session, "said", [{"place": 1, "words": "after"}])
    assert words(door) == ["after"]


def test_threads_of_one_process_take_turns(door: SqliteDoor) -> None:
    def work(number: int) -> None:
        for place in range(20):
            with door.writing() as session:
                insert(session, "said", [{"place": place, "words": f"{number}"}])
            assert words(door)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(words(door)) == 160


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadOnlyRecords), SqliteDoor(tmp_path / "none" / "records.db", 0.1).reading():
        pytest.fail("nothing is there")


def test_a_door_that_was_let_go_of_opens_again(door: SqliteDoor) -> None:
    door.dispose()
    door.dispose()
    assert words(door) == []


def test_many_rows_and_many_values_in_one_statement(door: SqliteDoor) -> None:
    with door.writing() as session:
        insert(session, "said", [])
        insert(session, "said", [{"place": n, "words": f":x {n} %s ? '" + '"'} for n in range(2_000)])
        places, binds = among("n", range(0, 2_000, 2))
        assert session.run(f"DELETE FROM said WHERE place IN {places}", binds) == 1_000  # noqa: S608 - places alone
        nothing, binds = among("n", [])
        assert session.rows(f"SELECT place FROM said WHERE place IN {nothing}", **binds) == []  # noqa: S608 - as above
    assert words(door)[0] == ":x 1 %s ? '\""


def test_values_come_back_as_they_were() -> None:
    assert moment(micros(NIGHT) or 0) == moment_if_any(micros(NIGHT)) == NIGHT
    assert moment_if_any(micros(None)) is None
    odd = {"中文": ["\ud800", "\0", 2**70, 0.1, None, True]}
    assert parsed(spelled({"n": 2**70, "中": [None, True, 0.1]})) == {"n": 2**70, "中": [None, True, 0.1]}
    spelled(odd).encode()
    str(plain("\ud800 torn")).encode()
    assert plain(NIGHT) == micros(NIGHT)
    assert plain(None) is None
    with pytest.raises(ValueError, match="Extra"):
        parsed("{} {}")


def test_what_a_run_kept_is_there_for_whoever_reads_all(tmp_path: Path) -> None:
    with RunRecords.open(tmp_path / "records.db") as kept:
        kept.begin_run(a_run())
        kept.append("R-1", "icu", a_target(), [a_check(a_finding())], [a_look([{"n": 1}])], b"$ df")
        read = Records.of(kept)
        assert [each.id for each in read.run("R-1").findings] == [a_finding().id]
        assert read.transcript("R-1", a_target().name) == b"$ df"
        assert read.rescue is kept.rescue is None


def test_both_go_to_one_file_once_the_database_refuses(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    with (
        RunRecords.open(path, wait=0.1) as kept,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        kept.begin_run(a_run())
        kept.append("R-1", "icu", a_target(), [a_check(a_finding())], [])
        read = Records.of(kept)
        other.execute("BEGIN IMMEDIATE")
        kept.append("R-1", "icu", a_target("h2"), [a_check(target="h2")], [])
        other.execute("ROLLBACK")
        read.note(a_finding().id, "换过硬盘", "note", "张工", NIGHT)
        assert read.rescue == kept.rescue is not None
        assert read.finding(a_finding().id).notes == (), "what comes later may not overtake what waits"
    with Records.open(path) as again:
        assert [each.name for each in again.run("R-1").targets] == [a_target().name, "h2"]
        assert [note.text for note in again.finding(a_finding().id).notes] == ["换过硬盘"]


RUN = """
import sys
from pathlib import Path
from hmaint.store.run_records import RunRecords
from hmaint.store.audit import Audit
sys.path.insert(0, sys.argv[2])
from tests.store.samples import NOON, a_check, a_finding, a_look, a_run, a_target
with RunRecords.open(Path(sys.argv[1])) as records:
    run = records.free_id("R-2")
    records.begin_run(a_run(run))
    records.previous("icu", {"icu-app-1": ["linux.disk"]})
    Audit(Path(sys.argv[1]).with_name("audit.jsonl"), records).write([{"run": run}], operator="a", at=NOON)
    records.append(run, "icu", a_target(), [a_check(a_finding())], [a_look([{"n": 1}])], b"$ df")
    records.finish_run(run, NOON, a_check().level)
    records.nights.last_finished("inspect/monthly", NOON)
print([name for name in sys.modules if name in ("sqlalchemy", "alembic", "pydantic")])
"""


def test_keeping_a_run_loads_no_library_for_it(tmp_path: Path) -> None:
    path = tmp_path / "records.db"
    Records.open(path).dispose()
    root = Path(__file__).parents[2]
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", RUN, str(path), str(root)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
    with Records.open(path) as records:
        assert records.run("latest").id == "R-2"
