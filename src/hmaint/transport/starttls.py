"""Asks a service that speaks in the clear to change to TLS, each protocol in its own words."""

from __future__ import annotations

import socket

from hmaint.errors import CouldNotLook
from hmaint.model.look import Seen
from hmaint.transport import probe_ldap
from hmaint.transport.budget import Budget
from hmaint.transport.probe_greeting import reply
from hmaint.transport.talk import Talk

_READY = 220
_HELLO_OK = 250
_AUTH_OK = 234


def dial_for_tls(address: str, port: int, protocol: str, budget: Budget) -> socket.socket:
    """Connect, up to where the handshake begins; `protocol` is `ldap`, `smtp`, `ftp` or empty for TLS at once.

    Raises CouldNotLook; the connection is closed then.
    """
    link = budget.dial(address, port)
    talk = Talk(link, budget)
    try:
        match protocol:
            case "ldap":
                probe_ldap.start_tls(talk)
            case "smtp":
                _expect(talk, _READY)
                talk.say(b"EHLO hmaint\r\n")
                _expect(talk, _HELLO_OK)
                talk.say(b"STARTTLS\r\n")
                _expect(talk, _READY)
            case "ftp":
                _expect(talk, _READY)
                talk.say(b"AUTH TLS\r\n")
                _expect(talk, _AUTH_OK)
    except BaseException:
        link.close()
        raise
    return link


def _expect(talk: Talk, wanted: int) -> None:
    code, words = reply(talk)
    if code != wanted:
        raise CouldNotLook(Seen.UNSUPPORTED, f"服务不接受改用 TLS：{code} {words[:60]}")
