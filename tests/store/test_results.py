"""The chain of results when it has grown over the years: its end is looked at, and a break in it is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.store import chain, results
from hmaint.store.results import newest_lines, trail_faults


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A chain of which a poller sees the last third or so."""
    monkeypatch.setattr(results, "_TAIL", 8_000)
    last, data = chain.START, b""
    for number in range(80):
        line, last = chain.link({"site": f"s{number % 3}", "job": "j", "run": f"R-{number}"}, last)
        data += line + b"\n"
    (tmp_path / results.TRAIL).write_bytes(data)
    return tmp_path


def lines(private: Path) -> list[bytes]:
    return (private / results.TRAIL).read_bytes().splitlines(keepends=True)


def test_the_end_of_a_long_chain_holds_together_by_itself(private: Path) -> None:
    assert len((private / results.TRAIL).read_bytes()) > 15_000
    assert trail_faults(private) == ""
    newest = newest_lines(private, "s1", "j")
    assert newest[-1]["run"] == "R-79"
    assert 3 < len(newest) < 27


@pytest.mark.parametrize("number", [-2, -10])
def test_a_line_edited_taken_out_or_swapped_at_the_end_is_seen(private: Path, number: int) -> None:
    whole = lines(private)
    for broken in (
        [*whole[:number], whole[number].replace(b"R-", b"Q-"), *whole[number + 1 :]],
        [*whole[:number], *whole[number + 1 :]],
        [*whole[: number - 1], whole[number], whole[number - 1], *whole[number + 1 :]],
    ):
        (private / results.TRAIL).write_bytes(b"".join(broken))
        assert trail_faults(private)


def test_a_last_line_torn_by_a_power_loss_is_no_tampering(private: Path) -> None:
    whole = lines(private)
    (private / results.TRAIL).write_bytes(b"".join(whole[:-1]) + whole[-1][:40])
    assert trail_faults(private) == ""


def test_no_chain_is_no_fault(tmp_path: Path) -> None:
    assert trail_faults(tmp_path) == ""
    assert newest_lines(tmp_path, "s1", "j") == []


def test_garbage_in_its_place_is_seen(tmp_path: Path) -> None:
    (tmp_path / results.TRAIL).write_bytes(b"x" * 100 + b"\n" + b"y\n")
    assert trail_faults(tmp_path)
