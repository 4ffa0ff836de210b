"""What looks like a good backup and is none, or was not looked at as asked, is never told as fine."""

from __future__ import annotations

import gzip
import io
import os
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hmaint.backup.asked import asked
from hmaint.backup.case import Case
from hmaint.model.inventory import Backup

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
