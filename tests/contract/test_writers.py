"""Many writers, and writers that are killed: what was acknowledged is there, wherever the records are kept."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import URL

from hmaint.store.records import Records
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

ROOT = Path(__file__).parents[2]
_numbers = itertools.count(1)

WRITER = """
import sys
from datetime import datetime
from pathlib import Path
from hmaint.kit.clock import CHINA
from hmaint.model.entry import Entry
from hmaint.store.records import Records

place, folder, name, count = sys.argv[1:]
now = datetime.now(CHINA)
with Records.open(place if "://" in place else Path(place), folder=Path(folder), wait=60) as records:
    for number in range(int(count)):
        entry = Entry(f"{name}-{number}", "", "incident", "opened", "icu", now, now, name, {"n": number})
        print(records.entries.begin(entry, "I").id, flush=True)
"""


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "records.db")
    server: MariaDB | PostgreSQL = request.getfixturevalue(request.param)
    name = f"writers{next(_numbers)}"
    server.admin(f"create database {name}")
    backend = {"mariadb": "mysql", "postgresql": "postgresql"}[request.param]
    url = URL.create(backend, server.user, server.password, server.address, server.port, name)
    return url.render_as_string(hide_password=False)


def _open(place: str, folder: Path) -> Records:
    return Records.open(place if "://" in place else Path(place), folder=folder)


def _writer(place: str, folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, place, str(folder), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603 - our own program


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.matrix)])
def test_two_writers_at_once_lose_none_of_their_records(place: str, tmp_path: Path, count: int) -> None:
    _open(place, tmp_path).dispose()
    writers = [_writer(place, tmp_path, name, count) for name in ("one", "two")]
    acknowledged = [line for writer in writers for line in writer.communicate(timeout=300)[0].split()]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(acknowledged) == 2 * count
    with _open(place, tmp_path) as records:
        kept = records.entries.listed()
    assert {entry.id for entry in kept} == set(acknowledged)
    assert len({entry.matter for entry in kept}) == 2 * count


def test_what_a_killed_writer_was_told_is_kept(place: str, tmp_path: Path) -> None:
    _open(place, tmp_path).dispose()
    acknowledged: set[str] = set()
    chance = random.Random(7)  # noqa: S311 - no secret
    for number in range(6):
        writer = _writer(place, tmp_path, f"w{number}", 100_000)
        assert writer.stdout is not None
        acknowledged.add(writer.stdout.readline().strip())
        time.sleep(chance.random() / 5)
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged |= {line for line in writer.communicate(timeout=60)[0].splitlines(keepends=True) if line}
    whole = {line.strip() for line in acknowledged}
    with _open(place, tmp_path) as records:
        kept = {entry.id for entry in records.entries.listed()}
    assert len(whole) > 6
    assert whole <= kept
