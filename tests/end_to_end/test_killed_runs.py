"""Runs that are killed, stopped, doubled, or find no room: what was seen is kept, and the next run works."""

from __future__ import annotations

import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.desk import Desk, Done, Going, Written
from tests.services.fixtures import running
from tests.services.smalldisk import SmallDisk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A site with one host that answers at once, and one that takes two seconds."""
    return desk_of(tmp_path, slow=2)


def desk_of(folder: Path, slow: int) -> Desk:
    """A site with one host that answers at once, and one that takes so many seconds."""
    made = Desk(folder / "desk")
    hosts = {"quick": {"connection": "local"}, "slow": {"connection": "local", "roles": ["slow"]}}
    limits = {"limits": {"command": "28s", "host": "30s"}}
    made.write_inventory({"icu": {"name": "重症监护系统", "hosts": hosts}}, defaults=limits)
    step = {"title": "试验", "do": "shell", "keep": True, "says": "{{ line }}"}
    steps = [
        {**step, "id": "own.answers", "on": "hosts", "with": {"run": "echo in"}},
        {
            **step,
            "id": "own.slow",
            "on": {"hosts": {"roles": ["slow"]}},
            "with": {"run": f"sleep {slow}"},
            "empty": "ok",
        },
    ]
    made.write_playbook("inspect/monthly", steps)
    return made


def going(desk: Desk, *words: str) -> Going:
    """A run that has finished `quick` and is busy with `slow`."""
    started = desk.start("inspect", "--site", "icu", "-v", "--format", "json", *words)
    started.wait_for("quick")
    return started


def runs(desk: Desk) -> list[Written]:
    return list(desk.run("runs", "list", "--format", "json").object["runs"])


def assert_whole(desk: Desk, state: str) -> None:
    """The record of the one run so far says so, holds what was seen, and the trail is whole."""
    (run,) = runs(desk)
    assert (run["state"], run["level"]) == (state, "unknown")
    shown = desk.run("runs", "show", run["run"], "--format", "json").object
    assert [t["name"] for t in shown["targets"]] == ["quick"]
    assert desk.run("audit", "verify").code == 0
    sent = desk.run("audit", "list", "--run", run["run"], "--format", "json").object["lines"]
    assert {line["target"] for line in sent} == {"quick"}


def assert_one_line(done: Done, *words: str) -> None:
    """The failure is said in one line, without a traceback."""
    assert len(done.err.splitlines()) == 1, done.err
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err


def test_a_run_killed_by_force_is_a_record_of_what_was_seen_and_the_next_run_works(desk: Desk) -> None:
    killed = going(desk)
    killed.send(signal.SIGKILL)
    assert killed.wait(10).code == -signal.SIGKILL
    assert_whole(desk, "interrupted")
    assert desk.inspect().code == 0
    assert sorted(run["state"] for run in runs(desk)) == ["finished", "interrupted"]
    assert desk.run("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("number", "code", "name"), [(signal.SIGINT, 130, "Ctrl-C"), (signal.SIGTERM, 143, "SIGTERM")]
)
def test_a_run_that_is_stopped_says_so_and_keeps_what_was_seen(
    tmp_path: Path, number: signal.Signals, code: int, name: str
) -> None:
    desk = desk_of(tmp_path, slow=25)
    stopped = going(desk)
    stopped.send(number)
    done = stopped.wait(20)
    assert done.code == code
    assert name in done.err.splitlines()[-1]
    assert "Traceback" not in done.err
    assert_whole(desk, "interrupted")


def test_a_run_that_is_still_going_is_shown_as_running(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, slow=8)  # the list must come before it ends, on a busy machine too
    busy = going(desk)
    assert [run["state"] for run in runs(desk)] == ["running"]
    assert busy.wait(28).code == 0
    assert [run["state"] for run in runs(desk)] == ["finished"]


def test_two_runs_of_one_site_at_once_both_complete_under_their_own_numbers(desk: Desk) -> None:
    both = [desk.start("inspect", "--site", "icu", "--format", "json", "--report") for _ in range(2)]
    done = [one.wait(30) for one in both]
    assert [one.code for one in done] == [0, 0], [one.err for one in done]
    numbers = {one.object["run"] for one in done}
    assert len(numbers) == 2
    assert {run["run"] for run in runs(desk) if run["state"] == "finished"} == numbers
    assert len({path for one in done for path in one.object["reports"]}) == 2
    assert desk.run("audit", "verify").code == 0


@pytest.fixture
def disk(desk: Desk) -> Iterator[SmallDisk]:
    with running(SmallDisk(desk.root / ".hmaint", 12)) as mounted:
        yield mounted


def test_a_disk_that_is_full_from_the_start_is_said_in_one_line(desk: Desk, disk: SmallDisk) -> None:
    disk.fill()
    done = desk.inspect()
    assert done.code == 78
    assert done.out == ""
    assert_one_line(done, "hmaint: ")


def test_a_disk_that_fills_up_in_mid_run_loses_nothing(desk: Desk, disk: SmallDisk) -> None:
    busy = going(desk)
    disk.fill()
    done = busy.wait(30)
    assert "Traceback" not in done.err
    assert [t["name"] for t in done.object["targets"]] == ["quick", "slow"]
    disk.free()
    (run,) = runs(desk)
    assert run["state"] == "finished"
    shown = desk.run("runs", "show", run["run"], "--format", "json").object
    assert [t["name"] for t in shown["targets"]] == ["quick", "slow"]
    assert desk.inspect().code == 0
    assert desk.run("audit", "verify").code == 0


def test_records_that_may_not_be_written_are_said_in_one_line(desk: Desk, disk: SmallDisk) -> None:
    assert desk.inspect().code == 0
    disk.freeze()
    done = desk.inspect()
    assert done.code in (77, 78)
    assert_one_line(done, "records.db")


def test_the_records_are_for_their_owner_alone(desk: Desk) -> None:
    assert desk.inspect().code == 0
    private = desk.root / ".hmaint"
    kept = [private, *private.rglob("*")]
    assert len(kept) > 4
    assert [path for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
