"""`lines`: every line that holds something, as it stands."""

from __future__ import annotations

from hmaint.parse.fields import Options, Rows


def parse(text: str, options: Options) -> Rows:
    """One row per line with column `line`; blank lines, and those starting with option `comment`, are left out."""
    comment = options.get("comment")
    kept = (line.rstrip() for line in text.splitlines() if line.strip())
    return [
        {"line": line}
        for line in kept
        if not (isinstance(comment, str) and line.lstrip().startswith(comment))
    ]
