"""The knowledge base: articles written, corrected, retired, used, and found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any

from hmaint.app.entry import add, begin, draft
from hmaint.app.world import World
from hmaint.errors import Failure, WrongUsage
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless
from hmaint.load.synonyms import load_synonyms
from hmaint.model import article as model
from hmaint.model.article import Article, Written, articles, told
from hmaint.model.entry import Entry
from hmaint.store.lookup import Lookup, Narrowing
from hmaint.store.lookup_text import Asked, Synonyms, all_of, any_of, hits, pieces, words_of

_NEAR = 0.34
"""The share of a text's own words and pairs an article must hold to be offered unasked; a code is enough by itself."""
_OFFERED = 20_000
"""Characters of a text that nearest articles are looked for by."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, and where what was looked for stands in its texts."""

    article: Article
    rank: float
    marks: Mapping[str, tuple[tuple[int, int], ...]]
    """Field → pieces from … to; for a field that is a list, of its lines joined."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search gave; `loose` when no article held all of the words, so that these hold only some."""

    hits: tuple[Hit, ...]
    loose: bool = False


def every(world: World) -> tuple[Article, ...]:
    """Every article, retired ones too, in the order they were begun."""
    return articles(world.records.entries.listed(kinds=[model.KIND]))


def one(world: World, number: str) -> Article:
    """One article by its number, or a beginning or an end of it; WrongUsage where there is none."""
    return history(world, number)[0]


def history(world: World, number: str) -> tuple[Article, tuple[Entry, ...]]:
    """One article with all its entries as they were put on record."""
    entries = world.records.entries.of(number, model.KIND)
    article = told(entries)
    if article is None:
        raise WrongUsage(_("{number} was taken back").format(number=number))
    return article, entries


def write(world: World, written: Written, *, incident: str = "") -> Article:
    """Put a new article on record; WrongUsage where it has no title or names a site that is none."""
    written = _clean(written)
    if not written.title:
        raise WrongUsage(_("an article needs a title: say --title"))
    if written.site:
        world.site(written.site)
    body = {name: value for name, value in written.body().items() if value}
    body |= {"incident": incident} if incident else {}
    first = draft(world, kind=model.KIND, event=model.ADDED, site=written.site or "", body=body)
    return _known(begin(world, first, model.PREFIX))


def _known(entry: Entry) -> Article:
    article = told([entry])
    assert article is not None  # noqa: S101 - an entry that begins tells an article
    return article


def edit(world: World, number: str, written: Written, why: str = "") -> Article:
    """Put further words on record that stand in place of earlier ones; what is not said stays as it is.

    WrongUsage where nothing would change.
    """
    article = one(world, number)
    body = {
        name: value
        for name, value in _clean(written).body().items()
        if value != _plain(getattr(article, name))
    }
    if not body:
        raise WrongUsage(_("{number} says this already; nothing was changed").format(number=article.number))
    if body.get("title") == "":
        raise WrongUsage(_("an article needs a title: say --title"))
    return _told_more(world, article, model.EDITED, {**body, **_because(why)})


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def retire(world: World, number: str, why: str, *, restore: bool = False) -> Article:
    """Take an article out of searches, or back into them; it stays on record either way."""
    article = one(world, number)
    if article.retired is not restore:
        words = _("{number} is in use") if restore else _("{number} is retired already")
        raise WrongUsage(words.format(number=article.number))
    return _told_more(world, article, model.RESTORED if restore else model.RETIRED, _because(why))


def use(world: World, number: str, *, solved: bool, incident: str = "", note: str = "") -> Article:
    """Put on record that an article was tried, and whether it helped."""
    article = one(world, number)
    body: dict[str, object] = {"solved": solved}
    body |= {name: harmless(word) for name, word in (("incident", incident), ("note", note)) if word}
    return _told_more(world, article, model.USED, body)


def _because(why: str) -> dict[str, object]:
    return {"why": harmless(why).strip()} if why.strip() else {}


