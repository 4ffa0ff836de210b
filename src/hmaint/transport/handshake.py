"""Agrees with a server on a secure connection, within limits, and says in Chinese why where that fails."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Sequence

from paramiko import SSHException, Transport
from paramiko.ssh_exception import IncompatiblePeer

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.inventory import Limits
from hmaint.model.look import Seen
from hmaint.transport.doorstep import Doorstep, Wire
from hmaint.transport.hostkey import HostKey
from hmaint.transport.peer import LegacyPeer, Peer

_WINDOW = 262_144  # bytes a server may send ahead of our reading: what a flood can cost in memory
_BEAT = 0.1

# What the library's complaint speaks of, the list the server sent for it, and its name for people.
_DISPUTES = {
    "kex algorithm": ("kex_algo_list", "密钥交换算法"),
    "host key": ("server_key_algo_list", "主机密钥算法"),
    "ciphers": ("server_encrypt_algo_list", "加密算法"),
    "macs": ("server_mac_algo_list", "校验算法"),
}


def shake_hands(wire: Wire, limits: Limits, kinds: Sequence[str] = (), *, legacy: bool = False) -> Peer:
    """Exchange keys over a fresh wire; raises CouldNotLook.

    `kinds` are the key types this server is known by: they are asked for first, so that it shows the key we
    can compare. Takes `limits.banner` seconds at most until the server identifies itself, then
    `limits.login`.
    """
    doorstep = Doorstep(wire, limits.banner)
    peer = (LegacyPeer if legacy else Peer)(doorstep, default_window_size=_WINDOW)  # type: ignore[arg-type]  # a wire
    peer.banner_timeout = limits.banner
    _order_ciphers(peer)
    _order_exchanges(peer)
    _order_keys(peer, kinds)
    agreed = threading.Event()
    try:
        peer.start_client(event=agreed)
        _wait(peer, agreed, doorstep, limits)
    except BaseException:
        close(peer)
        raise
    return peer


def close(peer: Transport) -> None:
    """Close a connection whatever state it is in."""
    with contextlib.suppress(SSHException, OSError, EOFError):
        peer.close()
    peer.sock.close()


def shown_key(peer: Transport) -> HostKey:
    """Give the key the server proved to hold."""
    key = peer.get_remote_server_key()
    return HostKey(key.get_name(), key.asbytes())


def _order_ciphers(peer: Peer) -> None:
    options = peer.get_security_options()
    # These carry their own check value, computed in C; for the others the library compares MACs byte by byte in
    # Python, which was a fifth of a large fleet's processor time. A server that lacks them gets the usual ones.
    whole = [name for name in options.ciphers if "-gcm@" in name]
    options.ciphers = (*whole, *(name for name in options.ciphers if name not in whole))


def _order_exchanges(peer: Peer) -> None:
    options = peer.get_security_options()
    # OpenSSH computes X25519 by portable C code of its own, P-256 by OpenSSL's: a fifth less of a login's processor
    # time on the server, measured with 9.2. Post-quantum exchanges stay before both.
    swift = "ecdh-sha2-nistp256"
    others = [name for name in options.kex if name != swift]
    place = next((number for number, name in enumerate(others) if name.startswith("curve25519")), len(others))
    options.kex = (*others[:place], swift, *others[place:])


def _order_keys(peer: Peer, kinds: Sequence[str]) -> None:
    options = peer.get_security_options()
    # A key of type ssh-rsa signs by several algorithms, each negotiated under a name of its own.
    known = [name for name in options.key_types if name in kinds or ("ssh-rsa" in kinds and "rsa" in name)]
    options.key_types = (*known, *(name for name in options.key_types if name not in known))


def _wait(peer: Peer, agreed: threading.Event, doorstep: Doorstep, limits: Limits) -> None:
    silent_until = time.monotonic() + limits.banner
    while not doorstep.settled.wait(_BEAT) and not agreed.is_set():
        if time.monotonic() > silent_until:
            break
    if not doorstep.greeted:
        raise CouldNotLook(Seen.UNREACHABLE, _unwelcome(doorstep, limits))
    peer.login_until = time.monotonic() + limits.login
    if not agreed.wait(limits.login):
        raise CouldNotLook(Seen.UNREACHABLE, f"密钥交换超过 {limits.login:g} 秒未完成")
    if not peer.is_active():
        raise CouldNotLook(Seen.UNREACHABLE, _refused(peer))


def _unwelcome(doorstep: Doorstep, limits: Limits) -> str:
    if doorstep.heard:
        words = one_line(doorstep.heard[:200].decode("utf-8", "replace"), 60)
        return f"未发送 SSH 标识，端口上可能不是 SSH 服务（收到：{words}）"
    if doorstep.hung_up:
        return "未发送 SSH 标识，连接后即被对方关闭（连接数已满或被访问控制拒绝？）"
    return f"未发送 SSH 标识（已等待 {limits.banner:g} 秒）"


def _refused(peer: Peer) -> str:
    reason = peer.get_exception()
    if not isinstance(reason, IncompatiblePeer):
        words = one_line(str(reason or ""), 80)
        return f"密钥交换失败，连接被断开{f'（{words}）' if words else ''}"
    for dispute, (offer, name) in _DISPUTES.items():
        if dispute in str(reason):
            offered = one_line(", ".join(peer.offered.get(offer, ())), 160)
            return f"密钥交换失败：服务器只提供{name} {offered}{_cure(peer)}"
    return f"密钥交换失败：SSH 版本过旧（{one_line(peer.remote_version, 60)}）"


def _cure(peer: Peer) -> str:
    if isinstance(peer, LegacyPeer):
        return "，legacy 模式也不支持"
    return "；如确为旧系统，可在该主机设置 ssh: {legacy: true}"
