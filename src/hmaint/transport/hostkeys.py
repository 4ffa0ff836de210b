"""Which SSH servers are trusted: known_hosts files in order, the workspace's own first."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from hmaint.model.inventory import Limits
from hmaint.transport.dial import dial
from hmaint.transport.hostkey import HostKey, fingerprint, name_of
from hmaint.transport.knownhosts import Entries, entries_in, read_entries

__all__ = ["HostKey", "HostKeys", "Verdict", "fetch_keys", "fingerprint", "forget", "remember"]


class Verdict(StrEnum):
    """What is known of a key that a server shows."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    REVOKED = "revoked"


class HostKeys:
    """The keys of several known_hosts files, read once; may be asked from several threads.

    The first file that speaks of a server decides about it; a key revoked in any file is refused.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        """Read the files, of which any may be missing; raises BadFile for one that cannot be read."""
        self._files = [Entries(read_entries(path)) for path in paths]

    def expected(self, address: str, port: int) -> tuple[HostKey, ...]:
        """List the keys this server may show, in the order of the file; none when it is unknown."""
        name = name_of(address, port)
        for entries in self._files:
            found = [entry.key for entry in entries.about(name) if not entry.revoked]
            if found:
                return tuple(found)
        return ()

    def verdict(self, address: str, port: int, key: HostKey) -> Verdict:
        """Whether this key is the server's. A server known by a key of another kind only has changed."""
        name = name_of(address, port)
        if any(
            entry.revoked and entry.key.blob == key.blob
            for entries in self._files
            for entry in entries.about(name)
        ):
            return Verdict.REVOKED
        expected = self.expected(address, port)
        if not expected:
            return Verdict.UNKNOWN
        return Verdict.KNOWN if key.blob in {known.blob for known in expected} else Verdict.CHANGED


def fetch_keys(address: str, port: int, limits: Limits, *, legacy: bool = False) -> tuple[HostKey, ...]:
    """Ask a server directly for its keys; raises CouldNotLook. Behind jump hosts: `SshDoor.fetch_keys`."""
    from hmaint.transport.keyscan import scan  # noqa: PLC0415 - loads the SSH library

    return scan(lambda: dial(address, port, limits.connect), limits, legacy=legacy)


def remember(path: Path, address: str, port: int, key: HostKey) -> None:
    """Trust a key from now on: append it to the file, which only its owner may read; twice is once.

    Nothing else in the file changes; a key that replaces another needs `forget` first.
    """
    if key in HostKeys([path]).expected(address, port):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = path.read_bytes() if path.exists() else b""
    gap = b"" if kept.endswith(b"\n") or not kept else b"\n"
    _replace(path, kept + gap + f"{name_of(address, port)} {key}\n".encode())


def forget(path: Path, address: str, port: int) -> tuple[HostKey, ...]:
    """Remove the keys of a server from the file (whole lines that speak of it); the keys removed."""
    if not path.exists():
        return ()
    name = name_of(address, port)
    kept: list[bytes] = []
    gone: list[HostKey] = []
    for line in path.read_bytes().splitlines(keepends=True):
        entry = next(iter(entries_in([line.decode("utf-8", "replace")])), None)
        if entry is not None and not entry.revoked and entry.speaks_of(name):
            gone.append(entry.key)
        else:
            kept.append(line)
    if gone:
        _replace(path, b"".join(kept))
    return tuple(gone)


def _replace(path: Path, content: bytes) -> None:
    # A new file beside it, then one rename: a power cut leaves the old file or the new one, never a half.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
