"""Records moved as a whole: all of them arrive, what was cut is noticed, nothing is written over."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from hmaint.errors import BadFile, Refused
from hmaint.model.document import Document
from hmaint.model.entry import Entry
from hmaint.store import schema
from hmaint.store.failures import RecordsFailure
from hmaint.store.migrate import upgrade
from hmaint.store.records import Records
from hmaint.store.values import VERSION
from tests.store.samples import NOON, a_check, a_finding, a_look, a_run, a_target

DRAFT = Document("", 0, "inspection-record", "样表", "icu", "icu", ("R-1",), "", "", "", NOON, NOON, "张工")


def fill(records: Records) -> None:
    records.begin_run(a_run("R-1"))
    look = a_look([{"line": "磁盘🏥", "n": 1.5, "none": None}])
    records.append("R-1", "icu", a_target(), [a_check(a_finding())], [look], b"$ df")
    records.finish_run("R-1", NOON, a_finding().level, ("a.docx",), {"mobile": 2})
    finding = records.findings("icu")[0].finding.id
    records.note(finding, "已清理", "solution", "张工", NOON)
    first = Entry("a" * 32, "", "incident", "opened", "icu", NOON, NOON, "张工", {"what": "无法登录"})
    one = records.entries.begin(first, "I")
    records.entries.add([replace(one, id="b" * 32, event="noted")])
    with records.documents.numbered(DRAFT, 2026) as pen:
        records.documents.numbered(DRAFT, 2026)
        pen.register(replace(DRAFT, number=pen.number, version=pen.version, digest="d", path="a", file="f"))
    records.evidence.put(b"a scan" * 10_000)


@pytest.fixture
def full(tmp_path: Path) -> Records:
    records = Records.open(tmp_path / "one" / "records.db")
    fill(records)
    return records


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
def test_an_export_brings_everything_back(full: Records, tmp_path: Path, name: str) -> None:
    done = full.export(tmp_path / name, NOON)
    other = Records.open(tmp_path / "two" / "records.db")
    moved = other.take(tmp_path / name)
    assert (moved.rows, moved.blobs) == (done.rows, done.blobs) == (sum(full.filled().values()), 2)
    assert other.filled() == full.filled()
    assert other.run("R-1") == full.run("R-1")
    assert other.entries.listed() == full.entries.listed()
    assert other.documents.listed() == full.documents.listed()
    assert other.transcript("R-1", "icu-app-1") == b"$ df"
    assert (tmp_path / name).stat().st_mode & 0o077 == 0
    # Counting goes on behind what came in.
    assert other.entries.begin(replace(full.entries.listed()[0], id="c"), "I").matter.endswith("-002")


def test_lines_are_plain_words(full: Records, tmp_path: Path) -> None:
    full.export(tmp_path / "all.jsonl", NOON, evidence=False)
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    (opened,) = [each["row"] for each in lines if each.get("row", {}).get("event") == "opened"]
    assert (opened["at"], opened["body"]) == (NOON.isoformat(), {"what": "无法登录"})
    assert lines[0] == {
        "schema": "hmaint.export/1",
        "version": VERSION,
        "exported_at": NOON.isoformat(),
    }


def _without(line: int, path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[line]
    path.write_bytes(b"".join(lines))


@pytest.mark.parametrize("line", [0, 1, 5, -2, -1])
def test_an_export_with_a_line_missing_is_refused_and_leaves_nothing(
    full: Records, tmp_path: Path, line: int
) -> None:
    path = tmp_path / "all.jsonl"
    full.export(path, NOON)
    _without(line, path)
    other = Records.open(tmp_path / "two" / "records.db")
    with pytest.raises(BadFile):
        other.take(path)
    assert other.filled() == {}


def test_a_changed_word_a_torn_file_and_a_stranger_are_refused(full: Records, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl.gz"
    full.export(path, NOON)
    whole = path.read_bytes()
    other = Records.open(tmp_path / "two" / "records.db")
    for damaged in (
        whole[: len(whole) // 2],
        gzip.compress(gzip.decompress(whole).replace("无法登录".encode(), "一切正常".encode())),
        gzip.compress(b'{"schema": "other/1"}\n'),
        gzip.compress(b"[1]\n"),
        b"no gzip at all",
        b"",
    ):
        path.write_bytes(damaged)
        with pytest.raises(BadFile):
            other.take(path)
    assert other.filled() == {}


def _edited(line: str, key: str, value: object) -> str:
    plain = json.loads(line)
    (plain["row"] if key in plain.get("row", {}) else plain)[key] = value
    return json.dumps(plain)


@pytest.mark.parametrize(
    ("holds", "key", "value"),
    [
        ('"table":"runs"', "table", "nobody"),
        ('"table":"runs"', "started_at", "yesterday"),
        ('"table":"runs"', "started_at", 5),
        ('"table":"runs"', "id", []),
        ('"table":"notes"', "row", 5),
    ],
)
def test_lines_that_hmaint_never_wrote_are_refused_in_a_sentence(
    full: Records, tmp_path: Path, holds: str, key: str, value: object
) -> None:
    path = tmp_path / "all.jsonl"
    full.export(path, NOON)
    lines = path.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if holds in line)
    lines[at] = _edited(lines[at], key, value)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    other = Records.open(tmp_path / "two" / "records.db")
    with pytest.raises((BadFile, RecordsFailure)):
        other.take(path)
    assert other.filled() == {}


def test_an_export_of_another_schema_is_refused(full: Records, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    full.export(path, NOON)
    path.write_text(path.read_text("utf-8").replace(f'"version":"{VERSION}"', '"version":"9999"'), "utf-8")
    with pytest.raises(Refused, match="9999"):
        Records.open(tmp_path / "two" / "records.db").take(path)


def test_nothing_is_copied_over_records(full: Records, tmp_path: Path) -> None:
    other = Records.open(tmp_path / "two" / "records.db")
    other.begin_run(a_run("R-9"))
    with pytest.raises(Refused, match="runs 1"):
        full.copy_to(other)
    assert [run.id for run in other.runs()] == ["R-9"]


def test_damaged_evidence_is_named_and_the_rest_is_copied(full: Records, tmp_path: Path) -> None:
    digest = full.evidence.put(b"spoilt later")
    (tmp_path / "one" / "evidence" / digest[:2] / digest).write_bytes(b"x")
    other = Records.open(tmp_path / "two" / "records.db")
    moved = full.copy_to(other)
    assert (moved.damaged, moved.blobs) == ((digest,), 2)
    with pytest.raises(RecordsFailure):
        other.evidence.get(digest)


def test_records_are_kept_as_they_were_before_they_are_migrated(tmp_path: Path) -> None:
    path = tmp_path / ".hmaint" / "records.db"
    with Records.open(path) as records, records._engine.begin() as connection:
        schema.metadata.drop_all(connection)
        upgrade(connection, "0003")
        connection.execute(text("insert into notes values (1, 'F-1', 'note', '以前的话', '张工', 0)"))
    Records.open(path).dispose()
    (kept,) = path.parent.glob("before-*.db")
    assert kept.name.startswith(f"before-{VERSION}-")
    assert kept.stat().st_mode & 0o077 == 0
    with Records.open(path) as records:
        assert [note.text for note in records.notes("F-1")] == ["以前的话"]
    kept.rename(path)
    with Records.open(path) as records:
        assert [note.text for note in records.notes("F-1")] == ["以前的话"]
