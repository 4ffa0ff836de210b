"""One thread keeps every time limit: each act is done in its time, and none holds up another."""

from __future__ import annotations

import gc
import os
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from hmaint.transport.alarm import Watch

SOON, PATIENCE = 0.05, 20.0


def test_an_act_is_done_when_its_time_has_come_and_not_before() -> None:
    done, begun = threading.Event(), time.monotonic()
    Watch().set(SOON, done.set)
    assert done.wait(PATIENCE)
    assert time.monotonic() - begun >= SOON


def test_what_was_called_off_is_not_done() -> None:
    watch, done, later = Watch(), threading.Event(), threading.Event()
    alarm = watch.set(SOON, done.set)
    alarm.call_off()
    alarm.call_off()
    watch.set(2 * SOON, later.set)
    assert later.wait(PATIENCE)
    assert not done.is_set()


def test_an_earlier_limit_set_later_comes_first() -> None:
    watch, told = Watch(), list[str]()
    over = threading.Event()
    watch.set(3600, lambda: told.append("never"))
    time.sleep(SOON)  # until the watch sleeps for an hour
    watch.set(4 * SOON, lambda: (told.append("second"), over.set()))
    watch.set(SOON, lambda: told.append("first"))
    assert over.wait(PATIENCE)
    assert told == ["first", "second"]


def test_an_act_that_never_ends_holds_up_no_other() -> None:
    watch, stuck, done = Watch(), threading.Event(), threading.Event()
    watch.set(SOON, stuck.wait)
    watch.set(2 * SOON, done.set)
    assert done.wait(PATIENCE)
    stuck.set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_act_that_fails_costs_no_other() -> None:
    watch, done = Watch(), threading.Event()

    def fail() -> None:
        raise OSError

    watch.set(SOON, fail)
    watch.set(2 * SOON, done.set)
    assert done.wait(PATIENCE)


def test_what_was_called_off_is_let_go_of() -> None:
    class Line:
        def close(self) -> None:
            """Hang up."""

    line = Line()
    gone = weakref.ref(line)
    alarm = Watch().set(3600, line.close)
    alarm.call_off()
    del line
    gc.collect()
    assert gone() is None


def test_many_threads_may_set_and_call_off_at_once() -> None:
    watch, told, lock = Watch(), list[int](), threading.Lock()

    def tell(number: int) -> None:
        with lock:
            told.append(number)

    def one(number: int) -> None:
        alarm = watch.set(SOON, lambda: tell(number))
        if number % 2:
            alarm.call_off()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(one, range(400)))
    until = time.monotonic() + PATIENCE
    while len(told) < 200 and time.monotonic() < until:
        time.sleep(SOON)
    time.sleep(2 * SOON)
    # One that is called off may have gone off in the same moment, as its time had come.
    assert set(range(0, 400, 2)) <= set(told)
    assert len(told) == len(set(told))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system knows no fork")
def test_a_forked_process_has_a_watch_of_its_own() -> None:
    watch = Watch()
    watch.set(3600, lambda: None)
    time.sleep(SOON)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        watch.set(SOON, lambda: os.write(writer, b"done"))
        time.sleep(PATIENCE / 10)
        os._exit(0)
    os.close(writer)
    try:
        assert os.read(reader, 4) == b"done"
    finally:
        os.close(reader)
        os.waitpid(child, 0)
