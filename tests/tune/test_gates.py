"""A server is seen before and while it is tuned: who waits, who holds, how long; what is stopped leaves nothing."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hmaint.app import db_tune_gates
from hmaint.app.db_tune_act import Bench
from hmaint.database.tune import Hand
from hmaint.kit.clock import SystemClock
from hmaint.model.advice import Act, Fix, Lock
from hmaint.model.inventory import Database
from hmaint.model.tuning import Pulse
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

Servers = dict[str, tuple[Any, Database]]


@pytest.fixture(scope="module")
def servers(mariadb: MariaDB, postgresql: PostgreSQL) -> Servers:
    mariadb.admin(
        "create database gates", "create table gates.t (a int, b int)", "insert into gates.t values (1, 2)"
    )
    with suppress(Exception):
        postgresql.admin("create database gates")
    postgresql.admin("create table t (a int, b int)", "insert into t values (1, 2)", database="gates")
    maria = Database("maria", "s", "mysql", "127.0.0.1", mariadb.port, tune_user="root", database="gates")
    pg = Database(
        "pg", "s", "postgresql", "127.0.0.1", postgresql.port, tune_user="postgres", database="gates"
    )
    return {"maria": (mariadb, maria), "pg": (postgresql, pg)}


@contextmanager
def _hand(servers: Servers, name: str) -> Iterator[Hand]:
    server, database = servers[name]
    hand = Hand(database, server.password, Path())
    try:
        yield hand
    finally:
        hand.close()


def _fix(name: str) -> Fix:
    if name == "maria":
        add, drop = (
            "ALTER TABLE `gates`.`t` ADD INDEX `ix_a` (`a`)",
            "ALTER TABLE `gates`.`t` DROP INDEX `ix_a`",
        )
        return Fix(Act.CREATE_INDEX, (add,), (drop,), Lock(""), schema="gates", object="ix_a", table="t")
    add = 'CREATE INDEX CONCURRENTLY "ix_a" ON "public"."t" ("a")'
    undo = ('DROP INDEX CONCURRENTLY "public"."ix_a"',)
    return Fix(Act.CREATE_INDEX, (add,), undo, Lock(""), schema="public", object="ix_a", table="t")


@contextmanager
def _writing(servers: Servers, name: str) -> Iterator[None]:
    """Somebody in the middle of a transaction that has written to the table."""
    connection = servers[name][0].connect(database="gates")
    cursor = connection.cursor()
    cursor.execute("begin")
    cursor.execute("update t set b = b + 1")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


@pytest.mark.parametrize("name", ["maria", "pg"])
def test_an_open_transaction_and_those_who_wait_behind_it_are_seen(
    servers: Servers, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_tune_gates, "OLDEST", 0.5)
    with _hand(servers, name) as hand:
        assert [each.gate for each in db_tune_gates.server_refusals(hand)] == []
        with _writing(servers, name):
            waiter = threading.Thread(target=_wait_behind, args=(servers, name), daemon=True)
            waiter.start()
            seen = _until(
                lambda: {each.gate for each in db_tune_gates.server_refusals(hand)},
                {"transaction", "waiting"},
            )
            assert seen >= {"transaction", "waiting"}
        waiter.join(30)


def _wait_behind(servers: Servers, name: str) -> None:
    connection = servers[name][0].connect(database="gates")
    with suppress(Exception):
        cursor = connection.cursor()
        cursor.execute("begin")
        cursor.execute("update t set b = b + 2")
        connection.rollback()
    connection.close()


def _until(look: Callable[[], set[str]], wanted: set[str]) -> set[str]:
    until = time.monotonic() + 20
    seen = look()
    while not seen >= wanted and time.monotonic() < until:
        time.sleep(0.3)
        seen = look()
    return seen


@pytest.mark.parametrize("name", ["maria", "pg"])
def test_a_statement_that_cannot_get_its_lock_ends_within_seconds_and_leaves_nothing(
    servers: Servers, name: str
) -> None:
    fix = _fix(name)
    with _hand(servers, name) as hand:
        before = hand.picture(fix)
        with _writing(servers, name):
            sent = hand.send(fix.statements[0], 60, lambda _pulse: "")
        assert sent.busy, sent
        _cleaned(hand, fix, before)


@pytest.mark.parametrize("name", ["maria", "pg"])
def test_a_statement_is_ended_when_whoever_watches_says_so(servers: Servers, name: str) -> None:
    fix = _fix(name)
    with _hand(servers, name) as hand:
        before = hand.picture(fix)
        with _writing(servers, name):
            sent = hand.send(fix.statements[0], 60, lambda _pulse: "有人在等锁")
        assert sent.stopped
        assert "有人在等锁" in sent.failure
        _cleaned(hand, fix, before)


def _cleaned(hand: Hand, fix: Fix, before: tuple[str, ...]) -> None:
    for statement in hand.debris(fix, before):
        assert hand.send(statement, 60, lambda _pulse: "").failure == ""
    assert set(hand.picture(fix)) == set(before)


@pytest.mark.parametrize("name", ["maria", "pg"])
def test_an_act_done_and_undone_leaves_the_same_picture(servers: Servers, name: str) -> None:
    fix = _fix(name)
    with _hand(servers, name) as hand:
        before = hand.picture(fix)
        assert hand.send(fix.statements[0], 60, lambda _pulse: "").failure == ""
        assert len(set(hand.picture(fix)) - set(before)) == 1
        assert hand.send(hand.undo_of(fix, before)[0], 60, lambda _pulse: "").failure == ""
        assert set(hand.picture(fix)) == set(before)


@pytest.mark.parametrize("name", ["maria", "pg"])
def test_a_statement_of_another_shape_never_reaches_the_server(servers: Servers, name: str) -> None:
    with _hand(servers, name) as hand:
        assert "拒绝发送" in hand.send("DROP TABLE t", 60, lambda _pulse: "").failure
    assert servers[name][0].admin("select count(*) from t", database="gates")


def test_an_account_that_may_nothing_is_told_which_right_it_lacks(servers: Servers) -> None:
    server, database = servers["pg"]
    with suppress(Exception):
        server.admin("create role nobody_tunes login password 'x'")
    from dataclasses import replace  # noqa: PLC0415 - beside its only use

    hand = Hand(replace(database, tune_user="nobody_tunes"), "x", Path())
    try:
        assert "属主" in hand.lacks(_fix("pg"))
        assert any(each.gate == "sight" for each in db_tune_gates.server_refusals(hand))
    finally:
        hand.close()


@pytest.mark.parametrize(
    ("pulse", "stops"),
    [
        (Pulse(), False),
        (Pulse(waiting=4, waited=9.0), False),
        (Pulse(waiting=5, waited=3.0), True),
        (Pulse(waiting=1, waited=10.5), True),
        (Pulse(lag=59.0), False),
        (Pulse(lag=61.0), True),
    ],
)
def test_lock_waits_and_lag_that_rise_stop_what_runs(pulse: Pulse, stops: bool) -> None:  # noqa: FBT001 - a column
    bench = Bench(cast("Any", None), "", cast("Any", None), cast("Any", None), datetime.now(UTC), print)
    assert bool(bench.stop(pulse)) is stops


def _cut(raw: Any) -> None:
    """Break a connection as a firewall does, while somebody waits on it."""
    number = raw.fileno() if hasattr(raw, "fileno") else raw._sock.fileno()
    with socket.socket(fileno=os.dup(number)) as wire:
        wire.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("name", ["maria", "pg"])
def test_what_goes_on_at_the_server_when_the_connection_breaks_is_ended_there(
    servers: Servers, name: str
) -> None:
    """Else it would be told as not done, and be done a little later."""
    fix = _fix(name)
    with _hand(servers, name) as hand:
        assert hand.claim()
        before, own = hand.picture(fix), hand.session
        with _writing(servers, name):
            breaking = threading.Timer(0.5, _cut, (hand._worker,))
            breaking.start()
            sent = hand.send(fix.statements[0], 60, lambda _pulse: "")
            breaking.join()
            assert sent.failure
            assert not hand.running(own, fix.statements[0])
        assert not sent.lost, sent
        assert hand.session != own
        _cleaned(hand, fix, before)
        assert hand.send(fix.statements[0], 60, lambda _pulse: "").failure == ""
        assert hand.send(fix.undo[0], 60, lambda _pulse: "").failure == ""


@pytest.mark.parametrize("name", ["maria", "pg"])
def test_whoever_can_no_longer_look_on_ends_what_runs_all_the_same(servers: Servers, name: str) -> None:
    fix = _fix(name)
    with _hand(servers, name) as hand:
        before = hand.picture(fix)
        with _writing(servers, name):
            _cut(hand._watcher)
            sent = hand.send(fix.statements[0], 60, lambda _pulse: "")
        assert sent.stopped, sent
        assert "看不到服务器的状态" in sent.failure
        _cleaned(hand, fix, before)


@pytest.mark.parametrize("name", ["maria", "pg"])
def test_one_hmaint_at_a_time_tunes_a_database_whatever_laptop_it_runs_on(
    servers: Servers, name: str
) -> None:
    with _hand(servers, name) as one, _hand(servers, name) as other:
        assert not list(db_tune_gates.server_refusals(one))
        assert {each.gate for each in db_tune_gates.server_refusals(other)} == {"busy"}
    with _hand(servers, name) as later:
        assert later.claim()


def test_what_rose_while_somebody_thought_about_the_question_is_seen(servers: Servers) -> None:
    from hmaint.app.db_tune_apply import _judged_again  # noqa: PLC0415 - beside its only use
    from hmaint.errors import Refused  # noqa: PLC0415 - beside its only use

    _server, database = servers["pg"]
    item = SimpleNamespace(database=database)
    world, late = SimpleNamespace(clock=SystemClock()), datetime.now(UTC) + timedelta(hours=1)
    with _hand(servers, "pg") as hand:
        hands = cast("Any", SimpleNamespace(of=lambda _name: hand))
        prepared = SimpleNamespace(items=(item,), accepted=(), closes=late)
        _judged_again(cast("Any", world), hands, cast("Any", prepared))
        prepared.closes = datetime.now(UTC)
        with pytest.raises(Refused, match=r"窗口|window"):
            _judged_again(cast("Any", world), hands, cast("Any", prepared))
        prepared.closes = late
        with _hand(servers, "pg") as other:
            hands.of = lambda _name: other
            with pytest.raises(Refused, match="hmaint"):
                _judged_again(cast("Any", world), hands, cast("Any", prepared))
