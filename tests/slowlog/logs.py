"""Slow logs of the cases, entries made by the thousand, and the ways they are read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from hmaint.model.inventory import Host, Limits, Site
from hmaint.model.look import Reply
from hmaint.slowlog.ask import fragment
from hmaint.slowlog.digest import Part, SlowLog, joined, read_part
from hmaint.slowlog.scan import scan
from hmaint.transport.local import LocalDoor

CASES = Path(__file__).with_name("cases")
HERE = Host("here", "icu", connection="local", limits=Limits(command=60, host=120))


def names(prefix: str = "") -> list[str]:
    return sorted(path.stem for path in CASES.glob(f"{prefix}*.log"))


def case(name: str) -> Path:
    return CASES / f"{name}.log"


def entry(statement: str | bytes, seconds: float = 1.0, at: int = 1_760_000_000, examined: int = 10) -> bytes:
    """One entry as MySQL 8 writes it."""
    text = statement.encode() if isinstance(statement, str) else statement
    head = (
        "# Time: 2026-10-09T01:20:58.254258Z\n# User@Host: his[his] @  [10.1.2.8]  Id:  4483\n"
        f"# Query_time: {seconds:.6f}  Lock_time: 0.000100 Rows_sent: 1  Rows_examined: {examined}\n"
        f"SET timestamp={at};\n"
    )
    return head.encode() + text + b";\n"


def write(path: Path, entries: Iterable[bytes]) -> Path:
    path.write_bytes(b"".join(entries))
    return path


def read(path: Path, start: int = 0, length: int = 0) -> Part:
    return read_part(str(path), scan(str(path), start, length, 1000))


def told(*parts: Part) -> SlowLog:
    return joined("log", parts, 1000)


def texts(log: SlowLog) -> list[str]:
    return [statement.text for statement in log.statements]


def without_python(folder: Path, *tools: str) -> str:
    """A PATH on which there is everything the script needs but Python."""
    folder.mkdir()
    for tool in ("sh", "wc", "cat", "head", "grep", "gzip", "nice", *tools):
        found = next(place / tool for place in map(Path, ("/usr/bin", "/bin")) if (place / tool).exists())
        (folder / ("awk" if tool in ("mawk", "gawk") else tool)).symlink_to(found)
    return str(folder)


def ask_here(path: str, search: str = "") -> Reply:
    """What this machine answers when it is asked as a host is; with another PATH where one is given."""
    asked = fragment(path)
    if search:
        script = f"PATH={search}; export PATH; hash -r\n" + asked.script.replace(
            "/usr/libexec/platform-python", ""
        )
        asked = type(asked)(script, limit=asked.limit, output=asked.output)
    line = LocalDoor().open(HERE, Site("icu", "重症监护系统", hosts=(HERE,)))
    try:
        return line.trip([asked])[0]
    finally:
        line.close()


def mode_is_kept() -> bool:
    """Whether a file's mode keeps this user out; root reads everything."""
    return os.geteuid() != 0
