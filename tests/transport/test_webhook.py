"""Webhooks against a real service: what robots get, and that a key is in no reason whatever goes wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hmaint.errors import CouldNotLook
from hmaint.transport.post import post
from hmaint.transport.webhook import fitting, tell_program, tell_robot
from tests.services.hooks import Hooks, proxy
from tests.services.web import Authority, listening

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    made = Hooks().start()
    yield made
    made.stop()


def test_wecom_gets_a_text(hooks: Hooks) -> None:
    tell_robot("wecom", hooks.url(f"/cgi-bin/webhook/send?key={KEY}"), "备份异常\n“引号”", milliseconds=0)
    call = hooks.calls[0]
    assert call.body == {"msgtype": "text", "text": {"content": "备份异常\n“引号”"}}
    assert call.query == {"key": KEY}
    assert call.headers["Content-Type"].startswith("application/json")


def test_a_text_too_long_for_wecom_is_cut_between_characters_and_says_so(hooks: Hooks) -> None:
    tell_robot("wecom", hooks.url("/?key=x"), "备" * 5000, milliseconds=0)
    content = hooks.calls[0].body["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content.startswith("备备备")
    assert content.endswith("余下的见记录）")


@pytest.mark.parametrize("length", range(2040, 2056))
def test_what_just_fits_stays_whole(length: int) -> None:
    text = "a" * length
    assert (fitting(text, 2048) == text) == (length <= 2048)
    assert len(fitting(text, 2048).encode()) <= 2048


def test_dingtalk_gets_time_and_signature_as_its_makers_reckon_them(hooks: Hooks) -> None:
    tell_robot(
        "dingtalk",
        hooks.url(f"/robot/send?access_token={KEY}"),
        "x",
        milliseconds=1764000000123,
        sign="SECabc",
    )
    query = hooks.calls[0].query
    expected = hmac.new(b"SECabc", b"1764000000123\nSECabc", hashlib.sha256).digest()
    assert query["timestamp"] == "1764000000123"
    assert base64.b64decode(query["sign"]) == expected
    assert query["access_token"] == KEY


def test_without_a_secret_nothing_is_signed(hooks: Hooks) -> None:
    tell_robot("dingtalk", hooks.url(f"/robot/send?access_token={KEY}"), "x", milliseconds=1)
    assert set(hooks.calls[0].query) == {"access_token"}


def test_a_program_gets_json_and_a_token(hooks: Hooks) -> None:
    hooks.answer, hooks.status = b"", 204
    tell_program(hooks.url("/x"), {"title": "备份"}, token="t0k3n")
    assert hooks.calls[0].body == {"title": "备份"}
    assert hooks.calls[0].headers["Authorization"] == "Bearer t0k3n"


def test_a_token_that_would_make_a_header_is_refused(hooks: Hooks) -> None:
    with pytest.raises(CouldNotLook):
        tell_program(hooks.url(), {}, token="a\r\nX-Evil: 1")
    assert hooks.calls == []


def reason(tell: Callable[[], object]) -> str:
    with pytest.raises(CouldNotLook) as caught:
        tell()
    return caught.value.reason


def test_a_robot_that_says_no_with_status_200_has_not_taken_it(hooks: Hooks) -> None:
    hooks.answer = json.dumps({"errcode": 310000, "errmsg": "sign not match"}).encode()
    words = reason(lambda: tell_robot("dingtalk", hooks.url(f"/?access_token={KEY}"), "x", milliseconds=1))
    assert words == "机器人没有接受：errcode 310000 sign not match"


@pytest.mark.parametrize(
    ("status", "answer"), [(404, b""), (500, b"{}"), (200, b"<html>"), (200, b"[]"), (200, b"{}")]
)
def test_any_other_answer_is_no_success_and_tells_no_key(hooks: Hooks, status: int, answer: bytes) -> None:
    hooks.status, hooks.answer = status, answer
    words = reason(lambda: tell_robot("wecom", hooks.url(f"/?key={KEY}"), "x", milliseconds=1))
    assert KEY not in words


def test_a_redirect_is_not_followed_so_that_a_key_goes_nowhere_else(hooks: Hooks) -> None:
    other = Hooks().start()
    hooks.status, hooks.location = 302, other.url(f"/?key={KEY}")
    assert "302" in reason(lambda: tell_robot("wecom", hooks.url(f"/?key={KEY}"), "x", milliseconds=1))
    assert other.calls == []
    other.stop()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/?key=",
        "ftp://x/?key=",
        "http://user:pw@x/?key=",
        "http://[::1/?key=",
        "nonsense ",
    ],
)
def test_no_reason_repeats_more_of_the_address_than_the_host(url: str) -> None:
    words = reason(lambda: post(url.format(port=closed_port()) + KEY, b"{}", seconds=5))
    assert KEY not in words
    assert "pw" not in words


def hangs(link: socket.socket) -> None:
    time.sleep(30)
    link.close()


def drips(link: socket.socket) -> None:
    link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(300):
        link.sendall(b"x")
        time.sleep(0.1)


@pytest.mark.parametrize("behave", [hangs, drips])
def test_a_service_that_keeps_one_waiting_costs_its_limit_only(
    behave: Callable[[socket.socket], None],
) -> None:
    listener = listening(behave)
    began = time.monotonic()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    assert "1 秒内" in reason(lambda: post(url, b"{}", seconds=1))
    assert time.monotonic() - began < 20
    listener.close()


def test_an_endless_answer_is_read_to_a_bound() -> None:
    def floods(link: socket.socket) -> None:
        link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            link.sendall(b"x" * 65536)

    listener = listening(floods)
    status, answer = post(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"{}", seconds=20)
    assert (status, len(answer)) == (200, 65536)
    listener.close()


def test_tls_is_verified_unless_asked_not_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    secured = Hooks(certificate=authority.issue("hook", "127.0.0.1")).start()
    words = reason(lambda: tell_robot("wecom", secured.url(f"/?key={KEY}"), "x", milliseconds=1))
    assert "证书未通过验证" in words
    assert secured.calls == []
    tell_robot("wecom", secured.url("/?key=1"), "x", milliseconds=1, verify=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    tell_robot("wecom", secured.url("/?key=2"), "x", milliseconds=1)
    assert [call.query["key"] for call in secured.calls] == ["1", "2"]
    secured.stop()


def test_a_proxy_passes_on_without_seeing_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    secured = Hooks(certificate=authority.issue("hook", "127.0.0.1")).start()
    asked: list[str] = []
    between = proxy(asked)
    way = f"127.0.0.1:{between.getsockname()[1]}"
    tell_robot("wecom", secured.url(f"/?key={KEY}"), "x", milliseconds=1, proxy=way)
    assert asked == [f"127.0.0.1:{secured.port}"]
    assert secured.calls[0].query == {"key": KEY}
    between.close()
    secured.stop()


def test_a_proxy_that_refuses_is_told_as_such() -> None:
    between = proxy([], "407 Proxy Authentication Required")
    way = f"127.0.0.1:{between.getsockname()[1]}"
    words = reason(lambda: post("https://127.0.0.1:9/?key=x", b"{}", seconds=5, proxy=way))
    assert words == "代理不允许连接：407 Proxy Authentication Required"
    between.close()
