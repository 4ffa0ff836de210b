"""What an hmaint that died left half done is cleared up, also where nothing of it shows; what is told of it is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hmaint.app.db_tune_act import Bench, apply_item, take_back
from hmaint.app.db_tune_figures import Measured, compared
from hmaint.app.db_tune_journal import ORDER, fix_out, read_book
from hmaint.app.db_tune_settle import settle
from hmaint.database.tune import Hand, Sent
from hmaint.engine.journal import Journal, Outcome
from hmaint.kit.clock import SystemClock
from hmaint.model.advice import Act, Fix, Lock
from hmaint.model.inventory import Database
from hmaint.model.tuning import Item
from hmaint.report.tuning_record import _change

SET = "ALTER SYSTEM SET work_mem = '8MB'"
RESET = "ALTER SYSTEM RESET work_mem"
RELOAD = "SELECT pg_reload_conf()"
PARAMETER = Fix(Act.SET, (SET, RELOAD), (RESET, RELOAD), Lock(""), object="work_mem")
INDEX = Fix(
    Act.CREATE_INDEX,
    ('CREATE INDEX CONCURRENTLY "ix_a" ON "t" ("a")',),
    ('DROP INDEX CONCURRENTLY "ix_a"',),
    Lock(""),
    object="ix_a",
    table="t",
)


class Server:
    """A server in memory: what is sent to it, what it shows, and what somebody still runs there."""

    def __init__(self, picture: Sequence[str], sent: Sent | None = None) -> None:
        self.database = Database("pg", "icu", "postgresql", "10.0.0.1")
        self.session, self.shown, self.statements = "7", tuple(picture), list[str]()
        self.fails = sent
        self.running_in: dict[str, int] = {}

    def picture(self, _fix: Fix) -> tuple[str, ...]:
        return self.shown

    def holders(self, _fix: Fix) -> tuple[str, ...]:
        return ()

    def undo_of(self, fix: Fix, _before: object) -> tuple[str, ...]:
        return fix.undo

    def debris(self, fix: Fix, _before: object) -> tuple[str, ...]:
        return fix.undo if any("INVALID" in line for line in self.shown) else ()

    def running(self, session: str, _statement: str) -> bool:
        left = self.running_in.get(session, 0)
        self.running_in[session] = left - 1
        return left > 0

    def cancel(self) -> None:
        self.statements.append("cancel")

    def send(self, statement: str, _seconds: float, _stop: object) -> Sent:
        self.statements.append(statement)
        if self.fails is not None and statement not in (RESET, *INDEX.undo):
            return self.fails
        if statement in INDEX.undo:
            self.shown = tuple(line for line in self.shown if "ix_a" not in line)
        return Sent()


@pytest.fixture
def world(tmp_path: Path) -> Any:
    (tmp_path / "tuning").mkdir()
    return SimpleNamespace(
        workspace=SimpleNamespace(private=tmp_path),
        clock=SystemClock(),
        operator="王工",
        redactor=SimpleNamespace(redact=str),
        audit=SimpleNamespace(write=lambda *_line, **_how: None),
    )


def _bench(world: Any, server: Server, journal: Journal, minutes: int = 5) -> Bench:
    closes = datetime.now(UTC) + timedelta(minutes=minutes)
    return Bench(world, "R-1", cast("Hand", server), journal, closes, lambda _words: None)


def _written(world: Any, fix: Fix, *further: tuple[str, Mapping[str, object] | None]) -> Path:
    """The journal of an hmaint that died: the act was begun, and then what `further` says."""
    path: Path = world.workspace.private / "tuning" / "R-1.jsonl"
    with Journal(path, world.clock) as journal:
        journal.intend(ORDER, site="icu")
        journal.intend(
            "pg/T-1", database="pg", about=fix.object, fix=fix_out(fix), undo=list(fix.undo),
            before=["work_mem = 4MB"] if fix is PARAMETER else ["column a"], session="5",
        )  # fmt: skip
        for word, facts in further:
            if word == "failed":
                journal.outcome("pg/T-1", Outcome.FAILED, failure="stopped")
            elif word == "done":
                journal.outcome("pg/T-1", Outcome.DONE, **(facts or {}))
            else:
                journal.intend("undo:pg/T-1", **(facts or {}))
    return path


def _settle(world: Any, server: Server) -> list[Outcome]:
    _books, told = settle(world, "icu", lambda _name: cast("Hand", server), lambda _words: None)
    return [each.outcome for each in told]


def test_a_parameter_written_but_not_read_yet_is_taken_back_and_not_called_untouched(world: Any) -> None:
    path = _written(world, PARAMETER)
    server = Server(["work_mem = 4MB"])
    assert _settle(world, server) == [Outcome.UNDONE]
    assert server.statements == [RESET, RELOAD]
    assert not read_book(path).open


def test_a_parameter_whose_reading_anew_fails_is_taken_back_at_once(world: Any) -> None:
    server = Server(["work_mem = 4MB"], Sent("failed"))
    server.fails = None
    real = server.send

    def send(statement: str, seconds: float, stop: object) -> Sent:
        sent = real(statement, seconds, stop)
        return Sent("看不到服务器的状态，已停止") if server.statements == [SET, RELOAD] else sent

    server.send = send  # type: ignore[method-assign] # one reply differs
    advice = cast("Any", SimpleNamespace(id="T-1", title="", object="work_mem"))
    with Journal(world.workspace.private / "tuning" / "R-1.jsonl", world.clock) as journal:
        done = apply_item(_bench(world, server, journal), Item(server.database, advice, PARAMETER))
    assert server.statements == [SET, RELOAD, RESET, RELOAD]
    assert (done.outcome, done.person) == (Outcome.FAILED, "")


def test_what_was_being_cleared_up_when_hmaint_died_is_cleared_up(world: Any) -> None:
    path = _written(
        world, INDEX, ("failed", None), ("undo", {"session": "5", "statements": list(INDEX.undo)})
    )
    server = Server(["column a", "ix_a INVALID"])
    assert _settle(world, server) == [Outcome.UNDONE]
    assert server.shown == ("column a",)
    assert not read_book(path).open


def test_a_taking_back_that_still_runs_at_the_server_is_waited_for(world: Any) -> None:
    undo = {"session": "9", "statements": list(INDEX.undo)}
    _written(world, INDEX, ("done", {"after": ["column a", "ix_a"]}), ("undo", undo))
    server = Server(["column a", "ix_a"])
    server.running_in["9"] = 1
    real = server.picture

    def picture(fix: Fix) -> tuple[str, ...]:
        return ("column a",) if server.running_in["9"] < 1 else real(fix)

    server.picture = picture  # type: ignore[method-assign] # the server ends it meanwhile
    assert _settle(world, server) == [Outcome.UNDONE]


def test_an_act_whose_connection_broke_and_that_goes_on_stays_in_doubt(world: Any) -> None:
    server = Server(["column a"], Sent("连接中断", lost=True))
    path = world.workspace.private / "tuning" / "R-1.jsonl"
    advice = cast("Any", SimpleNamespace(id="T-1", title="", object="ix_a"))
    with Journal(path, world.clock) as journal:
        journal.intend(ORDER, site="icu")
        done = apply_item(_bench(world, server, journal), Item(server.database, advice, INDEX))
        journal.outcome(ORDER, Outcome.FAILED)
    assert done.outcome is Outcome.INTENT
    assert done.person
    assert read_book(path).open


def test_nothing_is_taken_back_once_the_window_is_over(world: Any) -> None:
    path = _written(world, INDEX, ("done", {"after": ["column a", "ix_a"]}))
    server = Server(["column a", "ix_a"])
    [deed] = read_book(path).deeds
    with Journal(path, world.clock) as journal:
        done = take_back(_bench(world, server, journal, -1), deed)
    assert (done.outcome, bool(done.person), server.statements) == (Outcome.FAILED, True, [])


@pytest.mark.parametrize(
    ("now", "after", "note"),
    [((12, 30), 10.0, ""), ((10, 10), None, "尚未再调用"), ((3, 5), None, "清零")],
)
def test_a_counter_that_was_reset_is_not_called_a_statement_nobody_asked(
    now: tuple[float, float], after: float | None, note: str
) -> None:
    key = ("his", "语句 1 每次扫描行数")
    before = {key: Measured(500.0, "行", counted=(10, 10))}
    [figure] = compared(before, {key: Measured(9.0, "行", counted=now)})
    assert figure.after == after
    assert note in figure.note


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [(40_000, 2, "−99.99%"), (40_000, 0, "−100.00%"), (4, 5, "+25.00%"), (0, 5, "")],
)
def test_what_is_left_of_a_figure_is_not_called_nothing(before: float, after: float, told: str) -> None:
    assert _change(before, after) == told


class Busy(Server):
    """A server where somebody holds the table: what is built concurrently waits in vain and stays there, invalid."""

    def __init__(self, tries: int, *, locked: bool = False) -> None:
        super().__init__(["column a"])
        self.tries, self.locked = tries, locked

    def send(self, statement: str, _seconds: float, _stop: object) -> Sent:
        self.statements.append(statement)
        if statement in INDEX.undo:
            if self.locked:
                return Sent("等锁超时", busy=True)
            self.shown = ("column a",)
            return Sent()
        if len(self.shown) > 1:
            return Sent('relation "ix_a" already exists')
        self.tries -= 1
        self.shown = ("column a", "ix_a INVALID" if self.tries else "ix_a")
        return Sent("等锁超时", busy=True) if self.tries else Sent()


@pytest.mark.parametrize(
    ("server", "outcome", "person", "builds", "drops"),
    [
        (Busy(1), Outcome.DONE, False, 1, 0),
        (Busy(3), Outcome.DONE, False, 3, 2),
        (Busy(9), Outcome.FAILED, False, 3, 3),
        (Busy(9, locked=True), Outcome.FAILED, True, 1, 4),
    ],
)
def test_what_a_build_that_waited_in_vain_has_left_is_removed_before_the_next_try(  # noqa: PLR0913, PLR0917 - a table
    world: Any,
    monkeypatch: pytest.MonkeyPatch,
    server: Busy,
    outcome: Outcome,
    person: bool,  # noqa: FBT001 - a table
    builds: int,
    drops: int,
) -> None:
    monkeypatch.setattr("hmaint.app.db_tune_act.time.sleep", lambda _seconds: None)
    advice = cast("Any", SimpleNamespace(id="T-1", title="", object="ix_a"))
    with Journal(world.workspace.private / "tuning" / "R-1.jsonl", world.clock) as journal:
        done = apply_item(_bench(world, server, journal), Item(server.database, advice, INDEX))
    assert (done.outcome, bool(done.person)) == (outcome, person)
    assert "already exists" not in done.failure
    counted = [server.statements.count(*each) for each in (INDEX.statements, INDEX.undo)]
    assert counted == [builds, drops]
