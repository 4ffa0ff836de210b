"""The trail shows every way of touching it, and takes a power loss for what it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from hmaint.store import chain
from hmaint.store.audit import Audit
from hmaint.store.failures import RecordsFailure
from hmaint.store.kept import Anchor
from tests.store.samples import NOON


class Memory:
    """An anchor kept in memory."""

    def __init__(self) -> None:
        self.last: Anchor | None = None

    def anchor(self, _trail: Path) -> Anchor | None:
        return self.last

    def set_anchor(self, _trail: Path, anchor: Anchor) -> None:
        self.last = anchor


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".hmaint" / "audit.jsonl"


@pytest.fixture
def audit(path: Path, memory: Memory) -> Audit:
    trail = Audit(path, memory)
    for number in range(6):
        _send(trail, f"df -P {number}", target=f"h{number % 2}")
    return trail


def _send(trail: Audit, *commands: str, target: str = "h0", run: str = "R-1") -> None:
    trail.write(
        [{"run": run, "target": target, "sent": each, "outcome": "observed", "ms": 3} for each in commands],
        operator="张工",
        at=NOON,
    )


def test_an_untouched_trail_is_whole_and_reads_back(audit: Audit) -> None:
    assert audit.verify() == []
    assert audit.count() == 6
    assert [entry["sent"] for entry in audit.read(target="h1", limit=2)] == ["df -P 3", "df -P 5"]
    assert audit.read(run="R-2") == []
    (entry,) = audit.read(limit=1)
    assert (entry["operator"], entry["at"], entry["seq"]) == ("张工", NOON.isoformat(), 6)
    assert entry["laptop"]


def test_a_trail_that_was_never_begun_is_whole(tmp_path: Path) -> None:
    trail = Audit(tmp_path / "audit.jsonl")
    assert trail.verify() == trail.read() == []
    _send(trail)
    assert not (tmp_path / "audit.jsonl").exists()


def test_the_trail_is_private(audit: Audit, path: Path) -> None:
    assert audit.count()
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0


def _forged(line: bytes, last: Anchor, **changes: object) -> bytes:
    entry = json.loads(line) | changes
    for name in ("seq", "prev", "hash"):
        del entry[name]
    return chain.link(entry, last)[0]


TAMPERINGS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "one figure changed": (lambda x: [*x[:2], x[2].replace(b"df -P 2", b"df -P 9"), *x[3:]], "edited"),
    "a blank added": (lambda x: [*x[:2], x[2].replace(b",", b", ", 1), *x[3:]], "edited"),
    "the last line changed": (lambda x: [*x[:5], x[5].replace(b"observed", b"timed_out")], "edited"),
    "changed with a fresh hash": (
        lambda x: [
            *x[:2],
            _forged(x[2], chain.read_line(x[1]) and Anchor(2, json.loads(x[1])["hash"]), sent="ls"),
            *x[3:],
        ],  # type: ignore[arg-type] # a line it is
        "edited",
    ),
    "one line taken out": (lambda x: [*x[:2], *x[3:]], "removed"),
    "the first line taken out": (lambda x: x[1:], "removed"),
    "two lines swapped": (lambda x: [*x[:2], x[3], x[2], *x[4:]], "moved"),
    "a line repeated": (lambda x: [*x[:3], x[2], *x[3:]], "moved"),
    "a line put in": (lambda x: [*x[:3], b'{"sent":"rm"}', *x[3:]], "inserted"),
    "a blank line put in": (lambda x: [*x[:3], b"harmless", *x[3:]], "inserted"),
    "the last line taken off": (lambda x: x[:-1], "cut_short"),
    "everything taken off": (lambda _: [], "cut_short"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(audit: Audit, path: Path, name: str) -> None:
    tamper, kind = TAMPERINGS[name]
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"".join(line + b"\n" for line in tamper(lines)))
    assert kind in {problem.kind for problem in audit.verify()}
    assert "torn" not in {problem.kind for problem in audit.verify()}
    _send(audit, "later")
    assert kind in {problem.kind for problem in audit.verify()} or kind == "cut_short"


def test_a_trail_written_anew_as_a_whole_is_found_by_its_anchor(audit: Audit, path: Path) -> None:
    last, forged = chain.START, bytearray()
    for line in path.read_bytes().splitlines():
        entry = {k: v for k, v in json.loads(line).items() if k not in ("seq", "prev", "hash")}
        made, last = chain.link(entry | {"operator": "nobody"}, last)
        forged += made + b"\n"
    path.write_bytes(forged)
    assert [problem.kind for problem in audit.verify()] == ["rewritten"]
    assert Audit(path).verify() == []


def test_a_tail_cut_off_stays_known_when_the_trail_goes_on(audit: Audit, path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-2]))
    keeper = Memory()
    keeper.last = Anchor(6, json.loads(lines[-1])["hash"])
    _send(Audit(path), "a", "b", "c")
    assert [problem.kind for problem in Audit(path, keeper).verify()] == ["rewritten"]
    assert audit.count() == 7


@pytest.mark.parametrize("cut", [1, 10, 60, 200])
def test_a_line_torn_by_a_power_loss_is_no_tampering(audit: Audit, path: Path, cut: int) -> None:
    whole = path.read_bytes()
    line, _ = chain.link({"sent": "never finished" * 20}, Anchor(6, "0" * 64))
    path.write_bytes(whole + line[:cut])
    assert [problem.kind for problem in audit.verify()] == ["torn"]
    _send(audit, "after the power came back")
    problems = audit.verify()
    assert [(problem.kind, problem.line) for problem in problems] == [("torn", 7)]
    assert "不是篡改" in str(problems[0])
    assert [entry["sent"] for entry in audit.read(limit=2)] == ["df -P 5", "after the power came back"]


def test_a_tail_of_nothing_but_zeros_is_torn(audit: Audit, path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(100))
    assert [problem.kind for problem in audit.verify()] == ["torn"]


def test_a_last_line_that_only_lacks_its_end_is_whole(audit: Audit, path: Path) -> None:
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))
    assert audit.verify() == []
    _send(audit, "next")
    assert audit.verify() == []
    assert audit.count() == 7


def test_an_entry_longer_than_one_piece_is_followed(audit: Audit) -> None:
    _send(audit, "x" * 200_000)
    _send(audit, "y\n\u2028\ud800")
    assert audit.verify() == []
    assert audit.read(limit=1)[0]["sent"] == "y\n\u2028?"


def test_a_hash_is_over_the_very_bytes_of_the_line(path: Path, audit: Audit) -> None:
    assert audit.count()
    line = path.read_bytes().splitlines()[0]
    body, _, digest = line.rpartition(b',"hash":"')
    assert sha256(body).hexdigest() == digest.decode().removesuffix('"}')


WRITER = """
import sys
from datetime import datetime
from pathlib import Path
from hmaint.store.audit import Audit
trail = Audit(Path(sys.argv[1]))
for number in range(40):
    batch = [{"target": sys.argv[2], "sent": f"{number}.{part}"} for part in range(3)]
    trail.write(batch, operator="o", at=datetime.now())
"""


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name])  # noqa: S603 - our own program above
        for name in ("a", "b", "c")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    trail = Audit(path)
    assert trail.verify() == []
    assert trail.count() == 360
    for name in ("a", "b", "c"):
        assert [entry["sent"] for entry in trail.read(target=name)] == [
            f"{n}.{p}" for n in range(40) for p in range(3)
        ]


def test_a_trail_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(RecordsFailure, match="audit"):
        _send(Audit(tmp_path / "audit.jsonl"), "x")
