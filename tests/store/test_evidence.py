"""Evidence is kept once, whole, private, and never handed back changed."""

from __future__ import annotations

import os
import zlib
from hashlib import sha256
from pathlib import Path

import pytest

from hmaint.store.blobs import Blobs
from hmaint.store.evidence import Evidence
from hmaint.store.failures import CorruptRecords, RecordsFailure
from hmaint.store.records import Records


def test_what_is_put_comes_back_under_its_own_hash(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "evidence")
    content = "磁盘 83%\n\0".encode() * 100
    digest = evidence.put(content)
    assert digest == sha256(content).hexdigest()
    assert evidence.get(digest) == content
    assert evidence.get(evidence.put(b"")) == b""


def test_the_same_content_is_kept_once_and_privately(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "evidence")
    digest = evidence.put(b"x" * 10_000)
    (kept,) = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    first = kept.stat()
    assert evidence.put(b"x" * 10_000) == digest
    assert kept.stat().st_mtime_ns == first.st_mtime_ns
    assert kept.relative_to(tmp_path / "evidence").parts == (digest[:2], digest)
    assert first.st_size < 1000
    if os.name == "posix":
        assert first.st_mode & 0o077 == 0
        assert kept.parent.stat().st_mode & 0o077 == 0
        assert kept.parents[1].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"", b"garbage", zlib.compress(b"another")])
def test_changed_evidence_is_refused(tmp_path: Path, damage: bytes) -> None:
    evidence = Evidence(tmp_path)
    digest = evidence.put(b"what was seen")
    (tmp_path / digest[:2] / digest).write_bytes(damage)
    with pytest.raises(CorruptRecords):
        evidence.get(digest)


def test_missing_evidence_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordsFailure, match="没有证据"):
        Evidence(tmp_path).get("ab" * 32)


def test_what_was_kept_before_there_was_a_server_gets_there(tmp_path: Path) -> None:
    alone = Evidence(tmp_path / "evidence")
    digest = alone.put(b"kept before the team had a server")
    records = Records.open(tmp_path / "server.db")
    shared = Blobs(records._engine)
    # The same folder of the same laptop, now with the team's server, as `store copy workspace URL` has them.
    team = Evidence(tmp_path / "evidence", shared)
    team.put(alone.get(digest))
    assert Evidence(tmp_path / "another laptop", shared).get(digest) == b"kept before the team had a server"
    assert not list((tmp_path / "evidence" / "waiting").iterdir())


def test_what_a_power_loss_tore_is_whole_again_when_it_is_handed_in_again(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "evidence")
    digest = evidence.put(b"a signed scan", durable=True)
    (tmp_path / "evidence" / digest[:2] / digest).write_bytes(b"")
    assert evidence.put(b"a signed scan", durable=True) == digest
    assert evidence.get(digest) == b"a signed scan"
