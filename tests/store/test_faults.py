"""Killed, full, locked, read-only, damaged: nothing that was kept is lost, and each says what to do."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hmaint.errors import ExitStatus, WrongUsage
from hmaint.model.playbook import Level
from hmaint.model.run import State
from hmaint.store.alive import is_alive, name_process
from hmaint.store.failures import (
    CorruptRecords,
    FullDisk,
    LockedRecords,
    ReadOnlyRecords,
    RecordsFailure,
    UnreachableRecords,
)
from hmaint.store.records import Records
from tests.store.samples import NOON, a_check, a_finding, a_look, a_run, a_target

ROOT = Path(__file__).parents[2]
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None,
    reason="mounting needs root",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".hmaint" / "records.db"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    if _system("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)):
        pytest.skip("this container may not mount")
    yield disk
    _system("umount", "-l", str(disk))


def _system(*command: str) -> int:
    return subprocess.run(command, check=False, timeout=30).returncode  # noqa: S603 - mount and umount, as root


def _python(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own programs below
        [sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def _ended(process: subprocess.Popen[bytes]) -> int:
    process.communicate(timeout=120)
    return process.returncode


def _fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError, match="space"):  # noqa: PT012 - full when it is full
        while ballast.write(bytes(4096)) == 4096:
            pass
        ballast.write(b"x")


def _append(records: Records, target: str, run: str = "R-1", rows: int = 1) -> tuple[State, ...]:
    look = a_look([{"line": "x" * 1000, "n": number} for number in range(rows)], target=target)
    check = a_check(a_finding(target=target), target=target)
    found = records.append(run, "icu", a_target(target), [check], [look], f"$ df {target}".encode())
    return tuple(each.state for each in found)


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from hmaint.store.records import Records
from tests.store.samples import a_check, a_finding, a_look, a_run, a_target
records = Records.open(Path(sys.argv[1]))
records.begin_run(a_run())
for number in range(7):
    name = f"h{number}"
    check = a_check(a_finding(target=name), target=name)
    records.append("R-1", "icu", a_target(name), [check], [a_look([{"n": number}], target=name)], name.encode())
print("ready", flush=True)
with records._home.door.writing() as session:
    session.run("DELETE FROM targets", {})
    sys.stdin.read()
"""


def test_a_killed_run_is_still_a_record_of_everything_appended(path: Path) -> None:
    run = _python(KILLED, str(path), str(ROOT))
    assert run.stdin
    assert run.stdout
    with run.stdin, run.stdout:
        assert run.stdout.readline() == b"ready\n"
        with Records.open(path) as records:
            assert records.run("R-1").state == "running"
        run.send_signal(signal.SIGKILL)
        run.wait(timeout=30)
    with Records.open(path) as records:
        kept = records.run("R-1")
        assert kept.state == records.runs()[0].state == "interrupted"
        assert [target.name for target in kept.targets] == [f"h{n}" for n in range(7)]
        assert len(kept.findings) == len(kept.checks) == 7
        assert records.previous("icu", {"h6": ["linux.disk"]})["h6"]["linux.disk"].rows == ({"n": 6},)
        assert records.transcript("R-1", "h3") == b"h3"
        records.begin_run(a_run("R-2", day=1))
        assert records.run("R-2").state == "running"
        assert records.run("R-1").state == "interrupted"


def test_a_later_process_with_the_same_number_is_not_the_run(path: Path) -> None:
    assert is_alive(name_process())
    number, _, begun = name_process().partition("@")
    if begun:
        assert not is_alive(f"{number}@{int(begun) - 1}")
    assert path.parent.name == ".hmaint"


def test_records_are_private(path: Path) -> None:
    with Records.open(path) as records:
        records.begin_run(a_run())
        _append(records, "h1")
        if os.name == "posix":
            for file in path.parent.rglob("*"):
                assert file.stat().st_mode & 0o077 == 0, file
            assert path.parent.stat().st_mode & 0o077 == 0


def test_a_held_lock_sends_the_run_into_a_file_that_the_next_opening_brings_in(path: Path) -> None:
    with Records.open(path, wait=0.1) as records:
        records.begin_run(a_run())
        assert _append(records, "h1") == (State.NEW,)
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("begin immediate")
        assert _append(records, "h2") == (State.NEW,)
        assert _append(records, "h1", rows=2) == (State.OPEN,)
        note_on = a_finding(target="h1").id
        records.note(note_on, "已告知", "feedback", "张工", NOON)
        holder.execute("rollback")
        holder.close()
        records.finish_run("R-1", NOON, Level.WARNING, ["a.docx"])
        assert records.rescue is not None
        assert records.rescue.parent == path.parent
        assert len(records.run("R-1").targets) == 1
        rescue = records.rescue
    if os.name == "posix":
        assert rescue.stat().st_mode & 0o077 == 0
    with Records.open(path) as records:
        assert not rescue.exists()
        assert records.rescue is None
        run = records.run("R-1")
        assert [target.name for target in run.targets] == ["h1", "h2"]
        assert (run.state, run.level, run.reports) == ("finished", Level.WARNING, ("a.docx",))
        assert records.transcript("R-1", "h2") == b"$ df h2"
        assert [note.text for note in records.notes(note_on)] == ["已告知"]


