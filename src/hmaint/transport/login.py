"""Logs in over a secured connection: declared key, agent, password, in that order and nothing unasked."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from paramiko import Agent, AuthenticationException, PKey, RSAKey, SSHException
from paramiko.ssh_exception import BadAuthenticationType

from hmaint.errors import CouldNotLook, Failure
from hmaint.kit.text import one_line
from hmaint.model.inventory import Secret, Ssh
from hmaint.model.look import Seen
from hmaint.transport.keys import KeyRing
from hmaint.transport.peer import LegacyPeer, Peer, Sha1RsaKey

_AGENT_KEYS = (
    4  # OpenSSH hangs up after six refused tries (MaxAuthTries), and others may come before and after
)
_DEFAULT_KEYS = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to log in: its name for people, and the try itself."""

    name: str
    attempt: Callable[[Peer], object]


class Login:
    """Who logs in where; built once a run."""

    def __init__(self, ring: KeyRing, secret_of: Callable[[Secret], str], laptop_user: str) -> None:
        self._ring = ring
        self._secret_of = secret_of
        self._laptop_user = laptop_user

    def user(self, ssh: Ssh) -> str:
        """Choose the name to log in by: the declared one, else the laptop's."""
        return ssh.user or self._laptop_user

    def secret(self, secret: Secret) -> str:
        """Look up the value behind a reference; CouldNotLook `denied` when there is none."""
        try:
            return self._secret_of(secret)
        except CouldNotLook:
            raise
        except Failure:
            raise CouldNotLook(Seen.DENIED, f"没有找到口令 {secret}") from None

    def log_in(self, peer: Peer, ssh: Ssh, seconds: float) -> None:
        """Try each way until one is accepted; CouldNotLook `denied` names the user and what was tried.

        `seconds` is the limit as people know it; the connection itself knows the moment it ends.
        """
        tried: list[str] = []
        allowed: tuple[str, ...] = ()
        with contextlib.closing(self._ways(ssh)) as ways:
            for way in ways:
                tried.append(way.name)
                try:
                    peer.auth_timeout = max(0.1, peer.login_until - time.monotonic())
                    way.attempt(peer)
                except BadAuthenticationType as refusal:
                    allowed = tuple(refusal.allowed_types)
                except (SSHException, EOFError, OSError) as failure:
                    _give_up_if_over(peer, seconds, failure)
                if peer.is_authenticated():
                    return
        raise CouldNotLook(Seen.DENIED, _denial(self.user(ssh), tried, allowed) + _cure(peer, ssh))

    def _ways(self, ssh: Ssh) -> Generator[Way]:
        user = self.user(ssh)
        if ssh.key is not None:
            yield _by_key(user, ssh.key, self._ring.key(ssh.key, lambda: self._passphrase(ssh)))
        unsaid = ssh.key is None and ssh.password is None
        if ssh.agent or unsaid:
            with contextlib.closing(Agent()) as agent:
                for agent_key in agent.get_keys()[:_AGENT_KEYS]:
                    yield _by_key(user, "（ssh-agent）", agent_key)
        if unsaid:
            yield from self._default_keys(user)
        if ssh.password is not None:
            word = self.secret(ssh.password)
            yield Way("口令", lambda peer: _by_password(peer, user, word))

    def _default_keys(self, user: str) -> Iterator[Way]:
        for path in _DEFAULT_KEYS:
            if Path(path).expanduser().is_file():
                try:
                    key = self._ring.key(path, lambda: None)
                except CouldNotLook:  # an encrypted one, which nobody asked for, is not ours to open
                    continue
                yield _by_key(user, path, key)

    def _passphrase(self, ssh: Ssh) -> str | None:
        return None if ssh.key_passphrase is None else self.secret(ssh.key_passphrase)


def _give_up_if_over(peer: Peer, seconds: float, failure: Exception) -> None:
    if time.monotonic() >= peer.login_until:
        raise CouldNotLook(Seen.TIMED_OUT, f"登录超过 {seconds:g} 秒未完成") from None
    if "pubkey algorithm" in str(failure):
        raise CouldNotLook(
            Seen.DENIED, "服务器只接受 RSA 密钥的 SHA-1 签名；如确为旧系统，可设置 ssh: {legacy: true}"
        ) from None
    if not peer.is_active() and not isinstance(failure, AuthenticationException):
        raise CouldNotLook(Seen.UNREACHABLE, f"登录途中连接断开（{one_line(str(failure), 80)}）") from None


def _by_key(user: str, name: str, key: PKey) -> Way:
    def attempt(peer: Peer) -> None:
        if isinstance(peer, LegacyPeer) and isinstance(key, RSAKey):
            _by_old_rsa(peer, user, Sha1RsaKey(key=key.key))
        else:
            peer.auth_publickey(user, key)

    return Way(f"密钥 {name}", attempt)


def _by_old_rsa(peer: LegacyPeer, user: str, key: Sha1RsaKey) -> None:
    try:
        peer.auth_publickey(user, key)
    except BadAuthenticationType:
        raise
    except AuthenticationException:
        if peer.sha1_only or not peer.is_active():
            raise
        peer.sha1_only = True  # a server may claim SHA-2 signatures and yet be set up to refuse them
        peer.auth_publickey(user, key)


def _by_password(peer: Peer, user: str, word: str) -> None:
    try:
        peer.auth_password(user, word, fallback=False)
    except BadAuthenticationType as refusal:
        if "keyboard-interactive" not in refusal.allowed_types:
            raise
    else:
        return
    _by_one_answer(peer, user, word)


def _by_one_answer(peer: Peer, user: str, word: str) -> None:
    rounds: list[int] = []

    def answer(_title: str, _instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
        rounds.extend([len(prompts)] * bool(prompts))
        # One hidden question is the password's. Another round, or another question, would be a new password,
        # a code, or a second failed try that counts towards locking the account.
        if prompts and (rounds != [1] or prompts[0][1]):
            raise AuthenticationException
        return [word for _ in prompts]

    try:
        peer.auth_interactive(user, answer)
    except AuthenticationException:
        if rounds and rounds != [1]:
            why = "除口令外还要求其他验证（动态口令或更改口令？），无法登录"
            raise CouldNotLook(Seen.DENIED, f"服务器对用户 {user} {why}") from None
        raise


def _denial(user: str, tried: list[str], allowed: tuple[str, ...]) -> str:
    what = "、".join(dict.fromkeys(tried)) or "（没有可用的密钥或口令）"
    offer = f"，服务器允许的方式：{one_line(', '.join(allowed), 80)}" if allowed else ""
    return f"用户 {user} 的{what}不被接受{offer}"


def _cure(peer: Peer, ssh: Ssh) -> str:
    if ssh.legacy or ssh.key is None or peer.tells_signatures():
        return ""
    return "；若为 OpenSSH 7.2 以前的旧系统且用 RSA 密钥，可设置 ssh: {legacy: true}"
