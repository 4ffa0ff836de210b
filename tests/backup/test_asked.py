"""What looks like a good backup and is none, or was not looked at as asked, is never told as fine."""

from __future__ import annotations

import gzip
import io
import os
import secrets
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hmaint.backup.asked import asked
from hmaint.backup.case import Case
from hmaint.backup.facts import Facts
from hmaint.backup.judge import judge
from hmaint.backup.place import places_of
from hmaint.model.inventory import Backup
from tests.services.fixtures import running
from tests.services.sshd import Sshd
from tests.services.unixuser import UnixUser

from .verifying import Ward

ASKED: dict[str, Any] = {
    "tables": {"patient": {"min_rows": 3}},
    "objects": {"views": 2},
    "contains": ["张三"],
    "lacks": ["乙医院"],
    "immutable": ["dept"],
}
TOLD = {"tables.missing", "tables.rows", "objects.missing", "identity.hospital", "content.differs"}


def archive(folder: Path, files: int = 30) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for number in range(files):
            (folder / "part.bin").write_bytes(os.urandom(20_000))
            tar.add(folder / "part.bin", f"app/{number}.bin")
    return made.getvalue()


def test_an_archive_cut_before_it_was_packed_is_cut(tmp_path: Path, ward: Ward) -> None:
    whole, path = archive(tmp_path), tmp_path / "app.tar.gz"
    path.write_bytes(gzip.compress(whole))
    assert ward.verify(path, kind="files").bad == {}
    path.write_bytes(gzip.compress(whole[: len(whole) * 6 // 10]))
    assert ward.verify(path, kind="files").level("container.truncated") == "critical"
    # gzip's own warning is none of tar's
    path.write_bytes(gzip.compress(whole) + b"x" * 100)
    assert set(ward.verify(path, kind="files").bad) == {"container.trailing"}


def test_what_was_asked_of_what_cannot_be_read_is_unknown(tmp_path: Path, ward: Ward) -> None:
    path = tmp_path / "app.tar.gz"
    path.write_bytes(gzip.compress(archive(tmp_path)))
    seen = ward.verify(path, **ASKED)
    assert {what: words.split()[0] for what, words in seen.bad.items()} == dict.fromkeys(TOLD, "unknown")
    assert str(seen.run.level) == "unknown"


def test_what_a_sqlite_file_is_not_asked_for_is_unknown(tmp_path: Path, ward: Ward) -> None:
    path = tmp_path / "icu.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("create table patient (id)")
    seen = ward.verify(path, kind="sqlite", tables={"patient": {}}, contains=["张三"])
    assert seen.level("tables.missing") == "ok"
    assert seen.level("identity.hospital") == "unknown"


@pytest.mark.parametrize("kind", ["rman", "sqlserver"])
def test_a_catalogue_answers_nothing_about_words_and_tables(kind: Any) -> None:
    backup = Backup("full", "tj", "x", kind=kind, contains=("张三",))
    assert [v.what for v in asked(Case(backup, {}, {}, {}), ())] == ["identity.hospital"]
    assert not list(asked(Case(Backup("full", "tj", "x", kind=kind), {}, {}, {}), ()))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a user")
def test_a_folder_with_a_file_that_may_not_be_read_was_not_read(ward: Ward) -> None:
    folder = Path("/var/tmp") / f"backup-{secrets.token_hex(4)}"  # noqa: S108 - where the other user can look
    folder.mkdir()
    (folder / "app.war").write_bytes(b"x" * 5000)
    (folder / "server.xml").write_text("<Server/>")
    try:
        with UnixUser() as user, running(Sshd()) as server:
            (ward.root / "known_hosts").write_text(server.known_hosts_line())
            login = {"user": user.name, "key": str(server.key)}
            host = {"address": server.address, "port": server.port, "ssh": login}
            entry: dict[str, Any] = {"site": {"hosts": {"holder": host}}, "host": "holder", "kind": "files"}
            assert ward.verify(folder, **entry).bad == {}
            (folder / "app.war").chmod(0)
            seen = ward.verify(folder, **entry)
            assert seen.level("container.complete") == "unknown"
            assert "1 个文件没有读到" in seen.bad["container.complete"]
    finally:
        shutil.rmtree(folder)


def snapshots(**told: str) -> Case:
    """A restic repository whose files were touched just now."""
    backup = Backup("full", "tj", "/restic", kind="restic")
    now = {"host_now": "1764064800", "host_zone": "+0800", "mtime": "1764064700"}  # 2025-11-25 18:00
    facts = {**now, "found": "yes", "container": "restic", "size": "9", "repo_status": "0", **told}
    (place,) = places_of(backup)
    return Case(backup, {place: Facts({name: (word,) for name, word in facts.items()})}, {}, {})


@pytest.mark.parametrize(
    ("told", "what", "level"),
    [
        ({"snapshots": "0"}, "repository.check", "critical"),
        ({}, "repository.check", "unknown"),
        ({}, "age.expired", "unknown"),
        ({"snapshots": "1", "snapshot": "2025-11-01T02:00:00+08:00"}, "age.expired", "critical"),
        ({"snapshots": "1", "snapshot": "2025-11-25T02:00:00.123456789Z"}, "age.expired", "ok"),
        ({"snapshots": "1", "snapshot": "2025-11-25 02:00:00"}, "age.expired", "ok"),
    ],
)
def test_a_repository_is_as_old_as_its_newest_snapshot(told: dict[str, str], what: str, level: str) -> None:
    made = {v.what: str(v.level) for v in judge(snapshots(**told))}
    assert made[what] == level
    if level == "ok":
        assert made["repository.check"] == "ok"
        assert "age.disagrees" not in made