def _told_more(world: World, article: Article, event: str, body: Mapping[str, object]) -> Article:
    entry = draft(world, kind=model.KIND, event=event, site=article.site, body=body, matter=article.number)
    add(world, entry)
    return told([*world.records.entries.of(article.number, model.KIND), entry]) or article


def _clean(written: Written) -> Written:
    """Without controls and edges: words come from terminals and files alike."""
    return replace(written, **{each.name: _tidy(getattr(written, each.name)) for each in fields(written)})


def _tidy(value: Any) -> Any:  # noqa: ANN401 - text, lines or nothing, and the same again
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(line for each in value if (line := harmless(each).strip())))
    return harmless(value).strip() if isinstance(value, str) else value


def search(world: World, query: str, narrowing: Narrowing | None = None) -> Search:
    """Find articles that hold every word of a query or a synonym of it, else those that hold some of it.

    WrongUsage where the query holds no word at all; whatever else it holds, it is only looked for.
    """
    synonyms = load_synonyms(world.workspace.root)
    words = words_of(query, synonyms)
    if not words:
        raise WrongUsage(_("there is no word to look for"))
    narrowing = narrowing or Narrowing()
    lookup = _lookup(world)
    terms = [phrase for word in words for phrase in word.phrases()]
    if found := lookup.search(all_of(words), narrowing):
        return Search(_marked(found, terms))
    loose = lookup.search(any_of(words, synonyms), narrowing)
    return Search(_marked(loose, [*terms, *pieces(words, synonyms)]), loose=True)


def nearest(world: World, site: str, text: str, limit: int = 3) -> tuple[Hit, ...]:
    """The articles that most likely help with a trouble told in free words, those of the site before others.

    Nothing rather than something far-fetched, and never a failure: an offer must not cost the command it comes with.
    """
    with suppress(Failure, OSError):
        synonyms = _synonyms(world)
        words = words_of(text[:_OFFERED], synonyms)
        found = _lookup(world).search(any_of(words, synonyms), Narrowing(site=site, most=4 * limit))
        near = [each for each in found if _near(each[0], words, synonyms)]
        return _marked(near[:limit], pieces(words, synonyms))
    return ()


def _synonyms(world: World) -> Synonyms:
    try:
        return load_synonyms(world.workspace.root)
    except Failure:
        return load_synonyms(None)


def _near(article: Article, words: Sequence[Asked], synonyms: Synonyms) -> bool:
    text = "\n".join(_texts(article).values())
    own = pieces(words, {})
    held = [term for term in own if hits(text, [term, *_same(term, synonyms)])]
    if any(_is_code(term) for term in held):
        return True
    return len(held) >= 2 and len(held) >= _NEAR * len(own) ** 0.75  # noqa: PLR2004 - one common pair is chance


def _same(term: tuple[str, ...], synonyms: Synonyms) -> list[tuple[str, ...]]:
    return [phrase for word in words_of("".join(term), synonyms) for phrase in word.others]


def _is_code(term: tuple[str, ...]) -> bool:
    text = term[0]
    return len(term) == 1 and len(text) >= 5 and text.isascii() and any(c.isdigit() for c in text)  # noqa: PLR2004 - 0x8… and ORA-… are longer than a year


def _lookup(world: World) -> Lookup:
    state = world.records.entries.mark(model.KIND)
    return Lookup(world.workspace.private, state, lambda: every(world))


def _marked(found: Iterable[tuple[Article, float]], terms: Sequence[Sequence[str]]) -> tuple[Hit, ...]:
    return tuple(Hit(article, rank, _marks(article, terms)) for article, rank in found)


def _marks(article: Article, terms: Sequence[Sequence[str]]) -> dict[str, tuple[tuple[int, int], ...]]:
    marks = {name: tuple(hits(text, terms)) for name, text in _texts(article).items()}
    return {name: spans for name, spans in marks.items() if spans}


def _texts(article: Article) -> dict[str, str]:
    """Every text of an article that is searched, by field."""
    lists = {name: "\n".join(getattr(article, name)) for name in model.LISTS}
    return {name: getattr(article, name) for name in model.WORDS} | lists
