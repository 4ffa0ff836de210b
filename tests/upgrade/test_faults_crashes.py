"""hmaint killed, stopped or cut off from its terminal at chosen moments: resume and rollback end it, nothing twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hmaint.engine.journal import Journal, read_journal
from hmaint.kit.clock import SystemClock
from tests.upgrade.faults import CRASHES, Book
from tests.upgrade.ground import SUPERVISOR
from tests.upgrade.short import Short

BOOK = Book(CRASHES)
KILLING = Path(__file__).with_name("killing.py")


def _killed_at(short: Short, when: str, act: str) -> None:
    plan = short.plan()
    assert short.ground.approve(plan).code == 0
    words = ["upgrade", "run", plan, "--supervisor", SUPERVISOR, "--yes"]
    desk = short.ground.desk
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, str(KILLING), when, act, *words], cwd=desk.root, env=desk.environ, check=False,
        capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def _resumed(fault: str, short: Short) -> None:
    done = short.resume()
    BOOK.ends(fault, done.code, short.state())
    short.is_new()


@pytest.mark.matrix
def test_killed_between_an_outcome_and_the_next_intent(short: Short) -> None:
    _killed_at(short, "before", "count@a")
    assert short.state() == "paused"  # nobody is at it
    assert "do count@a" not in short.ground.ledger("a")
    _resumed("UF01", short)


@pytest.mark.matrix
def test_killed_after_an_intent_before_the_act_began(short: Short) -> None:
    _killed_at(short, "after", "count@a")
    acts = {act["id"]: act["state"] for act in short.ground.status()["acts"]}
    assert acts["count@a"] == "in_doubt"
    assert acts["start@a"] == "pending"
    _resumed("UF02", short)


def test_killed_after_the_last_line_the_hosts_are_given_back_by_the_next_run(short: Short) -> None:
    _killed_at(short, "ended", "run")
    assert short.state() == "done"
    short.is_new()
    over = short.resume()
    assert over.code == 77, over.err
    short.reset()
    done = short.ground.upgrade(short.plan(name="next"))
    BOOK.ends("UF01 end", done.code, short.state())
    short.is_new()


def test_killed_while_an_act_runs_it_is_found_again_and_not_begun_a_second_time(short: Short) -> None:
    going = short.holding(short.plan("count"))
    going.send(signal.SIGKILL)
    going.wait(30)
    short.go()
    _resumed("UF03", short)


def test_killed_while_an_act_runs_it_is_awaited_before_it_is_put_back(short: Short) -> None:
    going = short.holding(short.plan("count"))
    going.send(signal.SIGKILL)
    going.wait(30)
    short.go()
    done = short.rollback()
    BOOK.ends("UF03 rollback", done.code, short.state())
    short.is_old()
    assert "undo count@a" in short.ground.ledger("a")


@pytest.mark.matrix
def test_a_torn_last_line_was_never_promised_to_anybody(short: Short) -> None:
    going = short.holding(short.plan("count"))
    going.send(signal.SIGKILL)
    going.wait(30)
    short.go()
    path = short.journal()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 40])
    assert read_journal(path).torn
    _resumed("UF05", short)
    assert not read_journal(path).torn


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("fault", "number"),
    [("UF36 once", signal.SIGINT), ("UF36 SIGTERM", signal.SIGTERM), ("UF36 SIGHUP", signal.SIGHUP)],
)
def test_stopped_the_running_act_is_finished_and_no_other_begun(
    short: Short, fault: str, number: signal.Signals
) -> None:
    going = short.holding(short.plan("count"))
    going.send(number)
    short.go()
    done = going.wait(60)
    assert done.code != 0
    assert "Traceback" not in done.err
    acts = {act["id"]: act["state"] for act in short.ground.status()["acts"]}
    assert {acts["count@a"], acts["count@b"]} == {"done"}
    assert {acts["switch@a"], acts["start@b"]} == {"pending"}
    assert short.state() == "paused"
    _resumed(fault, short)


@pytest.mark.matrix
def test_stopped_twice_watching_ends_and_the_act_goes_on(short: Short) -> None:
    going = short.holding(short.plan("count"))
    going.send(signal.SIGINT)
    time.sleep(1)  # two signals at once are one
    going.send(signal.SIGINT)
    done = going.wait(60)
    assert done.code != 0
    assert "Traceback" not in done.err
    acts = {act["id"]: act["state"] for act in short.ground.status()["acts"]}
    assert {acts["count@a"], acts["count@b"]} == {"in_doubt"}
    short.go()
    _resumed("UF36 twice", short)


@pytest.mark.matrix
def test_a_run_is_not_gone_on_with_by_another_schema_or_another_plan(short: Short) -> None:
    plan = short.plan("count")
    going = short.holding(plan)
    going.send(signal.SIGKILL)
    going.wait(30)
    short.go()
    path = short.journal()
    whole, story = path.read_bytes(), read_journal(path)
    path.unlink()
    with Journal(path, SystemClock()) as journal:
        journal.intend("run", **{**story.lines[0].facts, "schema": 99})
    newer = short.resume()
    BOOK.ends("UF38", newer.code)
    assert "99" in newer.err
    path.write_bytes(whole)
    file = short.ground.desk.root / plan
    words = file.read_text("utf-8")
    file.write_text(words.replace("n + 1", "n + 2"), "utf-8")
    other = short.resume()
    BOOK.ends("UF38 plan", other.code)
    file.write_text(words, "utf-8")
    assert not any("start" in line for name in "ab" for line in short.ground.ledger(name))
    done = short.rollback()
    assert done.code == 1, done.err
    short.is_old()
