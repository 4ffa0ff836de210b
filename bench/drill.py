"""How long a restore drill of a 30 MB MariaDB dump takes from command to record, and whether anything is left."""

# ruff: noqa: S608 - the SQL of a dump made up here

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Limit

MEGABYTES = 30
WHOLE, LOAD, LEFT = "drill of a 30 MB dump", "start to last comparison", "left behind"
_MOST = 15.0
_BATCH = 400
_DRILL = {"source": "none"}


def measure_drill() -> dict[str, float]:
    """Seconds of the whole command, of the restore within it, and how many things it left; empty without a MariaDB."""
    if shutil.which("mariadbd", path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
        return {}
    scratch = Path(tempfile.mkdtemp(prefix="hbdrill"))
    try:
        scratch.chmod(0o755)  # the server's own account must get in
        return _measured(scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _measured(scratch: Path) -> dict[str, float]:
    root, room = scratch / "workspace", scratch / "room"
    root.mkdir()
    room.mkdir(mode=0o755)
    dump = scratch / "full.sql.gz"
    with gzip.open(dump, "wb", compresslevel=1) as out:
        for piece in statements(MEGABYTES * 2**20):
            out.write(piece)
    (root / "inventory.yaml").write_text(_inventory(dump, room), encoding="utf-8")
    hmaint = str(Path(sys.executable).with_name("hmaint"))
    words = [hmaint, "backup-verify", "--site", "icu", "--restore", "--yes", "--format", "json"]
    began = time.perf_counter()
    done = subprocess.run(words, cwd=root, capture_output=True, check=False)  # noqa: S603 - our own program
    took = time.perf_counter() - began
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace") + done.stdout.decode(errors="replace")[:2000])
    run = json.loads(done.stdout)
    rto = next(each["value"] for each in run["metrics"] if each["name"] == "backup.drill.rto_seconds")
    left = [each for each in room.iterdir() if each.is_dir()]
    return {WHOLE: took, LOAD: float(rto), LEFT: float(len(left))}


def _inventory(dump: Path, room: Path) -> str:
    drill = {**_DRILL, "folder": str(room), "lock": str(room)}
    backup = {"path": str(dump), "kind": "mysqldump", "tables": {"exam": {"min_rows": 1000}}, "drill": drill}
    # JSON is YAML as well.
    site = {"name": "重症监护系统", "backups": {"full": backup}}
    return json.dumps(
        {"version": 1, "hospital": {"name": "医院"}, "sites": {"icu": site}}, ensure_ascii=False
    )


def statements(size: int) -> Iterator[bytes]:
    """Give so many bytes of SQL as mysqldump writes it: two tables, a foreign key, Chinese text."""
    yield b"SET NAMES utf8mb4;\nSET FOREIGN_KEY_CHECKS=0;\n"
    yield b"CREATE TABLE patient (id int NOT NULL PRIMARY KEY, name varchar(60)) DEFAULT CHARSET=utf8mb4;\n"
    yield (
        b"CREATE TABLE exam (id int NOT NULL PRIMARY KEY, patient_id int, result varchar(120), created datetime,"
        b" KEY (patient_id), FOREIGN KEY (patient_id) REFERENCES patient (id)) DEFAULT CHARSET=utf8mb4;\n"
    )
    people = ",".join(f"({n},'测试{n}号')" for n in range(1, 2001))
    yield f"INSERT INTO patient VALUES {people};\n".encode()
    written, first = 0, 1
    while written < size:
        rows = ",".join(_exam(number) for number in range(first, first + _BATCH))
        piece = f"INSERT INTO exam VALUES {rows};\n".encode()
        written, first = written + len(piece), first + _BATCH
        yield piece
    yield b"-- Dump completed on 2026-11-25 02:00:00\n"


def _exam(number: int) -> str:
    words = f"胸部正位片未见明显异常，建议复查{number * 7919 % 100_003}"
    return f"({number},{number % 2000 + 1},'{words}','2026-11-25 08:00:00')"


def drill_limits(measured: dict[str, float]) -> list[Limit]:
    """What a drill promises, with what was measured."""
    if not measured:
        return [Limit(f"{WHOLE} under {_MOST:g} s", "no MariaDB here", None)]
    took, left = measured[WHOLE], measured[LEFT]
    return [
        Limit(f"{WHOLE} under {_MOST:g} s", f"{took:.1f} s", took < _MOST),
        Limit("a drill leaves nothing behind", f"{left:.0f}", left == 0),
    ]


def render_drill(measured: dict[str, float]) -> str:
    """The figures in a line."""
    if not measured:
        return "restore drill: no MariaDB here"
    return f"{WHOLE} {measured[WHOLE]:.1f} s · start to last comparison {measured[LOAD]:.1f} s"


if __name__ == "__main__":
    figures = measure_drill()
    sys.stdout.write(f"{render_drill(figures)}\n")
