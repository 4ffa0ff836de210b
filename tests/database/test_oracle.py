"""Oracle without Oracle: the driver against bad listeners, and the session over replies that a test wrote down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.exc import DBAPIError

from hmaint.database import oracle
from hmaint.database.apart import ApartSession
from hmaint.database.dialect import end
from hmaint.database.oracle import descriptor
from hmaint.database.oracle_errors import explain
from hmaint.database.session import open_session
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Database, Limits
from hmaint.model.look import Query, Seen
from hmaint.model.playbook import Level
from tests.checks.catalogues import catalogue, inspect
from tests.checks.documented import statements
from tests.services import tns
from tests.services.process import free_port

T = TypeVar("T")
STUBS = Path(tns.__file__).parent / "stubs"
SHORT = Limits(connect=1, login=1, command=1)
PASSWORD = "Grün 长密码'\"$"

HEALTHY = [
    ["sys_extract_utc", ["d", "dba", "u"], [[20000.5, 0, "HMAINT_RO"]]],
    ["sysdate - startup_time", ["d"], [[10.5]]],
    ["session_privs", ["privilege"], [["CREATE SESSION"]]],
    ["user_tab_privs", ["privilege", "name"], []],
    ["user_tables", ["n"], [[0]]],
    ["SELECT 1.1", ["value"], [["1.1"]]],
    ["current_schema", ["value"], [["HMAINT_RO"]]],
]


def database(port: int = 1521, **words: object) -> Database:
    base = Database("his", "icu", "oracle", "127.0.0.1", port, "hmaint_ro", service="his", limits=SHORT)
    return Database(**{**{name: getattr(base, name) for name in base.__slots__}, **words})


@pytest.fixture
def listen() -> Iterator[Callable[[tns.Manner], int]]:
    open_ones: list[tns.Listener] = []

    def start(manner: tns.Manner) -> int:
        open_ones.append(tns.Listener(manner))
        return open_ones[-1].port

    yield start
    for each in open_ones:
        each.close()


def refused(target: Database, folder: Path) -> tuple[Seen, str, float]:
    started = time.monotonic()
    with pytest.raises(CouldNotLook) as failure:
        open_session(target, PASSWORD, folder)
    assert PASSWORD not in failure.value.reason
    assert failure.value.__context__ is None
    return Seen(failure.value.seen), failure.value.reason, time.monotonic() - started


@pytest.mark.parametrize(
    ("manner", "seen", "words"),
    [
        (tns.resets, Seen.UNREACHABLE, "连接中断"),
        (tns.hangs, Seen.TIMED_OUT, "2 秒内没有答复"),
        (tns.drips, Seen.TIMED_OUT, "2 秒内没有答复"),
        (tns.accepts_as(314), Seen.UNSUPPORTED, "Instant Client 19"),
        (tns.refuses(12514), Seen.UNSUPPORTED, "service / sid"),
    ],
    ids=["reset", "hang", "drip", "11.2", "12514"],
)
def test_a_bad_listener_is_told_for_what_it_is_within_the_limits(
    listen: Callable[[tns.Manner], int], tmp_path: Path, manner: tns.Manner, seen: Seen, words: str
) -> None:
    told, reason, took = refused(database(listen(manner)), tmp_path)
    assert (told, words in reason) == (seen, True), reason
    assert took < 20


@pytest.mark.parametrize(
    ("manner", "seen", "words"),
    [
        (tns.talks_http, Seen.UNREACHABLE, "连接中断"),
        (tns.babbles, Seen.UNREACHABLE, "连接中断"),
        (tns.refuses(12505), Seen.UNSUPPORTED, "service / sid"),
        (tns.refuses(12516), Seen.UNREACHABLE, "连接数已满"),
        (tns.refuses(12528), Seen.UNREACHABLE, "未打开"),
        (tns.refuses(12526), Seen.UNREACHABLE, "受限模式"),
    ],
    ids=["http", "babble", "12505", "12516", "12528", "12526"],
)
def test_what_the_driver_makes_of_a_listener_is_understood(
    listen: Callable[[tns.Manner], int], tmp_path: Path, manner: tns.Manner, seen: Seen, words: str
) -> None:
    """The driver in this very process, which is faster and no different."""
    with pytest.raises(DBAPIError) as failure:
        oracle.connect(database(listen(manner)), PASSWORD, tmp_path)
    assert failure.value.orig is not None
    told, reason = explain(failure.value.orig)
    assert (told, words in reason) == (seen, True), reason


def test_nobody_listening_and_a_client_library_that_is_not_there(tmp_path: Path) -> None:
    seen, reason, _ = refused(database(free_port()), tmp_path)
    assert (seen, "refused" in reason) == (Seen.UNREACHABLE, True)
    seen, reason, _ = refused(database(free_port(), client="/no/such/instantclient"), tmp_path)
    assert (seen, "无法加载 Oracle 客户端库" in reason) == (Seen.UNSUPPORTED, True)
    seen, reason, _ = refused(database(free_port(), driver="cx_oracle"), tmp_path)
    assert (seen, "没有安装 cx_Oracle" in reason) == (Seen.UNSUPPORTED, True)


@pytest.mark.parametrize(
    ("said", "seen", "words"),
    [
        ("ORA-01017: invalid username/password; logon denied", Seen.DENIED, "账号和密码"),
        ("ORA-28000: the account is locked", Seen.DENIED, "锁定"),
        ("ORA-28001: the password has expired", Seen.DENIED, "过期"),
        ("ORA-00942: table or view does not exist", Seen.DENIED, "没有权限"),
        ("ORA-01031: insufficient privileges", Seen.DENIED, "权限"),
        (
            "ORA-01456: may not perform insert/delete/update operation inside a READ ONLY transaction",
            Seen.DENIED,
            "只读",
        ),
        ('ORA-00904: "VERSION_FULL": invalid identifier', Seen.UNSUPPORTED, "没有这一列"),
        ("ORA-00257: archiver error. Connect internal only, until freed.", Seen.UNREACHABLE, "归档空间已满"),
        ("ORA-00020: maximum number of processes (300) exceeded", Seen.UNREACHABLE, "已满"),
        ("ORA-01033: ORACLE initialization or shutdown in progress", Seen.UNREACHABLE, "未打开"),
        ("ORA-03113: end-of-file on communication channel", Seen.UNREACHABLE, "中断"),
        ("DPY-4011: the database or network closed the connection", Seen.UNREACHABLE, "中断"),
        ("DPY-4024: call timeout of 3000 ms exceeded", Seen.TIMED_OUT, "时限"),
        ("ORA-01013: user requested cancel of current operation", Seen.TIMED_OUT, "时限"),
        (
            "DPY-3015: password verifier type 0x939 is not supported by python-oracledb in thin mode",
            Seen.UNSUPPORTED,
            "client",
        ),
        ("DPY-3001: Native Network Encryption is only supported in thick mode", Seen.UNSUPPORTED, "client"),
        ("TNS-12541: TNS:no listener", Seen.UNREACHABLE, "中断"),
        ("DPY-6005: cannot connect to database. timed out", Seen.TIMED_OUT, "超时"),
        ("ORA-01476: divisor is equal to zero", Seen.GARBLED, "ORA-01476"),
        ("something nobody wrote down", Seen.GARBLED, "something"),
    ],
)
def test_an_error_is_told_by_its_code(said: str, seen: Seen, words: str) -> None:
    told, reason = explain(Exception(said))
    assert (told, words in reason) == (seen, True), reason


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ({}, "(CONNECT_DATA=(SERVICE_NAME=his))"),
        ({"service": "", "sid": "ORCL"}, "(CONNECT_DATA=(SID=ORCL))"),
        ({"tls": True}, "(PROTOCOL=TCPS)(HOST=127.0.0.1)"),
        ({}, "(CONNECT_TIMEOUT=2)(TRANSPORT_CONNECT_TIMEOUT=1)"),
    ],
)
def test_the_connect_descriptor_says_what_the_inventory_says(words: dict[str, object], part: str) -> None:
    assert part in descriptor(database(**words))


@dataclass
class Written:
    """A database whose replies are written down, asked through the real session and process."""

    folder: Path
    replies: list[list[object]] = field(default_factory=list)
    words: dict[str, object] = field(default_factory=dict)

    def write(self) -> None:
        plan = {"replies": [*self.replies, *HEALTHY], "password": PASSWORD, **self.words}
        (self.folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")

    def open(self, password: str = PASSWORD, **words: object) -> ApartSession:
        self.write()
        session = open_session(database(driver="cx_oracle", **words), password, self.folder)
        assert isinstance(session, ApartSession)
        return session

    def log(self) -> list[list[object]]:
        lines = (self.folder / "plan.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def sent(self) -> list[str]:
        return [how[0] for what, how in self.log() if what == "execute" and isinstance(how, list)]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    monkeypatch.setenv("HMAINT_STUB", str(tmp_path / "plan.json"))
    monkeypatch.setenv("PYTHONPATH", str(STUBS))
    return Written(tmp_path)


def test_facts_are_told_and_every_query_stands_in_a_read_only_transaction_with_a_limit(
    written: Written,
) -> None:
    written.replies = [["from v$log", ["GROUP#", "状态"], [[1, "CURRENT"], [2, None]]]]
    session = written.open()
    assert session.facts == {
        "version": "19.22.0.0.0",
        "flavour": "oracle",
        "uptime": 907_200,
        "superuser": False,
        "now": 1_728_043_200,
    }
    assert session.missing_belts == ()
    reply = session.ask(
        Query('select group#, status as "状态" from v$log where group# > :least', (("least", 0),), 7)
    )
    session.close()
    assert (reply.seen, reply.rows) == (
        Seen.OBSERVED,
        ({"group#": 1, "状态": "CURRENT"}, {"group#": 2, "状态": None}),
    )
    log = [entry for entry in written.log() if entry[0] in ("execute", "call_timeout", "rollback", "commit")]
    at = next(n for n, (what, how) in enumerate(log) if what == "execute" and "v$log" in how[0])
    assert log[at - 2 : at - 1] == [["call_timeout", 7000]]
    assert log[at - 1][1][0] == "set transaction read only"
    assert log[at][1][1] == {"least": 0}
    assert log[at + 1][0] == "rollback"
    assert "commit" not in [what for what, _ in log]


def test_the_login_keeps_the_session_to_one_process_of_the_server_and_tells_no_password(
    written: Written,
) -> None:
    session = written.open(client="/opt/instantclient_19")
    process = session._process
    assert process is not None
    seen = (
        Path(f"/proc/{process.pid}/environ").read_bytes() + Path(f"/proc/{process.pid}/cmdline").read_bytes()
    )
    session.close()
    assert PASSWORD.encode() not in seen
    assert b"LD_LIBRARY_PATH=/opt/instantclient_19" in seen
    assert ["client", "/opt/instantclient_19"] in written.log()
    assert "alter session disable parallel query" in written.sent()
    assert not any(
        PASSWORD in path.read_text(errors="replace")
        for path in written.folder.iterdir()
        if path.suffix == ".log"
    )


def test_a_wrong_password_is_offered_once(written: Written) -> None:
    with pytest.raises(CouldNotLook, match="登录被拒绝") as failure:
        written.open("wrong password")
    assert failure.value.seen is Seen.DENIED
    assert [what for what, _ in written.log()] == ["connect"]


@pytest.mark.parametrize(
    ("replies", "words", "belts"),
    [
        ([["session_privs", ["p"], [["CREATE SESSION"], ["ALTER SYSTEM"]]]], {}, ["另有 ALTER SYSTEM 权限"]),
        ([["user_tab_privs", ["p", "t"], [["UPDATE", "HIS.PATIENT"]]]], {}, ["UPDATE ON HIS.PATIENT"]),
        ([["user_tables", ["n"], [[3]]]], {}, ["自己的表"]),
        ([["sys_extract_utc", ["d", "dba", "u"], [[1, 1, "X"]]]], {}, ["DBA 权限"]),
        ([], {"old_client": True}, ["不能限制查询时间"]),
        ([["session_privs", ["p"], [["SET CONTAINER"], ["SELECT ANY DICTIONARY"]]]], {}, []),
    ],
)
def test_what_protection_lacks_is_said(
    written: Written,
    monkeypatch: pytest.MonkeyPatch,
    replies: list[list[object]],
    words: dict[str, object],
    belts: list[str],
) -> None:
    written.replies, written.words = replies, words
    written.write()
    monkeypatch.syspath_prepend(STUBS)
    monkeypatch.delitem(sys.modules, "cx_Oracle", raising=False)
    line = oracle.connect(database(driver="cx_oracle"), PASSWORD, written.folder)
    missing = oracle.missing_belts(line, oracle.facts(line))
    end(line)
    monkeypatch.delitem(sys.modules, "cx_Oracle")
    assert len(missing) == len(belts)
    assert all(words in said for words, said in zip(belts, missing, strict=True))


def test_without_a_right_to_the_instance_its_uptime_is_unknown_and_a_view_is_denied(written: Written) -> None:
    written.replies = [["v$instance", "ORA-00942: table or view does not exist"]]
    session = written.open()
    reply = session.ask(Query("select status from v$instance"))
    session.close()
    assert session.facts["uptime"] is None
    assert (reply.seen, "没有权限" in reply.reason) == (Seen.DENIED, True)


def test_a_query_that_is_refused_never_gets_to_the_driver(written: Written) -> None:
    session = written.open()
    reply = session.ask(Query("select dbms_lock.sleep(9) from dual"))
    session.close()
    assert (reply.seen, reply.reason[:4]) == (Seen.DENIED, "拒绝发送")
    assert not [sql for sql in written.sent() if "sleep" in sql]


LICENSED = [
    "select event from v$active_session_history",
    "select event from sys.gv_$active_session_history",
    'select 1 from "DBA_HIST_SYSSTAT"',
    "select sql_id from v$sql_monitor",
    "with x as (select 1 from dba_advisor_findings) select 1 from x",
    "select value from v$sysmetric_history",
]
FREE = [
    "select 1 from dba_hist_snapshot",
    "select 'dba_hist_sysstat' as x from v$sqlarea",
    "select 1 from v$sysstat",
]


def test_a_view_that_must_be_bought_is_read_only_where_the_inventory_says_it_was(written: Written) -> None:
    """Whoever wrote the check: one look counts as use."""
    session = written.open()
    told = {sql: session.ask(Query(sql)) for sql in (*LICENSED, *FREE)}
    session.close()
    assert all(told[sql].seen is Seen.DENIED and "diagnostics_pack" in told[sql].reason for sql in LICENSED)
    assert not [sql for sql in written.sent() if sql in LICENSED]
    assert all(told[sql].seen is Seen.OBSERVED for sql in FREE)
    bought = written.open(diagnostics_pack=True)
    assert {bought.ask(Query(sql)).seen for sql in LICENSED} == {Seen.OBSERVED}
    bought.close()


ORPHANED = """
import sys
from pathlib import Path
from hmaint.database.apart import ApartSession
from hmaint.model.inventory import Database, Limits
limits = Limits(connect=60, login=60, command=60)
target = Database("his", "icu", "oracle", "127.0.0.1", int(sys.argv[1]), "hmaint_ro", service="his", limits=limits)
ApartSession(target, "x", Path(".")).start()
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux shows whose child a process is")
def test_a_driver_that_waits_does_not_outlive_a_run_that_was_killed(
    listen: Callable[[tns.Manner], int], tmp_path: Path
) -> None:
    script = tmp_path / "orphaned.py"
    script.write_text(ORPHANED, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script), str(listen(tns.hangs))])  # noqa: S603 - ours
    try:
        child = _until(lambda: _children(parent.pid))[0]
    finally:
        parent.kill()
        parent.wait()
    _until(lambda: not _runs(child))


