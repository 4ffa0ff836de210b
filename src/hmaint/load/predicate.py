"""Conditions of a contract from text to data: `field op literal`, `field in [a, b]`, a fact, and / or; nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from hmaint.kit.i18n import _
from hmaint.load.limits import read_limit
from hmaint.model.predicate import Among, Compare, Comparison, Either, Every, Fact, Predicate, Value

_TOKEN = re.compile(r"""\s*(?:("[^"]*"|'[^']*')|(==|!=|>=|<=|[<>()\[\],])|([^\s()\[\],<>=!"']+))""")
_COMPARISONS: dict[str, Comparison] = {"==": "==", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_SIGNS = frozenset({*_COMPARISONS, "(", ")", "[", "]", ","})
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_NAME = re.compile(r"[^\W\d]\w*")
_LONGEST, _DEEPEST = 500, 20


def read_predicate(text: str) -> Predicate:
    """Read a condition; ValueError with words for people where it is none."""
    return _Reader(_tokens(text)).whole()


def read_criterion(text: str) -> Predicate:
    """Read one line of a level's criteria: a comparison where it has a sign of one, else a fact in plain words."""
    if any(sign in text for sign in ("=", "<", ">", "[")):
        return read_predicate(text)
    if not text.strip():
        raise ValueError(_("a criterion without words"))
    return Fact(text.strip())


def fields_of(predicate: Predicate) -> list[tuple[str, tuple[str, ...]]]:
    """List the fields a condition looks at, each with the words it is held against."""
    match predicate:
        case Every(parts) | Either(parts):
            return [found for part in parts for found in fields_of(part)]
        case Among(field, values):
            return [(field, values)]
        case Compare(field, _sign, value):
            return [(field, (value,) if isinstance(value, str) else ())]
        case Fact():
            return []


def facts_of(predicate: Predicate) -> list[str]:
    """List the facts a condition rests on."""
    match predicate:
        case Every(parts) | Either(parts):
            return [found for part in parts for found in facts_of(part)]
        case Fact(name):
            return [name]
        case _:
            return []


def _tokens(text: str) -> list[str]:
    if len(text) > _LONGEST:
        raise ValueError(_("the condition is too long, at most {most} characters").format(most=_LONGEST))
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(_("“{rest}” cannot be read").format(rest=text[at:].strip()[:20]) + _rule())
        tokens.append(found[1] or found[2] or found[3])
        at = found.end()
    return tokens


def _rule() -> str:
    return _("; a condition looks like: level in [P1, P2] or scope == 科室")


@dataclass(slots=True)
class _Reader:
    tokens: Sequence[str]
    at: int = 0
    depth: int = 0

    def whole(self) -> Predicate:
        found = self._either()
        if self.at < len(self.tokens):
            raise ValueError(_("“{word}” is one word too many").format(word=self.tokens[self.at]) + _rule())
        return found

    def _either(self) -> Predicate:
        parts = [self._every()]
        while self._take("or"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self) -> Predicate:
        parts = [self._atom()]
        while self._take("and"):
            parts.append(self._atom())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _atom(self) -> Predicate:
        if self._take("("):
            return self._grouped()
        field = self._name()
        if self._take("in"):
            return Among(field, self._list())
        sign = _COMPARISONS.get(self._peek())
        if sign is None:
            return Fact(field)
        self.at += 1
        return self._compared(field, sign)

    def _grouped(self) -> Predicate:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueError(_("too many parentheses within each other"))
        found = self._either()
        self._want(")")
        self.depth -= 1
        return found

    def _compared(self, field: str, sign: Comparison) -> Compare:
        value = _value(self._word())
        if isinstance(value, str | bool) and sign not in {"==", "!="}:
            raise ValueError(_("{sign} compares numbers and lengths of time, not words").format(sign=sign))
        unit = self._word() if isinstance(value, Decimal) and self._unit_follows() else ""
        return Compare(field, sign, value, unit)

    def _unit_follows(self) -> bool:
        return self._peek() not in {"", "and", "or", *_SIGNS}

    def _list(self) -> tuple[str, ...]:
        self._want("[")
        words = [_bare(self._word())]
        while self._take(","):
            words.append(_bare(self._word()))
        self._want("]")
        return tuple(words)

    def _name(self) -> str:
        word = self._word()
        if not _NAME.fullmatch(word) or word in {"and", "or", "in", "not"}:
            raise ValueError(_("“{word}” is no name of a field or fact").format(word=word) + _rule())
        return word

    def _word(self) -> str:
        word = self._peek()
        if not word or word in _SIGNS:
            raise ValueError(_("a word is missing") + (f" ({word})" if word else "") + _rule())
        self.at += 1
        return word

    def _want(self, sign: str) -> None:
        if not self._take(sign):
            raise ValueError(_("“{sign}” is missing").format(sign=sign) + _rule())

    def _take(self, word: str) -> bool:
        found = self._peek() == word
        self.at += found
        return found

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""


def _bare(word: str) -> str:
    return word[1:-1] if word[0] in "\"'" else word


def _value(word: str) -> Value:
    if word[0] in "\"'":
        return word[1:-1]
    if word in {"true", "false"}:
        return word == "true"
    if _NUMBER.fullmatch(word):
        return Decimal(word)
    return _length(word) if word.startswith("PT") else word


def _length(word: str) -> timedelta:
    limit = read_limit(word)
    return timedelta(seconds=limit.count)
