"""Hands a small body to a web service by POST: bounded in time, through a proxy where one must, no redirects.

The address may hold a key, so no reason given here repeats more of it than the host.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from typing import cast
from urllib.parse import SplitResult, urlsplit

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.inventory import Limits
from hmaint.model.look import Seen
from hmaint.transport.budget import Budget, Share
from hmaint.transport.probe_tls import chain_words

_PORTS = {"http": 80, "https": 443}
_ANSWER = 65_536


def post(  # noqa: PLR0913 - what a delivery is
    url: str,
    body: bytes,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    verify: bool = True,
    proxy: str = "",
) -> tuple[int, bytes]:
    """POST JSON within so many seconds altogether and give the status and the beginning of the answer.

    Raises CouldNotLook with a reason in Chinese.
    """
    parts = _parts(url)
    budget = Budget(Limits(connect=seconds, command=seconds))
    try:
        with _connected(parts, budget, verify=verify, proxy=proxy) as link:
            return _exchange(parts, link, body, dict(headers or {}), budget)
    except TimeoutError:
        raise CouldNotLook(Seen.TIMED_OUT, f"{seconds:g} 秒内没有得到完整的响应") from None
    except (http.client.HTTPException, ValueError) as failure:
        raise CouldNotLook(Seen.GARBLED, f"不是 HTTP 响应（{type(failure).__name__}）") from None
    except OSError as failure:
        words = one_line(failure.strerror or type(failure).__name__, 80)
        raise CouldNotLook(Seen.UNREACHABLE, f"连接中断（{words}）") from None


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port or 0
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), -1
    if parts.scheme not in _PORTS or not parts.hostname or port < 0 or not url.isascii() or " " in url:
        raise CouldNotLook(Seen.UNSUPPORTED, "Webhook 地址须以 http:// 或 https:// 开头并带主机名")
    if parts.username is not None:
        raise CouldNotLook(Seen.UNSUPPORTED, "Webhook 地址中不能带用户名或口令")
    return parts


def _connected(parts: SplitResult, budget: Budget, *, verify: bool, proxy: str) -> socket.socket:
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    if proxy:
        name, _colon, number = proxy.rpartition(":")
        link = budget.dial(name.strip("[]"), int(number))
        if parts.scheme == "https":
            _tunnel(link, host, port, budget)
    else:
        link = budget.dial(host, port)
    if parts.scheme == "http":
        return link
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        return budget.secure(link, context, host)
    except ssl.SSLCertVerificationError as failure:
        why = f"证书未通过验证：{chain_words(failure)}；内部证书可设置 verify: false"
        raise CouldNotLook(Seen.DENIED, why) from None


def _tunnel(link: socket.socket, host: str, port: int, budget: Budget) -> None:
    """Ask a proxy to pass on what follows (RFC 9110 9.3.6)."""
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        link.settimeout(budget.left())
        link.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode("ascii"))
        words = _head(link, budget).split(b"\r\n", 1)[0].split(b" ", 2)
        _must_pass(words)
    except BaseException:
        link.close()
        raise


def _head(link: socket.socket, budget: Budget) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        link.settimeout(budget.left())
        byte = link.recv(1)  # one at a time: what follows the blank line is TLS
        if not byte or len(head) > _ANSWER:
            raise CouldNotLook(Seen.GARBLED, "代理没有正确应答 CONNECT")
        head += byte
    return head


def _must_pass(words: list[bytes]) -> None:
    if len(words) < 2 or words[1] != b"200":  # noqa: PLR2004 - version, status
        status = one_line(b" ".join(words[1:]).decode("ascii", "replace"), 40)
        raise CouldNotLook(Seen.DENIED, f"代理不允许连接：{status}")


def _exchange(
    parts: SplitResult, link: socket.socket, body: bytes, headers: dict[str, str], budget: Budget
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or _PORTS[parts.scheme])
    link.settimeout(budget.left())
    connection.sock = cast("socket.socket", Share(link, budget))
    connection.default_port = _PORTS[parts.scheme]
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    usual = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "hmaint", "Connection": "close"}
    connection.request("POST", target, body, {**usual, **headers})
    response = connection.getresponse()
    answer = response.read(_ANSWER)
    response.close()
    return response.status, answer
