"""Scripts of an upgrade on real databases: each statement once, half of one told, locks waited for shortly."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hmaint.app.upgrade_desk import desk_of
from hmaint.app.upgrade_hand import Came
from hmaint.app.upgrade_holds import Holds
from hmaint.app.upgrade_run import Going
from hmaint.app.upgrade_sql import SqlHand
from hmaint.app.world import World, make_world
from hmaint.engine.journal import Journal, Outcome
from hmaint.engine.upgrade import fold
from hmaint.errors import CouldNotLook, Refused
from hmaint.model.inventory import Database, Site
from hmaint.model.look import Seen
from hmaint.model.upgrade_act import Act, Sql, Statement
from hmaint.transport.lease import LeaseLost
from tests.engine.upgrades import act
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

WORD = "Upgrad3 word"
PROBES = {
    "sqlite": "select count(*) from sqlite_master where name = '{0}'",
    "mysql": "select count(*) from information_schema.tables where table_schema = 'icu_up' and table_name = '{0}'",
    "postgresql": "select count(*) from pg_tables where tablename = '{0}'",
}


@dataclass
class Bench:
    """One database, its hand, and a journal as a run keeps it."""

    database: Database
    hand: SqlHand
    journal: Journal
    connect: Callable[[], Any]

    def asked(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(self.connect()) as link:
            cursor = link.cursor()
            if self.database.engine == "postgresql":
                cursor.execute("set role upgrader2")
            cursor.execute(sql)
            rows = list(cursor.fetchall()) if cursor.description else []
            link.commit()
            return rows

    def tables(self) -> set[str]:
        return {name for name in ("one", "two", "three") if self.asked(self.probe(name))[0][0]}

    def probe(self, table: str) -> str:
        return PROBES[self.database.engine].format(table)

    def script(self, *texts: str, undo: tuple[str, ...] = (), probed: bool = True, **more: Any) -> Act:
        """An act of these statements; a `create table X` is asked about where they are probed."""
        made = replace(act("schema@db", 0), target_kind="database", kind="sql", probe=None)
        return replace(
            made, do=self.sql(texts, probed=probed, **more), undo=self.sql(undo, probed=probed, **more)
        )

    def sql(self, texts: tuple[str, ...], *, probed: bool, **more: Any) -> Sql:
        return Sql(
            tuple(Statement(each, n, self.asks(each) if probed else "") for n, each in enumerate(texts, 1)),
            **more,
        )

    def asks(self, text: str) -> str:
        words = text.split()
        if words[:2] == ["create", "table"]:
            return self.probe(words[2])
        return f"select 1 - ({self.probe(words[2])})" if words[:2] == ["drop", "table"] else ""

    def do(self, each: Act) -> Came:
        return self._made(each, "do", lambda attempt, standing: self.hand.do(each, attempt, standing))

    def undo(self, each: Act) -> Came:
        return self._made(each, "undo", lambda attempt, standing: self.hand.undo(each, attempt, standing))

    def _made(self, each: Act, what: str, work: Callable[[int, Any], Came]) -> Came:
        standing = self.hand.ledger._desk.state().standing(each.id)
        self.journal.intend(each.id, what=what, attempt=standing.attempt + 1)
        return self.told(each, work(standing.attempt + 1, standing))

    def settle(self, each: Act) -> Came:
        return self.told(each, self.hand.settle(each, self.hand.ledger._desk.state().standing(each.id)))

    def told(self, each: Act, came: Came) -> Came:
        if came.outcome is not None:
            self.journal.outcome(each.id, came.outcome, **came.facts)
        return came

    def sent(self) -> list[int]:
        lines = self.hand.ledger._desk.story().lines
        return [line.facts["statement"] for line in lines if line.facts.get("ledger") == "sent"]


def world_in(folder: Path) -> World:
    (folder / "inventory.yaml").write_text("version: 1\nhospital: {name: 医院}\nsites: {}\n")
    return make_world(folder, None)


@pytest.fixture(params=["sqlite", "mysql", "postgresql"])
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Each engine in turn, empty, with an account that upgrades."""
    world = world_in(tmp_path)
    database, connect = _made(request, tmp_path)
    hand = SqlHand(world, desk_of(world, "R-1"), Site("icu", "icu", databases=(database,)))
    monkeypatch.setattr(SqlHand, "_password", lambda _self, _database: WORD)
    with Journal(hand.ledger._desk.journal, world.clock) as journal:
        hand.ledger.note = journal.intend
        yield Bench(database, hand, journal, connect)


