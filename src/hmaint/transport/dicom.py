"""The few sentences of DICOM's network protocol (PS3.8, PS3.7) that an echo needs, as bytes."""

from __future__ import annotations

import struct

_CONTEXT = 1
_APPLICATION = b"1.2.840.10008.3.1.1.1"
_VERIFICATION = b"1.2.840.10008.1.1"
_IMPLICIT = b"1.2.840.10008.1.2"
_OURS = b"2.25.216783254398211650271983312774910265133"
_LONGEST = 16_384
_REQUEST, _ECHO_REPLY = 0x0030, 0x8030
_NO_DATA_SET = 0x0101
_HEAD_OF_AC = 68
_ACCEPTED_CONTEXT = 0x21

RELEASE = struct.pack("!BxLL", 5, 4, 0)
ABORT = struct.pack("!BxLBBBB", 7, 4, 0, 0, 0, 0)


def associate(called: str, calling: str) -> bytes:
    """The request for an association that offers verification alone."""
    context = bytes([_CONTEXT, 0, 0, 0]) + _item(0x30, _VERIFICATION) + _item(0x40, _IMPLICIT)
    user = _item(0x51, struct.pack("!L", _LONGEST)) + _item(0x52, _OURS) + _item(0x55, b"HMAINT")
    titles = called.encode("ascii").ljust(16) + calling.encode("ascii").ljust(16)
    body = struct.pack("!Hxx", 1) + titles + bytes(32)
    body += _item(0x10, _APPLICATION) + _item(0x20, context) + _item(0x50, user)
    return struct.pack("!BxL", 1, len(body)) + body


def _item(kind: int, content: bytes) -> bytes:
    return struct.pack("!BxH", kind, len(content)) + content


def accepts_verification(body: bytes) -> bool:
    """Whether the answer to `associate` takes the one thing it offers; ValueError for what is no such answer."""
    at = _HEAD_OF_AC
    while at + 4 <= len(body):
        kind, size = struct.unpack_from("!BxH", body, at)
        content = body[at + 4 : at + 4 + size]
        if kind == _ACCEPTED_CONTEXT and len(content) >= 4 and content[0] == _CONTEXT:  # noqa: PLR2004 - its fixed part
            return content[2] == 0
        at += 4 + size
    raise ValueError("关联应答中没有表示语境")


def echo() -> bytes:
    """The request for an echo."""
    uid = _VERIFICATION + b"\0" * (len(_VERIFICATION) % 2)
    elements = (
        _element(0x0002, uid) + _short(0x0100, _REQUEST) + _short(0x0110, 1) + _short(0x0800, _NO_DATA_SET)
    )
    command = _element(0x0000, struct.pack("<L", len(elements))) + elements
    value = struct.pack("!LBB", len(command) + 2, _CONTEXT, 3) + command
    return struct.pack("!BxL", 4, len(value)) + value


def _element(number: int, content: bytes) -> bytes:
    return struct.pack("<HHL", 0, number, len(content)) + content


def _short(number: int, value: int) -> bytes:
    return _element(number, struct.pack("<H", value))


def echo_status(body: bytes) -> int:
    """The status of the answer to `echo` (0: well); ValueError for what is no such answer."""
    if len(body) < 6 or not body[5] & 2:  # noqa: PLR2004 - length, context and control of the value
        raise ValueError("回波应答不完整")
    command, at, found = body[6:], 0, {}
    while at + 8 <= len(command):
        _group, number, size = struct.unpack_from("<HHL", command, at)
        found[number] = command[at + 8 : at + 8 + size]
        at += 8 + size
    if found.get(0x0100) != struct.pack("<H", _ECHO_REPLY) or len(found.get(0x0900, b"")) != 2:  # noqa: PLR2004 - a short
        raise ValueError("应答不是回波应答")
    return int.from_bytes(found[0x0900], "little")


_WHY = {
    (1, 2): "不支持该应用上下文",
    (1, 3): "未登记本方 AE Title",
    (1, 7): "被叫 AE Title 不对",
    (3, 1): "暂时繁忙",
    (3, 2): "超过并发上限",
}


def rejection(body: bytes) -> str:
    """Why an association was refused, in Chinese."""
    result, source, reason = body[1:4] if len(body) > 3 else (0, 0, 0)  # noqa: PLR2004 - its fixed length
    words = _WHY.get((source, reason), f"来源 {source}，原因 {reason}")
    return f"{'暂时' if result == 2 else ''}拒绝关联：{words}"  # noqa: PLR2004 - rejected-transient
