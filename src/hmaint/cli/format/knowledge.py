"""Articles and what a search found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from hmaint.cli.format.machine import stamp
from hmaint.cli.terminal import Terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line
from hmaint.model.article import LISTS, Article
from hmaint.model.entry import Entry

if TYPE_CHECKING:
    from rich.text import Text

    from hmaint.app.knowledge import Hit, Search

_AROUND, _SNIPPET = 16, 72
"""Characters before the first hit, and of a whole snippet."""
_ORDER = ("symptoms", "cause", "steps", "codes", "title", "tags", "system", "links")
"""Fields a snippet is taken from: the title is shown anyway."""
Spans = tuple[tuple[int, int], ...]


def article_object(article: Article) -> dict[str, object]:
    """An article as JSON has it."""
    return {
        "id": article.number,
        "site": article.site or None,
        "title": article.title,
        "system": article.system,
        "symptoms": article.symptoms,
        "cause": article.cause,
        "steps": article.steps,
        **{name: list(getattr(article, name)) for name in LISTS},
        "incident": article.incident or None,
        "author": article.author,
        "added_at": stamp(article.added_at),
        "changed_at": stamp(article.changed_at),
        "retired": article.retired,
        "used": {"solved": article.solved, "failed": article.failed},
    }


def hit_object(hit: Hit) -> dict[str, object]:
    """An article that was found as JSON has it: a piece of its text, and where in it the hits stand."""
    field, text, spans = snippet(hit)
    piece = {"field": field, "text": text, "hits": [list(span) for span in spans]}
    return {**article_object(hit.article), "rank": round(hit.rank, 4), "snippet": piece}


def show_search(terminal: Terminal, found: Search, query: str) -> None:
    """Print what was found, the best first."""
    objects = [hit_object(hit) for hit in found.hits]
    if terminal.format == "json":
        whole = {"schema": "hmaint.kb-search/1", "query": query, "loose": found.loose, "articles": objects}
        terminal.out(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    if terminal.format not in ("table", "plain", "markdown"):
        raise WrongUsage(
            _("this list has no format {name}; it has table, plain, markdown, json").format(
                name=terminal.format
            )
        )
    if not found.hits:
        terminal.err(_("nothing found; kb list shows all there is"))
    elif found.loose:
        terminal.err(_("no article holds all of these words; these hold some"))
    show_hits(terminal, found.hits)


def show_hits(terminal: Terminal, hits: Iterable[Hit], *, stderr: bool = False) -> None:
    """Two lines an article: what it is, and the piece in which the hits stand, marked."""
    console = terminal.console(stderr=stderr)
    for hit in hits:
        one = hit.article
        # Colour tells a hit only to whom colour is shown.
        colored = console.is_terminal and not console.no_color
        head = marked(one.title, hit.marks.get("title", ()), colored=colored)
        head.stylize("bold")
        console.print(f"{one.number}  ", head, _told(one), sep="", soft_wrap=True)
        field, text, spans = snippet(hit)
        if text and field != "title":
            console.print("    ", marked(text, spans, colored=colored), sep="", soft_wrap=True)


def _told(article: Article) -> str:
    facts = [
        article.system,
        _("helped {n} times").format(n=article.solved) if article.solved else "",
        _("did not help {n} times").format(n=article.failed) if article.failed else "",
        _("retired") if article.retired else "",
    ]
    told = "，".join(harmless(fact) for fact in facts if fact)
    return f"（{told}）" if told else ""


def marked(text: str, spans: Sequence[tuple[int, int]], *, colored: bool) -> Text:
    """Text with its hits in colour, or between 【】 where there is none."""
    from rich.text import Text

    shown, end = Text(), 0
    for start, stop in spans:
        shown.append(harmless(text[end:start]))
        piece = harmless(text[start:stop])
        shown.append(piece if colored else f"【{piece}】", style="bold yellow" if colored else None)
        end = stop
    shown.append(harmless(text[end:]))
    return shown


def snippet(hit: Hit) -> tuple[str, str, Spans]:
    """The field, a piece of it around its first hit, and where in the piece the hits stand."""
    fields = [name for name in _ORDER if name in hit.marks]
    if not fields:
        return "symptoms", one_line(hit.article.symptoms, _SNIPPET), ()
    field = fields[0]
    value = getattr(hit.article, field)
    text = value if isinstance(value, str) else "\n".join(value)
    return field, *_cut(text.replace("\n", " "), hit.marks[field])


def _cut(text: str, spans: Spans) -> tuple[str, Spans]:
    start = max(0, spans[0][0] - _AROUND)
    end = min(len(text), start + _SNIPPET)
    ahead, behind = "…" if start else "", "…" if end < len(text) else ""
    moved = len(ahead) - start
    held = tuple((a + moved, b + moved) for a, b in spans if b <= end)
    return f"{ahead}{text[start:end]}{behind}", held


def show_article(terminal: Terminal, article: Article, entries: Sequence[Entry], *, history: bool) -> None:
    """Print one article whole."""
    from hmaint.cli.listing import show_object

    told = [_event(entry) for entry in entries]
    if terminal.format == "json":
        shown = {**article_object(article), "history": [_entry_object(entry) for entry in entries]}
    elif terminal.format == "markdown":
        from hmaint.report.knowledge_markdown import page

        terminal.out(page(article))
        return
    else:
        shown = {
            **article_object(article),
            "used": _told_use(article),
            "retired": _("yes") if article.retired else "",
            "history": told if history else told[-1:],
            "added": _("{operator}, {at}").format(
                operator=article.author, at=f"{article.added_at:%Y-%m-%d %H:%M}"
            ),
        }
    fields = {
        "id": _("article"), "title": _("title"), "system": _("system"), "site": _("site"),
        "symptoms": _("symptoms"), "cause": _("cause"), "steps": _("steps"), "codes": _("codes"),
        "tags": _("tags"), "links": _("links"), "incident": _("incident"), "used": _("used"),
        "retired": _("retired"), "added": _("added"), "history": _("history"),
    }  # fmt: skip
    kept = {name: word for name, word in fields.items() if shown.get(name) not in (None, "", [], ())}
    show_object(terminal, "hmaint.kb-article/1", kept, shown)


def _told_use(article: Article) -> str:
    if not article.used:
        return _("never confirmed")
    return _("helped {solved} times, did not help {failed} times").format(
        solved=article.solved, failed=article.failed
    )


def event_word(event: str) -> str:
    """How an event of an article is called."""
    words = {
        "added": _("added"), "edited": _("edited"), "retired": _("retired"), "restored": _("restored"),
        "used": _("used"), "withdrawn": _("taken back"),
    }  # fmt: skip
    return words.get(event, event)


def _event(entry: Entry) -> str:
    why = str(entry.body.get("why") or entry.body.get("note") or "")
    result = ""
    if entry.event == "used":
        result = _("it helped") if entry.body.get("solved") else _("it did not help")
    names = [_field_word(name) for name in entry.body if name in _FIELDS] if entry.event == "edited" else []
    said = "：".join(filter(None, ("、".join(names) or result, why)))
    return f"{entry.at:%Y-%m-%d %H:%M} {entry.operator} {event_word(entry.event)} {said}".strip()


_FIELDS = ("title", "system", "symptoms", "cause", "steps", "links", "tags", "codes")


def _field_word(name: str) -> str:
    return {
        "title": _("title"), "system": _("system"), "symptoms": _("symptoms"), "cause": _("cause"),
        "steps": _("steps"), "links": _("links"), "tags": _("tags"), "codes": _("codes"),
    }[name]  # fmt: skip


def _entry_object(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "event": entry.event,
        "at": stamp(entry.at),
        "recorded_at": stamp(entry.recorded_at),
        "operator": entry.operator,
        "body": dict(entry.body),
        "corrects": entry.corrects or None,
    }
