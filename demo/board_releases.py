"""The demo application's releases: 1.0 as it is installed, 1.1 and 1.2 as the vendor sends them, packed."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

BOARD = Path(__file__).parent / "board"

QUERIES = {
    "1.0": "select bed_no, ward, patient from bed order by bed_no\n",
    "1.1": "select bed_no, ward, patient, note from bed order by bed_no\n",
    # The migration that comes with it names the column `isolation`: this release cannot work.
    "1.2": "select bed_no, ward, patient, note, isolated from bed order by bed_no\n",
}
MIGRATIONS = {
    "1.1": "alter table bed add column note text not null default '';\n"
    "create table change_log (at text not null, what text not null);\n",
    "1.2": "alter table bed add column isolation text not null default '';\n",
}


def install(home: Path, version: str, python: str, port: int) -> None:
    """Lay out a server's folder as an operator did long ago: a release, the link to it, settings, a database."""
    release = home / "releases" / version
    release.mkdir(parents=True)
    for name, content, mode in _files(version):
        (release / name).write_bytes(content)
        (release / name).chmod(mode)
    (home / "current").symlink_to(f"releases/{version}")
    (home / "settings").write_text(f"BOARD_PYTHON='{python}'\nBOARD_PORT={port}\n", encoding="utf-8")
    with closing(sqlite3.connect(home / "board.db")) as link, link:
        link.execute("create table bed (bed_no text primary key, ward text not null, patient text not null)")
        beds = [(f"ICU-{n:02}", "重症监护病房", f"样例{n:03}" if n % 3 else "") for n in range(1, 17)]
        link.executemany("insert into bed values (?, ?, ?)", beds)


def pack(version: str, file: Path) -> None:
    """Pack a release; the same bytes each time, so that a plan can name their checksum."""
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as packed:
        for name, content, mode in _files(version):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), mode
            packed.addfile(member, io.BytesIO(content))


def _files(version: str) -> list[tuple[str, bytes, int]]:
    plain = 0o644
    return [
        ("VERSION", f"{version}\n".encode(), plain),
        ("board.sql", QUERIES[version].encode(), plain),
        ("board.py", (BOARD / "board.py").read_bytes(), plain),
        ("ctl", (BOARD / "ctl").read_bytes(), 0o755),
    ]
