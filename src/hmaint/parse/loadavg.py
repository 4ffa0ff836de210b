"""`loadavg`: /proc/loadavg."""

from __future__ import annotations

import re

from hmaint.parse.fields import Options, Rows

_LINE = re.compile(r"(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) (\d+)/(\d+) \d+")


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row: `load1 load5 load15 running threads`."""
    match = _LINE.fullmatch(text.strip())
    if not match:
        raise ValueError(f"不是 /proc/loadavg：{text.strip()[:60]!r}")
    one, five, fifteen, running, threads = match.groups()
    return [
        {
            "load1": float(one),
            "load5": float(five),
            "load15": float(fifteen),
            "running": int(running),
            "threads": int(threads),
        }
    ]
