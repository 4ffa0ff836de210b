"""Whatever happens to a drill, its throwaway server goes, the original is untouched, and the next drill works."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hmaint.engine.journal import Outcome, read_journal
from tests.end_to_end.desk import Going, ssh_host
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB
from tests.services.smalldisk import SmallDisk
from tests.services.sshd import Sshd

from .conftest import Room, mysql_source
from .hospital import packed

Hospital = tuple[MariaDB, bytes]
SLOW = b"do sleep(60);\n"
GROWING = b"create table big (a longblob);\n" + b"insert into big values (repeat('x', 4000000));\n" * 120


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that must come true; the limit only guards against waiting for ever."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def start(room: Room, *words: str) -> Going:
    return room.desk.start(
        "backup-verify", "--site", "icu", "--restore", "--yes", "--format", "json", *words, lang="en"
    )


def loading(room: Room) -> Going:
    """A drill in the midst of a restore that takes a minute."""
    packed(room.backups / "full.sql.gz", SLOW)
    room.write({}, "", kind="mysqldump")
    going = start(room)
    going.wait_for("restoring the backup", 90)
    assert room.left()
    return going


def journal(room: Room) -> Path:
    (path,) = (room.desk.root / ".hmaint" / "drills").glob("*.jsonl")
    return path


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), pytest.param(signal.SIGINT, 130, marks=pytest.mark.matrix)],
)
def test_a_stopped_drill_tidies_up_and_is_a_record(room: Room, number: signal.Signals, code: int) -> None:
    going = loading(room)
    going.send(number)
    assert going.wait(90).code == code
    assert room.left() == []
    assert read_journal(journal(room)).standing()["server"].outcome is Outcome.UNDONE
    (run,) = room.desk.run("runs", "list", "--format", "json").object["runs"]
    assert run["state"] == "interrupted"
    assert room.desk.run("audit", "verify").code == 0


def test_a_killed_hmaint_leaves_a_keeper_that_tidies_up_and_the_next_drill_says_so(
    room: Room, hospital: Hospital
) -> None:
    going = loading(room)
    going.send(signal.SIGKILL)
    going.wait(30)
    until(lambda: room.left() == [])
    assert read_journal(journal(room)).in_doubt() == ("server", "load")
    packed(room.backups / "full.sql.gz", hospital[1])
    done = start(room).wait(120)
    assert done.code == 0, done.err
    assert "was cut off" in done.err
    earlier = min((room.desk.root / ".hmaint" / "drills").glob("*.jsonl"))
    assert read_journal(earlier).standing()["server"].outcome is Outcome.UNDONE


@pytest.mark.matrix
def test_a_killed_keeper_is_noticed_and_swept_after(room: Room) -> None:
    going = loading(room)
    (folder,) = room.scratch.glob("hmaint-drill.*/keeper")
    os.kill(int(folder.read_text().split()[0]), signal.SIGKILL)
    going.send(signal.SIGTERM)
    going.wait(120)
    assert room.left() == []


@pytest.mark.matrix
def test_what_two_kills_left_is_cleared_by_the_next_drill(room: Room, hospital: Hospital) -> None:
    going = loading(room)
    (folder,) = room.scratch.glob("hmaint-drill.*/keeper")
    keeper = int(folder.read_text().split()[0])
    going.send(signal.SIGSTOP)  # so that it does not notice
    os.kill(keeper, signal.SIGKILL)
    going.send(signal.SIGKILL)
    going.wait(30)
    assert room.left()
    packed(room.backups / "full.sql.gz", hospital[1])
    done = start(room).wait(120)
    assert done.code == 0, done.err
    assert room.left() == []


@pytest.fixture
def disk(room: Room) -> Iterator[SmallDisk]:
    with running(SmallDisk(room.scratch / "disk", 460)) as mounted:
        mounted.folder.chmod(0o755)
        yield mounted


def test_a_disk_that_fills_up_ends_the_drill_as_unknown_and_everything_is_given_back(
    room: Room, disk: SmallDisk
) -> None:
    packed(room.backups / "full.sql.gz", GROWING)
    room.write({}, "", kind="mysqldump", drill={"folder": str(disk.folder)})
    done = start(room).wait(180)
    assert done.code == 1, done.err
    told = {each["check"]: each for each in done.object["findings"]}
    assert set(told) == {"backup.drill.restore"}
    assert told["backup.drill.restore"]["level"] == "unknown"
    assert "磁盘" in told["backup.drill.restore"]["summary"]
    assert list(disk.folder.iterdir()) == []
    assert room.left() == []


def test_a_disk_without_room_is_refused_before_anything(room: Room) -> None:
    packed(room.backups / "full.sql.gz", SLOW)
    with running(SmallDisk(room.scratch / "disk", 20)) as small:
        small.folder.chmod(0o755)
        room.write({}, "", kind="mysqldump", drill={"folder": str(small.folder)})
        done = start(room).wait(60)
        assert done.code == 77
        assert "too little room" in done.err
        assert list(small.folder.iterdir()) == []


def test_two_at_once_on_one_host_are_refused_from_another_workspace_too(room: Room, tmp_path: Path) -> None:
    going = loading(room)
    try:
        same = start(room).wait(60)
        assert same.code == 77
        other = Room(tmp_path / "other", room.scratch)
        packed(other.backups / "full.sql.gz", SLOW)
        other.write({}, "", kind="mysqldump")
        second = start(other).wait(60)
        assert second.code == 77, second.err
        assert "another drill is running on this host" in second.err
        nightly = room.desk.run("backup-verify", "--site", "icu", lang="en")
        assert nightly.code == 77
    finally:
        going.send(signal.SIGTERM)
        going.wait(90)
    assert room.left() == []


def test_nothing_happens_without_a_confirmation(room: Room, hospital: Hospital) -> None:
    packed(room.backups / "full.sql.gz", hospital[1])
    room.write({}, "", kind="mysqldump")
    done = room.desk.run("backup-verify", "--site", "icu", "--restore", lang="en")
    assert done.code == 77
    assert "--yes" in done.err
    assert not (room.desk.root / ".hmaint" / "drills").exists()


def test_the_machine_of_the_original_is_refused_by_address_and_by_alias(
    room: Room, hospital: Hospital
) -> None:
    server, dump = hospital
    packed(room.backups / "full.sql.gz", dump)
    for address in ("127.0.0.1", "localhost", "127.0.0.9"):
        room.write({"main": {**mysql_source(server), "address": address}}, "main")
        done = room.desk.run(
            "backup-verify", "--site", "icu", "--restore", "--yes", lang="en", SOURCE=server.password
        )
        assert done.code == 77, done.err
        assert "machine of the original database" in done.err
    assert room.left() == []
    assert server.admin("select count(*) from icu.exam") == [(1500,)]


def test_a_folder_within_a_databases_data_is_refused_even_by_a_link(room: Room, hospital: Hospital) -> None:
    server, dump = hospital
    packed(room.backups / "full.sql.gz", dump)
    link = room.scratch / "link"
    link.symlink_to(server.folder / "data" / "icu")
    before = sorted(p.name for p in (server.folder / "data").iterdir())
    room.write({}, "", kind="mysqldump", drill={"folder": str(link)})
    done = start(room).wait(60)
    assert done.code == 77
    assert "within the data of a database" in done.err
    assert sorted(p.name for p in (server.folder / "data").iterdir()) == before


def test_a_folder_of_odd_letters_is_refused_even_behind_a_link(room: Room) -> None:
    odd = room.scratch / "a 'b\" $(id)"
    odd.mkdir()
    (room.scratch / "link").symlink_to(odd)
    packed(room.backups / "full.sql.gz", SLOW)
    room.write({}, "", kind="mysqldump", drill={"folder": str(room.scratch / "link")})
    done = start(room).wait(60)
    assert done.code == 77, done.err
    assert list(odd.iterdir()) == []
    room.write({}, "", kind="mysqldump", drill={"folder": str(odd)})
    assert start(room).wait(60).code == 78


def test_a_drill_host_over_ssh_gets_the_copy_as_a_stream_and_keeps_nothing(
    room: Room, hospital: Hospital
) -> None:
    dump = hospital[1]
    packed(room.backups / "full.sql.gz", dump)
    with running(Sshd()) as holder, running(Sshd()) as far:
        room.desk.trust(holder.known_hosts_line(), far.known_hosts_line())
        hosts = {"db": ssh_host(holder), "drill": ssh_host(far)}
        room.write({}, "", kind="mysqldump", hosts=hosts, host="db", drill={"host": "drill"})
        done = start(room).wait(120)
        assert done.code == 0, done.err
        assert room.left() == []
        # A connection that breaks in mid-restore: the far end tidies up by itself.
        packed(room.backups / "full.sql.gz", SLOW)
        going = start(room)
        going.wait_for("restoring the backup", 90)
        far.drop_links()
        ended = going.wait(150)
        assert ended.code == 1, ended.err
        until(lambda: room.left() == [])
        told = {each["check"]: each["level"] for each in ended.object["findings"]}
        assert told == {"backup.drill.restore": "unknown"}


def test_an_unknown_host_key_touches_nothing(room: Room, hospital: Hospital) -> None:
    packed(room.backups / "full.sql.gz", hospital[1])
    with running(Sshd()) as far:
        room.write({}, "", kind="mysqldump", hosts={"drill": ssh_host(far)}, drill={"host": "drill"})
        done = start(room).wait(60)
    assert done.code == 1
    (finding,) = done.object["findings"]
    assert "主机密钥未知" in finding["summary"]
    assert finding["level"] == "unknown"
    json.loads(done.out)
