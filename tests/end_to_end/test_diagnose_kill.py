"""`incident kill` on real servers: what blocks is ended by the least means, and nothing else ever is."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from hmaint.app.kill import aiming
from hmaint.app.world import World
from hmaint.engine.journal import Journal, Outcome, read_journal
from hmaint.kit.clock import SystemClock
from hmaint.load.workspace import Workspace
from tests.checks.documented import PASSWORD
from tests.end_to_end.ailing import (
    Hospital,
    busy_blocker,
    hospital_of_databases,
    mysql_chain,
    postgresql_chain,
    runaway,
    wait_for,
)
from tests.end_to_end.desk import Done


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    with hospital_of_databases(tmp_path_factory.mktemp("kill")) as found:
        secret = PASSWORD.replace("'", "''")
        found.mariadb.admin(
            f"create user hmaint_kill@127.0.0.1 identified by '{secret.replace(chr(92), chr(92) * 2)}'",
            "grant process, connection admin on *.* to hmaint_kill@127.0.0.1",
        )
        found.postgresql.admin(
            f"create role hmaint_kill login password '{secret}'",
            "grant pg_signal_backend, pg_monitor to hmaint_kill",
        )
        yield found


@pytest.fixture(scope="module")
def number(lab: Hospital) -> str:
    done = lab.desk.run(
        "incident", "open", "--site", "well", "--what", "保存医嘱转圈", "--reporter", "王护士长", "--channel", "phone",
        "--scope", "hospital", "--format", "json",
    )  # fmt: skip
    return str(json.loads(done.out)["id"])


def _kill(lab: Hospital, number: str, session: str, *words: str) -> Done:
    return lab.desk.run(
        "incident",
        "kill",
        number,
        "--session",
        session,
        "--reason",
        "李主任电话同意",
        "--format",
        "json",
        *words,
    )


def _blocker(lab: Hospital, number: str, database: str) -> tuple[str, str]:
    told = lab.desk.run("incident", "diagnose", number, "--format", "json").object
    head = next(c for c in told["causes"] if c["id"] == "blocking" and c["target"] == database)["blockers"][0]
    return head["session"], head["transaction"]


def _waits(lab: Hospital) -> int:
    query = "select count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT'"
    return int(lab.mariadb.admin(query)[0][0])


def test_an_idle_blocker_is_let_go_only_with_its_connection_and_the_others_go_on(
    lab: Hospital, number: str
) -> None:
    with mysql_chain(lab.mariadb, 2) as ids:
        session, trx = _blocker(lab, number, "icu-main")
        assert session == str(ids[0])
        refused = _kill(lab, number, f"{session}@icu-main", "--trx", trx, "--yes")
        assert (refused.code, "--connection" in refused.err) == (77, True), refused.err
        assert _waits(lab) == 2
        done = _kill(lab, number, f"{session}@icu-main", "--trx", trx, "--yes", "--connection")
        assert done.code == 0, done.err
        assert done.object["sent"] == [f"KILL CONNECTION {session}"]
        wait_for(lambda: _waits(lab) < 2)
    shown = lab.desk.run("incident", "show", number, "--format", "json").out
    assert "KILL CONNECTION" in shown
    assert "李主任电话同意" in shown
    story = (lab.desk.root / ".hmaint" / "journal" / f"kill-{number}.jsonl").read_text()
    assert [json.loads(line)["outcome"] for line in story.splitlines()] == ["intent", "done"]
    assert "KILL CONNECTION" in lab.desk.run("audit", "list", "--format", "json").out


def test_on_postgresql_a_chain_is_resolved_from_its_head(lab: Hospital, number: str) -> None:
    with postgresql_chain(lab.postgresql, 2) as pids:
        session, trx = _blocker(lab, number, "icu-report")
        assert session == str(pids[0])
        done = _kill(lab, number, f"{session}@icu-report", "--trx", trx, "--yes", "--connection")
        assert (done.code, done.object["freed"]) == (0, True), done.err
        alive = f"select count(*) from pg_stat_activity where pid = {pids[0]}"  # noqa: S608 - a number
        assert lab.postgresql.admin(alive)[0][0] == 0
        others = f"select count(*) from pg_stat_activity where pid in ({pids[1]}, {pids[2]})"  # noqa: S608 - numbers
        assert lab.postgresql.admin(others)[0][0] == 2


def test_a_superusers_session_is_beyond_this_account_and_that_is_said(lab: Hospital, number: str) -> None:
    with postgresql_chain(lab.postgresql, 1, "postgres"):
        session, trx = _blocker(lab, number, "icu-report")
        done = _kill(lab, number, f"{session}@icu-report", "--trx", trx, "--yes", "--connection")
        assert (done.code, done.object["sent"], done.object["freed"]) == (1, [], False)
        assert "42501" in done.object["failure"]


def test_a_busy_blocker_loses_its_statement_first_and_its_connection_only_where_that_frees_nobody(
    lab: Hospital, number: str
) -> None:
    with busy_blocker(lab.mariadb) as session:
        trx = _trx(lab, session)
        first = _kill(lab, number, f"{session}@icu-main", "--trx", trx, "--yes")
        # MySQL keeps the transaction, and its locks, of a statement that was cancelled.
        assert (first.code, first.object["sent"], first.object["freed"]) == (
            2,
            [f"KILL QUERY {session}"],
            False,
        )
        second = _kill(lab, number, f"{session}@icu-main", "--trx", trx, "--yes", "--connection")
        assert (second.code, second.object["sent"]) == (0, [f"KILL CONNECTION {session}"])


def test_on_postgresql_cancelling_a_busy_blocker_is_enough(lab: Hospital, number: str) -> None:
    with busy_blocker(lab.postgresql) as session:
        _head, trx = _blocker(lab, number, "icu-report")
        done = _kill(lab, number, f"{session}@icu-report", "--trx", trx, "--yes", "--connection")
        assert (done.code, done.object["sent"]) == (0, [f"select pg_cancel_backend({session})"])


def test_a_statement_that_has_not_run_for_long_and_blocks_nobody_is_left_alone(
    lab: Hospital, number: str
) -> None:
    with runaway(lab.mariadb) as session:
        assert _kill(lab, number, f"{session}@icu-main", "--trx", "-", "--yes").code == 77


def test_what_holds_nobody_up_any_more_once_a_person_has_said_yes_is_left_alone(
    lab: Hospital, number: str
) -> None:
    there = Workspace(lab.desk.root, lab.desk.root / "inventory.yaml")
    world = World(there, SystemClock(), {"HMAINT_SECRET_RO": PASSWORD}, "张工", "zhang")
    with mysql_chain(lab.mariadb, 1) as (head, waiter):
        with aiming(world, number, f"{head}@icu-main", close=True) as (_aim, act):
            lab.mariadb.admin(f"kill {waiter}", "do 0")
            wait_for(lambda: _waits(lab) == 0)
            ended = act("李主任电话同意")
        assert (ended.sent, ended.freed) == ((), False)
        assert _trx(lab, head)
    with postgresql_chain(lab.postgresql, 1) as (head, waiter):
        with aiming(world, number, f"{head}@icu-report", close=True) as (_aim, act):
            lab.postgresql.admin(f"select pg_terminate_backend({waiter})")
            time.sleep(0.5)
            ended = act("李主任电话同意")
        assert (ended.sent, ended.freed) == ((), False)


def test_an_act_whose_end_nobody_wrote_down_is_looked_into_before_the_next(
    lab: Hospital, number: str
) -> None:
    path = lab.desk.root / ".hmaint" / "journal" / f"kill-{number}.jsonl"
    with Journal(path, SystemClock()) as journal:
        journal.intend("earlier", session="999999", database="icu-main", identity=["999999"])
    assert read_journal(path).in_doubt() == ("earlier",)
    with mysql_chain(lab.mariadb, 1) as ids:
        _kill(lab, number, f"{ids[0]}@icu-main", "--trx", "1", "--yes", "--connection")
    assert read_journal(path).standing()["earlier"].outcome is Outcome.DONE
    assert read_journal(path).in_doubt() == ()


@pytest.mark.parametrize("database", ["icu-main", "icu-report"])
def test_a_session_in_another_transaction_by_now_is_left_alone(
    lab: Hospital, number: str, database: str
) -> None:
    chain = mysql_chain(lab.mariadb, 1) if database == "icu-main" else postgresql_chain(lab.postgresql, 1)
    with chain as ids:
        done = _kill(lab, number, f"{ids[0]}@{database}", "--trx", "12345", "--yes", "--connection")
        assert (done.code, "12345" in done.err) == (77, True)
        gone = _kill(lab, number, f"999999@{database}", "--trx", "12345", "--yes", "--connection")
        assert gone.code == 77
        bystander = _kill(lab, number, f"{ids[1]}@{database}", "--trx", "-", "--yes", "--connection")
        assert bystander.code == 77


def test_nothing_is_done_unconfirmed_or_by_the_account_that_looks(lab: Hospital, number: str) -> None:
    with mysql_chain(lab.mariadb, 1) as ids:
        assert _kill(lab, number, f"{ids[0]}@icu-main").code == 77
        assert _kill(lab, number, f"{ids[0]}@icu-main", "--yes").code == 77
        bare = _kill(lab, number, f"{ids[0]}@no-killer", "--trx", "1", "--yes", "--connection")
        assert (bare.code, "grant process" in bare.err) == (77, True)
        weak = _kill(lab, number, f"{ids[0]}@weak", "--trx", _trx(lab, ids[0]), "--yes", "--connection")
        assert weak.code == 1, weak.err
        assert weak.object["sent"] == []
        assert _waits(lab) == 1


def _trx(lab: Hospital, session: int) -> str:
    query = f"select trx_id from information_schema.innodb_trx where trx_mysql_thread_id = {session}"  # noqa: S608 - a number
    return str(lab.mariadb.admin(query)[0][0])


def test_the_servers_own_and_words_that_are_no_session_are_refused(lab: Hospital, number: str) -> None:
    own = lab.postgresql.admin("select pid from pg_stat_activity where backend_type = 'checkpointer'")[0][0]
    assert _kill(lab, number, f"{own}@icu-report", "--trx", "-", "--yes", "--connection").code == 77
    for wrong in ("1;drop@icu-main", "@icu-main", "-1@icu-main", "１@icu-main", "9" * 40 + "@icu-main", "7"):
        assert _kill(lab, number, wrong, "--trx", "-", "--yes").code == 64, wrong
    assert _kill(lab, number, "7@icu-mian", "--trx", "-", "--yes").code == 64


def test_no_secret_and_no_value_of_a_statement_reaches_what_is_kept(lab: Hospital, number: str) -> None:
    lab.desk.run("incident", "show", number)
    kept = b"".join(content for _name, content in lab.desk.bytes_kept())
    assert PASSWORD.encode() not in kept
