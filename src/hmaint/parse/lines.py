"""`lines`: every line that holds something, as it stands."""

from __future__ import annotations

from hmaint.parse.fields import Options, Rows


def parse(text: str, options: Options) -> Rows:
    """One row per line with column `line`; blank lines, and those starting with option `comment`, are left out."""
    comment = options.get("comment")
    kept = [bare for line in text.splitlines() if (bare := line.rstrip())]
    if isinstance(comment, str):
        kept = [line for line in kept if not line.lstrip().startswith(comment)]
    return [{"line": line} for line in kept]