def test_a_whole_run_under_a_lock_comes_in_later_and_once(path: Path) -> None:
    Records.open(path).dispose()
    with Records.open(path, wait=0.1) as records:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("begin immediate")
        records.begin_run(a_run())
        _append(records, "h1")
        records.finish_run("R-1", NOON, Level.OK)
        rescue = records.rescue
        assert rescue
        kept = rescue.read_bytes()
        with Records.open(path, wait=0.1) as another:
            assert another.runs() == ()
        assert rescue.exists()
        holder.close()
    with Records.open(path) as records:
        assert [run.id for run in records.runs()] == ["R-1"]
    rescue.write_bytes(kept + b'{"what": "vis')
    with Records.open(path) as records:
        assert len(records.run("R-1").targets) == 1
        assert len(records.finding(a_finding(target="h1").id).history) == 1
        assert not rescue.exists()


def test_what_was_rescued_never_hides_what_a_later_run_saw(path: Path) -> None:
    with Records.open(path, wait=0.1) as records:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("begin immediate")
        records.begin_run(a_run("R-1"))
        _append(records, "h1", "R-1")
        holder.close()
        rescue = records.rescue
    assert rescue
    hidden = rescue.rename(path.parent / "aside")
    with Records.open(path) as records:
        records.begin_run(a_run("R-2", day=1))
        look = a_look([{"n": 2}], target="h1")
        assert records.append("R-2", "icu", a_target("h1"), [a_check(target="h1")], [look]) == ()
    hidden.rename(rescue)
    with Records.open(path) as records:
        assert [run.id for run in records.runs()] == ["R-2", "R-1"]
        assert records.previous("icu", {"h1": ["linux.disk"]})["h1"]["linux.disk"].rows == ({"n": 2},)
        records.begin_run(a_run("R-3", day=2))
        found = records.append("R-3", "icu", a_target("h1"), [a_check(target="h1")], [])
        assert [each.state for each in found] == [State.RESOLVED]


@needs_root
def test_a_full_disk_sends_the_rest_of_the_run_into_the_room_set_aside(small_disk: Path) -> None:
    path = small_disk / ".hmaint" / "records.db"
    with Records.open(path) as records:
        records.begin_run(a_run())
        _append(records, "h0")
        _fill(small_disk)
        names = [f"h{number}" for number in range(1, 12)]
        for name in names:
            assert _append(records, name, rows=100) == (State.NEW,)
        records.finish_run("R-1", NOON, Level.WARNING)
        assert records.rescue
        assert records.rescue.exists()
        assert records.run("R-1").targets[0].name == "h0"
    (small_disk / "ballast").unlink()
    with Records.open(path) as records:
        run = records.run("R-1")
        assert [target.name for target in run.targets] == ["h0", *names]
        assert run.state == "finished"
        assert not list(path.parent.glob("rescue-*.jsonl"))
        assert (path.parent / "reserve").exists()


@needs_root
def test_a_disk_with_no_room_at_all_says_so(small_disk: Path) -> None:
    path = small_disk / ".hmaint" / "records.db"
    with Records.open(path) as records:
        records.begin_run(a_run())
        (path.parent / "reserve").unlink()
        _fill(small_disk)
        with pytest.raises(FullDisk, match="腾出空间"):
            _append(records, "h1", rows=20_000)


