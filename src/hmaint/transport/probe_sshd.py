"""What an SSH or SFTP server says before anybody logs in: identification and offered algorithms (RFC 4253)."""

from __future__ import annotations

import time
from collections.abc import Mapping

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.inventory import Scalar
from hmaint.model.look import Seen
from hmaint.transport.budget import Budget
from hmaint.transport.talk import Talk

_OURS = b"SSH-2.0-hmaint\r\n"
_KEXINIT = 20
_COOKIE = 16
_LARGEST = 35_000
_LISTS = ("kex", "host_keys", "ciphers_in", "ciphers", "macs_in", "macs")
_LINES_BEFORE = 50


def ask_sshd(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Hear `banner`, `protocol` and the lists `kex host_keys ciphers macs`, each joined by commas."""
    begun = time.monotonic()
    with Talk(budget.dial(str(settings["address"]), int(settings["port"] or 0)), budget) as talk:
        banner = _identification(talk)
        elapsed = round((time.monotonic() - begun) * 1000)
        protocol = banner.split("-")[1]
        offered = {}
        if protocol in ("2.0", "1.99"):
            talk.say(_OURS)
            offered = _offered(talk)
    said = {name: offered.get(name, "") for name in ("kex", "host_keys", "ciphers", "macs")}
    return {"banner": banner, "protocol": protocol, "elapsed_ms": elapsed, **said}


def _identification(talk: Talk) -> str:
    for _ in range(_LINES_BEFORE):
        line = talk.line()
        if line.startswith("SSH-") and line.count("-") > 1:
            return one_line(line, 120)
    raise CouldNotLook(Seen.GARBLED, "没有收到 SSH 标识")


def _offered(talk: Talk) -> dict[str, str]:
    size = int.from_bytes(talk.take(4), "big")
    if not _COOKIE < size <= _LARGEST:
        raise CouldNotLook(Seen.GARBLED, "SSH 标识之后不是算法列表")
    packet = talk.take(size)
    if packet[1] != _KEXINIT:
        raise CouldNotLook(Seen.GARBLED, "SSH 标识之后不是算法列表")
    at, found = 2 + _COOKIE, {}
    for name in _LISTS:
        length = int.from_bytes(packet[at : at + 4], "big")
        text = packet[at + 4 : at + 4 + length]
        if len(text) != length:
            raise CouldNotLook(Seen.GARBLED, "SSH 算法列表不完整")
        found[name] = one_line(text.decode("ascii", "replace"), 2000)
        at += 4 + length
    return found
