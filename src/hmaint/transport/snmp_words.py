"""What a device says by SNMP, as plain values; and what it means when it says no, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pyasn1.type.univ import Integer, ObjectIdentifier
from pysnmp.proto import errind
from pysnmp.proto.rfc1902 import (
    Bits,
    Counter32,
    Counter64,
    IpAddress,
    OctetString,
    Opaque,
    TimeTicks,
)
from pysnmp.proto.rfc1905 import EndOfMibView, NoSuchInstance, NoSuchObject

from hmaint.errors import CouldNotLook
from hmaint.kit.text import harmless
from hmaint.model.inventory import Scalar
from hmaint.model.look import Seen

LONGEST = 500
"""Characters kept of one value: descriptions are shorter, and a hostile device must not fill the memory."""

ABSENT = (NoSuchObject, NoSuchInstance, EndOfMibView)
COUNTERS: Mapping[type, int] = {Counter32: 32, Counter64: 64}
_HUNDREDTH = 100
_MAC = 6

_DENIED: Mapping[type[errind.ErrorIndication], str] = {
    errind.UnknownUserName: "设备没有这个 SNMPv3 用户",
    errind.UnknownSecurityName: "设备没有这个 SNMPv3 用户",
    errind.WrongDigest: "SNMPv3 认证口令或认证算法不符",
    errind.AuthenticationFailure: "SNMPv3 认证口令或认证算法不符",
    errind.AuthenticationError: "SNMPv3 认证口令或认证算法不符",
    errind.UnsupportedSecurityLevel: "设备不允许该用户以这一安全级别访问（认证或加密的设置不一致）",
    errind.DecryptionError: "SNMPv3 加密口令或加密算法不符",
    errind.UnknownCommunityName: "团体名不符",
    errind.NoAccessEntry: "设备的访问控制不允许读取",
    errind.NoSuchContext: "设备没有清单中写的 context",
}
_STATUS: Mapping[int, tuple[Seen, str]] = {
    2: (Seen.UNSUPPORTED, "设备没有这一项（不支持，或只读视图没有包含）"),
    5: (Seen.GARBLED, "设备答复 genErr（内部错误）"),
    6: (Seen.DENIED, "设备的访问控制不允许读取"),
    16: (Seen.DENIED, "设备的访问控制不允许读取"),
}
NO_SUCH = _STATUS[2][1]
TOO_BIG = 1


class Numbered(Protocol):
    """Whatever the library calls a number."""

    def __int__(self) -> int: ...


def plain(value: object) -> Scalar:
    """Give a value of the protocol as text or a number; time ticks as seconds, bytes that are no text in hex."""
    return next((make(value) for kinds, make in _PLAIN if isinstance(value, kinds)), None)


def bits(value: object) -> int | None:
    """How wide a counter is, after which it begins anew; None for what is no counter."""
    return COUNTERS.get(type(value))


def refused(indication: object, silence: str, *, greeting: bool) -> CouldNotLook:
    """Say what the library's complaint means for the look; `greeting` where nothing was heard of the device yet."""
    for kind, words in _DENIED.items():
        if isinstance(indication, kind):
            return CouldNotLook(Seen.DENIED, words)
    if isinstance(indication, errind.RequestTimedOut):
        return CouldNotLook(Seen.UNREACHABLE if greeting else Seen.TIMED_OUT, silence)
    return CouldNotLook(Seen.GARBLED, f"SNMP 答复无法解读（{type(indication).__name__}）")


def failed(status: Numbered) -> CouldNotLook:
    """Say what an error status of an answer means."""
    seen, words = _STATUS.get(int(status), (Seen.GARBLED, f"设备答复错误代码 {int(status)}"))
    return CouldNotLook(seen, words)


def _text(raw: bytes) -> str:
    trimmed = raw[: LONGEST * 4].rstrip(b"\0")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = trimmed.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
            return harmless(text).strip()[:LONGEST]
    return raw[:LONGEST].hex(":" if len(raw) == _MAC else " ")


_PLAIN: tuple[tuple[type | tuple[type, ...], Callable[[Any], Scalar]], ...] = (
    (TimeTicks, lambda value: int(value) / _HUNDREDTH),
    (Integer, int),
    (IpAddress, lambda value: ".".join(str(byte) for byte in bytes(value))),
    (ObjectIdentifier, lambda value: ".".join(str(part) for part in tuple(value))[:LONGEST]),
    ((Bits, Opaque), lambda value: bytes(value)[:LONGEST].hex(" ")),
    (OctetString, lambda value: _text(bytes(value))),
)
"""The narrower types first: an address is a string of bytes too."""
