"""One way to write a statement without literals, wherever its text comes from, so that figures can be compared."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""`[^`]*`?|"[^"]*"?|\?\+?|\.\.\.|\$\d+|:[A-Za-z_]\w*|@@?[\w$.]+|[\w$\u0080-\U0010ffff]+"""
    r"""|<=>|<>|!=|<=|>=|:=|::|\|\||&&|->>?|/\*.*?\*/|[^\s\w]""",
    re.DOTALL,
)
_GLUED = re.compile(r"(?<![\w$])(?:[xXbBnNeE]|_\w+|[uU]&)\?")
_TIMED = frozenset(("date", "time", "timestamp"))
_VALUES = frozenset(("null", "true", "false"))
_UNARY_AFTER = frozenset(
    (
        *(
            "and",
            "or",
            "not",
            "between",
            "then",
            "else",
            "when",
            "select",
            "return",
            "by",
            "in",
            "limit",
            "offset",
        ),
        *("like", "interval", "values", "set", "case", "where", "on"),
        *("(", ",", "=", "<", ">", "+", "-", "*", "/", "%", "<=", ">=", "<>", "!=", ":=", "||", "<=>"),
    )
)
_NO_SPACE_AFTER, _NO_SPACE_BEFORE = (
    frozenset(("(", ".", "::", "[")),
    frozenset((")", ",", ".", ";", "::", "[", "]")),
)
_OPENS_AFTER_SPACE = frozenset(
    (
        *(
            "in",
            "values",
            "value",
            "and",
            "or",
            "not",
            "on",
            "where",
            "from",
            "join",
            "exists",
            "any",
            "all",
            "as",
        ),
        *("using", "between", "when", "then", "else", "select", "set", "union", "into", "?", "?+", ","),
        *("=", "<", ">", "<>", "!=", "+", "-", "*", "/", "(", "<=", ">="),
    )
)
HIDDEN = " ...?"
"""What stands for the rest of a statement that `mask` would not guess about."""

COMMAND = "administrator command: "
"""How MySQL logs what is no statement: Prepare, Quit, Ping."""

LONGEST = 2048
"""Characters kept of a statement's text."""


def canonical(masked: str) -> str:
    """Write a masked statement in the one way: lower case, names unquoted, one space, lists as `?+`.

    Takes what `mask` leaves, and the texts MySQL's events_statements_summary_by_digest and PostgreSQL's
    pg_stat_statements keep.
    """
    if masked.startswith(COMMAND):
        return masked.rstrip(";").lower()
    if masked.endswith(HIDDEN):
        return canonical(masked[: -len(HIDDEN)]) + HIDDEN
    return _written(_shortened(_plain(_TOKEN.findall(_GLUED.sub("?", masked)))))


def _plain(tokens: list[str]) -> list[str]:
    """Names without their quotes, every literal a `?`, no signs before them."""
    plain: list[str] = []
    for token in tokens:
        word = _word(token)
        if word and not (word == "." and _is_start(plain)):
            _put(plain, word)
    while plain and plain[-1] == ";":
        plain.pop()
    return plain


def _word(written: str) -> str:
    first = written[0]
    if first in '`"':
        return written.strip(first).lower()
    if written.startswith("/*"):
        return ""
    if first == "$" and written[1:].isdigit():
        return "?"
    return "?+" if written == "..." else written.lower()


def _is_start(plain: list[str]) -> bool:
    """Whether a dot here could only belong to a number: `.5`."""
    return not plain or plain[-1] in _UNARY_AFTER


def _put(plain: list[str], word: str) -> None:
    if word in _VALUES and not (plain and plain[-1] in ("is", "not", "default")):
        word = "?"
    if word in ("?", "?+"):
        while len(plain) > 1 and plain[-1] in "+-" and plain[-2] in _UNARY_AFTER:
            plain.pop()
        if plain and plain[-1] in _TIMED and len(plain) > 1 and plain[-2] in _UNARY_AFTER:
            plain.pop()
        if plain and plain[-1] in ("?", "?+"):
            # 'it''s', and strings side by side, are one.
            plain[-1] = max(plain[-1], word)
            return
        if len(plain) > 1 and plain[-1] == "," and plain[-2] in ("?", "?+"):
            plain.pop()
            plain[-1] = "?+"
            return
    plain.append(word)


def _shortened(plain: list[str]) -> list[str]:
    """`in (?)` and `in (?+)` are one statement, so are one row of VALUES and many."""
    short: list[str] = []
    place = 0
    while place < len(plain):
        word = plain[place]
        short.append(word)
        place += 1
        if word == "in" and plain[place : place + 3] in (["(", "?", ")"], ["(", "?+", ")"]):
            short += ["(", "?+", ")"]
            place += 3
        elif word in ("values", "value") and plain[place : place + 1] == ["("]:
            end = _closing(plain, place)
            short += _row(plain[place:end])
            place = _past_rows(plain, end)
    return short


def _row(row: list[str]) -> list[str]:
    return ["(", "?+", ")"] if row in (["(", "?", ")"], ["(", "?+", ")"]) else row


def _closing(plain: list[str], place: int) -> int:
    """Where the bracket that opens at `place` is closed; the place behind it."""
    depth = 0
    for at in range(place, len(plain)):
        depth += (plain[at] == "(") - (plain[at] == ")")
        if depth == 0:
            return at + 1
    return len(plain)


def _past_rows(plain: list[str], place: int) -> int:
    while plain[place : place + 1] == [","]:
        if plain[place + 1 : place + 2] == ["("]:
            place = _closing(plain, place + 1)
        elif plain[place + 1 : place + 2] == ["?+"]:
            place += 2
        else:
            break
    return place


def _written(plain: list[str]) -> str:
    pieces: list[str] = []
    before = ""
    for word in plain:
        tight = not before or before in _NO_SPACE_AFTER or word in _NO_SPACE_BEFORE
        if word == "(" and before not in _OPENS_AFTER_SPACE:
            tight = True
        pieces.append(word if tight else " " + word)
        before = word
    return "".join(pieces)