def _children(parent: int) -> list[int]:
    return [number for number in _processes() if _stat(number)[1:2] == [str(parent)]]


def _processes() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def _stat(process: int) -> list[str]:
    """State, parent and what follows of a process; nothing where it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _runs(process: int) -> bool:
    """Whether it is there and no mere entry nobody has collected."""
    return _stat(process)[:1] not in ([], ["Z"])


def _until(wanted: Callable[[], T]) -> T:
    limit = time.monotonic() + 20
    while not (found := wanted()):
        assert time.monotonic() < limit
        time.sleep(0.1)
    return found


def test_a_process_that_nobody_hears_ends_at_its_limit(tmp_path: Path) -> None:
    """Its last words go into a pipe that is shut."""
    text = (
        "import io, os, time\nfrom hmaint.database import apart_door\n"
        "shut, answers = os.pipe()\nos.close(shut)\n"
        "with apart_door._bounded(-apart_door._LAST, os.fdopen(answers, 'wb')):\n    time.sleep(30)\n"
    )
    script = tmp_path / "unheard.py"
    script.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], timeout=20, check=False)  # noqa: S603 - ours
    assert done.returncode == 1


@pytest.mark.parametrize("manner", ["slow", "hang"])
def test_a_query_without_an_end_is_ended_and_the_next_one_goes_on(written: Written, manner: str) -> None:
    written.replies = [["from v$lock", manner], ["from v$log", ["n"], [[1]]]]
    session = written.open()
    started = time.monotonic()
    assert session.ask(Query("select sid from v$lock")).seen is Seen.TIMED_OUT
    assert time.monotonic() - started < 12
    reply = session.ask(Query("select group# from v$log"))
    session.close()
    assert (reply.seen, reply.rows) == (Seen.OBSERVED, ({"n": 1},))


def test_a_driver_that_dies_takes_nothing_with_it(written: Written) -> None:
    written.replies = [["from v$lock", "die"], ["from v$log", ["n"], [[1]]]]
    session = written.open()
    reply = session.ask(Query("select sid from v$lock"))
    assert (reply.seen, reply.reason) == (Seen.UNREACHABLE, "数据库驱动的进程意外结束")
    assert session.ask(Query("select group# from v$log")).seen is Seen.OBSERVED
    session.close()
    session.close()


def test_no_process_is_left_behind(written: Written) -> None:
    session = written.open()
    process = session._process
    assert process is not None
    session.close()
    assert process.poll() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_an_account_without_rights_finds_nothing_fine(written: Written) -> None:
    """Every check of the catalogue, through the real process: what may not be seen is neither good nor bad."""
    views = ("v$", "dba_", "pdb_plug_in", "audit_unified")
    written.replies = [[words, "ORA-00942: table or view does not exist"] for words in views]
    written.write()
    found = inspect(catalogue("oracle"), database(driver="cx_oracle"), PASSWORD, written.folder)
    told = {name: check for name, check in found.checks.items() if name.startswith("oracle.")}
    assert len(told) >= 90
    assert {check.level for check in told.values()} == {Level.UNKNOWN, Level.SKIPPED}
    denied = [check.summary for check in told.values() if check.level is Level.UNKNOWN]
    assert len(denied) > 80
    assert all("没有权限" in words and "所需权限：SELECT_CATALOG_ROLE" in words for words in denied), denied


def test_the_account_of_the_page_has_no_right_but_to_look() -> None:
    for tag, user in (("oracle", "hmaint_ro"), ("oracle-cdb", "c##hmaint_ro"), ("oracle-23", "hmaint_ro")):
        grants = [each for each in statements(tag) if each.startswith("GRANT")]
        given = {grant.removeprefix("GRANT ").partition(" TO ")[0] for grant in grants}
        assert given <= {
            "CREATE SESSION",
            "SELECT_CATALOG_ROLE",
            "SELECT ON SYS.AUDIT_UNIFIED_ENABLED_POLICIES",
        }
        assert grants
        assert all(f" TO {user}" in grant for grant in grants)


def test_rows_are_bounded(written: Written) -> None:
    written.replies = [["from dba_objects", ["n"], [[n] for n in range(50)]]]
    session = written.open()
    reply = session.ask(Query("select object_id from dba_objects", rows=20))
    session.close()
    assert (len(reply.rows), reply.cut) == (20, True)
