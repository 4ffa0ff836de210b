"""A server's public key as known_hosts files write it."""

from __future__ import annotations

import base64
import hashlib

from hmaint.kit.frozen import dataclass


@dataclass(frozen=True, slots=True)
class HostKey:
    """A key type such as `ssh-ed25519`, and the key's bytes."""

    kind: str
    blob: bytes

    def __str__(self) -> str:
        return f"{self.kind} {base64.b64encode(self.blob).decode()}"


def fingerprint(key: HostKey) -> str:
    """Write the fingerprint as `ssh-keygen -l` does: `SHA256:` and 43 characters."""
    digest = hashlib.sha256(key.blob).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def name_of(address: str, port: int) -> str:
    """How known_hosts files write a server: the plain address for port 22, else `[address]:port`."""
    plain = address.lower().strip("[]")
    return plain if port == _SSH else f"[{plain}]:{port}"


_SSH = 22
