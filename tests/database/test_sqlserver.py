"""The SQL Server dialect against a small peer that speaks its protocol, and against listeners that do not."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from hmaint.database import browser, tds
from hmaint.database.relay import Relay
from hmaint.database.session import GRACE, Session, open_session
from hmaint.database.sqlserver import explain
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Database, Limits
from hmaint.model.look import Query, Seen
from tests.services.sqlserver import FACTS, context_of, server
from tests.services.tds import Answer, Peer, Refusal, Reply

SECRET = "ein 长密码'\"$\\#&"
QUICK = Limits(connect=1, login=1, command=1)


@pytest.fixture(scope="module")
def modern(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return context_of(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def of_2008(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """What a SQL Server 2008 R2 without updates speaks: TLS 1.0 and no more."""
    context = context_of(tmp_path_factory.mktemp("tls"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


Start = Callable[..., Peer]


@pytest.fixture
def start(modern: ssl.SSLContext) -> Iterator[Start]:
    peers: list[Peer] = []

    def started(answer: Answer = server, **how: object) -> Peer:
        peers.append(Peer(answer, **{"tls": modern, **how}))  # type: ignore[arg-type] # passed on as given
        return peers[-1]

    yield started
    for peer in peers:
        peer.close()


def database(port: int, limits: Limits = QUICK, **how: object) -> Database:
    given = {"address": "127.0.0.1", "port": port, "user": "hmaint_ro", "limits": limits, **how}
    return Database("main", "his", "sqlserver", **given)  # type: ignore[arg-type] # passed on as given


def dial(port: int, limits: Limits = QUICK, **how: object) -> Session:
    return open_session(database(port, limits, **how), SECRET, Path())


def refused(port: int, limits: Limits = QUICK, **how: object) -> CouldNotLook:
    """How a login failed; neither its words nor anything that hangs on it may hold the password."""
    with pytest.raises(CouldNotLook) as failure:
        dial(port, limits, **how)
    told = "".join(traceback.TracebackException.from_exception(failure.value, capture_locals=False).format())
    assert SECRET not in told
    assert failure.value.__context__ is None
    return failure.value


# ---- a server that answers


def test_facts_and_rows_come_through_the_real_driver(start: Start) -> None:
    session = dial(start().port)
    assert session.facts == {
        "version": "15.0.4430.1",
        "flavour": "sqlserver",
        "edition": "Standard Edition (64-bit)",
        "uptime": 86_400,
        "superuser": False,
        "now": 1_700_000_000,
    }
    answer = session.ask(Query("select n, 姓名 from t where a like '10%' and b = :b", (("b", "李'四"),)))
    assert answer.rows == ({"n": 1, "姓名": "张三"}, {"n": None, "姓名": None})
    session.close()


def test_bound_values_reach_the_server_as_quoted_values_and_nothing_else_is_asked(start: Start) -> None:
    peer = start()
    session = dial(peer.port)
    session.ask(Query("select 1 as n where b = :b and c = :c", (("b", "x'; drop table bed --"), ("c", 7))))
    session.close()
    settings, facts, rights, question = peer.said
    assert "set lock_timeout 3000; set deadlock_priority low" in settings
    assert "serverproperty" in facts
    assert "fn_my_permissions" in rights
    assert question == "select 1 as n where b = N'x''; drop table bed --' and c = 7"


def test_what_sql_server_lacks_is_told_always_and_a_powerful_account_too(start: Start) -> None:
    assert [belt[:10] for belt in dial(start().port).missing_belts] == ["SQL Server", "SQL Server"]

    def writer(sql: str) -> Reply | Refusal | None:
        return Reply(["p"], [["CONNECT"], ["INSERT"], ["CONTROL SERVER"]]) if "fn_my" in sql else server(sql)

    assert "CONTROL SERVER、INSERT" in dial(start(writer).port).missing_belts[0]

    def boss(sql: str) -> Reply | Refusal | None:
        return Reply(FACTS.columns, [[*FACTS.rows[0][:4], 1]]) if "serverproperty" in sql else server(sql)

    assert "sysadmin" in dial(start(boss).port).missing_belts[0]


def test_a_login_asks_for_reading_only(start: Start) -> None:
    peer = start()
    dial(peer.port).close()
    type_flags = peer.logins[0][26]
    assert type_flags & 0x20  # fReadOnlyIntent, [MS-TDS] 2.2.6.4


@pytest.mark.parametrize("version", ["7.1", "7.2", "7.3", "7.4"])
def test_the_version_of_the_protocol_can_be_set(start: Start, version: str) -> None:
    peer = start(login=Refusal(18456, "Login failed"))
    refused(peer.port, tds_version=version)
    number = {"7.1": 0x71000001, "7.2": 0x72090002, "7.3": 0x730B0003, "7.4": 0x74000004}[version]
    assert struct.unpack_from("<I", peer.logins[0], 4) == (number,)


def test_a_reply_without_end_is_cut_taken_back_and_the_session_goes_on(start: Start) -> None:
    def flood(sql: str) -> Reply | Refusal | None:
        return Reply(["n"], [[1]] * 500, endless=True) if "flood" in sql else server(sql)

    peer = start(flood)
    session = dial(peer.port)
    answer = session.ask(Query("select n from flood", rows=1000))
    assert (answer.seen, answer.cut, len(answer.rows)) == (Seen.OBSERVED, True, 1000)
    assert session.ask(Query("select 1 as n")).rows[0]["n"] == 1
    assert peer.attentions == 1
    assert len(peer.logins) == 1
    session.close()


@pytest.mark.parametrize(
    ("refusal", "seen", "word"),
    [
        (Refusal(208, "Invalid object name 'x'.", 16), Seen.UNSUPPORTED, "没有这张表或视图"),
        (Refusal(207, "Invalid column name 'x'.", 16), Seen.UNSUPPORTED, "没有这一列"),
        (
            Refusal(195, "'x' is not a recognized built-in function name.", 15),
            Seen.UNSUPPORTED,
            "没有这个函数",
        ),
        (Refusal(229, "The SELECT permission was denied", 14), Seen.DENIED, "没有所需权限"),
        (Refusal(300, "VIEW SERVER STATE permission was denied", 14), Seen.DENIED, "没有所需权限"),
        (Refusal(297, "The user does not have permission", 16), Seen.DENIED, "没有所需权限"),
        (Refusal(916, "The server principal is not able to access", 14), Seen.DENIED, "打不开数据库"),
        (Refusal(1222, "Lock request time out period exceeded.", 16), Seen.TIMED_OUT, "超时"),
        (Refusal(1205, "deadlocked", 13), Seen.TIMED_OUT, "超时"),
        (Refusal(976, "The target database is participating in an AG", 14), Seen.UNREACHABLE, "当前不可读"),
        (Refusal(102, "Incorrect syntax near 'x'.", 15), Seen.GARBLED, "服务器报错"),
    ],
)
def test_an_error_is_told_by_its_number_and_the_session_goes_on(
    start: Start, refusal: Refusal, seen: Seen, word: str
) -> None:
    session = dial(start(lambda sql: refusal if "ill" in sql else server(sql)).port)
    answer = session.ask(Query("select n from ill"))
    assert answer.seen is seen
    assert word in answer.reason
    assert f"（{refusal.number}）" in answer.reason
    assert "DB-Lib" not in answer.reason
    assert session.ask(Query("select 1 as n")).seen is Seen.OBSERVED
    session.close()


def test_a_server_that_hangs_up_in_the_middle_is_unreachable_and_dialled_anew(start: Start) -> None:
    fatal = Refusal(
        596, "Cannot continue the execution because the session is in the kill state.", 21, fatal=True
    )
    session = dial(start(lambda sql: fatal if "ill" in sql else server(sql)).port)
    assert session.ask(Query("select n from ill")).seen is Seen.UNREACHABLE
    assert session.ask(Query("select 1 as n")).seen is Seen.OBSERVED
    session.close()


def test_a_query_that_hangs_inside_the_driver_is_cut_by_the_laptops_clock(start: Start) -> None:
    stuck = threading.Event()

    def slow(sql: str) -> Reply | Refusal | None:
        if "slow" in sql:
            stuck.wait(30)
        return server(sql)

    peer = start(slow)
    session = dial(peer.port)
    began, ticks = time.monotonic(), _ticking()
    answer = session.ask(Query("select n from slow", limit=0.5))
    assert answer.seen is Seen.TIMED_OUT
    assert time.monotonic() - began < 0.5 + GRACE + 1
    assert ticks() > 10, "the driver held the interpreter while it waited"
    stuck.set()
    assert peer.gone.wait(5), "the server was not hung up on"
    assert session.ask(Query("select 1 as n")).seen is Seen.OBSERVED
    session.close()


def _ticking() -> Callable[[], int]:
    """Counts tenths of a second on another thread, until it is asked."""
    done = threading.Event()
    count = 0

    def tick() -> None:
        nonlocal count
        while not done.wait(0.1):
            count += 1

    threading.Thread(target=tick, daemon=True).start()

    def told() -> int:
        done.set()
        return count

    return told


def test_two_databases_are_asked_side_by_side(start: Start) -> None:
    """One that hangs costs its own time only, and each hears its own errors."""
    stuck = threading.Event()

    def slow(sql: str) -> Reply | Refusal | None:
        if "slow" in sql:
            stuck.wait(30)
        return server(sql)

    one, other = (
        dial(start(slow).port),
        dial(start(lambda sql: Refusal(208, "no") if "t2" in sql else server(sql)).port),
    )
    waiting = threading.Thread(target=lambda: one.ask(Query("select n from slow", limit=1)))
    waiting.start()
    began = time.monotonic()
    answers = [other.ask(Query("select n from t2")) for _ in range(20)]
    assert {answer.seen for answer in answers} == {Seen.UNSUPPORTED}
    assert time.monotonic() - began < 1
    stuck.set()
    waiting.join()


def test_who_waits_for_a_hanging_login_to_end_loses_none_of_his_own_time(
    start: Start, modern: ssl.SSLContext
) -> None:
    """The driver can log in one at a time only."""
    hanging = Peer(server, tls=modern, login=Refusal(18456, "late"), silent=8)
    first = threading.Thread(target=lambda: refused(hanging.port))
    first.start()
    assert hanging.answering.wait(5)
    session = dial(start().port)
    assert session.ask(Query("select 1 as n")).seen is Seen.OBSERVED
    session.close()
    first.join()
    hanging.close()


def test_a_relay_lets_one_in_and_nobody_after_him() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay = Relay(socket.create_connection(listener.getsockname()[:2]), lambda _: True)
        far, _ = listener.accept()
        first = socket.create_connection(("127.0.0.1", relay.port))
        first.sendall(b"ping")
        assert far.recv(4) == b"ping"
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", relay.port), timeout=1)
        relay.cut()
        assert first.recv(1) == b""
        assert not relay.carries
        for end in (first, far):
            end.close()


# ---- logins that fail


@pytest.mark.parametrize("encrypt", [False, True])
def test_a_wrong_password_is_denied_and_shown_nowhere(start: Start, encrypt: bool) -> None:  # noqa: FBT001 - parametrised
    peer = start(login=Refusal(18456, "Login failed for user 'hmaint_ro'."), encrypt=encrypt)
    failure = refused(peer.port, tls=encrypt)
    assert failure.seen == Seen.DENIED
    assert "登录被拒绝" in failure.reason or "没有给出原因" in failure.reason


@pytest.mark.parametrize(
    ("number", "severity", "seen", "word"),
    [
        (18456, 14, Seen.DENIED, "登录被拒绝"),
        (4060, 11, Seen.DENIED, "打不开数据库"),
        (18486, 14, Seen.DENIED, "锁定"),
        (18487, 14, Seen.DENIED, "过期"),
        (17809, 20, Seen.UNREACHABLE, "连接数已满"),
        (18461, 14, Seen.UNREACHABLE, "单用户"),
    ],
)
def test_a_login_is_told_by_its_own_error_whatever_failed_before(
    start: Start, number: int, severity: int, seen: Seen, word: str
) -> None:
    """The driver keeps the worst error of the whole process for ever."""
    refused(start(login=Refusal(18456, "Login failed for user 'other'.")).port)
    failure = refused(start(login=Refusal(number, "是这样的", severity)).port)
    assert failure.seen == seen
    assert word in failure.reason
    assert failure.reason.endswith(f"是这样的（{number}）")


def test_without_a_user_nobody_logs_in_as_the_engineer_himself(start: Start) -> None:
    peer = start()
    failure = refused(peer.port, user="")
    assert failure.seen == Seen.DENIED
    assert "user" in failure.reason
    assert peer.logins == []


def test_a_closed_port_is_unreachable_whatever_failed_before(start: Start) -> None:
    refused(start(login=Refusal(18456, "Login failed")).port)
    failure = refused(_closed_port())
    assert failure.seen == Seen.UNREACHABLE
    assert "Connection refused" in failure.reason


def test_an_error_number_is_not_believed_beside_the_drivers_own_words() -> None:
    stale = b"DB-Lib error message 20009, severity 9:\nUnable to connect\nNet-Lib error during x (111)\n"
    seen, reason = explain(Exception((18456, stale)))
    assert seen is Seen.UNREACHABLE
    assert "20009" in reason
    assert "18456" not in reason


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _hang(wire: socket.socket) -> None:
    wire.recv(4096)
    time.sleep(8)


def _reset(wire: socket.socket) -> None:
    wire.recv(4096)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _drip(wire: socket.socket) -> None:
    for byte in b"\x04\x01\x00\x2b" + bytes(60):
        wire.sendall(bytes((byte,)))
        time.sleep(0.1)


def _garbage(wire: socket.socket) -> None:
    wire.sendall(bytes(range(256)) * 40)
    time.sleep(8)


def _http(wire: socket.socket) -> None:
    wire.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def _hang_up(wire: socket.socket) -> None:
    wire.recv(4096)


def _endless_reply(wire: socket.socket) -> None:
    while True:
        wire.sendall(struct.pack(">BBHHBB", 0x04, 0, 508, 0, 1, 0) + bytes(500))


@pytest.mark.parametrize("manners", [_hang, _reset, _drip, _garbage, _http, _hang_up, _endless_reply])
def test_a_peer_with_bad_manners_is_could_not_look_within_the_time_limit(
    manners: Callable[[socket.socket], None],
) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            wire, _ = listener.accept()
            with wire:
                manners(wire)

    threading.Thread(target=serve, daemon=True).start()
    began = time.monotonic()
    failure = refused(int(listener.getsockname()[1]))
    assert failure.seen in (Seen.UNREACHABLE, Seen.TIMED_OUT, Seen.GARBLED)
    assert time.monotonic() - began < QUICK.connect + QUICK.login + 1
    listener.close()


def test_a_server_that_falls_silent_in_the_middle_of_the_login_costs_its_limit_only(
    modern: ssl.SSLContext,
) -> None:
    """Where the driver waits in C for the answer to the login itself."""
    peer = Peer(server, tls=modern, login=Refusal(18456, "late"), silent=8)
    began = time.monotonic()
    failure = refused(peer.port)
    assert failure.seen == Seen.TIMED_OUT
    assert time.monotonic() - began < QUICK.login + 1
    peer.close()


def test_a_listener_that_sends_the_client_on_to_another_replica_is_refused(start: Start) -> None:
    """What would be read there is not of the server that the inventory names, and could not be cut."""
    other = start()
    failure = refused(start(route=other.port).port)
    assert failure.seen == Seen.UNREACHABLE
    assert "转到了另一台" in failure.reason
    assert len(other.logins) == 1


# ---- encryption


def test_the_password_is_not_sent_to_a_server_that_does_not_encrypt(start: Start) -> None:
    peer = start(tls=None)
    failure = refused(peer.port)
    assert "密码没有发出" in failure.reason
    assert peer.logins == []


def test_with_tls_a_server_that_encrypts_the_login_only_is_refused(start: Start) -> None:
    peer = start(encrypt=False)
    assert "密码没有发出" in refused(peer.port, tls=True).reason
    assert peer.logins == []
    dial(start(encrypt=True).port, tls=True).close()


def test_an_old_server_is_reached_when_the_inventory_says_that_it_is_old(
    start: Start, of_2008: ssl.SSLContext
) -> None:
    failure = refused(start(tls=of_2008).port)
    assert failure.seen == Seen.UNREACHABLE
    assert "legacy: true" in failure.reason
    peer = start(tls=of_2008)
    session = dial(peer.port, legacy=True, tds_version="7.3")
    assert session.ask(Query("select 1 as n")).seen is Seen.OBSERVED
    session.close()
    assert "legacy: true" in refused(start(tls=of_2008).port).reason, "the permission outlived the login"


# ---- named instances


@contextmanager
def browsing(reply: bytes | None) -> Iterator[int]:
    """A SQL Browser that knows one instance; None never answers."""
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind(("127.0.0.1", 0))
    asked: list[bytes] = []

    def serve() -> None:
        question, client = wire.recvfrom(4096)
        asked.append(question)
        if reply is not None:
            wire.sendto(b"\x05" + struct.pack("<H", len(reply)) + reply, client)

    serving = threading.Thread(target=serve)
    serving.start()
    yield int(wire.getsockname()[1])
    serving.join()
    wire.close()
    assert asked == [b"\x04HIS\0"]


def test_the_port_of_a_named_instance_is_what_the_browser_says() -> None:
    reply = (
        b"ServerName;DB1;InstanceName;HIS;IsClustered;No;Version;10.50.6000.34;tcp;49152;np;\\\\DB1\\pipe;;"
    )
    with browsing(reply) as port:
        assert browser.port_of("127.0.0.1", "HIS", 1, port) == 49_152


@pytest.mark.parametrize(
    "reply", [None, b"ServerName;DB1;InstanceName;HIS;IsClustered;No;Version;10.50;;", b""]
)
def test_an_instance_without_a_port_is_unreachable(reply: bytes | None) -> None:
    with browsing(reply) as port, pytest.raises(CouldNotLook) as failure:
        browser.port_of("127.0.0.1", "HIS", 0.4, port)
    assert failure.value.seen == Seen.UNREACHABLE
    assert "HIS" in failure.value.reason


def test_a_machine_without_a_browser_is_unreachable() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind(("127.0.0.1", 0))
        port = int(wire.getsockname()[1])
    with pytest.raises(CouldNotLook) as failure:
        browser.port_of("127.0.0.1", "HIS", 0.4, port)
    assert failure.value.seen == Seen.UNREACHABLE


# ---- what is read from the wire


@pytest.mark.parametrize("cut", range(0, 40, 3))
def test_half_a_reply_promises_nothing_yet(cut: int) -> None:
    whole = (
        struct.pack(">BBHHBB", 4, 1, 8 + 6 + 1, 0, 1, 0) + struct.pack(">BHH", 1, 6, 1) + b"\xff" + b"\x01"
    )
    assert tds.encrypts(whole, everything=True)
    if cut < len(whole):
        assert tds.encrypts(whole[:cut], everything=True) is None
