"""SQL statements without what they carry: values may be persons, names of tables are not."""

from __future__ import annotations

import re

from hmaint.kit.text import one_line

_VALUES = re.compile(
    r"""/\*.*?(?:\*/|$)                        # comments; an unended one takes the rest
    | (?:--(?=\s|$)|\#)[^\n]*
    | \$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|$)    # PostgreSQL's dollar quotes
    | '(?:[^'\\]|\\.|'')*(?:'|\\?$)            # text; an unended one takes the rest
    | "(?:[^"\\]|\\.|"")*(?:"|\\?$)
    | (?<![\w$])(?:0x[0-9a-f]+|\d[\d.]*(?:e[-+]?\d+)?)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)

_HIDDEN = re.compile(r"\\['\"]")
_MOST = 20_000
"""Characters that are looked at."""


def without_values(statement: str, limit: int = 200) -> str:
    """Put a question mark in place of every text and number, and leave comments out; one line, cut.

    >>> without_values("update bed set note = '张三 13800000000' where id = 7 -- 急")
    'update bed set note = ? where id = ?'
    """
    text = statement[:_MOST]
    # Engines do not agree on whether a backslash hides a quote: whatever follows may be within it.
    doubtful = _HIDDEN.search(text)
    told = one_line(_VALUES.sub(_mark, text[: doubtful.start()] if doubtful else text), limit)
    return f"{told}…" if doubtful else told


def _mark(found: re.Match[str]) -> str:
    text = found.group()
    return "" if text.startswith(("/*", "--", "#")) else "?"
