"""Services asked in their own words: each fault beside its good twin, and peers that mean no good."""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hmaint.model.inventory import Limits
from hmaint.model.look import Probe, Row, Rows, Seen
from hmaint.transport.json_field import field_of
from hmaint.transport.probe import run_probe
from tests.services import peers
from tests.services.fixtures import running
from tests.services.sshd import Sshd
from tests.services.web import Authority, Web

QUICK = Limits(connect=0.6, command=1.0)
PATIENT = Limits(connect=5, command=8)


def ask(kind: str, port: int, limits: Limits = PATIENT, **settings: object) -> Rows:
    every = {"address": "127.0.0.1", "port": port, **settings}
    return run_probe(Probe(kind, tuple(every.items())), limits)  # type: ignore[arg-type]


def row(rows: Rows) -> Row:
    assert rows.seen is Seen.OBSERVED, rows.reason
    return rows.rows[0]


def free_udp() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind(("127.0.0.1", 0))
        return int(link.getsockname()[1])


# ---- time servers


@pytest.mark.parametrize("ahead", [0.0, 2.5, -400.0])
def test_a_time_server_is_as_far_ahead_as_its_clock(ahead: float) -> None:
    with peers.datagrams(peers.time_server(ahead=ahead)) as port:
        seen = row(ask("ntp", port))
    assert abs(float(seen["offset_ms"] or 0) - ahead * 1000) < 100
    assert (seen["answered"], seen["synchronised"], seen["stratum"]) == (True, True, 2)


@pytest.mark.parametrize(
    "server",
    [
        peers.time_server(stratum=16),
        peers.time_server(alarm=3),
        peers.time_server(stratum=0, word=b"RATE"),
    ],
)
def test_a_time_server_that_does_not_know_the_time_gives_no_offset(server: peers.Answer) -> None:
    with peers.datagrams(server) as port:
        seen = row(ask("ntp", port))
    assert (seen["answered"], seen["synchronised"], seen["offset_ms"]) == (True, False, None)


def test_a_time_server_that_asks_to_be_left_alone_is_quoted() -> None:
    with peers.datagrams(peers.time_server(stratum=0, word=b"DENY")) as port:
        assert "DENY" in str(row(ask("ntp", port))["answer"])


@pytest.mark.parametrize("kind", ["ntp", "dns"])
def test_where_nothing_listens_is_seen_and_silence_is_not(kind: str) -> None:
    assert row(ask(kind, free_udp(), name="his.lan"))["answered"] is False
    begun = time.monotonic()
    with peers.datagrams(peers.SILENCE) as port:
        silent = ask(kind, port, QUICK, name="his.lan")
    assert (silent.seen, silent.rows) == (Seen.TIMED_OUT, ())
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("kind", ["ntp", "dns"])
@pytest.mark.parametrize(
    "garbage",
    [
        lambda asked: [secrets.token_bytes(60)],  # noqa: ARG005 - whatever was asked
        lambda asked: [b""],  # noqa: ARG005 - as above
        lambda asked: [asked[:20]],
        lambda asked: [asked],
        lambda asked: [bytes(48)] * 500,  # noqa: ARG005 - as above
    ],
)
def test_garbage_by_datagram_is_no_answer(kind: str, garbage: peers.Answer) -> None:
    begun = time.monotonic()
    with peers.datagrams(garbage) as port:
        answer = ask(kind, port, QUICK, name="his.lan")
    assert (answer.seen, answer.rows) == (Seen.GARBLED, ())
    assert time.monotonic() - begun < 3


def test_an_answer_to_another_request_is_passed_over_and_the_right_one_taken() -> None:
    right = peers.time_server(ahead=1.0)

    def both(asked: bytes) -> list[bytes]:
        forged = bytearray(peers.time_server(ahead=5000.0)(asked)[0])
        forged[24:32] = bytes(8)
        return [bytes(forged), *right(asked)]

    with peers.datagrams(both) as port:
        assert abs(float(row(ask("ntp", port))["offset_ms"] or 0) - 1000) < 100