def _made(request: pytest.FixtureRequest, folder: Path) -> tuple[Database, Callable[[], Any]]:
    if request.param == "sqlite":
        path = folder / "icu.db"
        sqlite3.connect(path).close()
        return Database("db", "icu", "sqlite", path="icu.db"), lambda: sqlite3.connect(path)
    if request.param == "mysql":
        maria: MariaDB = request.getfixturevalue("mariadb")
        maria.admin(
            "drop database if exists icu_up",
            "create database icu_up",
            f"create or replace user upgrader2@127.0.0.1 identified by '{WORD}'",
            "grant all on icu_up.* to upgrader2@127.0.0.1",
        )
        return _account("mysql", maria), lambda: maria.connect(database="icu_up")
    postgres: PostgreSQL = request.getfixturevalue("postgresql")
    postgres.admin("drop database if exists icu_up with (force)")
    if not postgres.admin("select 1 from pg_roles where rolname = 'upgrader2'"):
        postgres.admin(f"create role upgrader2 login password '{WORD}'")
    postgres.admin("create database icu_up owner upgrader2")
    return _account("postgresql", postgres), lambda: postgres.connect("icu_up")


def _account(engine: Any, server: MariaDB | PostgreSQL) -> Database:
    return Database(
        "db", "icu", engine, server.address, server.port, "looker", None, "icu_up", upgrade_user="upgrader2"
    )


CREATE = ("create table one (n int)", "create table two (n int)", "create table three (n int)")
DROP = ("drop table three", "drop table two", "drop table one")


def test_a_script_is_done_and_taken_back(bench: Bench) -> None:
    script = bench.script(*CREATE, undo=DROP)
    assert bench.do(script).outcome is Outcome.DONE
    assert bench.tables() == {"one", "two", "three"}
    assert bench.undo(script).outcome is Outcome.UNDONE
    assert bench.tables() == set()


def test_half_a_script_with_probes_is_taken_back_by_itself(bench: Bench) -> None:
    script = bench.script(*CREATE[:2], "insert into nowhere values (1)", undo=DROP[1:])
    came = bench.do(script)
    assert (came.outcome, came.facts["half"], came.facts["done"]) == (Outcome.FAILED, False, [1, 2])
    assert "3" in came.reason
    assert bench.tables() == {"one", "two"}
    assert bench.undo(script).outcome is Outcome.UNDONE
    assert bench.tables() == set()


def test_half_a_script_without_probes_waits_for_a_person(bench: Bench) -> None:
    script = bench.script(*CREATE[:2], "insert into nowhere values (1)", undo=DROP, probed=False)
    came = bench.do(script)
    assert came.facts["half"]
    assert "--decide" in came.reason
    assert bench.undo(script).outcome is Outcome.FAILED
    assert bench.tables() == {"one", "two"}


def test_a_script_whose_first_statement_fails_has_changed_nothing(bench: Bench) -> None:
    came = bench.do(bench.script("insert into nowhere values (1)", *CREATE, undo=DROP))
    assert (came.outcome, came.facts["touched"]) == (Outcome.FAILED, False)
    assert bench.tables() == set()


def test_what_died_in_the_middle_goes_on_behind_what_is_there(bench: Bench) -> None:
    script = bench.script(*CREATE, undo=DROP)
    bench.journal.intend(script.id, what="do", attempt=1)
    for number, mark in ((1, "sent"), (1, "done"), (2, "sent")):
        bench.journal.intend(script.id, what="do", note=True, statement=number, ledger=mark)
    bench.asked(CREATE[0])
    bench.asked(CREATE[1])
    came = bench.settle(script)
    assert came.facts["never"]
    assert came.facts["partly"]
    assert fold(bench.hand.ledger._desk.story().lines).standing(script.id).touched
    assert bench.do(script).outcome is Outcome.DONE
    assert bench.sent() == [1, 2, 3]
    assert bench.tables() == {"one", "two", "three"}


def test_what_died_before_a_statement_arrived_sends_it(bench: Bench) -> None:
    script = bench.script(*CREATE, undo=DROP)
    bench.journal.intend(script.id, what="do", attempt=1)
    bench.journal.intend(script.id, what="do", note=True, statement=1, ledger="sent")
    assert bench.settle(script).facts["never"]
    assert bench.do(script).outcome is Outcome.DONE
    assert bench.tables() == {"one", "two", "three"}


