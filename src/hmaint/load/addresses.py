"""Addresses as people write them into an inventory: checked here, so that no connection has to guess."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from hmaint.kit.i18n import _

_HOST_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_.])?")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@\\+$-]{0,127}")
_PORTS = range(1, 65_536)


def address(text: str) -> str:
    """Hand back a host name or an IP address without brackets; ValueError with what is wrong otherwise."""
    if "://" in text or "/" in text:
        raise ValueError(_("must be a host name or an IP address, no URL"))
    if "[" in text or "]" in text:
        raise ValueError(_("must not hold square brackets"))
    if text.count(":") == 1:
        raise ValueError(_("must not hold the port; that belongs into port:"))
    if not (_is_ip6(text) if ":" in text else _is_host(text)):
        raise ValueError(_("is no host name or IP address (half-width characters only, no blanks)"))
    return text


def host_port(text: str) -> str:
    """Hand back `host:port` or `[IPv6]:port`; ValueError otherwise."""
    split_host_port(text)
    return text


def place(text: str) -> str:
    """Hand back a host name or an IP address, with a port or without; ValueError otherwise."""
    return host_port(text) if text.count(":") == 1 or text.startswith("[") else address(text)


def split_host_port(text: str) -> tuple[str, int]:
    """Take `host:port` apart; ValueError when it is not of that form."""
    host, colon, port = text.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) or int(port) not in _PORTS:
        raise ValueError(_("must be HOST:PORT, such as 10.1.2.11:6661"))
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        if ":" not in host:
            raise ValueError(_("must not hold square brackets"))
    elif ":" in host:
        raise ValueError(_("holds an IPv6 address, which wants square brackets: [fe80::1]:443"))
    return address(host), int(port)


def url(text: str) -> str:
    """Hand back an http or https URL without a password in it; ValueError with what is wrong otherwise."""
    if re.search(r"\s", text) or not text.isprintable():
        raise ValueError(_("must not hold blanks or control characters"))
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(_("is no proper URL (look at brackets and port)")) from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError(_("must begin with http:// or https://"))
    if parts.username is not None or parts.password is not None:
        raise ValueError(_("must not hold a user name or password"))
    if not host or port == 0:
        raise ValueError(_("has no host name, or a wrong port"))
    address(host)
    return text


def user(text: str) -> str:
    """Hand back a login name that no command line could take for an option; ValueError otherwise."""
    if not _USER.fullmatch(text):
        raise ValueError(_("is no user name (no blanks, no - first)"))
    return text


def jump(text: str) -> str:
    """Hand back a jump host written as `user@address:port`, user and port optional; ValueError otherwise."""
    name, at, rest = text.rpartition("@")
    if at:
        user(name)
    if rest.count(":") == 1 or rest.startswith("["):
        split_host_port(rest)
    else:
        address(rest)
    return text


def _is_host(text: str) -> bool:
    if re.fullmatch(r"[0-9.]+", text, re.ASCII):
        return _is_ip(text, ipaddress.IPv4Address)
    return bool(_HOST_NAME.fullmatch(text)) and ".." not in text


def _is_ip6(text: str) -> bool:
    return _is_ip(text, ipaddress.IPv6Address)


def _is_ip(text: str, kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True
