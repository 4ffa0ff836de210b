"""Connects and logs in along a chain of hosts; connections to jump hosts are shared by all who pass there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from paramiko import Transport
from paramiko.ssh_exception import ChannelException, SSHException

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Host, Limits, Secret
from hmaint.model.look import Seen
from hmaint.transport.dial import dial
from hmaint.transport.doorstep import Wire
from hmaint.transport.handshake import close, shake_hands, shown_key
from hmaint.transport.hostkey import HostKey, fingerprint
from hmaint.transport.hostkeys import HostKeys, Verdict
from hmaint.transport.keys import KeyRing
from hmaint.transport.keyscan import scan
from hmaint.transport.login import Login
from hmaint.transport.pace import Terms
from hmaint.transport.session import SshShell

_PROHIBITED = 1  # RFC 4254 5.1: administratively prohibited


class Journey:
    """Ways to hosts for one run: keys are loaded once, jump hosts are logged in to once."""

    def __init__(self, host_keys: HostKeys, secret_of: Callable[[Secret], str], laptop_user: str) -> None:
        self._host_keys = host_keys
        self._login = Login(KeyRing(), secret_of, laptop_user)
        self._lock = threading.Lock()
        self._jumps: dict[tuple[tuple[str, str, int], ...], Jump] = {}
        self.secret = self._login.secret

    def shell(self, way: Sequence[Host], terms: Terms) -> SshShell:
        """Open a shell on the last host of the way; raises CouldNotLook."""
        posix = way[-1].platform != "windows"
        return SshShell(
            lambda seconds: self._arrive(way, time.monotonic() + seconds), terms.left(), posix=posix
        )

    def fetch_keys(self, way: Sequence[Host]) -> tuple[HostKey, ...]:
        """Ask the last host of the way for its keys; raises CouldNotLook."""
        host = way[-1]
        return scan(lambda: self._wire(way, host.limits.connect), host.limits, legacy=host.ssh.legacy)

    def close(self) -> None:
        """Hang up on every jump host."""
        for jump in self._jumps.values():
            jump.close()

    def _arrive(self, way: Sequence[Host], deadline: float) -> Transport:
        host = way[-1]
        wire = self._wire(way, _until(deadline, host.limits).connect)
        kinds = [key.kind for key in self._host_keys.expected(host.address, host.port)]
        peer = shake_hands(wire, _until(deadline, host.limits), kinds, legacy=host.ssh.legacy)
        try:
            self._check(host, shown_key(peer))
            self._login.log_in(peer, host.ssh, host.limits.login)
        except BaseException:
            close(peer)
            raise
        return peer

    def _wire(self, way: Sequence[Host], seconds: float) -> Wire:
        host = way[-1]
        if len(way) == 1:
            return dial(host.address, host.port, seconds)
        return self._through(tuple(way[:-1]), host, seconds)

    def _through(self, way: tuple[Host, ...], host: Host, seconds: float) -> Wire:
        with self._lock:
            places = tuple((hop.name, hop.address, hop.port) for hop in way)
            jump = self._jumps.setdefault(places, Jump(way[-1].name))
        peer = jump.peer(lambda: self._arrive(way, time.monotonic() + way[-1].limits.host))
        try:
            return peer.open_channel(
                "direct-tcpip", (host.address, host.port), ("127.0.0.1", 0), timeout=seconds
            )
        except ChannelException as refusal:
            why = "不允许转发" if refusal.code == _PROHIBITED else f"连不到 {host.address}:{host.port}"
        except (SSHException, EOFError, OSError):
            why = f"在 {seconds:g} 秒内没有连到 {host.address}:{host.port}"
        raise CouldNotLook(Seen.UNREACHABLE, f"跳板 {way[-1].name} {why}")

    def _check(self, host: Host, key: HostKey) -> None:
        """Refuse a key that is not the one on record; raises CouldNotLook `denied` with both fingerprints."""
        verdict = self._host_keys.verdict(host.address, host.port, key)
        if verdict is Verdict.KNOWN:
            return
        shown = f"{key.kind} {fingerprint(key)}"
        trust = f"核实后执行 hmaint inventory trust {host.name}"
        if verdict is Verdict.REVOKED:
            raise CouldNotLook(Seen.DENIED, f"主机密钥已被吊销：{shown}，拒绝连接")
        if verdict is Verdict.UNKNOWN:
            raise CouldNotLook(Seen.DENIED, f"主机密钥未知：{shown}；{trust}")
        known = "、".join(
            f"{old.kind} {fingerprint(old)}" for old in self._host_keys.expected(host.address, host.port)
        )
        raise CouldNotLook(Seen.DENIED, f"主机密钥已变更：现为 {shown}，原为 {known}；可能有人冒充，{trust}")


def _until(deadline: float, limits: Limits) -> Limits:
    """Cut the limits of a host to what is left until a monotonic moment."""
    left = max(0.1, deadline - time.monotonic())
    return replace(
        limits,
        connect=min(limits.connect, left),
        banner=min(limits.banner, left),
        login=min(limits.login, left),
    )


class Jump:
    """A jump host of a run: who comes first logs in, the others wait and share it, failure included."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._peer: Transport | None = None
        self._failure: CouldNotLook | None = None

    def peer(self, connect: Callable[[], Transport]) -> Transport:
        """Give the connection, made anew where it has broken; raises CouldNotLook, the same to all."""
        with self._lock:
            if self._failure is None and (self._peer is None or not self._peer.is_active()):
                try:
                    self._peer = connect()
                except CouldNotLook as failure:
                    self._failure = CouldNotLook(failure.seen, f"跳板 {self._name}：{failure.reason}")
            if self._failure is not None:
                raise CouldNotLook(self._failure.seen, self._failure.reason)
            if self._peer is None:
                raise CouldNotLook(Seen.UNREACHABLE, f"跳板 {self._name} 未连接")
            return self._peer

    def close(self) -> None:
        """Hang up."""
        if self._peer is not None:
            close(self._peer)
