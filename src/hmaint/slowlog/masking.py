"""Takes every literal out of a statement; where it is not sure what is one, it takes out the rest."""

from __future__ import annotations

import re

MYSQL, POSTGRESQL = "mysql", "postgresql"

CUT = b" ...?"
"""What stands for the rest of a statement whose literals could not be told from its words."""

_ESCAPED = re.compile(
    rb"""'[^'\\]*(?:\\.[^'\\]*)*(?:'|\\?\Z)|"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)""", re.DOTALL
)
_SPECIAL = re.compile(
    rb"""'[^'\\]*(?:\\.[^'\\]*)*(?:'|\\?\Z)|"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)"""
    rb"""|`[^`]*(?:`|\Z)|/\*.*?(?:\*/|\Z)|--(?=\s|\Z)[^\n]*|#[^\n]*""",
    re.DOTALL,
)
_UNESCAPED = re.compile(
    rb"""'[^']*(?:'|\Z)|"[^"]*(?:"|\Z)|`[^`]*(?:`|\Z)|/\*.*?(?:\*/|\Z)|--(?=\s|\Z)[^\n]*|#[^\n]*""", re.DOTALL
)
_E_PG = rb"(?<![\w$\x80-\xff])[eE]'[^'\\]*(?:\\.[^'\\]*)*(?:'|\\?\Z)"
_REST_PG = rb"""|"[^"]*(?:"|\Z)|\$(?P<tag>[A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$.*?(?:\$(?(tag)(?P=tag))\$|\Z)|--[^\n]*"""
_POSTGRESQL = re.compile(_E_PG + rb"|'[^']*(?:'|\Z)" + _REST_PG + rb"|/\*", re.DOTALL)
_COMMENT_PG = rb"|/\*.*?(?:\*/|\Z)"
_PLAIN_PG = re.compile(_E_PG + rb"|'[^']*(?:'|\Z)" + _REST_PG + _COMMENT_PG, re.DOTALL)
_ESCAPED_PG = re.compile(_E_PG + rb"|'[^'\\]*(?:\\.[^'\\]*)*(?:'|\\?\Z)" + _REST_PG + _COMMENT_PG, re.DOTALL)
_GBK = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_GBK_MARK = re.compile(rb"[\x81-\xfe]`")
_NESTED = re.compile(rb"/\*|\*/")
_NUMBER = re.compile(rb"[0-9](?<![\w$\x80-\xff].)[\w.]*(?:(?<=[eE])[-+][0-9]+)?", re.DOTALL)
_NULL = re.compile(rb"(?<=[,(=]) ?null\b", re.IGNORECASE)
_BESIDE = re.compile(rb"\?[\w\\\x80-\xff]")
_LIST = re.compile(rb"\?(?: ?, ?\?)+")
_ROWS = re.compile(rb"\( ?\?\+? ?\)(?: ?, ?\( ?\?\+? ?\))+")
_DOUBTFUL = re.compile(rb"[\x81-\xfe]\\")
_FIRST = re.compile(rb"""['"`#$]|/\*|--""")
_OTHER = re.compile(rb"[`#]|/\*|--")


def mask(text: bytes, dialect: str = MYSQL) -> bytes:
    """Put `?` for every literal, `?+` for a list of them, and one space for blanks and comments.

    The text may be of any encoding, and may have been cut. What could be read two ways (a GBK character that ends
    with a backslash, a quote that a server's mode may or may not let be escaped) is never guessed over: all from
    the first thing that might hold a literal is left out, and CUT stands for it.
    """
    plain = _without_strings_pg(text) if dialect == POSTGRESQL else _without_strings(text)
    return _tidy(_NUMBER.sub(b"?", plain))


def _tidy(text: bytes) -> bytes:
    text = b" ".join(text.split())
    if b"NULL" in text or b"null" in text:
        text = _NULL.sub(b"?", text)
    if b"," in text:
        text = _ROWS.sub(b"(?+)", _LIST.sub(b"?+", text))
    return text