def test_a_lost_datagram_is_sent_again() -> None:
    lost = [True]

    def late(asked: bytes) -> list[bytes]:
        return [] if lost and lost.pop() else peers.resolver("10.1.2.3")(asked)

    with peers.datagrams(late) as port:
        assert row(ask("dns", port, name="his.lan"))["addresses"] == "10.1.2.3"


# ---- resolvers


def test_a_resolver_gives_its_addresses_in_order_whatever_order_they_come_in() -> None:
    with peers.datagrams(peers.resolver("10.1.2.13", "10.1.2.4")) as port:
        seen = row(ask("dns", port, name="HIS.lan"))
    assert (seen["answered"], seen["addresses"]) == (True, "10.1.2.4、10.1.2.13")


@pytest.mark.parametrize(
    ("code", "word"), [(2, "SERVFAIL"), (3, "NXDOMAIN"), (5, "REFUSED"), (0, "没有地址"), (9, "错误代码 9")]
)
def test_a_resolver_that_gives_no_address_says_why(code: int, word: str) -> None:
    with peers.datagrams(peers.resolver(code=code)) as port:
        seen = row(ask("dns", port, name="his.lan"))
    assert seen["answered"] is False
    assert word in str(seen["answer"])


def test_an_answer_that_was_cut_was_not_seen() -> None:
    with peers.datagrams(peers.resolver("10.1.2.3", flags=0x0200)) as port:
        assert ask("dns", port, name="his.lan").seen is Seen.GARBLED


def test_a_name_that_points_to_itself_ends() -> None:
    def endless(asked: bytes) -> list[bytes]:
        head = asked[:2] + struct.pack("!5H", 0x8180, 1, 60000, 0, 0)
        return [head + asked[12:] + b"\xc0\x0c" * 50]

    with peers.datagrams(endless) as port:
        assert ask("dns", port, QUICK, name="his.lan").seen is Seen.GARBLED


# ---- peers over TCP that mean no good, for every kind


def silent(link: socket.socket) -> None:
    link.settimeout(5)
    while link.recv(1000):
        pass


def drip(link: socket.socket) -> None:
    for _ in range(300):
        link.sendall(b"2")
        time.sleep(0.05)


def garbage(link: socket.socket) -> None:
    link.sendall(secrets.token_bytes(200_000))
    silent(link)


def zeros(link: socket.socket) -> None:
    link.sendall(bytes(200_000))
    silent(link)


def reset(link: socket.socket) -> None:
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang_up(link: socket.socket) -> None:
    link.shutdown(socket.SHUT_RDWR)


TALKING = {
    "ldap": {},
    "greeting": {},
    "sshd": {},
    "dicom": {"called": "PACS", "calling": "HMAINT"},
    "tls_versions": {"starttls": "smtp"},
    "tls": {"starttls": "ldap"},
}


@pytest.mark.parametrize("kind", TALKING)
@pytest.mark.parametrize("behave", [silent, drip, garbage, zeros, reset, hang_up])
def test_no_peer_stretches_the_limit_or_passes_for_a_service(
    kind: str, behave: Callable[[socket.socket], None]
) -> None:
    begun = time.monotonic()
    with peers.streams(behave) as port:
        answer = ask(kind, port, QUICK, **TALKING[kind])
    assert answer.seen in {Seen.TIMED_OUT, Seen.GARBLED, Seen.UNREACHABLE}
    assert (answer.rows, bool(answer.reason)) == ((), True)
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize("kind", [*TALKING, "mllp"])
def test_a_service_behind_a_refused_port_was_not_seen(kind: str) -> None:
    with peers.streams(silent) as port:
        pass
    refused = ask(kind, port, QUICK, called="PACS", calling="HMAINT")
    assert refused.seen is Seen.UNREACHABLE
    assert "拒绝" in refused.reason


# ---- HL7


@pytest.mark.parametrize(("behave", "kept"), [(silent, True), (hang_up, False), (reset, False)])
def test_an_interface_that_hangs_up_at_once_is_told(
    behave: Callable[[socket.socket], None], *, kept: bool
) -> None:
    with peers.streams(behave) as port:
        answer = ask("mllp", port)
    if behave is reset and answer.seen is Seen.UNREACHABLE:
        return  # the reset came before the connection was there: that is told as it is
    assert row(answer)["kept"] is kept


