"""Reads one OpenSSH known_hosts file: plain and hashed names, patterns, ports, revoked keys."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from fnmatch import translate
from pathlib import Path

from hmaint.errors import BadFile, Fault, Place
from hmaint.kit.frozen import dataclass
from hmaint.transport.hostkey import HostKey

_HASHED = "|1|"
_PATTERN = re.compile(r"[*?!]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: which names it speaks of, and the key they have or must not have."""

    names: str
    key: HostKey
    revoked: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the names stand there as they are, neither hashed nor as patterns."""
        return not self.names.startswith(_HASHED) and _PATTERN.search(self.names) is None

    @property
    def plain_names(self) -> list[str]:
        """The names of a plain line."""
        return self.names.lower().split(",")

    def speaks_of(self, name: str) -> bool:
        """Whether the line is about that server, as sshd(8) tells under SSH_KNOWN_HOSTS FILE FORMAT."""
        if self.names.startswith(_HASHED):
            return _hashed(self.names, name)
        if self.is_plain:
            return name in self.plain_names
        wanted, unwanted = False, False
        for pattern in self.names.lower().split(","):
            hit = _matches(pattern.removeprefix("!"), name)
            wanted, unwanted = wanted or hit, unwanted or (hit and pattern.startswith("!"))
        return wanted and not unwanted


class Entries:
    """The lines of one file, of which those about a server are found without going through all of them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._numbered = tuple(entries)
        self._named: dict[str, list[int]] = {}
        self._others: list[int] = []
        for number, entry in enumerate(self._numbered):
            if not entry.is_plain:
                self._others.append(number)
                continue
            for name in dict.fromkeys(entry.plain_names):
                self._named.setdefault(name, []).append(number)

    def about(self, name: str) -> list[Entry]:
        """Every entry that speaks of a server, in the order of the file."""
        others = [number for number in self._others if self._numbered[number].speaks_of(name)]
        return [self._numbered[number] for number in sorted((*self._named.get(name, ()), *others))]


def _matches(pattern: str, name: str) -> bool:
    # Brackets stand for themselves here, unlike in a shell: they enclose the address before a port.
    return re.match(translate(pattern.replace("[", "[[]")), name) is not None


def _hashed(names: str, name: str) -> bool:
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in names[len(_HASHED) :].split("|"))
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(hmac.new(salt, name.encode(), hashlib.sha1).digest(), digest)


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Every entry of the file; none when there is no such file. Raises BadFile when it cannot be read.

    Lines that are no entries are passed over, as OpenSSH does; certificate authorities are not supported.
    """
    try:
        text = path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return ()
    except OSError as failure:
        raise BadFile([Fault(Place(str(path)), failure.strerror or "cannot be read")]) from None
    return tuple(entries_in(text.splitlines()))


def entries_in(lines: Iterable[str]) -> Iterable[Entry]:
    """Find the entries among the lines of a known_hosts file."""
    for line in lines:
        words = line.split()
        revoked = bool(words) and words[0] == "@revoked"
        words = words[1:] if revoked else words
        if len(words) < len(("names", "kind", "key")) or words[0].startswith(("#", "@")):
            continue
        try:
            yield Entry(words[0], HostKey(words[1], base64.b64decode(words[2], validate=True)), revoked)
        except binascii.Error:
            continue