@pytest.fixture
def read_only(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Records in a place that may not be written: a file mode, or a mount for root, whom no mode stops."""
    root = os.geteuid() == 0
    folder = request.getfixturevalue("small_disk") if root else tmp_path
    with Records.open(folder / ".hmaint" / "records.db") as records:
        records.begin_run(a_run())
    places = [folder / ".hmaint" / "records.db", folder / ".hmaint"]
    if root:
        assert _system("mount", "-o", "remount,ro", str(folder)) == 0
    else:
        for place in places:
            place.chmod(0o500)
    yield places[0]
    if not root:
        for place in places:
            place.chmod(0o700)


@pytest.mark.skipif(os.name != "posix", reason="modes and mounts are POSIX")
def test_a_read_only_place_says_so_before_anything_is_looked_at(read_only: Path) -> None:
    with pytest.raises(ReadOnlyRecords, match=r"属主和权限|文件夹"), Records.open(read_only) as records:
        records.begin_run(a_run("R-2"))
    with pytest.raises(ReadOnlyRecords):
        Records.open(read_only.parent / "elsewhere" / "records.db")


def test_a_corrupt_page_says_so_and_costs_no_new_visit(path: Path) -> None:
    with Records.open(path) as records:
        records.begin_run(a_run())
        for number in range(60):
            _append(records, f"h{number}", rows=5)
    data = bytearray(path.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 200] = os.urandom(200)
    path.write_bytes(data)
    with pytest.raises(CorruptRecords, match="从备份恢复"), Records.open(path) as records:
        records.run("R-1")


@pytest.mark.parametrize(
    "content", [b"this is no database at all, but long enough to be one" * 100, b"\0" * 8192]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(CorruptRecords) as refused:
        Records.open(path)
    assert refused.value.status is ExitStatus.BAD_FILE
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    with sqlite3.connect(path) as other:
        other.execute("create table patient (id integer)")
    other.close()
    with pytest.raises(CorruptRecords, match="patient"):
        Records.open(path)
    with sqlite3.connect(path) as other:
        assert [name for (name,) in other.execute("select name from sqlite_master")] == ["patient"]
    other.close()


def test_an_empty_file_becomes_records(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with Records.open(path) as records:
        assert records.runs() == ()


OPENER = """
import sys
from pathlib import Path
from hmaint.store.records import Records
Records.open(Path(sys.argv[1]))
assert "reserve" in {path.name for path in Path(sys.argv[1]).parent.iterdir()}
"""


def test_several_processes_may_make_the_records_at_once(path: Path) -> None:
    openers = [_python(OPENER, str(path)) for _ in range(4)]
    assert [_ended(opener) for opener in openers] == [0] * 4


APPENDER = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from hmaint.store.records import Records
from tests.store.samples import a_check, a_finding, a_run, a_target
run = sys.argv[3]
with Records.open(Path(sys.argv[1]), wait=30) as records:
    records.begin_run(a_run(run))
    for number in range(25):
        name = f"h{number}"
        records.append(run, "icu", a_target(name), [a_check(a_finding(target=name), target=name)], [])
    assert records.rescue is None
"""


def test_two_processes_append_at_once_and_nothing_is_lost(path: Path) -> None:
    Records.open(path).dispose()
    runs = [_python(APPENDER, str(path), str(ROOT), name) for name in ("R-1", "R-2")]
    assert [_ended(run) for run in runs] == [0, 0]
    with Records.open(path) as records:
        for name in ("R-1", "R-2"):
            assert len(records.run(name).targets) == len(records.run(name).findings) == 25
        states = [event.state for event in records.finding(a_finding(target="h9").id).history]
        assert sorted(states) == [State.NEW, State.OPEN]


def test_a_lock_held_while_reading_says_so(path: Path) -> None:
    Records.open(path).dispose()
    with sqlite3.connect(path, isolation_level=None) as holder:
        holder.execute("pragma journal_mode=delete")
        holder.execute("pragma locking_mode=exclusive")
        holder.execute("begin exclusive")
        with pytest.raises(LockedRecords, match="另一个进程"):
            Records.open(path, wait=0.1)
    holder.close()


def test_a_server_that_is_gone_says_so_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(UnreachableRecords) as gone:
        Records.open("postgresql://hmaint:geheim99@127.0.0.1:1/records", folder=tmp_path)
    assert "geheim99" not in str(gone.value)
    with pytest.raises(UnreachableRecords) as gone:
        Records.open("mysql://hmaint:geheim99@127.0.0.1:1/records", folder=tmp_path)
    assert "geheim99" not in str(gone.value)


def test_a_place_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage):
        Records.open("bad url://x:geheim99@y:port/z", folder=tmp_path)
    with pytest.raises(WrongUsage, match="sqlite、postgresql 或 mysql"):
        Records.open("oracle://x@y/z", folder=tmp_path)
    with pytest.raises(RecordsFailure, match="文件夹"):
        Records.open("postgresql://x@y/z")


def test_opening_known_records_needs_no_migration_tool(path: Path) -> None:
    Records.open(path).dispose()
    code = f"{OPENER}\nassert not {{'alembic', 'mako', 'pymysql', 'psycopg'}} & set(sys.modules)"
    assert _ended(_python(code, str(path))) == 0


def test_a_clock_that_was_wrong_does_not_freeze_the_findings(path: Path) -> None:
    with Records.open(path) as records:
        records.begin_run(a_run("R-1", day=900))
        _append(records, "h1", "R-1")
        records.begin_run(a_run("R-2"))
        found = records.append(
            "R-2", "icu", a_target("h1"), [a_check(target="h1")], [a_look([{"n": 5}], target="h1")]
        )
        assert [each.state for each in found] == [State.RESOLVED]
        previous = records.previous("icu", {"h1": ["linux.disk"]})["h1"]["linux.disk"]
        assert previous.rows == ({"n": 5},)
        assert previous.time == NOON + timedelta(0)
