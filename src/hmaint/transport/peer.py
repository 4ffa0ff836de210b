"""The SSH library's connection, kept quiet, remembering what a server offered; its twin for old ones."""

# ruff: noqa: SLF001 - the library has no public way to add algorithms; this is the one place that reaches inside

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from hashlib import sha1
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from paramiko import RSAKey, Transport
from paramiko.kex_gex import KexGexSHA256
from paramiko.kex_group14 import KexGroup14SHA256
from paramiko.message import Message

# What the library logs is told again, better, in reasons; without a handler it would land on the screen.
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


# Without types, because what is reached for is not public. Tests hold it to real servers.
_Library: Any = Transport


class Peer(Transport):
    """A client connection that keeps the server's proposal of algorithms."""

    offered: Mapping[str, Sequence[str]] = MappingProxyType({})
    login_until = 0.0
    """When (monotonic) key exchange and authentication together must be over."""

    def tells_signatures(self) -> bool:
        """Whether the server said which signatures it takes, as OpenSSH does since 7.2."""
        library: Any = self
        return "server-sig-algs" in library.server_extensions

    def _really_parse_kex_init(self, m: Message, ignore_first_byte: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - the library's own signature
        parsed = _Library._really_parse_kex_init(self, m, ignore_first_byte)
        if not ignore_first_byte:
            self.offered = {name: tuple(value) for name, value in parsed.items() if isinstance(value, list)}
        return parsed


class Sha1RsaKey(RSAKey):
    """An RSA key that also signs and verifies the SHA-1 way, the only one OpenSSH before 7.2 knows."""

    HASHES = MappingProxyType({**RSAKey.HASHES, "ssh-rsa": SHA1})  # type: ignore[misc, assignment]  # widened on purpose


class KexGroup14SHA1(KexGroup14SHA256):
    """RFC 4253 8.2."""

    name = "diffie-hellman-group14-sha1"
    hash_algo = sha1


class KexGroup1SHA1(KexGroup14SHA256):
    """RFC 4253 8.1: the 1024-bit Oakley group 2 of RFC 2409 6.2, all that the oldest appliances have."""

    name = "diffie-hellman-group1-sha1"
    hash_algo = sha1
    P = int(
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
        "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
        "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
        16,
    )


class KexGexSHA1(KexGexSHA256):
    """RFC 4419 with SHA-1; old servers may hold no group larger than 1024 bits."""

    name = "diffie-hellman-group-exchange-sha1"
    hash_algo = sha1
    min_bits = 1024


_OLD_KEX = (KexGexSHA1, KexGroup14SHA1, KexGroup1SHA1)


class LegacyPeer(Peer):
    """A connection that also takes what OpenSSH 4.3 to 6.6 offers; only where the inventory asks for it."""

    _preferred_kex = (*_Library._preferred_kex, *(kex.name for kex in _OLD_KEX))
    _kex_info = MappingProxyType({**_Library._kex_info, **{kex.name: kex for kex in _OLD_KEX}})
    _preferred_keys = (*_Library._preferred_keys, "ssh-rsa")
    _key_info = MappingProxyType({**_Library._key_info, "ssh-rsa": Sha1RsaKey})

    sha1_only = False

    @property
    def preferred_pubkeys(self) -> Sequence[str]:
        """A server that does not tell which signatures it takes (no ext-info) is too old for SHA-2."""
        self.sha1_only = self.sha1_only or not self.tells_signatures()
        modern = tuple(name for name in super().preferred_pubkeys if "rsa" not in name or not self.sha1_only)
        return (*modern, "ssh-rsa")
