"""How fast the knowledge base is searched, and whether a search finds all there is: ten thousand articles."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from bench.articles import HOW, WHAT, articles
from bench.figures import Limit
from hmaint.kit.terms import fold
from hmaint.load.synonyms import load_synonyms
from hmaint.model.article import LISTS, WORDS, Article
from hmaint.store.lookup import Lookup, Narrowing
from hmaint.store.lookup_text import Synonyms, all_of, words_of

ARTICLES = 10_000
SEARCH, INDEX, RECALL = "knowledge search, median", "knowledge index made anew", "knowledge recall"
_TIMES, _MOST_MS = 5, 5.0


def measure_knowledge(number: int = ARTICLES) -> dict[str, float]:
    """Median seconds of one search for two characters or a code, seconds of the index, and the share that was found."""
    every = list(articles(number))
    synonyms = load_synonyms(None)
    with tempfile.TemporaryDirectory(prefix="hb") as folder:
        lookup = Lookup(Path(folder), "bench", lambda: every)
        began = time.perf_counter()
        lookup.search(all_of(words_of("死锁", synonyms)), Narrowing())
        made = time.perf_counter() - began
        queries = [
            *(word for word in (*WHAT, *HOW) if len(word) == 2),
            *(each.codes[0] for each in every[:60]),
        ]
        took = [
            _seconds(lambda word=word: lookup.search(all_of(words_of(word, synonyms)), Narrowing()))
            for word in queries
        ]  # type: ignore[misc] # a default that binds
        return {SEARCH: median(took), INDEX: made, RECALL: recall(every, lookup, queries)}


def knowledge_limits(measured: dict[str, float]) -> list[Limit]:
    """What a search of the knowledge base promises, with what was measured."""
    took, share = measured[SEARCH] * 1000, measured[RECALL]
    return [
        Limit(f"{ARTICLES} articles: {SEARCH} under 5 ms", f"{took:.1f} ms", took < _MOST_MS),
        Limit(f"{ARTICLES} articles: {RECALL} 1.0", f"{share:.3f}", share == 1.0),
    ]


def render_knowledge(measured: dict[str, float]) -> str:
    """The figures in a line."""
    made = f"{INDEX} {measured[INDEX]:.2f} s"
    return f"{ARTICLES} articles: {SEARCH} {measured[SEARCH] * 1000:.1f} ms · {made} · {RECALL} {measured[RECALL]:.3f}"


def _seconds(work: Callable[[], object]) -> float:
    took = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return median(took)


def recall(every: Sequence[Article], lookup: Lookup, queries: Sequence[str]) -> float:
    """The share of articles holding a query's words that a search for them, without synonyms, finds."""
    texts = {each.number: text_of(each) for each in every}
    wanted = found = 0
    for query in queries:
        truth = {number for number, text in texts.items() if holds(text, query)}
        wide = Narrowing(most=len(every))
        hits = {each.number for each, _rank in lookup.search(all_of(words_of(query, _NONE)), wide)}
        wanted, found = wanted + len(truth), found + len(truth & hits)
    return found / wanted if wanted else 0.0


_NONE: Synonyms = {}


def text_of(article: Article) -> str:
    """All that is searched of an article, folded."""
    lists = ("\n".join(getattr(article, name)) for name in LISTS)
    return fold("\n\n".join((*(getattr(article, name) for name in WORDS), *lists)))


def holds(text: str, query: str) -> bool:
    """Whether a text holds a query as a reader would see it: Chinese anywhere, a code not within a longer one."""
    folded, place = fold(query), -1
    while (place := text.find(folded, place + 1)) >= 0:
        around = text[max(0, place - 1) : place] + text[place + len(folded) : place + len(folded) + 1]
        if not folded.isascii() or not any(c.isascii() and (c.isalnum() or c in "-.:/_") for c in around):
            return True
    return False
