"""How much faster planted slow statements are after `db-tune --apply-safe`, on servers of its own."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.tune.lab import SLOW, Lab, slow_hospital

from bench.figures import Limit

_TIMES = 15
_WANTED = 5.0
_NAMES = {"maria": "MariaDB", "pg": "PostgreSQL"}


def measure_tuning() -> dict[str, float]:
    """By server, how many times faster the slowest to gain of the planted statements became; empty without servers."""
    maria = shutil.which("mariadbd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if maria is None or not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return {}
    with tempfile.TemporaryDirectory(prefix="hbtune") as folder, slow_hospital(Path(folder) / "desk") as lab:
        return {name: _gained(lab, site) for site, name in _NAMES.items()}


def _gained(lab: Lab, site: str) -> float:
    before = _seconds(lab, site)
    words = ("--apply-safe", "--yes", "--reason", "bench", "--accept", "backup", "--format", "json")
    done = lab.desk.run("db-tune", "--site", site, *words, limit=300)
    if done.code != 0:
        raise RuntimeError(done.err)
    after = _seconds(lab, site)
    return min(before[name] / after[name] for name in SLOW)


def _seconds(lab: Lab, site: str) -> dict[str, float]:
    server = lab.mariadb if site == "maria" else lab.postgresql
    connection = server.connect(database="icu")
    cursor = connection.cursor()
    try:
        return {name: _median(partial(_asked, cursor, sql)) for name, sql in SLOW.items()}
    finally:
        connection.close()


def _asked(cursor: object, sql: str) -> None:
    cursor.execute(sql)  # type: ignore[attr-defined] # either driver's
    cursor.fetchall()  # type: ignore[attr-defined] # as above


def _median(work: Callable[[], None]) -> float:
    taken = []
    for _time in range(_TIMES):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def tuning_limits(measured: dict[str, float]) -> list[Limit]:
    """What tuning promises, with what was measured."""
    text = "planted slow statements {n:g} times faster after db-tune --apply-safe"
    if not measured:
        return [Limit(text.format(n=_WANTED), "no servers here", None)]
    told = ", ".join(f"{name} {ratio:.0f} times" for name, ratio in measured.items())
    return [Limit(text.format(n=_WANTED), told, all(ratio >= _WANTED for ratio in measured.values()))]


def render_tuning(measured: dict[str, float]) -> str:
    """The figures in a line."""
    if not measured:
        return "tuning: no servers here"
    told = " · ".join(f"{name} {ratio:.1f} times" for name, ratio in measured.items())
    return f"the least gain of a planted slow statement by db-tune --apply-safe: {told}"


if __name__ == "__main__":
    sys.stdout.write(f"{render_tuning(measure_tuning())}\n")
