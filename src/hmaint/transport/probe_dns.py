"""What one resolver says of a name: its IPv4 addresses, by a datagram of our own (RFC 1035)."""

from __future__ import annotations

import ipaddress
import secrets
import struct
import time
from collections.abc import Mapping

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Scalar
from hmaint.model.look import Row, Seen
from hmaint.transport.budget import Budget
from hmaint.transport.datagram import exchange

_HEAD = struct.Struct("!6H")
_RECURSE, _ANSWER, _TRUNCATED = 0x0100, 0x8000, 0x0200
_A, _IN = 1, 1
_MOST = 200
_CODES = {
    0: "",
    1: "格式错误",
    2: "SERVFAIL",
    3: "没有这个域名（NXDOMAIN）",
    4: "不支持",
    5: "拒绝查询（REFUSED）",
}


def ask_dns(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Ask `address` and `port` for `name`: `answered` tells whether there is any address, `addresses` which.

    Raises CouldNotLook; a resolver that is not there at all (nothing listens) is seen not to answer.
    """
    name = str(settings["name"]).rstrip(".")
    question = _question(name)
    begun = time.monotonic()

    def make() -> bytes:
        return _HEAD.pack(secrets.randbelow(1 << 16), _RECURSE, 1, 0, 0, 0) + question

    row = exchange(str(settings["address"]), int(settings["port"] or 0), make, _row, budget)
    elapsed = round((time.monotonic() - begun) * 1000)
    if row is None:
        row = {"answered": False, "addresses": "", "answer": "端口没有程序监听"}
    return {**row, "elapsed_ms": elapsed}


def _question(name: str) -> bytes:
    try:
        labels = name.encode("idna").split(b".")
    except UnicodeError:
        raise CouldNotLook(Seen.UNSUPPORTED, f"{name} 不是域名") from None
    return b"".join(bytes([len(label)]) + label for label in labels) + struct.pack("!BHH", 0, _A, _IN)


def _row(answer: bytes, sent: bytes) -> Row | None:
    """None for what is no answer to the question sent."""
    question = sent[_HEAD.size :]
    if len(answer) < _HEAD.size or answer[:2] != sent[:2]:
        return None
    _id, flags, questions, answers, _authority, _more = _HEAD.unpack_from(answer)
    asked = answer[_HEAD.size : _HEAD.size + len(question)]
    # Where it could not read the question a resolver sends none back.
    if not flags & _ANSWER or (questions and asked.lower() != question.lower()):
        return None
    if flags & _TRUNCATED:
        raise CouldNotLook(Seen.GARBLED, "应答过长被截断，没有看到全部地址")
    code = flags & 15
    try:
        found = _addresses(answer, _HEAD.size + len(question) * bool(questions), min(answers, _MOST))
    except (IndexError, struct.error):
        return None
    words = _CODES.get(code, f"错误代码 {code}") or ("" if found else "没有地址")
    told = "、".join(sorted(found, key=ipaddress.IPv4Address))
    return {"answered": not code and bool(found), "addresses": told, "answer": words or told}


def _addresses(answer: bytes, at: int, count: int) -> set[str]:
    found = set()
    for _ in range(count):
        at = _past_name(answer, at)
        kind, family, _lasts, size = struct.unpack_from("!HHIH", answer, at)
        at += 10
        if (kind, family, size) == (_A, _IN, 4):
            found.add(".".join(str(byte) for byte in struct.unpack_from("!4B", answer, at)))
        at += size
    return found


def _past_name(answer: bytes, at: int) -> int:
    """Where the name that begins there ends; what it points to is not followed."""
    while length := answer[at]:
        if length >= 0xC0:  # noqa: PLR2004 - two bits that mark a pointer
            return at + 2
        at += 1 + length
    return at + 1
