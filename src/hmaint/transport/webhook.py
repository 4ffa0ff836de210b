"""What the robots of 企业微信 and 钉钉 take and answer, and a plain JSON for programs of one's own.

企业微信: developer.work.weixin.qq.com/document/path/91770; 钉钉: open.dingtalk.com, custom robots, with a signature
of HMAC-SHA256 over the time and the secret, keyed by the secret. Both answer `errcode` 0 where they took it, with
status 200 even where they did not.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.look import Seen
from hmaint.transport.post import post

_WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="
_DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token="
_MOST = {"wecom": 2048, "dingtalk": 6000}
"""Bytes of UTF-8 a text may have: the first says so, the second takes 20000 and nobody reads them in a chat."""
_CUT = "\n……（内容过长，余下的见记录）"
_TAKEN = range(200, 300)


def tell_robot(  # noqa: PLR0913 - what a delivery is
    robot: Literal["wecom", "dingtalk"],
    url: str,
    text: str,
    *,
    milliseconds: int,
    sign: str = "",
    seconds: float = 15.0,
    verify: bool = True,
    proxy: str = "",
) -> None:
    """Post a text into a group; `url` is the whole webhook or its key alone. Raises CouldNotLook.

    `milliseconds` since 1970 go into the signature, where there is a secret to sign with.
    """
    address = url if "://" in url else (_WECOM if robot == "wecom" else _DINGTALK) + url
    if sign:
        address += ("&" if "?" in address else "?") + urlencode(signature(sign, milliseconds))
    body = {"msgtype": "text", "text": {"content": fitting(text, _MOST[robot])}}
    status, answer = post(address, _json(body), seconds=seconds, verify=verify, proxy=proxy)
    _must_be_taken(status, answer)


def tell_program(  # noqa: PLR0913 - what a delivery is
    url: str,
    notice: Mapping[str, object],
    *,
    token: str = "",
    seconds: float = 15.0,
    verify: bool = True,
    proxy: str = "",
) -> None:
    """Post a notice as JSON; a `token` goes into the header `Authorization: Bearer`. Raises CouldNotLook."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if not token.isascii() or not token.isprintable():
        raise CouldNotLook(Seen.UNSUPPORTED, "token 只能是可打印的 ASCII 字符")
    status, _answer = post(url, _json(notice), headers=headers, seconds=seconds, verify=verify, proxy=proxy)
    if status not in _TAKEN:
        raise CouldNotLook(Seen.DENIED, f"接收方没有接受：HTTP {status}")


def signature(secret: str, milliseconds: int) -> dict[str, str]:
    """The time and the signature that 钉钉 wants behind its webhook."""
    words = f"{milliseconds}\n{secret}".encode()
    digest = hmac.new(secret.encode(), words, hashlib.sha256).digest()
    return {"timestamp": str(milliseconds), "sign": base64.b64encode(digest).decode()}


def fitting(text: str, most: int) -> str:
    """As much of a text as so many bytes of UTF-8 hold, cut between characters and saying so."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return data.decode()
    return data[: most - len(_CUT.encode())].decode("utf-8", "ignore") + _CUT


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _must_be_taken(status: int, answer: bytes) -> None:
    if status not in _TAKEN:
        raise CouldNotLook(Seen.DENIED, f"接收方没有接受：HTTP {status}")
    try:
        said = json.loads(answer)
    except ValueError:
        said = None
    if not isinstance(said, dict) or "errcode" not in said:
        raise CouldNotLook(Seen.GARBLED, "应答不是机器人的格式，地址可能不对")
    if said["errcode"] != 0:
        words = one_line(f"{said['errcode']} {said.get('errmsg', '')}", 140)
        raise CouldNotLook(Seen.DENIED, f"机器人没有接受：errcode {words}")
