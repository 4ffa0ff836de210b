"""Runs one client and measures its whole process tree, detached children included.

Run as a script: `measure.py RESULT STDOUT STDERR LIMIT WHAT COMMAND…`. It makes itself the reaper of its
descendants, so that what a client leaves behind (ssh masters) is ended, waited for and charged to it. WHAT is
`memory` or `time`: whose memory is looked at is held up by it, one process of many threads by 5 %, measured.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

INTERVAL = 0.05
PR_SET_CHILD_SUBREAPER = 36


def descendants(pid: int) -> list[int]:
    """Every living process below `pid`."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            for word in (task / "children").read_text(encoding="ascii").split():
                found.append(int(word))
                with contextlib.suppress(OSError):
                    found += descendants(int(word))
    return found


def proportional_kb(pid: int) -> int:
    """Memory of one process in kB, each shared page divided by its users (PSS)."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


class Peak(threading.Thread):
    """Samples the memory of the tree; rests ten times as long as a sample took, at least 50 ms."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.kb = 0
        self.over = threading.Event()

    def run(self) -> None:
        me = os.getpid()
        rest = INTERVAL / 2
        while not self.over.wait(rest):
            began = time.perf_counter()
            self.kb = max(self.kb, sum(proportional_kb(pid) for pid in descendants(me)))
            rest = max(INTERVAL, 10 * (time.perf_counter() - began))


def end_leftovers() -> None:
    """End and wait for whatever the client left running, so that its CPU time is known."""
    for sent in (signal.SIGTERM, signal.SIGKILL):
        for pid in descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sent)
        if _reaped_all(time.monotonic() + 3):
            return


def _reaped_all(deadline: float) -> bool:
    while time.monotonic() < deadline:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if pid == 0:
            time.sleep(0.01)
    return False


def run(out: str, err: str, limit: float, what: str, argv: list[str]) -> dict[str, float | int | None]:
    """Run `argv` to its end (at most `limit` seconds); status is None when it had to be ended."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    peak = Peak()
    if what == "memory":
        peak.start()
    late = threading.Event()
    try:
        with Path(out).open("wb") as stdout, Path(err).open("wb") as stderr:
            began = time.perf_counter()
            client = subprocess.Popen(  # noqa: S603 - the bench's own command lines
                argv, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
            )

            def end() -> None:
                late.set()
                client.kill()

            # The library's own wait with a limit looks every 50 ms, which would be the error of every figure.
            watch = threading.Timer(limit, end)
            watch.daemon = True  # Ctrl-C does not wait for the limit
            watch.start()
            status = client.wait()
            wall = time.perf_counter() - began
            watch.cancel()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not cut the tidying short
        if what == "memory":
            peak.over.set()
            peak.join()
        end_leftovers()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    ended = None if late.is_set() else status
    return {"status": ended, "wall": wall, "cpu": cpu, "peak_kb": max(peak.kb, used.ru_maxrss)}


if __name__ == "__main__":
    result = run(sys.argv[2], sys.argv[3], float(sys.argv[4]), sys.argv[5], sys.argv[6:])
    Path(sys.argv[1]).write_text(json.dumps(result), encoding="ascii")
