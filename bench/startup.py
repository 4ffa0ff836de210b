"""How long hmaint takes to say its help and its version, beside importing typer alone."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

from bench.tools.hmaint import executable, missing

RUNS = 15


def measure_startup() -> dict[str, float]:
    """Median seconds of each, interleaved; a command that fails, or is not there, is left out."""
    calls = {"import typer": [sys.executable, "-c", "import typer"]}
    if not missing():
        calls |= {word: [str(executable()), word] for word in ("--help", "--version")}
    took: dict[str, list[float]] = {name: [] for name in calls if _seconds(calls[name]) is not None}
    for _ in range(RUNS):
        for name, seconds in took.items():
            seconds.append(_seconds(calls[name]) or 0.0)
    return {name: median(seconds) for name, seconds in took.items()}


def _seconds(call: list[str]) -> float | None:
    began = time.perf_counter()
    done = subprocess.run(call, check=False, capture_output=True)  # noqa: S603 - fixed command lines
    return time.perf_counter() - began if done.returncode == 0 else None
