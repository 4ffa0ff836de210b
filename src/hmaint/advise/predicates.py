"""How a statement finds its rows, where that can be told for sure: one table, conditions joined by AND.

It reads digests, in which every value is already a placeholder. Whatever it does not understand gives no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]) | (?P<value>'(?:[^']|'')*'|\$\d+|[?]|(?<![\w$])\d[\d.]*)
    | (?P<word>[^\W\d][\w$\#]*) | (?P<sign><=|>=|<>|!=|::|\|\||[^\s\w])""",
    re.VERBOSE,
)
_ENDS = frozenset(
    {"group", "order", "limit", "offset", "for", "returning", "window", "having", "fetch", "option"}
)
_MORE = frozenset({"join", "union", "intersect", "except", "with", "using", "lateral", "minus"})
_RANGES = frozenset({"<", ">", "<=", ">="})
_VALUE = "?"


@dataclass(frozen=True, slots=True)
class Predicate:
    """Conditions on one table: columns `equal` and `ranged` in the order written, and `wrapped` in a function."""

    schema: str
    table: str
    equal: tuple[str, ...]
    ranged: tuple[str, ...]
    wrapped: tuple[tuple[str, str], ...]
    """Function and column of `lower(name) = ?`: an index on the column is of no use to it."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    kind: str


def predicate_of(statement: str) -> Predicate | None:
    """The conditions of a statement on its one table; None where there are more, or it is not understood."""
    words = list(_words(statement))
    texts = [word.text for word in words]
    if texts[:1] not in (["select"], ["update"], ["delete"]) or "where" not in texts:
        return None
    if _MORE & set(texts) or texts.count("select") > 1 or texts.count("where") > 1 or "or" in texts:
        return None
    named = _table(words, texts)
    if named is None:
        return None
    *names, alias = named
    conditions = list(_split(_conditions(words)))
    found = [_condition(each, {names[-1], alias}) for each in conditions]
    return Predicate(
        names[0] if len(names) > 1 else "",
        names[-1],
        tuple(dict.fromkeys(column for kind, column, _ in found if kind == "=")),
        tuple(dict.fromkeys(column for kind, column, _ in found if kind == "<")),
        tuple(dict.fromkeys((function, column) for kind, column, function in found if kind == "f")),
    )


def _words(statement: str) -> Iterator[_Word]:
    for found in _TOKEN.finditer(statement[:20_000]):
        kind, text = str(found.lastgroup), found.group()
        if kind == "name":
            mark = {"[": "]"}.get(text[0], text[0])
            yield _Word(text[1:-1].replace(mark * 2, mark), "name")
        elif kind == "value":
            yield _Word(_VALUE, "value")
        else:
            yield _Word(text.lower(), kind)


def _table(words: Sequence[_Word], texts: Sequence[str]) -> tuple[str, ...] | None:
    """Its name, with the schema where it is written, and last the alias it goes by."""
    if texts[0] != "update" and texts.count("from") != 1:
        return None
    at = 1 if texts[0] == "update" else texts.index("from") + 1
    rest = list(words[at + (texts[at : at + 1] == ["only"]) :])
    names = _dotted(rest)
    if not names:
        return None
    after = rest[len(names) * 2 - 1 :]
    if [word.text for word in after[:1]] == ["as"]:
        after = after[1:]
    alias = names[-1]
    if after and _is_name(after[0]) and after[0].text not in ("where", "set"):
        alias, after = after[0].text, after[1:]
    ends = bool(after) and after[0].text in ("where", "set")
    return (*names[-2:], alias) if ends else None


def _dotted(words: Sequence[_Word]) -> list[str]:
    """The names at the head joined by dots; none where something else stands there."""
    names: list[str] = []
    for at in range(0, len(words), 2):
        if not _is_name(words[at]):
            return []
        names.append(words[at].text)
        if at + 1 >= len(words) or words[at + 1].text != ".":
            break
    return names


def _is_name(word: _Word) -> bool:
    return word.kind in ("name", "word")


def _conditions(words: Sequence[_Word]) -> list[_Word]:
    start = next(at for at, word in enumerate(words) if word.text == "where") + 1
    depth = 0
    for at in range(start, len(words)):
        depth += (words[at].text == "(") - (words[at].text == ")")
        if depth == 0 and words[at].kind == "word" and words[at].text in _ENDS:
            return list(words[start:at])
    return list(words[start:])


def _split(words: Sequence[_Word]) -> Iterator[list[_Word]]:
    """At every AND that is not BETWEEN's."""
    depth, part, between = 0, list[_Word](), False
    for word in words:
        depth += (word.text == "(") - (word.text == ")")
        if word.text == "and" and depth == 0 and not between:
            yield part
            part = []
            continue
        between = (word.text == "between") or (between and word.text != "and")
        part.append(word)
    yield part


def _condition(words: Sequence[_Word], own: set[str]) -> tuple[str, str, str]:
    """Kind (`=`, `<`, `f` or nothing), column and function of one condition."""
    words = [word for word in words if word.text != ";"]
    while len(words) > 2 and words[0].text == "(" and words[-1].text == ")":  # noqa: PLR2004 - a pair and something in it
        words = words[1:-1]
    words = list(_uncast(words))
    called = _called(words, own)
    if called is not None:
        return ("f", called[1], called[0])
    column, rest = _column(words, own)
    texts = [word.text for word in rest]
    if column and texts[:1] == ["="] and _bare(rest[1:]):
        return ("=", column, "")
    if (
        column
        and texts[:2] == ["in", "("]
        and all(word.kind == "value" or word.text in ",()" for word in rest[1:])
    ):
        return ("=", column, "")
    if column and (
        (texts[:1] and texts[0] in _RANGES and _bare(rest[1:])) or texts == ["between", _VALUE, "and", _VALUE]
    ):
        return ("<", column, "")
    return ("", "", "")


def _uncast(words: Sequence[_Word]) -> Iterator[_Word]:
    """`$1::date` is a value all the same; a cast column is left alone, for it hides the column."""
    skip = 0
    for at, word in enumerate(words):
        if skip:
            skip -= 1
        elif word.text == "::" and at and words[at - 1].kind == "value":
            skip = 1
        else:
            yield word


def _bare(words: Sequence[_Word]) -> bool:
    return len(words) == 1 and words[0].kind == "value"


def _column(words: Sequence[_Word], own: set[str]) -> tuple[str, Sequence[_Word]]:
    if len(words) > 2 and words[1].text == "." and words[0].text in own:  # noqa: PLR2004 - alias, dot, column
        words = words[2:]
    if len(words) > 1 and words[0].kind in ("name", "word") and words[1].text not in (".", "("):
        return words[0].text, words[1:]
    return "", ()


def _called(words: Sequence[_Word], own: set[str]) -> tuple[str, str] | None:
    """`lower(name) = ?`: function and column."""
    texts = [word.text for word in words]
    if len(words) < 6 or words[0].kind != "word" or texts[1] != "(" or words[-1].kind != "value":  # noqa: PLR2004 - f ( c ) = ?
        return None
    inside = words[2 : texts.index(")")] if ")" in texts else []
    if len(inside) == 3 and inside[1].text == "." and inside[0].text in own:  # noqa: PLR2004 - alias, dot, column
        inside = inside[2:]
    after = texts[texts.index(")") + 1 :] if ")" in texts else []
    if len(inside) == 1 and inside[0].kind in ("name", "word") and after == ["=", _VALUE]:
        return texts[0], inside[0].text
    return None
