"""The way to a host through its jump hosts, nearest to the laptop first."""

from __future__ import annotations

from dataclasses import replace

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Host, Site
from hmaint.model.look import Seen


def hops(host: Host, site: Site) -> tuple[Host, ...]:
    """Every machine to log in to, the host itself last; raises CouldNotLook for a circle or an unknown name.

    As with OpenSSH's ProxyJump, only the first jump host's own jump hosts are gone through.
    """
    return _hops(host, site, ())


def _hops(host: Host, site: Site, trail: tuple[str, ...]) -> tuple[Host, ...]:
    if host.name in trail:
        raise CouldNotLook(Seen.UNREACHABLE, f"跳板成环：{' → '.join((*trail, host.name))}")
    jumps = [_jump(word, host, site) for word in host.ssh.jumps]
    first = _hops(jumps[0], site, (*trail, host.name)) if jumps else ()
    chain = (*first, *jumps[1:], host)
    if len({hop.name for hop in chain}) < len(chain):
        raise CouldNotLook(Seen.UNREACHABLE, f"跳板成环：{' → '.join(hop.name for hop in chain)}")
    return chain


def _jump(word: str, host: Host, site: Site) -> Host:
    found = site.host(word)
    if found is not None:
        return found
    user, at, rest = word.rpartition("@")
    address, port = _split(rest)
    if not at and port is None:
        raise CouldNotLook(Seen.UNREACHABLE, f"跳板 {word} 不在清单中")
    # The key may serve on the way too; a password is for one machine and is not shown to another.
    ssh = replace(
        host.ssh, user=user or host.ssh.user, password=None, jumps=(), sudo=False, sudo_password=None
    )
    return Host(word, site.name, address, port or 22, ssh=ssh, limits=host.limits)


def _split(text: str) -> tuple[str, int | None]:
    if text.startswith("["):  # an IPv6 address in brackets
        address, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        address, _, port = text.partition(":")
    return address, int(port) if port.isdecimal() else None
