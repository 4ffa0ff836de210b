"""What holds for every database hmaint looks at: it cannot be changed, waits end, answers are what was seen."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from hmaint.database.dialect import Bounds, end
from hmaint.database.guard import refusal
from hmaint.database.session import GRACE, Session, dialect_of, open_session
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Database, Limits
from hmaint.model.look import Query, Seen
from tests.contract.databases import MANY, PIECES, SLOW, WRITING_FUNCTION, Ward, prepare
from tests.services.proxy import Proxy


@pytest.fixture(scope="module", params=["mysql", "postgresql", "sqlite"])
def ward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder = tmp_path_factory.mktemp("ward")
    server = {"mysql": "mariadb", "postgresql": "postgresql"}.get(request.param)
    made = prepare(Ward(request.param, folder, request.getfixturevalue(server) if server else None))
    yield made
    if made.server is not None:
        made.server.admin("drop database ward")


SERVERS = pytest.mark.parametrize("ward", ["mysql", "postgresql"], indirect=True)


@pytest.fixture
def session(ward: Ward) -> Iterator[Session]:
    opened = ward.open()
    yield opened
    opened.close()


def test_facts_are_the_servers_own(ward: Ward, session: Session) -> None:
    asked = "select sqlite_version() v" if ward.engine == "sqlite" else "select version() v"
    (version,) = session.ask(Query(asked)).rows
    assert str(session.facts["version"]) in str(version["v"])
    assert session.facts["flavour"] == {"mysql": "mariadb"}.get(ward.engine, ward.engine)
    assert abs(int(str(session.facts["now"])) - time.time()) < 5
    assert (session.facts["uptime"] is None) == (ward.engine == "sqlite")


def test_names_and_values_come_back_whole(session: Session) -> None:
    rows = session.ask(Query("select 1 as A, 2 as a, 'x:y 100%' as t, '张三' as 姓名, note from bed")).rows
    assert rows == ({"a": 1, "a_2": 2, "t": "x:y 100%", "姓名": "张三", "note": "一床"},)


@pytest.mark.parametrize("value", ["张'三\"\\", "a:b", "100%", "%s", "; drop table bed", "", 7, None])
def test_bound_values_stay_values(session: Session, value: str | int | None) -> None:
    cast = "cast(:given as char(40))" if isinstance(value, str) else "cast(:given as decimal)"
    (row,) = session.ask(Query(f"select {cast} as x", (("given", value),))).rows
    assert str(row["x"]).rstrip() == str(value).rstrip()


@pytest.mark.parametrize(
    "sql",
    [
        "insert into bed values (2, 'x')",
        "delete from bed",
        "create table t2 (a int)",
        "drop table bed",
        "update bed set note = 'x'",
    ],
)
def test_a_write_that_slipped_past_the_guard_is_refused_by_the_read_only_state(ward: Ward, sql: str) -> None:
    dialect = dialect_of(ward.engine)
    line = dialect.connect(ward.database(), ward.password, ward.folder)
    try:
        dialect.begin(line, Bounds(5, 10))
        with pytest.raises(DBAPIError) as refused:
            line.connection.exec_driver_sql(sql)
        assert refused.value.orig is not None
        assert dialect.explain(refused.value.orig)[0] is Seen.DENIED
    finally:
        end(line)
    assert ward.beds() == 1


@SERVERS
def test_a_write_hidden_in_a_function_is_refused_by_the_read_only_transaction(
    ward: Ward, session: Session
) -> None:
    ward.admin(WRITING_FUNCTION[ward.engine])
    assert session.ask(Query("select admit() as n")).seen is Seen.DENIED
    assert ward.beds() == 1


@pytest.mark.parametrize(
    "sql", ["set transaction read write", "select 1; set transaction read write", "commit"]
)
def test_leaving_the_read_only_state_is_refused(session: Session, sql: str) -> None:
    answer = session.ask(Query(sql))
    assert (answer.seen, answer.reason[:4]) == (Seen.DENIED, "拒绝发送")
    assert session.ask(Query("select 1 as a")).seen is Seen.OBSERVED


@pytest.mark.parametrize("sql", ["attach '{}' as other", "vacuum into '{}'"])
def test_no_statement_can_make_a_file_beside_a_sqlite_file(tmp_path: Path, sql: str) -> None:
    ward = prepare(Ward("sqlite", tmp_path))
    dialect = dialect_of("sqlite")
    line = dialect.connect(ward.database(), None, tmp_path)
    dialect.begin(line, Bounds(5, 10))
    with pytest.raises(DBAPIError, match="authoriz"):
        line.connection.exec_driver_sql(sql.format(tmp_path / "new.db"))
    end(line)
    assert not (tmp_path / "new.db").exists()


_NOISE = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=_NOISE, more=_NOISE)
def test_no_text_smuggles_a_second_statement_past_the_guard(ward: Ward, noise: str, more: str) -> None:
    """What the guard lets pass is sent as a whole script, which only the server itself cuts into statements."""
    sql = f"select 1 {noise}; delete from bed; {more}"  # noqa: S608 - that is the test
    if refusal(sql, ward.engine) is None:
        ward.run_script(sql)
        assert ward.beds() == 1


def test_a_query_without_end_ends_at_its_limit_on_the_server_too(ward: Ward, session: Session) -> None:
    answer = session.ask(Query(SLOW[ward.engine], limit=0.5))
    assert answer.seen is Seen.TIMED_OUT
    assert answer.elapsed_ms < (0.5 + GRACE) * 1000
    assert session.ask(Query("select 1 as a")).rows == ({"a": 1},)
    assert not ward.still_running("columns d" if ward.engine == "mysql" else "generate_series(1, 1000000)")


def test_a_flood_of_rows_is_cut_and_the_session_goes_on(ward: Ward, session: Session) -> None:
    answer = session.ask(Query(MANY[ward.engine], rows=1000, limit=20))
    assert (answer.seen, answer.cut, len(answer.rows)) == (Seen.OBSERVED, True, 1000)
    assert session.ask(Query("select 1 as a")).rows == ({"a": 1},)


def test_exactly_as_many_rows_as_allowed_are_not_called_cut(session: Session) -> None:
    answer = session.ask(Query("select 1 as a union all select 2", rows=2))
    assert (answer.cut, len(answer.rows)) == (False, 2)
    assert session.ask(Query("select 1 as a union all select 2", rows=1)).cut


def test_a_huge_value_is_cut(ward: Ward, session: Session) -> None:
    sql = (
        "select hex(zeroblob(500000)) as x" if ward.engine == "sqlite" else "select repeat('床', 500000) as x"
    )
    (row,) = session.ask(Query(sql)).rows
    assert len(str(row["x"])) == 65_537
    assert str(row["x"]).endswith("…")


@pytest.mark.parametrize(
    ("sql", "seen"),
    [
        ("select * from nowhere", Seen.UNSUPPORTED),
        ("select nocolumn from bed", Seen.UNSUPPORTED),
        ("select nofunction(1)", Seen.UNSUPPORTED),
        ("select from from", Seen.GARBLED),
    ],
)
def test_an_error_says_whether_the_thing_is_missing_or_the_statement_wrong(
    session: Session, sql: str, seen: Seen
) -> None:
    answer = session.ask(Query(sql))
    assert (answer.seen, bool(answer.reason)) == (seen, True)


def test_a_missing_value_for_a_name_is_an_answer_and_no_crash(session: Session) -> None:
    assert session.ask(Query("select :nobody as a")).seen is Seen.GARBLED


@SERVERS
def test_a_wrong_password_is_denied_and_shown_nowhere(ward: Ward) -> None:
    secret = "wrong-密码-secret"
    with pytest.raises(CouldNotLook) as denied:
        open_session(ward.database(), secret, ward.folder)
    assert denied.value.seen == Seen.DENIED
    told = "".join(traceback.TracebackException.from_exception(denied.value, capture_locals=False).format())
    assert secret not in told
    assert denied.value.__context__ is None


@SERVERS
def test_a_closed_port_is_unreachable(ward: Ward) -> None:
    with pytest.raises(CouldNotLook) as failure:
        ward.open(port=1)
    assert failure.value.seen == Seen.UNREACHABLE


@SERVERS
def test_a_server_that_never_greets_costs_its_time_limit_only(ward: Ward) -> None:
    proxy = Proxy(ward.server.port)  # type: ignore[union-attr] # a served ward has one
    proxy.stall()
    began = time.monotonic()
    with pytest.raises(CouldNotLook) as failure:
        ward.open(proxy.port, Limits(connect=1, login=1))
    assert failure.value.seen in (Seen.UNREACHABLE, Seen.TIMED_OUT)
    assert time.monotonic() - began < 10
    proxy.close()


@SERVERS
def test_a_server_that_falls_silent_is_hung_up_on_and_asked_again_once_it_speaks(ward: Ward) -> None:
    proxy = Proxy(ward.server.port)  # type: ignore[union-attr] # a served ward has one
    session = ward.open(proxy.port)
    proxy.stall()
    assert session.ask(Query("select 1 as a", limit=0.2)).seen is Seen.TIMED_OUT
    proxy.flow()
    assert session.ask(Query("select 1 as a")).rows == ({"a": 1},)
    session.close()
    proxy.close()


@SERVERS
def test_a_cut_connection_is_unreachable_and_dialled_anew_once(ward: Ward) -> None:
    proxy = Proxy(ward.server.port)  # type: ignore[union-attr] # a served ward has one
    session = ward.open(proxy.port)
    proxy.cut()
    assert session.ask(Query("select 1 as a")).seen is Seen.UNREACHABLE
    assert session.ask(Query("select 1 as a")).rows == ({"a": 1},)
    proxy.close()
    answers = [session.ask(Query("select 1 as a")) for _ in range(3)]
    assert {answer.seen for answer in answers} == {Seen.UNREACHABLE}
    assert answers[2].reason.startswith("连接中断后未能重连")
    session.close()


def test_the_administrators_account_is_told_as_a_missing_belt(ward: Ward, session: Session) -> None:
    assert bool(session.missing_belts) == (ward.engine != "sqlite")


@SERVERS
def test_tls_that_the_server_does_not_speak_is_an_error_not_a_plain_login(ward: Ward) -> None:
    plain = ward.database()
    with pytest.raises(CouldNotLook):
        open_session(
            Database(**{name: getattr(plain, name) for name in plain.__slots__} | {"tls": True}),
            ward.password,
            ward.folder,
        )


@pytest.mark.parametrize("engine", ["db2"])
def test_an_engine_of_a_later_release_is_named_plainly(engine: str, tmp_path: Path) -> None:
    with pytest.raises(CouldNotLook, match=engine) as failure:
        open_session(Database("d", "s", engine), "x", tmp_path)  # type: ignore[arg-type] # parametrised literals
    assert failure.value.seen == Seen.UNSUPPORTED


@SERVERS
def test_a_lost_line_leaves_no_words_on_the_screen(
    ward: Ward, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The libraries log the death of a connection with a traceback, which is not for an engineer's eyes."""
    proxy = Proxy(ward.server.port)  # type: ignore[union-attr] # a served ward has one
    session = ward.open(proxy.port)
    proxy.close()
    session.close()
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")