def test_nothing_is_ever_sent_to_an_hl7_interface() -> None:
    heard = []

    def listen(link: socket.socket) -> None:
        link.settimeout(5)
        heard.append(link.recv(100))

    with peers.streams(listen) as port:
        assert row(ask("mllp", port))["kept"] is True
        time.sleep(0.2)
    assert heard == [b""]


# ---- directories, mail and files


@pytest.mark.parametrize(("entry", "code"), [(True, 0), (False, 0), (False, 52)])
def test_a_directory_answers_for_its_root(*, entry: bool, code: int) -> None:
    with peers.streams(peers.directory(entry, code)) as port:
        seen = row(ask("ldap", port))
    assert (seen["answered"], seen["result"]) == (True, 0 if entry else code)


@pytest.mark.parametrize(
    ("lines", "code", "banner"),
    [
        (["220 mail ready"], 220, "mail ready"),
        (["220-first", "220-second", " more", "220 last"], 220, "first"),
        (["554 no"], 554, "no"),
        (["421 欢迎"], 421, "欢迎"),
    ],
)
def test_a_greeting_is_heard_to_its_end(lines: list[str], code: int, banner: str) -> None:
    with peers.streams(peers.greeter(*lines)) as port:
        seen = row(ask("greeting", port))
    assert (seen["code"], seen["banner"]) == (code, banner)


