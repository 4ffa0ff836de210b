"""What is told of incidents is kept: commands killed at any moment, two at once, records that cannot be written."""

from __future__ import annotations

import random
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmaint.kit.resources import shipped
from tests.end_to_end.desk import Desk, Written
from tests.services.fixtures import running
from tests.services.smalldisk import SmallDisk

LIMIT = 300
"""Seconds after which a command hangs, on a machine that has much else to do."""
SITES = {"site3": {"name": "手术视频系统", "contract": "s3", "hosts": {"h3": {"connection": "local"}}}}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with a site under the graded profile."""
    made = Desk(tmp_path / "desk")
    made.write_inventory(SITES)
    (made.root / "contracts").mkdir()
    shutil.copy(shipped("contracts") / "s3.yaml", made.root / "contracts")
    return made


def opened(desk: Desk) -> str:
    """Open an incident and take its number."""
    words = ("--site", "site3", "--what", "无法登录", "--scope", "department", "--interruption", "full")
    done = desk.run("incident", "open", *words, "--format", "json", limit=LIMIT)
    assert done.code == 0, done.err
    return str(done.object["id"])


def shown(desk: Desk, number: str = "latest") -> Written:
    return desk.run("incident", "show", number, "--format", "json", limit=LIMIT).object


def acknowledged(desk: Desk, number: str, count: int) -> tuple[set[str], set[str]]:
    """Note that many words, each command killed at some moment; the words told as kept, and all that were tried."""
    begun = time.monotonic()
    assert desk.run("incident", "note", number, "--text", "词-0-", limit=LIMIT).code == 0
    whole = time.monotonic() - begun
    dice = random.Random(7)  # noqa: S311 - moments to kill at, not secrets
    kept, tried = {"词-0-"}, {"词-0-"}
    for n in range(1, count + 1):
        word = f"词-{n}-"
        command = ("note", number, "--text", word) if n % 5 else ("resolve", number, "--solution", word)
        going = desk.start("incident", *command)
        time.sleep(whole * dice.uniform(0.3, 1.3))
        going.process.send_signal(signal.SIGKILL)
        done = going.wait(LIMIT)
        tried.add(word)
        if done.code == 0 or number in done.err:
            kept.add(word)
    return kept, tried


def assert_none_lost(desk: Desk, number: str, kept: set[str], tried: set[str]) -> None:
    told = [e["body"].get("text") or e["body"].get("solution") for e in shown(desk, number)["events"][1:]]
    assert kept <= set(told)
    assert set(told) <= tried
    assert len(told) == len(set(told))


def test_what_was_acknowledged_survives_a_kill_at_any_moment(desk: Desk) -> None:
    number = opened(desk)
    assert_none_lost(desk, number, *acknowledged(desk, number, 25))


@pytest.mark.matrix
def test_five_hundred_kills_lose_no_acknowledged_event(desk: Desk) -> None:
    number = opened(desk)
    kept, tried = acknowledged(desk, number, 500)
    assert_none_lost(desk, number, kept, tried)
    # Kills that never hit before or after the write would prove nothing.
    assert 50 < len(kept) < 480, len(kept)


def test_two_at_once_on_one_incident_are_both_kept(desk: Desk) -> None:
    number = opened(desk)
    going = [desk.start("incident", "note", number, "--text", f"词-{n}-") for n in range(4)]
    going += [desk.start("incident", "open", "--site", "site3", "--what", f"另一个-{n}") for n in range(2)]
    assert [each.wait(LIMIT).code for each in going] == [0] * 6
    assert {e["body"].get("text") for e in shown(desk, number)["events"][1:]} == {
        f"词-{n}-" for n in range(4)
    }
    every = desk.run("incident", "list", "--every", "--format", "json", limit=LIMIT).object["incidents"]
    assert len({each["id"] for each in every}) == 3


def test_locked_records_take_the_words_into_the_rescue_file_and_say_so(desk: Desk) -> None:
    number = opened(desk)
    holder = sqlite3.connect(desk.root / ".hmaint" / "records.db", isolation_level=None)
    holder.execute("begin exclusive")
    # Both at once: each waits for the lock as long as hmaint ever does.
    going = [
        desk.start("incident", "note", number, "--text", "锁住时说的"),
        desk.start("incident", "open", "--site", "site3", "--what", "锁住时报修"),
    ]
    done = [each.wait(LIMIT) for each in going]
    holder.close()
    for each in done:
        assert each.code == 0, each.err
        assert "rescue-" in each.err
    assert "锁住时说的" in {e["body"].get("text") for e in shown(desk, number)["events"]}
    every = desk.run("incident", "list", "--every", "--format", "json", limit=LIMIT).object["incidents"]
    assert "锁住时报修" in {each["what"] for each in every}


@pytest.fixture
def disk(desk: Desk) -> Iterator[SmallDisk]:
    with running(SmallDisk(desk.root / ".hmaint", 12)) as mounted:
        yield mounted


def test_a_full_disk_takes_the_words_into_the_rescue_file(desk: Desk, disk: SmallDisk) -> None:
    number = opened(desk)
    disk.fill()
    done = desk.run("incident", "resolve", number, "--solution", "盘满时解决", limit=LIMIT)
    assert done.code == 0, done.err
    assert "rescue-" in done.err
    disk.free()
    assert shown(desk, number)["state"] == "resolved"


def test_records_nobody_may_write_take_the_words_into_the_persons_own_folder(
    desk: Desk, disk: SmallDisk
) -> None:
    number = opened(desk)
    disk.freeze()
    done = desk.run("incident", "note", number, "--text", "只读时说的", limit=LIMIT)
    assert done.code == 0, done.err
    kept = re.search(r"(/\S*rescue-[0-9a-f]+\.jsonl)", done.err)
    assert kept is not None
    path = Path(kept[1])
    assert desk.folder / "home" in path.parents
    assert "只读时说的" in path.read_text("utf-8")


def test_a_damaged_file_of_records_loses_no_word(desk: Desk) -> None:
    number = opened(desk)
    (desk.root / ".hmaint" / "records.db").write_bytes(b"no database at all" * 500)
    done = desk.run("incident", "note", number, "--text", "坏库时说的", limit=LIMIT)
    assert done.code == 0, done.err
    (rescued,) = (desk.root / ".hmaint").glob("rescue-*.jsonl")
    assert "坏库时说的" in rescued.read_text("utf-8")
