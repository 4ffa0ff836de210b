"""A script of SQL cut into its statements, as the engine it is for would see them; in doubt it is refused."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hmaint.database.tokens import Token, Unclear, cut
from hmaint.kit.i18n import _
from hmaint.model.upgrade_act import Statement

ENGINES = ("mysql", "postgresql", "sqlite")
"""Engines whose scripts hmaint runs."""

_PROBE = re.compile(r"(?:--|#)\s*probe:\s*(.+)", re.IGNORECASE)
_DELIMITER = re.compile(r"^[ \t]*delimiter[ \t]+(\S+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CLIENT = re.compile(r"\\\w*|source\b(?=\s+\S)|\.[a-z]+", re.IGNORECASE)
_CONTROL = frozenset({"begin", "start", "commit", "rollback", "savepoint", "release", "end", "abort"})
_ELSEWHERE = frozenset({"use", "attach", "detach"})
_PROGRAMS = frozenset({"procedure", "function", "trigger", "event"})
_COMMITS = frozenset(
    {"create", "alter", "drop", "truncate", "rename", "grant", "revoke", "analyze", "optimize", "repair", "lock"}
)  # fmt: skip
_ALONE = {
    "postgresql": (("vacuum",), ("create", "database"), ("drop", "database"), ("alter", "system")),
    "sqlite": (("vacuum",), ("pragma",)),
}


class BadScript(ValueError):
    """A script that cannot be run statement by statement; `line` counts from 1, 0 for the whole."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    line: int
    tokens: Sequence[Token]

    @property
    def words(self) -> list[str]:
        return _words(self.tokens)


def split(text: str, engine: str) -> tuple[Statement, ...]:
    """Cut a script into statements; BadScript for one that is empty, in doubt, or leaves its database or SQL.

    A comment `-- probe: SELECT …` before a statement is how its effect is asked about. `DELIMITER` is understood for
    MySQL; transactions, other databases and a client's own commands are refused: hmaint has its own of these.
    """
    sections = _sections(text.removeprefix("\ufeff"), engine)
    pieces = [piece for part, line, mark in sections for piece in _pieces(part, line, mark, engine)]
    if not pieces:
        raise BadScript(_("the script has no statement"))
    return tuple(_checked(piece, engine) for piece in pieces)


def commits_by_itself(statement: str, engine: str) -> bool:
    """Whether MySQL ends the transaction at this statement, so that it cannot be taken back with the others."""
    return engine == "mysql" and bool(_COMMITS & set(_words(cut(statement, engine))[:1]))


def stands_alone(statement: str, engine: str) -> bool:
    """Whether an engine refuses or ignores a statement inside a transaction."""
    words = _words(cut(statement, engine))
    alone = any(tuple(words[: len(each)]) == each for each in _ALONE.get(engine, ()))
    return alone or (engine == "postgresql" and "concurrently" in words[:4])


def _sections(text: str, engine: str) -> Iterator[tuple[str, int, str]]:
    """Stretches of a script: text, the line each begins on, and the delimiter that holds there."""
    at, mark = 0, ";"
    for found in _DELIMITER.finditer(text) if engine == "mysql" else ():
        yield text[at : found.start()], _line(text, at), mark
        at, mark = found.end(), found[1]
    yield text[at:], _line(text, at), mark


def _pieces(part: str, line: int, delimiter: str, engine: str) -> Iterator[_Piece]:
    start, held = 0, list[Token]()
    for token in _tokens(part, line, engine):
        if token.start < start:  # the rest of a delimiter of several characters
            continue
        if _ends(part, token, delimiter) and not _inside(part[start : token.start], engine, delimiter):
            yield from _piece(part[start : token.start], line + part.count("\n", 0, start), held)
            start, held = token.start + len(delimiter), []
        else:
            held.append(token)
    yield from _piece(part[start:], line + part.count("\n", 0, start), held)


def _tokens(part: str, line: int, engine: str) -> tuple[Token, ...]:
    try:
        return cut(part, engine)
    except Unclear as unclear:
        words = _("the script cannot be cut into statements without doubt: {reason}")
        raise BadScript(words.format(reason=unclear), line) from None


def _ends(part: str, token: Token, delimiter: str) -> bool:
    return token.kind in {"symbol", "word"} and part.startswith(delimiter, token.start)


def _inside(text: str, engine: str, delimiter: str) -> bool:
    """Whether a semicolon stands within the body of a trigger, which SQLite itself can tell."""
    return engine == "sqlite" and delimiter == ";" and not sqlite3.complete_statement(f"{text};")


def _piece(text: str, line: int, held: list[Token]) -> Iterator[_Piece]:
    code = [each for each in held if each.kind != "comment" or each.text.startswith(("/*!", "/*M!"))]
    if code:
        blank = code[0].start - held[0].start + len(text) - len(text.lstrip())
        yield _Piece(text.strip(), line + text.count("\n", 0, blank), tuple(held))


def _checked(piece: _Piece, engine: str) -> Statement:
    first = next(iter(piece.words), "")
    bare = next((each for each in piece.tokens if each.kind != "comment"), None)
    if client := _CLIENT.match(piece.text) if bare is piece.tokens[0] else None:
        words = _("{command} is a command of the client program, not SQL")
        raise BadScript(words.format(command=client[0]), piece.line)
    if first in _CONTROL:
        words = _("{word}: hmaint begins and ends transactions itself")
        raise BadScript(words.format(word=first.upper()), piece.line)
    if first in _ELSEWHERE:
        words = _("{word}: a script stays in the database of its step")
        raise BadScript(words.format(word=first.upper()), piece.line)
    if engine == "mysql" and _is_program(piece.words) and piece.words[-1] != "end":
        raise BadScript(_("a stored program with BEGIN wants DELIMITER around it"), piece.line)
    return Statement(piece.text, piece.line, _probe(piece))


def _is_program(words: list[str]) -> bool:
    return words[:1] == ["create"] and bool(_PROGRAMS & set(words[:8])) and "begin" in words


def _probe(piece: _Piece) -> str:
    """What stands behind the last `-- probe:` before the statement's first word."""
    found = ""
    for token in piece.tokens:
        if token.kind != "comment":
            break
        if said := _PROBE.match(token.text):
            found = said[1].strip().rstrip(";").strip()
    return found


def _words(tokens: Sequence[Token]) -> list[str]:
    return [token.text.lower() for token in tokens if token.kind == "word"]


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
