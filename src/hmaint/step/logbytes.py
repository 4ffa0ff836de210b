"""What came back for logs, taken apart: the host's time, then the end of each file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hmaint.errors import CouldNotLook
from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Target
from hmaint.model.look import Reply, Seen
from hmaint.parse.stamps import HostTime
from hmaint.step.answers import SUDO_HINT, encoding, settle

NOW = (
    "date '+@ %Y-%m-%dT%H:%M:%S%z'; "
    "[ -r /proc/uptime ] && read -r u x < /proc/uptime && printf '@ %s\\n' \"$u\"\n"
)
"""Tells the host's time, by which the times in its logs are to be understood."""
MARK = "=hmaint-7c1e0d42="
"""Stands before the path of each file, since the files' own lines can be anything."""

_BLIND = ("not seeing messages from other users", "insufficient permissions")
_NO_JOURNAL = "No journal files were found"


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one path: `mark` is `>` read, `!` refused, `?` not there."""

    mark: str
    path: str
    raw: bytes


def check_sight(reply: Reply, target: Target) -> None:
    """Raise CouldNotLook where the account sees not everything, which journalctl tells on stderr, ending with 0."""
    complaint = reply.err.decode("ascii", "replace")
    if reply.seen is Seen.OBSERVED and any(words in complaint for words in _BLIND):
        raise CouldNotLook(
            Seen.DENIED, f"没有权限：该帐户只能看到自己的日志；{SUDO_HINT}，或加入 systemd-journal 组"
        )
    if reply.seen is Seen.OBSERVED and _NO_JOURNAL in complaint:
        raise CouldNotLook(Seen.UNSUPPORTED, "该主机没有 systemd 日志")
    # Only how it ended is judged here: logs are decoded line by line.
    settle(replace(reply, out=b""), target)
    if complaint.startswith("dmesg:"):
        raise CouldNotLook(Seen.DENIED, f"没有权限：无法读取内核日志；{SUDO_HINT}")


def split_time(raw: bytes) -> tuple[HostTime, bytes]:
    """Take off the host's time; CouldNotLook where the host told none."""
    first, _, rest = raw.partition(b"\n")
    mark, _, clock = first.decode("ascii", "replace").partition(" ")
    try:
        now = datetime.fromisoformat(clock)
    except ValueError:
        now = datetime.min  # noqa: DTZ901 - refused below, as it knows no zone
    if mark != "@" or now.tzinfo is None:
        raise CouldNotLook(Seen.GARBLED, "主机没有报告时间")
    uptime = 0.0
    if rest.startswith(b"@ "):
        told, _, rest = rest.partition(b"\n")
        uptime = float(told[2:])
    return HostTime(now.replace(tzinfo=None), now.utcoffset() or timedelta(), uptime), rest


def split_files(body: bytes, target: Target) -> Iterator[Part]:
    """Each file that was asked for, in the order of the asking."""
    for part in body.split(b"\n" + MARK.encode())[1:]:
        heading, _, raw = part.partition(b"\n")
        yield Part(heading[:1].decode("ascii", "replace"), _text(heading[1:], encoding(target)), raw)


def lines_in(raw: bytes) -> list[bytes]:
    """The lines that hold something."""
    return list(filter(bytes.strip, raw.split(b"\n")))


def decoded(lines: Iterable[bytes], target: Target) -> list[str]:
    """Lines as text, each decoded for itself."""
    name = encoding(target)
    return [_text(line, name) for line in lines]


def _text(line: bytes, name: str) -> str:
    """One line: logs of one host mix encodings, and a line nobody can decode still shows its ASCII words."""
    for candidate in (name, "utf-8", "gb18030"):
        try:
            return line.decode(candidate).rstrip("\r")
        except UnicodeDecodeError:
            continue
    return line.decode(name, "replace").rstrip("\r")
