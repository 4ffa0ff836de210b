"""Databases to dump, a desk whose drills share no lock with other tests, and what a drill told."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.desk import Desk, Tagged, Written
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.services.process import program

from .hospital import MYSQL, POSTGRESQL, rows

PATIENTS, EXAMS = 60, 1500


class Room:
    """A workspace with one backup that is drilled on this machine, and the folder where drills leave nothing."""

    def __init__(self, folder: Path, scratch: Path | None = None) -> None:
        self.desk = Desk(folder / "desk")
        # Not below pytest's own folder, which the account of a database server may not enter.
        self.scratch = scratch or Path(tempfile.mkdtemp(prefix="hmaint-scratch-"))
        self.scratch.chmod(0o755)
        self.backups = folder / "backups"
        self.backups.mkdir()

    def write(self, databases: Written, of: str, **more: Any) -> None:
        """Write the inventory: the backup is the newest file of the folder."""
        drill = {"folder": str(self.scratch), "lock": str(self.scratch), **more.pop("drill", {})}
        hosts = more.pop("hosts", {})
        named = {"of": of} if of else {}
        backup = {"path": f"{self.backups}/*", **named, "drill": drill, **more}
        site = {"name": "重症监护系统", "hosts": hosts, "databases": databases, "backups": {"full": backup}}
        self.desk.write_inventory({"icu": site})

    def drill(self, *words: str, limit: float = 120, **environ: str) -> Any:
        """Hold the drill and take the JSON."""
        said = ["backup-verify", "--site", "icu", "--restore", "--yes", "--format", "json", *words]
        return self.desk.run(*said, limit=limit, **environ)

    def left(self) -> list[str]:
        """What is left in the folder of the drills, and of their processes."""
        files = sorted(p.name for p in self.scratch.glob("hmaint-drill.*") if p.is_dir())
        return files + [
            path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if self._names(path)
        ]

    def _names(self, path: Path) -> bool:
        try:
            return f"{self.scratch}/hmaint-drill.".encode() in path.read_bytes()
        except OSError:  # it has just ended
            return False

    def checks(self, done: Any) -> dict[str, str]:
        """The levels of a drill's findings, by what is after `backup.drill.`."""
        found = done.object["findings"]
        # At level ok are those that this drill saw gone.
        return {
            each["check"].removeprefix("backup.drill."): each["level"]
            for each in found
            if each["level"] != "ok"
        }


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    shutil.rmtree(made.scratch, ignore_errors=True)


@pytest.fixture(scope="module")
def hospital() -> Iterator[tuple[MariaDB, bytes]]:
    """A MariaDB with a hospital in it, and its dump."""
    with running(MariaDB()) as server:
        server.admin("create database icu character set utf8mb4")
        server.admin(*MYSQL, *rows(PATIENTS, EXAMS), "do 0", database="icu")
        yield server, dump_mysql(server)


def dump_mysql(server: MariaDB, *words: str) -> bytes:
    """Dump the hospital as a cron job would, with further words."""
    told = [program("mariadb-dump", "mariadb-client"), f"--socket={server.socket}", "-uroot", *words]
    usual = [] if words else ["--routines", "--triggers", "--events", "--single-transaction"]
    made = subprocess.run(  # noqa: S603 - the program whose dumps are drilled
        [*told, *usual, "icu"], capture_output=True, check=True, env={"MYSQL_PWD": server.password}
    )
    return made.stdout


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgreSQL]:
    """A PostgreSQL with a hospital in it."""
    with running(PostgreSQL()) as server:
        server.admin("create database icu")
        server.admin(*POSTGRESQL, *rows(PATIENTS, EXAMS), database="icu")
        yield server


def dump_postgresql(server: PostgreSQL, *words: str) -> bytes:
    """Dump the hospital with pg_dump."""
    told = [
        program("pg_dump", "postgresql-client"),
        "-h",
        server.socket,
        "-p",
        str(server.port),
        "-U",
        "postgres",
    ]
    return subprocess.run([*told, *words, "icu"], capture_output=True, check=True).stdout  # noqa: S603 - as above


def mysql_source(server: MariaDB) -> Written:
    """The original as an inventory has it."""
    return {
        "engine": "mysql", "address": server.address, "port": server.port, "user": "root",
        "password": Tagged("!env SOURCE"), "name": "icu",
    }  # fmt: skip