def test_a_statement_in_doubt_without_a_probe_is_decided_by_a_person(bench: Bench) -> None:
    script = bench.script(*CREATE, undo=DROP, probed=False)
    bench.journal.intend(script.id, what="do", attempt=1)
    bench.journal.intend(script.id, what="do", note=True, statement=1, ledger="sent")
    assert bench.settle(script).facts["half"]
    bench.asked(CREATE[0])
    bench.journal.outcome("resume", Outcome.DONE)
    bench.journal.outcome("decide", Outcome.DONE, about=script.id, decision="continue")
    assert bench.do(script).outcome is Outcome.DONE
    assert bench.tables() == {"one", "two", "three"}


def test_a_decision_counts_once(bench: Bench) -> None:
    script = bench.script(*CREATE, undo=DROP, probed=False)
    bench.journal.intend(script.id, what="do", attempt=1)
    bench.journal.intend(script.id, what="do", note=True, statement=1, ledger="sent")
    assert bench.settle(script).facts["half"]
    bench.asked(CREATE[0])
    bench.journal.outcome("resume", Outcome.DONE)
    bench.journal.outcome("decide", Outcome.DONE, about=script.id, decision="continue")
    bench.journal.intend(script.id, what="do", attempt=2)
    bench.journal.intend(script.id, what="do", note=True, statement=1, ledger="done", how="decided")
    bench.journal.intend(script.id, what="do", note=True, statement=2, ledger="sent")
    bench.journal.outcome("resume", Outcome.DONE)
    assert bench.settle(script).facts["half"]  # nobody has decided about the second one


# PostgreSQL knows by itself what became of it.
@pytest.mark.parametrize("bench", ["sqlite", "mysql"], indirect=True)
def test_a_transaction_that_a_person_found_there_is_not_run_again(bench: Bench) -> None:
    bench.asked("create table one (n int)")
    insert = "insert into one values (1)"
    script = bench.script(insert, undo=("delete from one",), probed=False, transaction=True)
    for decision, rows in (("continue", 1), ("again", 2)):
        bench.journal.intend(script.id, what="do", attempt=1)
        bench.journal.intend(script.id, what="do", note=True, committing=True, mark="")
        assert bench.settle(script).facts["half"]
        if decision == "continue":
            bench.asked(insert)
        bench.journal.outcome("resume", Outcome.DONE)
        bench.journal.outcome("decide", Outcome.DONE, about=script.id, decision=decision)
        assert bench.do(script).outcome is Outcome.DONE
        assert bench.asked("select count(*) from one")[0][0] == rows


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("bench", ["sqlite", "mysql"], indirect=True)
def test_an_undo_in_doubt_is_not_run_again_before_a_person_has_decided(bench: Bench, *, whole: bool) -> None:
    bench.asked("create table one (n int)")
    bench.asked("insert into one values (5)")
    back = "update one set n = n - 1"
    script = bench.script("update one set n = n + 1", undo=(back,), probed=False, transaction=whole)
    for decision, left in (("continue", 5), ("again", 4)):
        assert bench.do(script).outcome is Outcome.DONE
        bench.asked(back)
        bench.journal.intend(script.id, what="undo", attempt=2)
        sent = {"committing": True, "mark": ""} if whole else {"statement": 1, "ledger": "sent"}
        bench.journal.intend(script.id, what="undo", note=True, **sent)
        assert bench.settle(script).facts["half"]
        for _time in range(2):
            bench.journal.outcome("resume", Outcome.DONE)
            came = bench.undo(script)
            assert (came.outcome, came.facts.get("half")) == (Outcome.FAILED, True)
            assert bench.asked("select n from one") == [(5,)]
        bench.journal.outcome("resume", Outcome.DONE)
        bench.journal.outcome("decide", Outcome.DONE, about=script.id, decision=decision)
        assert bench.undo(script).outcome is Outcome.UNDONE
        assert bench.asked("select n from one") == [(left,)]


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("bench", ["sqlite"], indirect=True)
def test_what_no_host_was_told_of_is_not_sent(bench: Bench, *, whole: bool) -> None:
    script = bench.script(*CREATE, undo=DROP, probed=False, transaction=whole)

    def gone() -> None:
        raise CouldNotLook(Seen.UNREACHABLE, "gone")

    def taken() -> None:
        raise LeaseLost("taken over")

    bench.hand.ledger.spread = gone
    assert bench.do(script).outcome is None
    assert bench.settle(script).facts["never"]
    bench.hand.ledger.spread = taken
    with pytest.raises(LeaseLost):
        bench.do(script)
    assert bench.settle(script).facts["never"]
    assert bench.tables() == set()
    bench.hand.ledger.spread = None
    assert bench.do(script).outcome is Outcome.DONE


