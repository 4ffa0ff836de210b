"""Services looked at from the laptop: each fault beside its good twin."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hmaint.errors import Bug
from hmaint.model.inventory import Limits
from hmaint.model.look import Probe, Row, Rows, Seen
from hmaint.transport.probe import run_probe
from tests.services.fixtures import running
from tests.services.web import Authority, Web, listening

LIMITS = Limits(connect=3, command=5)


def ask(kind: str, limits: Limits = LIMITS, **settings: object) -> Rows:
    return run_probe(Probe(kind, tuple(settings.items())), limits)  # type: ignore[arg-type]


def row(rows: Rows) -> Row:
    assert rows.seen is Seen.OBSERVED, rows.reason
    return rows.rows[0]


@contextmanager
def peculiar(behave: object) -> Iterator[int]:
    listener = listening(behave)
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority the laptop trusts for the length of a test."""
    trusted = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.file))
    return trusted


def test_an_unknown_kind_of_probe_is_a_bug() -> None:
    with pytest.raises(Bug):
        ask("ping")


def test_an_open_port_is_seen_and_a_refused_one_is_seen_to_be_closed() -> None:
    with peculiar(id) as port:
        taken = row(ask("tcp", address="127.0.0.1", port=port))
        assert taken["elapsed_ms"] in range(3_000)
        assert taken["open"] is True
    refused = row(ask("tcp", address="127.0.0.1", port=port))
    assert refused["open"] is False
    assert "拒绝" in str(refused["answer"])


def test_a_page_behind_a_refused_port_was_not_seen() -> None:
    with peculiar(id) as port:
        pass
    closed = ask("http", url=f"http://127.0.0.1:{port}/")
    assert closed.seen is Seen.UNREACHABLE
    assert "连接被拒绝" in closed.reason
    assert closed.rows == ()


def test_a_page_is_seen_with_its_status_and_text() -> None:
    pages = {
        "/登录?a=b c": (0, "", b""),
        "/": (200, "text/html; charset=gb18030", "<p>重症监护</p>".encode("gb18030")),
        "/moved": (302, "text/html", b""),
        "/broken": (500, "text/html", b"java.lang.NullPointerException"),
    }
    with running(Web(pages)) as web:
        good = row(ask("http", url=web.url(), contains="重症监护"))
        assert (good["status"], good["contains"], good["as_expected"]) == (200, True, True)
        assert (good["bytes"], good["version"]) == (len("<p>重症监护</p>".encode("gb18030")), "HTTP/1.0")
        absent = row(ask("http", url=web.url(), contains="手术麻醉"))
        assert (absent["contains"], absent["as_expected"]) == (False, False)
        broken = row(ask("http", url=web.url("/broken")))
        assert (broken["status"], broken["contains"], broken["as_expected"]) == (500, None, False)
        moved = row(ask("http", url=web.url("/moved")))
        assert (moved["status"], moved["as_expected"]) == (302, True)
        assert row(ask("http", url=web.url("/moved"), expect=200))["as_expected"] is False
        assert row(ask("http", url=web.url("/broken"), expect=500))["as_expected"] is True
        assert row(ask("http", url=web.url("/登录?a=中")))["status"] == 404
        assert {path for path, _ in web.seen} >= {"/%E7%99%BB%E5%BD%95?a=%E4%B8%AD", "/moved"}
        assert all("/elsewhere" not in path for path, _ in web.seen)
        headers = web.seen[0][1]
        assert (headers["Host"], headers["User-Agent"]) == (f"127.0.0.1:{web.port}", "hmaint")
        assert "Authorization" not in headers


def test_of_a_huge_page_only_a_piece_is_read_and_what_was_not_seen_is_not_judged() -> None:
    pages = {"/": (200, "text/plain", b"head" + b"x" * 3_000_000 + b"tail")}
    with running(Web(pages)) as web:
        small = replace(LIMITS, output=10_000)
        early, late = (row(ask("http", small, url=web.url(), contains=text)) for text in ("head", "tail"))
    assert (early["contains"], early["as_expected"], early["bytes"]) == (True, True, 10_000)
    assert (late["contains"], late["as_expected"]) == (None, None)


def drip(link: socket.socket) -> None:
    link.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(600):
        link.sendall(b"X: y\r\n")
        time.sleep(0.1)


def silent(link: socket.socket) -> None:
    link.recv(1)
    time.sleep(60)


@pytest.mark.parametrize("behave", [drip, silent])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_service_that_drips_or_is_silent_cannot_stretch_the_limit(behave: object, scheme: str) -> None:
    begun = time.monotonic()
    with peculiar(behave) as port:
        answer = ask("http", replace(LIMITS, command=1.0), url=f"{scheme}://127.0.0.1:{port}/")
    assert answer.seen in {Seen.TIMED_OUT, Seen.GARBLED}
    assert answer.reason
    assert time.monotonic() - begun < 4


