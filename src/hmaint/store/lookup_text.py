"""What an index of articles holds and is asked: tokens in hex, so that no text can be a word of the query language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from hmaint.kit.frozen import dataclass
from hmaint.kit.terms import Token, parts, tokens, words
from hmaint.model.article import Article

COLUMNS = ("title", "codes", "tags", "system", "symptoms", "cause", "steps", "links", "parts")
"""The last one holds what codes are also known by: 01555 of ORA-01555."""
WEIGHTS = (8.0, 8.0, 6.0, 3.0, 5.0, 3.0, 2.0, 0.5, 1.0)
"""How much a hit counts in each column; what a trouble is called and looks like before what helped."""
_MOST_WORDS, _MOST_TOKENS = 32, 64
"""Words of a query and tokens of a word that are asked for; what is longer is found by its beginning."""
_MOST_TERMS = 80
_BREAK = re.compile(r"[\s，。；、！？]+")

Synonyms = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a query: the tokens that must follow each other, and what may stand in its place."""

    tokens: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = ()

    def phrases(self) -> tuple[tuple[str, ...], ...]:
        """All sequences of tokens by which it is found."""
        return (self.tokens, *self.others)


def columns_of(article: Article) -> list[str]:
    """The texts of an article, a column each, as tokens in hex."""
    texts = [_text(getattr(article, name)) for name in COLUMNS[:-1]]
    split = [words(text) for text in texts]
    known = [part for each in split for token in each if token.isascii() for part in parts(token)]
    return [" ".join(map(_hex, each)) for each in (*split, known)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else "\n".join(str(each) for each in value)  # type: ignore[attr-defined] # a tuple of text


@lru_cache(maxsize=65_536)
def _hex(token: str) -> str:
    return token.encode("utf-8", "surrogatepass").hex()


def words_of(query: str, synonyms: Synonyms) -> tuple[Asked, ...]:
    """The words of a query in its order, each with its synonyms; none where it holds nothing to look for."""
    found: dict[tuple[str, ...], Asked] = {}
    for word in _BREAK.split(query, _MOST_WORDS)[:_MOST_WORDS]:
        sequence = tuple(words(word[:_MOST_TOKENS]))
        if sequence:
            found.setdefault(sequence, Asked(sequence, _others(sequence, synonyms)))
    return tuple(found.values())


def _others(sequence: tuple[str, ...], synonyms: Synonyms) -> tuple[tuple[str, ...], ...]:
    word = "".join(sequence)
    same = [other for other in synonyms.get(word, ()) if other != word]
    others = [tuple(words(other)) for other in sorted(same)]
    return tuple(each for each in others if each)


def all_of(asked: Sequence[Asked]) -> str:
    """The query for articles that hold every word, or a synonym of it."""
    return " AND ".join(_any_phrase(word.phrases()) for word in asked)


def any_of(asked: Sequence[Asked], synonyms: Synonyms) -> str:
    """The query for articles that hold anything of the words: pairs of characters, words, codes."""
    return " OR ".join(_any_phrase([term]) for term in pieces(asked, synonyms)[:_MOST_TERMS])


def pieces(asked: Iterable[Asked], synonyms: Synonyms) -> list[tuple[str, ...]]:
    """What makes up the words, synonyms of pieces too: every word or code, every pair of neighbouring characters."""
    found: dict[tuple[str, ...], None] = {}
    for word in asked:
        for term in (*_split(word.tokens), *word.others):
            found[term] = None
            for other in _others(term, synonyms):
                found[other] = None
    return list(found)


def _split(sequence: Sequence[str]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for first, second in zip(sequence, (*sequence[1:], ""), strict=True):
        if first.isascii():
            found.append((first,))
        elif second and not second.isascii():
            found.append((first, second))
    return found or [tuple(sequence)]


def _any_phrase(phrases: Iterable[Sequence[str]]) -> str:
    told = []
    for phrase in phrases:
        told.append(_phrase(phrase))
        if len(phrase) == 1 and phrase[0].isascii():
            told.append(f"parts : {_phrase(parts(phrase[0]) or phrase)}")
    return f"({' OR '.join(told)})"


def _phrase(sequence: Sequence[str]) -> str:
    return f'"{" ".join(map(_hex, sequence))}"'


def hits(text: str, terms: Iterable[Sequence[str]]) -> list[tuple[int, int]]:
    """Where terms stand in a text: pieces of it from … to, in order, none within another."""
    found = list(tokens(text))
    wanted = {tuple(term) for term in terms}
    lengths = sorted({len(term) for term in wanted}, reverse=True)
    spans: list[tuple[int, int]] = []
    place = 0
    while place < len(found):
        length = next((n for n in lengths if _names(found[place : place + n], n) in wanted), 0)
        if length or _known_by_part(found[place], wanted):
            spans.append((found[place].start, found[place + max(length, 1) - 1].end))
        place += max(length, 1)
    return spans


def _names(piece: Sequence[Token], length: int) -> tuple[str, ...]:
    return tuple(token.text for token in piece) if len(piece) == length else ()


def _known_by_part(token: Token, wanted: set[tuple[str, ...]]) -> bool:
    known = parts(token.text)
    return any((part,) in wanted for part in known) or (bool(known) and known in wanted)
