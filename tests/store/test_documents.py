"""Documents issued while the records cannot be written: none is lost, none takes another's number."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from hmaint.model.document import Document, Handling, Standing
from hmaint.store.records import Records
from tests.store.samples import NOON

DRAFT = Document("", 0, "inspection-record", "样表", "icu", "icu", ("R-1",), "", "", "", NOON, NOON, "张工")
SIGNED = Handling(Standing.SIGNED, NOON, NOON, "张工", "李主任", "f" * 64, "e" * 64, "扫描件.pdf")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".hmaint" / "records.db"


def _locked(path: Path) -> sqlite3.Connection:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("begin immediate")
    return holder


def _issue(records: Records) -> Document:
    with records.documents.numbered(DRAFT, 2026) as pen:
        document = replace(DRAFT, number=pen.number, version=pen.version, digest="d", path="a.docx", file="f")
        pen.register(document)
    return document


def test_a_document_issued_under_a_lock_is_numbered_by_its_sources_and_comes_in_later(path: Path) -> None:
    Records.open(path).dispose()
    with Records.open(path, wait=0.1) as records:
        holder = _locked(path)
        document = _issue(records)
        records.documents.handle(document, SIGNED)
        holder.close()
        assert records.rescue is not None
        kept = records.rescue.read_bytes()
    assert document.number.startswith("icu-inspection-record-2026-")
    assert not document.number.endswith("-001")
    with Records.open(path) as records:
        assert records.documents.listed() == (replace(document, handlings=(SIGNED,)),)
        again = _issue(records)
        assert (again.number, again.version) == (document.number, 2)
    (path.parent / "rescue-twice.jsonl").write_bytes(kept)
    with Records.open(path) as records:
        assert len(records.documents.listed()) == 2
        assert records.documents.find(document.number, 1).handlings == (SIGNED,)


def test_a_number_that_was_taken_before_the_lock_keeps_its_place(path: Path) -> None:
    Records.open(path).dispose()
    with Records.open(path, wait=0.1) as records:
        with records.documents.numbered(DRAFT, 2026) as pen:
            holder = _locked(path)
            document = replace(DRAFT, number=pen.number, version=1, digest="d", path="a.docx", file="f")
            pen.register(document)
        holder.close()
        assert records.documents.listed() == ()
    with Records.open(path) as records:
        assert records.documents.listed() == (document,)
        assert _issue(records).version == 2
