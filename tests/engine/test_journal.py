"""A journal knows after any crash which acts are done, undone, failed or in doubt."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hmaint.engine.journal import Journal, Outcome, read_journal
from hmaint.errors import BadFile, Refused
from hmaint.kit.clock import SystemClock
from tests.services.fixtures import running
from tests.services.smalldisk import SmallDisk


def a_journal(path: Path) -> None:
    with Journal(path, SystemClock()) as journal:
        journal.intend("make", folder="/var/tmp/某处")  # noqa: S108 - only a text
        journal.outcome("make", Outcome.DONE)
        journal.intend("load", bytes=12)


def test_an_act_without_an_outcome_is_in_doubt_and_the_others_are_known(tmp_path: Path) -> None:
    path = tmp_path / "a" / "one.jsonl"
    a_journal(path)
    story = read_journal(path)
    assert story.in_doubt() == ("load",)
    assert {act: line.outcome for act, line in story.standing().items()} == {
        "make": Outcome.DONE,
        "load": Outcome.INTENT,
    }
    assert story.lines[0].facts == {"folder": "/var/tmp/某处"}  # noqa: S108 - only a text
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kept", range(1, 40, 6))
def test_a_last_line_cut_by_a_power_loss_is_no_line_and_the_journal_goes_on(
    tmp_path: Path, kept: int
) -> None:
    path = tmp_path / "one.jsonl"
    a_journal(path)
    whole = path.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    path.write_bytes(whole[: -len(last)] + last[:kept])
    assert read_journal(path).torn
    assert read_journal(path).in_doubt() == ()
    with Journal(path, SystemClock()) as journal:
        journal.intend("again")
    assert read_journal(path).in_doubt() == ("again",)
    assert not read_journal(path).torn


@pytest.mark.parametrize("change", ["edited", "removed", "swapped", "garbage"])
def test_a_changed_line_is_told_with_its_place(tmp_path: Path, change: str) -> None:
    path = tmp_path / "one.jsonl"
    a_journal(path)
    one, two, three = path.read_bytes().splitlines(keepends=True)
    changed = {
        "edited": one + two.replace(b'"done"', b'"undone"') + three,
        "removed": one + three,
        "swapped": two + one + three,
        "garbage": one + b"\xff\n" + three,
    }
    path.write_bytes(changed[change])
    with pytest.raises(BadFile, match=rf"one\.jsonl:{1 if change == 'swapped' else 2}"):
        read_journal(path)
    with pytest.raises(BadFile):
        Journal(path, SystemClock())


def test_secrets_are_masked_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    with Journal(path, SystemClock(), lambda text: text.replace("s3cret", "***")) as journal:
        journal.intend("load", words=["-ps3cret", {"deep": "s3cret"}], n=1)
    assert b"s3cret" not in path.read_bytes()
    assert json.loads(path.read_text().splitlines()[0])["facts"] == {
        "words": ["-p***", {"deep": "***"}],
        "n": 1,
    }


def test_a_full_disk_refuses_the_act_and_what_was_written_before_stands(tmp_path: Path) -> None:
    with running(SmallDisk(tmp_path / "disk", 1)) as disk:
        path = disk.folder / "one.jsonl"
        with Journal(path, SystemClock()) as journal:
            journal.intend("first")
            disk.fill()
            with pytest.raises(Refused):
                journal.intend("second", words="x" * 8192)
            assert set(read_journal(path).standing()) == {"first"}
            disk.free()
            journal.outcome("first", Outcome.DONE)
        assert read_journal(path).standing()["first"].outcome is Outcome.DONE


_WRITER = """
import sys
from pathlib import Path
from hmaint.engine.journal import Journal
from hmaint.kit.clock import SystemClock
journal = Journal(Path(sys.argv[1]), SystemClock())
for number in range(100000):
    journal.intend(f"act-{number}", note="字" * 50)
    print(number, flush=True)
"""


def test_what_was_promised_before_a_kill_is_there(tmp_path: Path) -> None:
    for turn in range(5):
        path = tmp_path / f"{turn}.jsonl"
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, env=dict(os.environ)
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.01 * turn)
        process.send_signal(signal.SIGKILL)
        promised = [int(word) for word in process.stdout.read().split()]
        process.stdout.close()
        process.wait()
        story = read_journal(path)
        assert len(story.lines) >= (promised[-1] if promised else 0) + 1
        with Journal(path, SystemClock()) as journal:
            journal.intend("after")
