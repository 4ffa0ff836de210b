"""`uptime`: /proc/uptime."""

from __future__ import annotations

from hmaint.parse.fields import Options, Rows, figure


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row: `seconds days`."""
    words = text.split()
    if len(words) != 2:  # noqa: PLR2004 - uptime and idle time
        raise ValueError(f"不是 /proc/uptime：{text.strip()[:60]!r}")
    seconds = figure(words[0])
    return [{"seconds": seconds, "days": round(seconds / 86400, 1)}]