def test_one_host_that_knows_is_enough_and_none_is_not() -> None:
    told: list[str] = []

    def host(
        name: str, trouble: Exception | None = None, takes: tuple[bool, ...] = (True,)
    ) -> SimpleNamespace:
        answers = list(takes)

        def touch(_patience: float) -> bool:
            told.append(name)
            if trouble is not None:
                raise trouble
            return answers.pop(0)

        return SimpleNamespace(touch=touch, name=name)

    def spread(**stations: SimpleNamespace) -> None:
        going = Going.__new__(Going)
        going._means = SimpleNamespace(stations=stations, holds=Holds())  # type: ignore[assignment] # all that it asks
        going.spread()

    gone = CouldNotLook(Seen.UNREACHABLE, "gone")
    spread(a=host("a", gone), b=host("b"), c=host("c"))
    assert told == ["a", "b"]
    with pytest.raises(CouldNotLook):
        spread(a=host("a", gone))
    with pytest.raises(LeaseLost):
        spread(a=host("a", gone), b=host("b", LeaseLost("taken over")))
    spread()
    spread(a=host("a", takes=(False, True)))
    with pytest.raises(CouldNotLook, match="磁盘满"):
        spread(a=host("a", takes=(False, False)))


def test_in_one_transaction_all_or_nothing(bench: Bench) -> None:
    bench.asked(
        "create table one (n int primary key)"
        + (" engine=innodb" if bench.database.engine == "mysql" else "")
    )
    insert = ("insert into one values (1)", "insert into one values (2)")
    bad = bench.script(*insert, insert[0], undo=("delete from one",), transaction=True)
    came = bench.do(bad)
    assert (came.outcome, came.facts["touched"]) == (Outcome.FAILED, False)
    assert bench.asked("select count(*) from one")[0][0] == 0
    good = bench.script(*insert, undo=("delete from one",), transaction=True)
    assert bench.do(good).outcome is Outcome.DONE
    assert bench.asked("select count(*) from one")[0][0] == 2
    assert bench.undo(good).outcome is Outcome.UNDONE
    assert bench.asked("select count(*) from one")[0][0] == 0


# Only PostgreSQL keeps what became of a transaction.


def test_a_transaction_that_was_committed_is_not_run_again_when_its_check_fails(bench: Bench) -> None:
    bench.asked(CREATE[0])
    script = bench.script(
        "insert into one values (1)", undo=("delete from one",), probed=False, transaction=True
    )
    script = replace(script, probe=bench.sql((bench.probe("two"),), probed=False))
    came = bench.do(script)
    assert (came.outcome, came.facts["ran"]) == (Outcome.FAILED, True)
    bench.asked(CREATE[1])  # what was lacking is put right by hand
    assert bench.do(script).outcome is Outcome.DONE
    assert bench.asked("select count(*) from one")[0][0] == 1


@contextmanager
def _closed(bench: Bench, failure: Exception) -> Iterator[None]:
    """The database lets nobody in meanwhile."""

    def refuse(_database: Database) -> str:
        raise failure

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bench.hand, "_password", refuse)
        yield


SHUT = [Refused("another hmaint is there"), CouldNotLook(Seen.DENIED, "账号被拒绝")]


@pytest.mark.parametrize("failure", SHUT)
@pytest.mark.parametrize("bench", ["sqlite", "mysql"], indirect=True)
def test_what_was_committed_stays_so_when_the_next_look_is_refused(bench: Bench, failure: Exception) -> None:
    bench.asked(CREATE[0])
    script = bench.script(
        "insert into one values (1)", undo=("delete from one",), probed=False, transaction=True
    )
    script = replace(script, probe=bench.sql((bench.probe("two"),), probed=False))
    assert bench.do(script).facts["ran"]
    with _closed(bench, failure):
        came = bench.do(script)
    assert (came.outcome, came.facts["touched"]) == (Outcome.FAILED, True)  # so it is put back
    bench.asked(CREATE[1])
    assert bench.do(script).outcome is Outcome.DONE
    assert bench.asked("select count(*) from one")[0][0] == 1


