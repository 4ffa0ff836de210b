"""hmaint killed in the middle of tuning: the next command finds out what was done, and finishes or takes it back."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmaint.app.db_tune_journal import Book, read_book
from hmaint.engine.journal import Outcome
from tests.end_to_end.desk import Done
from tests.tune.lab import Lab, slow_hospital, workload

_LEAVE = ("--yes", "--reason", "试验", "--format", "json")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with slow_hospital(tmp_path_factory.mktemp("killed")) as found:
        yield found


def _journals(lab: Lab) -> set[Path]:
    return set((lab.desk.root / ".hmaint" / "tuning").glob("*.jsonl"))


def _killed(lab: Lab, site: str, dice: random.Random) -> Book | None:
    """Apply, and kill hmaint at some moment after it began to write its journal; its journal, where it has one."""
    known = _journals(lab)
    going = lab.desk.start("db-tune", "--site", site, "--apply-safe", "--accept", "backup", *_LEAVE)
    until = time.monotonic() + 60
    while time.monotonic() < until and going.process.poll() is None and not _begun(lab, known):
        time.sleep(0.005)
    time.sleep(dice.random() ** 2 * 0.6)  # most of them early: a fast machine is soon done
    going.process.kill()
    going.process.wait()
    new = _journals(lab) - known
    return read_book(new.pop()) if new else None


def _begun(lab: Lab, known: set[Path]) -> bool:
    return any(path.stat().st_size for path in _journals(lab) - known)


def _applied(lab: Lab, site: str) -> list[Book]:
    """The runs that left something that can be taken back, the newest first."""
    books = [read_book(path) for path in sorted(_journals(lab), reverse=True)]
    return [
        book
        for book in books
        if book.site == site and any(deed.outcome is Outcome.DONE and deed.undo for deed in book.deeds)
    ]


def _undo(lab: Lab, site: str, run: str) -> Done:
    return lab.desk.run("db-tune", "--site", site, "--undo", run, *_LEAVE, limit=120)


def _storm(lab: Lab, site: str, kills: int, seed: int) -> int:
    """So many kills, each followed by a finish or a taking back; how many of them left an act in doubt."""
    dice, structure, doubtful = random.Random(seed), lab.dump(site), 0  # noqa: S311 - when to kill, no secret
    for number in range(kills):
        workload(lab, 10)
        book = _killed(lab, site, dice)
        doubtful += book is not None and book.open
        if number % 2:
            done = lab.desk.run(
                "db-tune", "--site", site, "--apply-safe", "--accept", "backup", *_LEAVE, limit=120
            )
            assert done.code == 0, (number, done.out, done.err)
            if book is not None and book.open and [d for d in book.deeds if d.outcome is Outcome.INTENT]:
                assert book.run in done.err, "the next command tells what became of the one that was killed"
        elif book is not None:
            done = _undo(lab, site, book.run)
            assert done.code in (0, 64), (number, done.out, done.err)
        for each in _applied(lab, site):
            done = _undo(lab, site, each.run)
            assert done.code == 0, (number, done.out, done.err)
        assert lab.dump(site) == structure, f"after kill {number}"
        assert not any(read_book(path).open for path in _journals(lab)), "every journal has an end"
    return doubtful


@pytest.mark.parametrize(("site", "seed"), [("maria", 3), ("pg", 4)])
def test_whenever_it_is_killed_the_structure_is_exactly_what_the_journal_says(
    lab: Lab, site: str, seed: int
) -> None:
    assert _storm(lab, site, 3, seed) > 0, "no kill hit an act: the test tests nothing"


@pytest.mark.matrix
@pytest.mark.parametrize(("site", "seed"), [("maria", 5), ("pg", 6)])
def test_fifty_kills(lab: Lab, site: str, seed: int) -> None:
    assert _storm(lab, site, 25, seed) > 0


def test_a_run_that_was_broken_off_is_told_at_the_start_of_every_command(lab: Lab) -> None:
    workload(lab)  # beside all that was made and taken back before, the slow statements weigh little
    dice = random.Random(11)  # noqa: S311 - when to kill, no secret
    for _try in range(15):
        book = _killed(lab, "pg", dice)
        if book is not None and book.open:
            break
    else:
        pytest.fail("no kill hit a run")
    told = lab.desk.run("runs", "list", lang="en")
    assert f"tuning {book.run} of pg was broken off" in told.err
    for each in [book, *_applied(lab, "pg")]:
        assert _undo(lab, "pg", each.run).code in (0, 64)
    assert "broken off" not in lab.desk.run("runs", "list", lang="en").err
    [head] = [
        run
        for run in lab.desk.run("runs", "list", "--format", "json").object["runs"]
        if run["run"] == book.run
    ]
    assert head["state"] == "interrupted"


@pytest.mark.parametrize("site", ["maria", "pg"])
def test_after_ctrl_c_it_is_known_at_once_what_was_done(lab: Lab, site: str) -> None:
    structure = lab.dump(site)
    book = next(filter(None, (_interrupted(lab, site) for _try in range(4))), None)
    assert book is not None, "Ctrl-C never came after the first line of the journal"
    assert not book.open
    for each in _applied(lab, site):
        assert _undo(lab, site, each.run).code == 0
    assert lab.dump(site) == structure


def _interrupted(lab: Lab, site: str) -> Book | None:
    """Apply, and press Ctrl-C as soon as there is a journal; what it says, None where the key came before it."""
    workload(lab)
    known = _journals(lab)
    going = lab.desk.start("db-tune", "--site", site, "--apply-safe", "--accept", "backup", *_LEAVE)
    until = time.monotonic() + 60
    while time.monotonic() < until and going.process.poll() is None and not _begun(lab, known):
        time.sleep(0.005)
    going.process.send_signal(signal.SIGINT)
    done = going.wait(120)
    assert done.code in (0, 130), (done.out, done.err)
    new = _journals(lab) - known
    return read_book(new.pop()) if new else None
