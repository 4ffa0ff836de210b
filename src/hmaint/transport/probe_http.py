"""What a web page answers: one GET without credentials, redirects not followed, a bounded piece of the body."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from typing import cast
from urllib.parse import SplitResult, quote, urlsplit

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.inventory import Scalar
from hmaint.model.look import Seen
from hmaint.transport.budget import Budget, Share
from hmaint.transport.json_field import field_of
from hmaint.transport.probe_tls import chain_words, relaxed_context

_PORTS = {"http": 80, "https": 443}
_VERSIONS = {10: "HTTP/1.0", 11: "HTTP/1.1"}
_GOOD = range(200, 400)
_HEADERS = {"User-Agent": "hmaint", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}


def ask_http(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """GET `url` and compare with `expect` (a status; else any below 400) and `contains` (text of the body).

    With `json_path` and `json_equals` a field of a JSON body is compared too: `json` and `json_ok`, and no more of
    the body than that field. `contains` and `as_expected` are None where the text was not found in as much of the
    body as is read (`limits.output`), since the rest was not seen. Raises CouldNotLook.
    """
    parts = _parts(str(settings["url"]))
    begun = time.monotonic()
    with _connected(parts, budget, verify=settings.get("verify") is not False) as link:
        try:
            response, body = _exchange(parts, link, budget)
        except TimeoutError:
            seconds = budget.limits.command
            raise CouldNotLook(Seen.TIMED_OUT, f"已连接，但 {seconds:g} 秒内没有得到完整的响应") from None
        except http.client.HTTPException as failure:
            raise CouldNotLook(Seen.GARBLED, f"不是 HTTP 响应（{type(failure).__name__}）") from None
        except OSError as failure:
            words = one_line(failure.strerror or type(failure).__name__, 80)
            raise CouldNotLook(Seen.UNREACHABLE, f"响应途中连接断开（{words}）") from None
    elapsed = round((time.monotonic() - begun) * 1000)
    found = _found(str(settings.get("contains") or ""), response, body, budget.limits.output)
    path = str(settings.get("json_path") or "")
    field = (
        field_of(body, path, settings.get("json_equals"), cut=len(body) >= budget.limits.output)
        if path
        else {}
    )
    return {
        **field,
        "status": response.status,
        "elapsed_ms": elapsed,
        "bytes": len(body),
        "contains": found,
        "version": _VERSIONS.get(response.version, str(response.version)),
        "as_expected": _as_expected(response.status, settings, found=found),
    }


def _parts(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise CouldNotLook(Seen.UNSUPPORTED, "URL 须以 http:// 或 https:// 开头并带主机名")
    if parts.username is not None:
        raise CouldNotLook(Seen.UNSUPPORTED, "URL 中不能带用户名或口令")
    return parts


def _connected(parts: SplitResult, budget: Budget, *, verify: bool) -> socket.socket:
    name = parts.hostname or ""
    link = budget.dial(name, parts.port or _PORTS[parts.scheme])
    if parts.scheme == "http":
        return link
    context = relaxed_context(verify=verify)
    context.check_hostname = verify
    try:
        return budget.secure(link, context, name)
    except ssl.SSLCertVerificationError as failure:
        why = f"证书未通过验证：{chain_words(failure)}；内部证书可设置 verify: false"
        raise CouldNotLook(Seen.DENIED, why) from None


def _exchange(
    parts: SplitResult, link: socket.socket, budget: Budget
) -> tuple[http.client.HTTPResponse, bytes]:
    port = _PORTS[parts.scheme]
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or port)
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    link.settimeout(budget.left())
    # The library's own connection waits anew for each piece; over this one the pieces share one budget.
    connection.sock = cast("socket.socket", Share(link, budget))
    connection.default_port = port  # which a Host header leaves out
    connection.request("GET", target, headers=_HEADERS)
    response = connection.getresponse()
    body = response.read(budget.limits.output)
    response.close()
    return response, body


def _found(text: str, response: http.client.HTTPResponse, body: bytes, most: int) -> bool | None:
    if not text:
        return None
    named = response.headers.get_content_charset() or "utf-8"
    for encoding in dict.fromkeys((named, "utf-8", "gb18030")):
        try:
            if text.encode(encoding) in body:
                return True
        except (LookupError, UnicodeEncodeError):
            continue
    return None if len(body) >= most else False


def _as_expected(status: int, settings: Mapping[str, Scalar], *, found: bool | None) -> bool | None:
    expected = settings.get("expect")
    good = status in _GOOD if expected is None else status == expected
    if not good or not settings.get("contains"):
        return good
    return found