def test_another_protocol_on_the_port_is_garbled() -> None:
    with peculiar(lambda link: link.sendall(b"220 ftp ready\r\n")) as port:
        assert ask("http", url=f"http://127.0.0.1:{port}/").seen is Seen.GARBLED
        plain = ask("tls", address="127.0.0.1", port=port)
    assert plain.seen is Seen.GARBLED
    assert "不是 TLS 服务" in plain.reason


def test_a_url_with_a_password_or_another_scheme_is_refused() -> None:
    refused = ask("http", url="http://u:hunter2@127.0.0.1/")
    assert refused.seen is Seen.UNSUPPORTED
    assert "hunter2" not in refused.reason
    assert ask("http", url="file:///etc/passwd").seen is Seen.UNSUPPORTED


def test_a_page_behind_a_certificate_is_seen_where_the_certificate_holds(authority: Authority) -> None:
    with running(Web(certificate=authority.issue("portal", "127.0.0.1"))) as web:
        assert row(ask("http", url=web.url()))["as_expected"] is True
    with running(Web(certificate=authority.issue("portal", "10.9.9.9"))) as web:
        wrong = ask("http", url=web.url())
        assert wrong.seen is Seen.DENIED
        assert "verify: false" in wrong.reason
        assert row(ask("http", url=web.url(), verify=False))["as_expected"] is True


def certificate(path: Path) -> Row:
    with running(Web(certificate=path)) as web:
        return row(ask("tls", address="127.0.0.1", port=web.port))


def test_a_good_certificate_has_no_problem(authority: Authority) -> None:
    seen = certificate(authority.issue("portal.icu", "portal.icu", "127.0.0.1"))
    assert (seen["subject"], seen["issuer"], seen["problem"]) == ("portal.icu", "测试 CA", "")
    assert (seen["hostname_ok"], seen["chain_ok"]) == (True, True)
    assert str(seen["protocol"]).startswith("TLSv1.")


def test_an_expired_certificate_is_read_and_its_chain_still_judged(authority: Authority) -> None:
    seen = certificate(authority.issue("old", "127.0.0.1", days=-3.5))
    assert (seen["hostname_ok"], seen["chain_ok"], seen["problem"]) == (True, True, "")
    assert datetime.fromisoformat(str(seen["not_after"])) < datetime.now(UTC)


def test_a_certificate_for_another_name_says_so(authority: Authority) -> None:
    seen = certificate(authority.issue("other", "other.icu"))
    assert (seen["hostname_ok"], seen["chain_ok"]) == (False, True)
    assert "不是签给这个地址的" in str(seen["problem"])


def test_a_certificate_of_an_authority_nobody_trusts_says_so(authority: Authority, tmp_path: Path) -> None:
    assert authority.file.exists()
    seen = certificate(Authority(tmp_path, "别家 CA").issue("portal", "127.0.0.1"))
    assert (seen["hostname_ok"], seen["chain_ok"]) == (True, False)
    assert "找不到签发者" in str(seen["problem"])


@pytest.mark.parametrize(
    ("pattern", "name", "covered"),
    [
        ("portal.icu", "portal.icu", True),
        ("portal.icu", "PORTAL.icu", True),
        ("*.icu", "portal.icu", True),
        ("*.icu", "a.portal.icu", False),
        ("*.icu", ".icu", False),
        ("*.icu", "icu", False),
        ("portal.icu", "portal.icu.evil", False),
    ],
)
def test_names_may_have_one_wild_label(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, pattern: str, name: str, *, covered: bool
) -> None:
    path = authority.issue("wild", pattern)
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: real("127.0.0.1" if host == name else host, *rest, **more),
    )
    with running(Web(certificate=path)) as web:
        seen = ask("tls", address=name, port=web.port)
    if name.startswith("."):
        assert seen.seen is not Seen.OBSERVED  # no client can name such a host
    else:
        assert row(seen)["hostname_ok"] is covered


def test_a_server_that_speaks_only_old_tls_is_still_seen(authority: Authority) -> None:
    path = authority.issue("old", "127.0.0.1")

    def speak(link: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        context.set_ciphers("ECDHE+AES:@SECLEVEL=0")
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with context.wrap_socket(link, server_side=True) as secured:
            secured.recv(1)

    with peculiar(speak) as port:
        assert row(ask("tls", address="127.0.0.1", port=port))["protocol"] == "TLSv1.2"