@contextmanager
def encrypted(path: Path, version: ssl.TLSVersion | None = None) -> Iterator[Callable[[socket.socket], None]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    if version is not None:
        context.minimum_version = version

    def speak(link: socket.socket) -> None:
        try:
            with context.wrap_socket(link, server_side=True) as secured:
                secured.recv(1)
        except (OSError, ValueError):
            return

    yield speak


def test_a_certificate_behind_starttls_is_read(tmp_path: Path) -> None:
    path = Authority(tmp_path).issue("ad.lan", "127.0.0.1")
    with encrypted(path) as speak:
        services = {
            "ldap": peers.directory(tls=speak),
            "smtp": peers.greeter(
                "220 ready", replies={"EHLO": "250-me\r\n250 STARTTLS", "STARTTLS": "220 go"}, tls=speak
            ),
            "ftp": peers.greeter("220 ready", replies={"AUTH": "234 go"}, tls=speak),
        }
        for protocol, behave in services.items():
            with peers.streams(behave) as port:
                seen = row(ask("tls", port, starttls=protocol))
            assert (seen["subject"], seen["hostname_ok"]) == ("ad.lan", True), protocol
            assert (seen["key"], seen["key_bits"], seen["signature"]) == ("EC", 256, "sha256")


@pytest.mark.parametrize(
    ("protocol", "behave"),
    [
        ("ldap", peers.directory()),
        ("smtp", peers.greeter("220 ready", replies={"EHLO": "250 me"})),
        ("ftp", peers.greeter("220 ready")),
    ],
)
def test_a_service_that_takes_no_starttls_says_so(
    protocol: str, behave: Callable[[socket.socket], None]
) -> None:
    with peers.streams(behave) as port:
        answer = ask("tls", port, starttls=protocol)
    assert answer.seen is Seen.UNSUPPORTED
    assert "TLS" in answer.reason


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize(
    ("least", "old"),
    [
        (ssl.TLSVersion.TLSv1, "TLSv1、TLSv1.1"),
        (ssl.TLSVersion.TLSv1_1, "TLSv1.1"),
        (ssl.TLSVersion.TLSv1_2, ""),
        (ssl.TLSVersion.TLSv1_3, ""),
    ],
)
def test_versions_of_tls_that_are_broken_are_told_where_they_are_taken(
    tmp_path: Path, least: ssl.TLSVersion, old: str
) -> None:
    path = Authority(tmp_path).issue("portal", "127.0.0.1")
    with encrypted(path, least) as speak, peers.streams(speak) as port:
        assert row(ask("tls_versions", port))["old"] == old


# ---- SSH and SFTP


def test_a_real_ssh_server_tells_its_algorithms_without_a_login() -> None:
    with running(Sshd(["Ciphers aes128-ctr,aes128-cbc", "MACs hmac-sha2-256"])) as server:
        seen = row(ask("sshd", server.port))
        told = server.log.read_text()
    assert (seen["protocol"], str(seen["banner"]).startswith("SSH-2.0-OpenSSH")) == ("2.0", True)
    assert (seen["ciphers"], seen["macs"]) == ("aes128-ctr,aes128-cbc", "hmac-sha2-256")
    assert "curve25519-sha256" in str(seen["kex"])
    assert "ssh-ed25519" in str(seen["host_keys"])
    assert "Failed" not in told


def test_an_ssh_server_of_the_first_version_is_seen() -> None:
    with peers.streams(lambda link: (link.sendall(b"hello\r\nSSH-1.5-old\r\n"), silent(link))[0]) as port:
        assert row(ask("sshd", port))["protocol"] == "1.5"


# ---- image archives


def test_an_archive_is_echoed_and_taken_leave_of() -> None:
    archive = peers.Archive()
    with peers.streams(archive) as port:
        seen = row(ask("dicom", port, called="PACS", calling="HMAINT"))
        time.sleep(0.1)
    assert (seen["outcome"], seen["answer"]) == ("success", "回波成功")
    assert (archive.heard, archive.callers) == ([1, 4, 5], ["HMAINT"])


@pytest.mark.parametrize(
    ("archive", "outcome", "word"),
    [
        (peers.Archive(title="OTHER"), "rejected", "被叫 AE Title"),
        (peers.Archive(context=3), "refused", "不支持回波"),
        (peers.Archive(status=0x0110), "failed", "0110"),
    ],
)
def test_an_archive_that_does_not_echo_says_how(archive: peers.Archive, outcome: str, word: str) -> None:
    with peers.streams(archive) as port:
        seen = row(ask("dicom", port, called="PACS", calling="HMAINT"))
    assert seen["outcome"] == outcome
    assert word in str(seen["answer"])


def test_an_archive_that_aborts_is_told() -> None:
    def abort(link: socket.socket) -> None:
        peers.pdu(link)
        peers.send_pdu(link, 7, bytes(4))

    with peers.streams(abort) as port:
        assert row(ask("dicom", port, called="PACS", calling="HMAINT"))["outcome"] == "aborted"


# ---- fields of JSON


@pytest.mark.parametrize(
    ("value", "path", "wanted", "told", "right"),
    [
        ({"status": "UP"}, "status", "UP", "UP", True),
        ({"status": "DOWN"}, "status", "UP", "DOWN", False),
        ({"a": {"b": [{"ok": True}]}}, "a.b[0].ok", True, "true", True),
        ({"ok": True}, "ok", 1, "true", False),
        ({"n": 1}, "n", True, "1", False),
        ({"n": 1}, "n", 1.0, "1", True),
        ({"n": None}, "n", "UP", "null", False),
        ({"a": []}, "a[0]", "UP", "没有字段 a[0]", False),
        ([], "status", "UP", "没有字段 status", False),
        ({"a": {}}, "a", "UP", "字段 a 不是单个值", False),
    ],
)
def test_a_field_is_compared_as_the_kind_of_value_it_is(
    value: object, path: str, wanted: str, told: str, *, right: bool
) -> None:
    seen = field_of(json.dumps(value).encode(), path, wanted, cut=False)
    assert (seen["json"], seen["json_ok"]) == (told, right)


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_no_json_is_no_health(body: bytes) -> None:
    assert field_of(body, "status", "UP", cut=False) == {"json": "返回的不是 JSON", "json_ok": False}


def test_of_a_health_page_only_the_field_is_kept() -> None:
    page = json.dumps({"status": "UP", "patient": "张三"}).encode()
    pages = {"/": (200, "application/json", page), "/big": (200, "application/json", page + b" " * 2_000_000)}
    with running(Web(pages)) as web:
        seen, big = (
            row(ask("http", 0, url=web.url(path), json_path="status", json_equals="UP"))
            for path in ("/", "/big")
        )
    assert (seen["json"], seen["json_ok"], seen["as_expected"]) == ("UP", True, True)
    assert "张三" not in str(seen)
    assert big["json_ok"] is None
