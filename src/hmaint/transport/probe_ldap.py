"""Whether a directory answers: its root entry asked for without a login and without attributes (RFC 4511)."""

from __future__ import annotations

import time
from collections.abc import Mapping

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Scalar
from hmaint.model.look import Seen
from hmaint.transport.budget import Budget
from hmaint.transport.talk import Talk

_INTEGER, _SEQUENCE, _ENTRY, _DONE, _EXTENDED = 0x02, 0x30, 0x64, 0x65, 0x78
_MOST = 65_536
# Message 1, search below "", base object, time limit 5 s, (objectClass=*), attribute "1.1": none.
_ROOT = (
    bytes.fromhex("302a020101632504000a01000a0100020100020105010100870b") + b"objectClass\x30\x05\x04\x031.1"
)
_UNBIND = bytes.fromhex("30050201024200")
# Message 1, the extended operation StartTLS.
_STARTTLS = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"


def ask_ldap(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Ask the directory at `address` and `port`; `answered` is True for any proper answer, a refusal too."""
    begun = time.monotonic()
    with Talk(budget.dial(str(settings["address"]), int(settings["port"] or 0)), budget) as talk:
        talk.say(_ROOT)
        kind, body = _message(talk)
        elapsed = round((time.monotonic() - begun) * 1000)
        talk.say(_UNBIND)
    if kind not in (_ENTRY, _DONE):
        raise CouldNotLook(Seen.GARBLED, "应答不是目录查询的结果")
    code = 0 if kind == _ENTRY else _result(body)
    words = "已应答" if code == 0 else f"已应答，结果代码 {code}"
    return {"answered": True, "result": code, "answer": words, "elapsed_ms": elapsed}


def start_tls(talk: Talk) -> None:
    """Ask for encryption; raises CouldNotLook where the directory does not agree."""
    talk.say(_STARTTLS)
    kind, body = _message(talk)
    if kind != _EXTENDED or _result(body) != 0:
        code = f"（结果代码 {_result(body)}）" if kind == _EXTENDED else ""
        raise CouldNotLook(Seen.UNSUPPORTED, f"目录服务不接受 StartTLS{code}")


def _message(talk: Talk) -> tuple[int, bytes]:
    """The kind and content of one message; CouldNotLook for what is none."""
    kind, size = _head(talk)
    if kind != _SEQUENCE or not 0 < size <= _MOST:
        raise CouldNotLook(Seen.GARBLED, "应答不是 LDAP 协议")
    body = talk.take(size)
    # A message begins with its number, an integer: tag, length, value.
    after_id = 2 + body[1] if len(body) > 1 and body[0] == _INTEGER else len(body)
    if after_id + 1 >= len(body):
        raise CouldNotLook(Seen.GARBLED, "应答不是 LDAP 协议")
    return body[after_id], body[_past_length(body, after_id + 1) :]


def _head(talk: Talk) -> tuple[int, int]:
    kind, size = talk.take(2)
    if size & 0x80:
        size = int.from_bytes(talk.take(min(size & 0x7F, 4)), "big")
    return kind, size


def _past_length(body: bytes, at: int) -> int:
    return at + 1 + (body[at] & 0x7F if body[at] & 0x80 else 0)


def _result(body: bytes) -> int:
    """The result code, which is the first thing of a result: tag, length one, value."""
    if len(body) < 3 or body[0] != 0x0A or body[1] != 1:  # noqa: PLR2004 - an enumeration of one byte
        raise CouldNotLook(Seen.GARBLED, "应答中没有结果代码")
    return body[2]
