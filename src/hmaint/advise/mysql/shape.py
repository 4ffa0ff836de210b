"""What can be told from a statement whose literals the server has taken out; what is not certain is not told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hmaint.advise.mysql.digest import Digest

_TOKENS = re.compile(r"`((?:[^`]|``)*)`|[A-Za-z_@$\u0080-\uffff][\w$@]*|<=>|<>|!=|>=|<=|\.\.\.|\S")
_EQUAL = frozenset({"=", "<=>", "IN"})
_RANGE = frozenset({"<", ">", "<=", ">=", "BETWEEN"})
"""LIKE is not among them: whether its pattern begins with a wildcard went with the literal."""
_ENDS = frozenset({"WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "SET", "FOR", "PROCEDURE", "LOCK", "WINDOW"})
_GRAMMAR = (
    _ENDS
    | _RANGE
    | frozenset(
        {"SELECT", "UPDATE", "DELETE", "FROM", "JOIN", "INNER", "LEFT", "RIGHT", "OUTER", "CROSS", "ON"}
    )
    | frozenset(
        {
            "STRAIGHT_JOIN",
            "NATURAL",
            "USING",
            "AS",
            "AND",
            "OR",
            "NOT",
            "IN",
            "IS",
            "NULL",
            "BY",
            "ASC",
            "DESC",
        }
    )
    | frozenset(
        {"ALL", "DISTINCT", "DISTINCTROW", "UNION", "EXISTS", "CASE", "WHEN", "THEN", "ELSE", "END", "LIKE"}
    )
    | frozenset(
        {"INTERVAL", "VALUES", "FORCE", "USE", "IGNORE", "INDEX", "KEY", "PARTITION", "WITH", "ROLLUP", "XOR"}
    )
    | frozenset(
        {"BINARY", "COLLATE", "REGEXP", "RLIKE", "DIV", "MOD", "ANY", "SOME", "ESCAPE", "TRUE", "FALSE"}
    )
)
"""Words that never name a column. Others do, unquoted: the server writes `id` and `name` as if they were keywords."""

Ref = tuple[str, str]
"""A column as the statement names it: the alias of its table, empty where it names none, and the column."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement of one block compares: tables by alias, columns against values, columns against columns."""

    tables: dict[str, tuple[str, str]]
    equal: tuple[Ref, ...] = ()
    ranged: tuple[Ref, ...] = ()
    joined: tuple[tuple[Ref, Ref], ...] = ()
    wrapped: tuple[tuple[str, Ref], ...] = ()
    """Columns compared only after a function: its name and the column."""
    selective: bool = False
    """Every row that fits is sent: nothing adds up or cuts off, so that rows sent tell how many fit."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    name: bool

    @property
    def word(self) -> str:
        return "" if self.name else self.text.upper()

    @property
    def may_name(self) -> bool:
        """Whether it may be the name of a column or a function; the catalogue decides."""
        return self.name or (self.text.isidentifier() and self.word not in _GRAMMAR)


def _cut(text: str) -> list[_Token]:
    return [
        _Token(found[1].replace("``", "`"), name=True)
        if found[1] is not None
        else _Token(found[0], name=False)
        for found in _TOKENS.finditer(text)
    ]


def shape(digest: Digest) -> Shape | None:
    """What it compares; None where that cannot be told for sure: more than one block, a cut text, an OR."""
    tokens = _cut(digest.raw)
    words = [token.word for token in tokens]
    if not words or words[0] not in ("SELECT", "UPDATE", "DELETE") or digest.raw.rstrip().endswith("..."):
        return None
    if words.count("SELECT") > (words[0] == "SELECT") or {"UNION", "OR", "||", "XOR", "NOT"} & set(words):
        return None
    tables = _tables(digest.db, tokens)
    if not tables:
        return None
    start = next((at for at, word in enumerate(words) if word in ("FROM", "UPDATE")), 0)
    return _compared(tables, tokens[start:], tokens)


def _tables(db: str, tokens: Sequence[_Token]) -> dict[str, tuple[str, str]]:
    """Tables between FROM (or UPDATE) and what follows them, by alias."""
    lead = "UPDATE" if tokens[0].word == "UPDATE" else "FROM"
    at = next((place for place, token in enumerate(tokens) if token.word == lead), len(tokens)) + 1
    found: dict[str, tuple[str, str]] = {}
    expected = True
    while at < len(tokens) and tokens[at].word not in _ENDS:
        token = tokens[at]
        if expected and token.name:
            at = _take_table(db, tokens, at, found)
            expected = False
            continue
        expected = expected or (token.word in ("JOIN", "STRAIGHT_JOIN", ",") and _between_tables(tokens, at))
        at += 1
    return found


def _between_tables(tokens: Sequence[_Token], at: int) -> bool:
    """A comma within the brackets of an IN or a function parts no tables."""
    depth = sum({"(": 1, ")": -1}.get(token.word, 0) for token in tokens[:at])
    return tokens[at].word != "," or depth == 0


def _take_table(db: str, tokens: Sequence[_Token], at: int, found: dict[str, tuple[str, str]]) -> int:
    schema, name = db, tokens[at].text
    at += 1
    if at + 1 < len(tokens) and tokens[at].text == "." and tokens[at + 1].name:
        schema, name = name, tokens[at + 1].text
        at += 2
    if at < len(tokens) and tokens[at].word == "AS":
        at += 1
    alias = name
    if at < len(tokens) and tokens[at].name:
        alias = tokens[at].text
        at += 1
    found[alias.lower()] = (schema, name)
    return at


def _compared(
    tables: dict[str, tuple[str, str]], tokens: Sequence[_Token], everything: Sequence[_Token]
) -> Shape:
    equal: list[Ref] = []
    ranged: list[Ref] = []
    joined: list[tuple[Ref, Ref]] = []
    wrapped: list[tuple[str, Ref]] = []
    for at, ref, end in _refs(tokens):
        operator = tokens[end].word if end < len(tokens) else ""
        before = tokens[at - 1].word if at else ""
        function = tokens[at - 2].text.upper() if at > 1 and before == "(" and tokens[at - 2].may_name else ""
        if function:
            closing = _closing(tokens, end)
            if (
                closing + 1 < len(tokens)
                and tokens[closing + 1].word in _EQUAL | _RANGE
                and _filters(tokens, at)
            ):
                wrapped.append((function, ref))
            continue
        if before in ("+", "-", "*", "/", "%") or not _filters(tokens, at):
            continue
        other = _ref_at(tokens, end + 1)
        if operator == "=" and other is not None:
            joined.append((ref, other[0]))
        elif operator in _EQUAL and _is_value(tokens, end):
            equal.append(ref)
        elif operator in _RANGE and _is_value(tokens, end):
            ranged.append(ref)
    adding = {"COUNT", "SUM", "MAX", "MIN", "AVG", "GROUP", "DISTINCT", "DISTINCTROW", "LIMIT", "HAVING"}
    return Shape(
        tables,
        tuple(equal),
        tuple(ranged),
        tuple(joined),
        tuple(wrapped),
        selective=not adding & {token.text.upper() for token in everything},
    )


def _is_value(tokens: Sequence[_Token], operator: int) -> bool:
    """A literal that was taken out: `?`, or `...` for several in brackets."""
    following = [token.text for token in tokens[operator + 1 : operator + 4]]
    return bool(following) and (
        following[0] == "?" or (following[0] == "(" and following[1:2] in (["?"], ["..."]))
    )


def _filters(tokens: Sequence[_Token], at: int) -> bool:
    """Whether it stands behind WHERE or ON, and not behind what follows those, nor in what UPDATE sets."""
    for token in reversed(tokens[:at]):
        if token.word in ("WHERE", "ON"):
            return True
        if token.word in ("GROUP", "ORDER", "HAVING", "LIMIT", "SET", "FROM", "SELECT", "JOIN"):
            return False
    return False


def _refs(tokens: Sequence[_Token]) -> Iterator[tuple[int, Ref, int]]:
    at = 0
    while at < len(tokens):
        found = _ref_at(tokens, at)
        if found is None:
            at += 1
            continue
        yield at, found[0], found[1]
        at = found[1]


def _ref_at(tokens: Sequence[_Token], at: int) -> tuple[Ref, int] | None:
    """A column at that place and the place behind it: `col`, `alias . col` or `schema . tab . col`."""
    if at >= len(tokens) or not tokens[at].may_name or (at + 1 < len(tokens) and tokens[at + 1].text == "("):
        return None
    names = [tokens[at].text]
    end = at + 1
    while end + 1 < len(tokens) and tokens[end].text == "." and tokens[end + 1].may_name:
        names.append(tokens[end + 1].text)
        end += 2
    alias = names[-2] if len(names) > 1 else ""
    return (alias.lower(), names[-1]), end


def _closing(tokens: Sequence[_Token], at: int) -> int:
    depth = 1
    while at < len(tokens):
        depth += {"(": 1, ")": -1}.get(tokens[at].word, 0)
        if not depth:
            return at
        at += 1
    return at
