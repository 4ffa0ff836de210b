"""Two at once: the second is refused and told by whom; a dead holder is in nobody's way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest

from hmaint.errors import ExitStatus, Refused
from hmaint.kit.clock import CHINA
from hmaint.store.lock import alone, at_it, holder_of

AT = datetime(2026, 11, 25, 2, 0, tzinfo=CHINA)
HOLD = """
import subprocess, sys, time
from datetime import datetime
from pathlib import Path
from hmaint.kit.clock import CHINA
from hmaint.store.lock import alone
at = datetime(2026, 11, 25, 2, tzinfo=CHINA)
with alone(Path(sys.argv[1]), "backup-icu", what="backup-verify", operator="李工", at=at):
    child = subprocess.Popen(["sleep", "60"], close_fds=False)
    print(child.pid, flush=True)
    time.sleep(60)
"""


def take(folder: Path, wait: float = 0.0) -> None:
    with alone(folder, "backup-icu", what="restore", operator="张工", at=AT, wait=wait):
        pass


def test_the_second_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    held = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    assert held.stdout is not None
    orphan = int(held.stdout.readline())
    try:
        with pytest.raises(Refused) as caught:
            take(tmp_path)
        assert caught.value.status == ExitStatus.REFUSED
        for word in ("backup-verify", "李工", "2026-11-25T02:00:00+08:00", str(held.pid)):
            assert word in str(caught.value)
        # Killed, it lets go at once, although a child that inherited all its files lives on and its card lies there.
        assert str(held.pid) in at_it(tmp_path, "backup-icu")
        held.kill()
        held.wait()
        os.kill(orphan, 0)
        assert holder_of(tmp_path, "backup-icu") is not None
        assert at_it(tmp_path, "backup-icu") == ""
        take(tmp_path, wait=5)
    finally:
        held.kill()
        held.wait()
        held.stdout.close()
        os.kill(orphan, signal.SIGKILL)
    assert holder_of(tmp_path, "backup-icu") is None
    assert at_it(tmp_path, "never-held") == ""
    assert not (tmp_path / "never-held.lock").exists()


def test_who_waits_gets_it_when_the_other_ends(tmp_path: Path) -> None:
    inside = threading.Event()

    def hold() -> None:
        with alone(tmp_path, "backup-icu", what="x", operator="x", at=AT):
            inside.set()
            time.sleep(0.3)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait()
    take(tmp_path, wait=30)
    thread.join()


def test_it_is_free_again_after_a_failure_within(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), alone(tmp_path, "backup-icu", what="x", operator="x", at=AT):
        raise ZeroDivisionError
    take(tmp_path)


def test_other_names_are_other_locks(tmp_path: Path) -> None:
    with alone(tmp_path, "backup-lis", what="x", operator="x", at=AT):
        take(tmp_path)


def test_a_card_that_is_no_card_is_no_trouble(tmp_path: Path) -> None:
    with alone(tmp_path, "backup-icu", what="x", operator="x", at=AT):
        (tmp_path / "backup-icu.holder").write_text("[1, 2", "utf-8")
        with pytest.raises(Refused, match="backup-icu"):
            take(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(Refused, match="backup-icu"):
        take(tmp_path / "file" / "locks")