def _without_strings(text: bytes) -> bytes:
    if b"\\" not in text:
        # The usual statement: quotes are quotes whatever the server's mode.
        other = _OTHER.search(text) is not None
        plain = _SPECIAL.sub(_kept, text) if other else _ESCAPED.sub(b"?", text)
        return _shut(text) if _BESIDE.search(plain) or (other and _is_name_torn(text, plain)) else plain
    if _DOUBTFUL.search(text) and not _is_utf8(text):
        return _shut(text)
    plain = _SPECIAL.sub(_kept, text)
    escapes = b"\\'" in text or b'\\"' in text
    unsure = escapes and (is_open(text) or _is_otherwise(text, _SPECIAL, _UNESCAPED))
    return _shut(text) if unsure or _BESIDE.search(plain) or _is_name_torn(text, plain) else plain


def _is_otherwise(text: bytes, one: re.Pattern[bytes], other: re.Pattern[bytes]) -> bool:
    """Whether the other reading is possible too, and finds other strings: then nobody knows which it was."""
    return _is_whole(text, other) and [m.span() for m in one.finditer(text)] != [
        m.span() for m in other.finditer(text)
    ]


def _is_whole(text: bytes, reading: re.Pattern[bytes]) -> bool:
    """Whether a statement could have been read so: every string closed, and no backslash outside of one."""
    escapes = reading is _ESCAPED_PG
    for found in reading.finditer(text):
        token = found.group().lstrip(b"eE")
        shut = len(token) > 1 and token[-1:] == token[:1] and not (escapes and _ends_escaped(token))
        if token[:1] in b"'\"`" and not shut:
            return False
    return b"\\" not in reading.sub(b"", text)


def _is_name_torn(text: bytes, plain: bytes) -> bool:
    """Whether what is kept as a name may hold more: it was never closed, or a GBK character ends as its mark does."""
    if plain.count(b"`") % 2:
        return True
    if _GBK_MARK.search(text) is None or _is_utf8(text):
        return False
    return any(found.group()[1:] == b"`" for found in _GBK.finditer(text))


def _kept(found: re.Match[bytes]) -> bytes:
    token = found.group()
    first = token[:1]
    if first in b"'\"":
        return b"?"
    return token if first == b"`" else b" "


def is_open(text: bytes) -> bool:
    """Whether the last string, name or comment of a statement of MySQL was never closed."""
    last = None
    for last in _SPECIAL.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    if last is None or last.end() < len(text):
        return False
    token = last.group()
    if token[:2] == b"/*":
        return not token.endswith(b"*/")
    return token[:1] in b"'\"`" and (len(token) < 2 or token[-1:] != token[:1] or _ends_escaped(token))  # noqa: PLR2004 - the two quotes


def _ends_escaped(token: bytes) -> bool:
    """Whether the quote at the end is one that was escaped: the string goes on behind it."""
    if token[:1] == b"`":
        return False
    return (len(token) - 1 - len(token[:-1].rstrip(b"\\"))) % 2 == 1


def _shut(text: bytes) -> bytes:
    """Everything up to the first thing that might hold a literal."""
    found = _FIRST.search(text)
    return (text[: found.start()] if found else text) + CUT


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _without_strings_pg(text: bytes) -> bytes:
    pieces, place = [], 0
    while True:
        found = _POSTGRESQL.search(text, place)
        if found is None:
            break
        pieces.append(text[place : found.start()])
        token, place = found.group(), found.end()
        if token == b"/*":
            place = _comment_end(text, place)
            pieces.append(b" ")
        else:
            pieces.append(_piece_pg(token))
    masked = b"".join(pieces) + text[place:]
    # A server without standard_conforming_strings reads backslashes otherwise; the log does not say.
    unsure = b"\\'" in text and _is_otherwise(text, _PLAIN_PG, _ESCAPED_PG)
    return _shut(text) if unsure or _BESIDE.search(masked) else masked


def _piece_pg(token: bytes) -> bytes:
    if token[:1] == b'"':
        return token
    return b" " if token[:2] == b"--" else b"?"


def _comment_end(text: bytes, place: int) -> int:
    """Comments of PostgreSQL nest."""
    depth = 1
    for found in _NESTED.finditer(text, place):
        depth += 1 if found.group() == b"/*" else -1
        if depth == 0:
            return found.end()
    return len(text)