@pytest.mark.parametrize("failure", SHUT)
@pytest.mark.parametrize("bench", ["sqlite", "mysql"], indirect=True)
def test_what_is_in_doubt_stays_so_when_the_next_look_is_refused(bench: Bench, failure: Exception) -> None:
    bench.asked("create table one (n int)")
    insert = "insert into one values (1)"
    script = bench.script(insert, undo=("delete from one",), probed=False, transaction=True)
    bench.journal.intend(script.id, what="do", attempt=1)
    bench.journal.intend(script.id, what="do", note=True, committing=True, mark="")
    bench.asked(insert)
    assert bench.settle(script).facts["half"]
    for shut in (True, False):
        bench.journal.outcome("resume", Outcome.DONE)
        bench.journal.outcome("decide", Outcome.DONE, about=script.id, decision="continue")
        if shut:
            with _closed(bench, failure):
                came = bench.do(script)
            assert (came.outcome, came.facts["touched"], came.facts["half"]) == (Outcome.FAILED, True, True)
        else:
            assert bench.do(script).outcome is Outcome.DONE
    assert bench.asked("select count(*) from one")[0][0] == 1


def test_a_statement_that_failed_is_asked_about_before_it_is_sent_again(bench: Bench) -> None:
    script = bench.script(*CREATE, undo=DROP)
    bench.journal.intend(script.id, what="do", attempt=1)
    bench.journal.intend(script.id, what="do", note=True, statement=1, ledger="sent")
    bench.journal.outcome(script.id, Outcome.FAILED, what="do", reason="ended", touched=False)
    bench.asked(CREATE[0])
    assert bench.do(script).outcome is Outcome.DONE
    assert bench.sent() == [1, 2, 3]


@pytest.mark.parametrize("bench", ["postgresql"], indirect=True)
def test_a_transaction_in_doubt_is_asked_by_its_own_number(bench: Bench) -> None:
    script = bench.script(*CREATE, undo=DROP, probed=False, transaction=True)
    for end, never in (("rollback", True), ("commit", False)):
        with closing(bench.connect()) as link:
            cursor = link.cursor()
            cursor.execute("begin")
            cursor.execute("select txid_current()")
            mark = cursor.fetchone()[0]
            cursor.execute(end)
        bench.journal.intend(script.id, what="do", attempt=1)
        bench.journal.intend(script.id, what="do", note=True, committing=True, mark=str(mark))
        came = bench.settle(script)
        assert bool(came.facts.get("never")) is never
        assert (came.outcome is Outcome.DONE) is not never


def test_a_lock_that_somebody_holds_is_waited_for_shortly(bench: Bench) -> None:
    bench.asked("create table one (n int)")
    with closing(bench.connect()) as link:
        cursor = link.cursor()
        cursor.execute("begin exclusive" if bench.database.engine == "sqlite" else "begin")
        cursor.execute("insert into one values (1)")
        alter = "alter table one add column m int"
        came = bench.do(bench.script(alter, undo=("alter table one drop column m",), lock_wait=1.0))
        link.rollback()
    assert (came.outcome, came.facts.get("touched")) == (Outcome.FAILED, False)


def test_a_statement_beyond_its_time_is_ended(bench: Bench) -> None:
    slow = {
        "mysql": "do sleep(30)",
        "postgresql": "select pg_sleep(30)",
        "sqlite": "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c",
    }[bench.database.engine]
    script = replace(bench.script(slow, undo=("select 1",)), timeout=1.0)
    came = bench.do(script)
    if bench.database.engine == "mysql":
        assert came.outcome in {
            Outcome.FAILED,
            Outcome.DONE,
        }  # a sleep that is ended says that it was, and is no error
    else:
        assert came.outcome is Outcome.FAILED


def test_a_percent_and_a_colon_go_as_they_stand(bench: Bench) -> None:
    bench.asked("create table one (word varchar(40))")
    script = bench.script("insert into one values ('100 %s :name %(x)s')", undo=("delete from one",))
    assert bench.do(script).outcome is Outcome.DONE
    assert bench.asked("select word from one") == [("100 %s :name %(x)s",)]


# A file of SQLite has its own lock for writers.
@pytest.mark.parametrize("bench", ["mysql", "postgresql"], indirect=True)
def test_two_at_one_database_keep_out_of_each_other_s_way(bench: Bench) -> None:
    script = bench.script(*CREATE, undo=DROP)
    with bench.hand._open(script, bench.sql(CREATE, probed=False)):
        came = bench.do(script)
    assert (came.outcome, came.facts["touched"]) == (Outcome.FAILED, False)
    assert bench.tables() == set()


def test_without_an_account_that_upgrades_nothing_begins(tmp_path: Path) -> None:
    world = world_in(tmp_path)
    site = Site("icu", "icu", databases=(Database("db", "icu", "mysql", "10.0.0.1", 3306, "looker"),))
    made = replace(act("schema@db", 0), do=Sql((Statement("select 1", 1),)))
    with pytest.raises(Refused, match="upgrade_user"):
        SqlHand(world, desk_of(world, "R-1"), site).refuse_accountless((made,))
