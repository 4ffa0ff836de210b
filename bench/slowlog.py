"""A slow log of a gigabyte, digested by hmaint and by pt-query-digest, one after the other on the same machine."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.figures import Limit
from bench.tools.hmaint import executable

OURS, PEER = "slow log hmaint, seconds", "slow log pt-query-digest, seconds"
MEMORY, THEIRS = "slow log memory of hmaint and all its readers, MB", "slow log memory of pt-query-digest, MB"
AWK, ENTRIES = "slow log by awk alone, seconds", "slow log entries"
_TIMES, _MOST_MB = 3.0, 150.0
_PIECE = 64 * 1024 * 1024
_NOUNS = ("patient", "result", "orders", "exam", "charge", "bed", "drug", "vital", "record", "report")
_WORDS = ("ward", "dept", "doctor", "state", "batch", "source")


def measure_slow_log(gigabytes: float | None = None) -> dict[str, float]:
    """Digest one log of so many GB (BENCH_SLOW_LOG_GB, 1) by each; the peer is left out where it is not installed."""
    wanted = gigabytes or float(os.environ.get("BENCH_SLOW_LOG_GB", "1"))
    with tempfile.TemporaryDirectory(prefix="hb") as folder:
        root = Path(folder)
        entries = write_slow_log(root / "slow.log", wanted * 1e9)
        words = _workspace(root)
        ours = timed(words, root)
        told = json.loads((root / "said").read_text("utf-8"))
        counted = told["slow_logs"][0]["entries"]
        if counted != entries:
            raise RuntimeError(f"hmaint counted {counted} of {entries} entries")
        figures = {OURS: ours[0], MEMORY: ours[1], ENTRIES: float(entries)}
        figures[AWK] = timed(["awk", "-f", str(_awk()), str(root / "slow.log")], root, LC_ALL="C")[0]
        if shutil.which("pt-query-digest"):
            peer = timed(["pt-query-digest", "--no-version-check", str(root / "slow.log")], root)
            figures |= {PEER: peer[0], THEIRS: peer[1]}
        return figures


def slow_log_limits(measured: dict[str, float]) -> list[Limit]:
    """What is promised, with what was measured."""
    limits = [Limit(f"{MEMORY} under 150", f"{measured[MEMORY]:.0f}", measured[MEMORY] < _MOST_MB)]
    if PEER in measured:
        times = measured[PEER] / measured[OURS]
        limits.append(
            Limit("slow log at least 3 times as fast as pt-query-digest", f"{times:.1f}", times >= _TIMES)
        )
    return limits


def render_slow_log(measured: dict[str, float]) -> str:
    """The figures in a line."""
    left_out = "" if PEER in measured else " · pt-query-digest is not installed (Debian: percona-toolkit)"
    return " · ".join(f"{name} {value:,.1f}" for name, value in measured.items()) + left_out


def write_slow_log(path: Path, size: float) -> int:
    """Write a log as MySQL 8 does, of 120 kinds of statements; how many entries it has.

    A piece is made once and written again until the size is reached: making a gigabyte takes longer than reading it.
    """
    draw = random.Random(9)  # noqa: S311 - figures for a log, no secrets
    piece, count = bytearray(), 0
    makers = [_maker(draw, noun, word, form) for noun in _NOUNS for word in _WORDS for form in (0, 1)]
    while len(piece) < min(_PIECE, size):
        statement = draw.choice(makers)(draw.randint(1, 9_999_999))
        piece += _entry(draw, 1_760_000_000 + count // 50, statement)
        count += 1
    times = max(1, round(size / len(piece)))
    with path.open("wb") as log:
        for _time in range(times):
            log.write(piece)
    return count * times


def _maker(draw: random.Random, noun: str, word: str, form: int) -> Callable[[int], str]:
    pattern = draw.choice(
        (
            (
                (
                    "SELECT a.id, a.{word}, b.value FROM {noun} a JOIN result b ON a.id = b.pid WHERE a.id = {n}"
                    " AND a.{word} = '张{n}' AND b.at > '2026-01-{day:02} 08:00:00' ORDER BY b.at DESC LIMIT 20"
                ),
                "UPDATE {noun} SET {word} = {day}, note = 'it\\'s {n}', at = '2026-02-03' WHERE id IN ({n}, {day}, 7)",
            ),
            (
                "INSERT INTO {noun} (id, {word}, at) VALUES ({n}, 'v{n}', NULL), ({day}, 'w{n}', '2026-01-01')",
                "select count(*)\n  from {noun} p\n where p.{word} = '心内科'\n   and p.mrn like '%{n}%'",
            ),
        )
    )[form]
    return lambda n: pattern.format(noun=noun, word=word, n=n, day=n % 28 + 1)


def _entry(draw: random.Random, at: int, statement: str) -> bytes:
    return (
        f"# Time: 2026-10-09T01:20:{at % 60:02}.{draw.randint(0, 999_999):06}Z\n"
        f"# User@Host: his[his] @  [10.1.2.{draw.randint(1, 250)}]  Id: {draw.randint(1, 9999):5}\n"
        f"# Query_time: {draw.lognormvariate(0, 1):.6f}  Lock_time: 0.{draw.randint(0, 999):06}"
        f" Rows_sent: {draw.randint(0, 99)}  Rows_examined: {draw.randint(0, 99_999)}\n"
        f"SET timestamp={at};\n{statement};\n"
    ).encode()


def _workspace(root: Path) -> list[str]:
    whole = {"version": 1, "hospital": {"name": "bench"}, "sites": {"bench": {"name": "bench"}}}
    (root / "inventory.yaml").write_text(json.dumps(whole), "utf-8")
    asked = ["db-tune", "--site", "bench", "--slow-log", str(root / "slow.log"), "-w", str(root)]
    return [str(executable()), *asked, "--format", "json", "--quiet"]


def _awk() -> Path:
    import hmaint.slowlog

    return Path(next(iter(hmaint.slowlog.__path__))) / "slow.awk"


def timed(words: Sequence[str], folder: Path, **environ: str) -> tuple[float, float]:
    """Wall seconds of a command, and the most memory it and all below it ever had at once, in MB."""
    began, most = time.perf_counter(), 0.0
    with (
        (folder / "said").open("wb") as said,
        subprocess.Popen(words, stdout=said, env={**os.environ, **environ}) as process,  # noqa: S603 - our own words
    ):
        while process.poll() is None:
            most = max(most, sum(_own(pid) for pid in (process.pid, *_below(process.pid))))
            time.sleep(0.05)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{words[0]} ended with {process.returncode}")
    return time.perf_counter() - began, most


def _below(parent: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{parent}/task").iterdir())
        born = [int(word) for task in tasks for word in (task / "children").read_text().split()]
    except OSError:
        return []
    return born + [one for child in born for one in _below(child)]


def _own(pid: int) -> float:
    """Memory of a process, what it shares with others divided among them: of a child just forked none counts twice."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("Pss:")), 0.0)
