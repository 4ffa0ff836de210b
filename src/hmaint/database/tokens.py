"""SQL text cut into tokens, so that strings, quoted names and comments are not taken for code."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from hmaint.kit.i18n import _

TokenKind = Literal["word", "name", "string", "symbol", "comment"]


class Token(NamedTuple):
    """One piece of a statement; `text` is bare (names and strings without their quotes)."""

    kind: TokenKind
    text: str
    start: int
    end: int


class Unclear(ValueError):
    """The text could be cut in more than one way, or ends inside a string or comment."""


_SPACE = re.compile(r"[ \t\r\n]+")
_WORD = re.compile(r"[^\W\d][\w$]*|\d+")
_ORACLE_WORD = re.compile(r"[^\W\d][\w$#]*|\d+")
_ORACLE_QUOTE = re.compile(r"n?q'([^\s])", re.IGNORECASE)
_ORACLE_CLOSES = {"[": "]", "(": ")", "{": "}", "<": ">"}
_VARIABLE = re.compile(r"@{1,2}[\w$.]*")
_DOLLAR = re.compile(r"\$(?:[^\W\d]\w*)?\$")
_DASHES = re.compile(r"--[^\n]*")
# MySQL starts a comment only at dashes with a blank behind them; `1--1` is arithmetic there.
_MYSQL_COMMENT = re.compile(r"--(?=[ \t\r\n]|$)[^\n]*|#[^\n]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")

# A comment might end at them, and what follows be code.
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")


# A statement of a playbook is asked about by its guard and by what binds its values, one after the other.
@lru_cache(maxsize=64)
def cut(sql: str, engine: str | None) -> tuple[Token, ...]:
    """Tokens of a text as that engine would see them, comments included; Unclear when that is in doubt.

    A backslash before a quote is in doubt on purpose: whether it escapes depends on a server's settings
    (NO_BACKSLASH_ESCAPES, standard_conforming_strings), and so does where the string ends.
    """
    if _CONTROLS.search(sql) or (engine == "sqlserver" and _LINE_ENDS.search(sql)):
        raise Unclear(_("it holds control characters"))
    tokens: list[Token] = []
    plain = _ORACLE_WORD if engine == "oracle" else _WORD
    literals = "nNqQ" if engine in ("oracle", None) else ""
    at = 0
    while at < len(sql):
        if space := _SPACE.match(sql, at):
            at = space.end()
            continue
        # Nothing else begins with a letter, but for Oracle's q'…': most of a statement is words.
        word = plain.match(sql, at) if sql[at] not in literals else None
        token = Token("word", word.group().lower(), at, word.end()) if word else _next(sql, at, engine, plain)
        tokens.append(token)
        at = token.end
    return tuple(tokens)


def _next(sql: str, at: int, engine: str | None, plain: re.Pattern[str]) -> Token:
    comment = (_MYSQL_COMMENT if engine == "mysql" else _DASHES).match(sql, at)
    if comment:
        return Token("comment", comment.group(), at, comment.end())
    if sql.startswith("/*", at):
        return _block_comment(sql, at, nested=engine in ("postgresql", "sqlserver"))
    quoted = _any_quoted(sql, at, engine)
    if quoted:
        return quoted
    word = plain.match(sql, at) or (_VARIABLE.match(sql, at) if engine == "mysql" else None)
    if word:
        return Token("word", word.group().lower(), at, word.end())
    return Token("symbol", sql[at], at, at + 1)


def _any_quoted(sql: str, at: int, engine: str | None) -> Token | None:
    if sql[at] in "'\"`" or (sql[at] == "[" and engine in ("sqlite", "sqlserver")):
        return _quoted(sql, at, engine)
    delimited = _ORACLE_QUOTE.match(sql, at) if engine in ("oracle", None) else None
    if delimited:
        return _delimited(sql, at, delimited)
    dollar = _DOLLAR.match(sql, at) if engine in ("postgresql", None) else None
    return _dollar_quoted(sql, at, dollar.group()) if dollar else None


def _block_comment(sql: str, at: int, *, nested: bool) -> Token:
    depth, here = 1, at + 2
    while depth:
        closes, opens = sql.find("*/", here), sql.find("/*", here)
        if closes < 0:
            raise Unclear(_("a comment does not end"))
        deeper = nested and 0 <= opens < closes
        depth += 1 if deeper else -1
        here = (opens if deeper else closes) + 2
    return Token("comment", sql[at:here], at, here)


def _quoted(sql: str, at: int, engine: str | None) -> Token:
    quote = sql[at]
    if quote == "`" and engine == "postgresql":
        raise Unclear(_("PostgreSQL has no backquotes"))
    if quote == "`" and engine == "sqlserver":
        raise Unclear(_("SQL Server has no backquotes"))
    close = "]" if quote == "[" else quote
    here = at + 1
    while True:
        end = sql.find(close, here)
        if end < 0:
            raise Unclear(_("a quote does not end"))
        body = sql[at + 1 : end]
        if engine != "oracle" and quote in "'\"" and (len(body) - len(body.rstrip("\\"))) % 2:
            raise Unclear(_("a backslash stands before a quote"))
        if (quote == "[" and engine == "sqlite") or not sql.startswith(close, end + 1):
            break
        here = end + 2
    kind: TokenKind = "string" if quote == "'" or (quote == '"' and engine == "mysql") else "name"
    return Token(kind, body.replace(close * 2, close), at, end + 1)


def _delimited(sql: str, at: int, opened: re.Match[str]) -> Token:
    """Oracle's `q'[it's]'`, whose end is its own bracket and a quote; anything else stands for itself."""
    close = _ORACLE_CLOSES.get(opened[1], opened[1]) + "'"
    end = sql.find(close, opened.end())
    if end < 0:
        raise Unclear(_("a quote does not end"))
    return Token("string", sql[opened.end() : end], at, end + len(close))


def _dollar_quoted(sql: str, at: int, tag: str) -> Token:
    end = sql.find(tag, at + len(tag))
    if end < 0:
        raise Unclear(_("a quote does not end"))
    return Token("string", sql[at + len(tag) : end], at, end + len(tag))
