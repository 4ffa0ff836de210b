"""What a SQL Server says before and while somebody logs in, read from the wire."""

from __future__ import annotations

import struct

# Numbers of messages, options and tokens: [MS-TDS] 2.2.3.1.1, 2.2.6.5 and 2.2.7.
_REPLY, _HANDSHAKE = 0x04, 0x12
_ENCRYPTION, _END = 1, 0xFF
_OFF, _ON, _REQUIRED = 0, 1, 3
_ERROR, _INFO, _CHANGE = 0xAA, 0xAB, 0xE3
_HEADER = 8
_OPTION = 5


def encrypts(heard: bytes, *, everything: bool) -> bool | None:
    """Whether a server's first reply promises to encrypt `everything`, or at least the login; None: not all is there.

    Every server since 2005 encrypts the login. One that says it cannot is not one, or somebody in between
    wants the password, which would go out readable.
    """
    replies, rest = _messages(heard)
    if not replies:
        return None if rest else False
    body, at = replies[0], 0
    while at + _OPTION <= len(body) and body[at] != _END:
        option, offset, length = struct.unpack_from(">BHH", body, at)
        if option == _ENCRYPTION and length and offset < len(body):
            return body[offset] in ((_ON, _REQUIRED) if everything else (_OFF, _ON, _REQUIRED))
        at += _OPTION
    return False


def refusal(heard: bytes) -> tuple[int, str] | None:
    """The number and words with which a login was turned down; None where it was not, or they were encrypted."""
    for body in _messages(heard)[0]:
        at = 0
        while at + 3 <= len(body) and body[at] in (_ERROR, _INFO, _CHANGE):
            (length,) = struct.unpack_from("<H", body, at + 1)
            if body[at] == _ERROR:
                return _error(body[at + 3 : at + 3 + length])
            at += 3 + length
    return None


def _messages(heard: bytes) -> tuple[list[bytes], bool]:
    """The server's replies, the pieces of each put together, and whether more of them may come."""
    bodies: list[bytes] = []
    body, at = b"", 0
    while at + _HEADER <= len(heard):
        kind, status, length = struct.unpack_from(">BBH", heard, at)
        if kind not in (_REPLY, _HANDSHAKE) or length < _HEADER:
            return bodies, False
        if at + length > len(heard):
            break
        if kind == _REPLY:
            body += heard[at + _HEADER : at + length]
            if status & 1:
                bodies.append(body)
                body = b""
        at += length
    return bodies, True


def _error(token: bytes) -> tuple[int, str] | None:
    if len(token) < _HEADER:
        return None
    number, characters = struct.unpack_from("<I2xH", token)
    return number, token[_HEADER : _HEADER + 2 * characters].decode("utf-16-le", "replace")
