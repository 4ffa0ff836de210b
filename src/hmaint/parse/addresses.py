"""Addresses as socket tools print them, in one spelling."""

from __future__ import annotations

ANY4 = "0.0.0.0"  # noqa: S104 - what a host prints, nothing we bind to
ANY6 = "::"
BOTH = "*"
"""One socket for IPv4 and IPv6."""


def split_address(word: str, *, six: bool = False) -> tuple[str, int]:
    """Address and port of `0.0.0.0:22`, `[::]:22`, `:::22`, `*:22`, `127.0.0.53%lo:53`.

    Brackets and the interface behind `%` are dropped; `six` tells that `*` means IPv6 (old ss prints both
    so).
    """
    host, colon, port = word.rpartition(":")
    if not colon or not port.isdigit():
        raise ValueError(f"不是地址和端口：{word[:60]!r}")
    host = host.strip("[]").partition("%")[0].strip("[]")
    if host == "*" and six:
        host = ANY6
    return host or ANY6, int(port)
