"""An article of the knowledge base: what a trouble looks like, what causes it, what helps; told by its entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from hmaint.kit.frozen import dataclass
from hmaint.model.entry import Entry, standing

KIND = "kb"
PREFIX = "K"
ADDED, EDITED, RETIRED, RESTORED, USED = "added", "edited", "retired", "restored", "used"
WORDS = ("title", "system", "symptoms", "cause", "steps")
"""Fields that are text."""
LISTS = ("links", "tags", "codes")
"""Fields that are lists of text."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its standing entries tell it."""

    number: str
    site: str
    """The site it was written for; empty: any."""
    title: str
    system: str = ""
    symptoms: str = ""
    cause: str = ""
    steps: str = ""
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    incident: str = ""
    """The incident it was drawn from."""
    added_at: datetime | None = None
    author: str = ""
    changed_at: datetime | None = None
    retired: bool = False
    solved: int = 0
    """How often somebody said that it helped."""
    failed: int = 0
    """How often somebody said that it did not."""

    @property
    def used(self) -> int:
        """How often it was tried."""
        return self.solved + self.failed


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody writes of an article; None leaves a field as it is."""

    title: str | None = None
    system: str | None = None
    symptoms: str | None = None
    cause: str | None = None
    steps: str | None = None
    links: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    codes: tuple[str, ...] | None = None
    site: str | None = None

    def body(self) -> dict[str, object]:
        """What is said, as an entry keeps it; the site is the entry's own."""
        said = {name: getattr(self, name) for name in (*WORDS, *LISTS)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in said.items()
            if value is not None
        }


def told(entries: Iterable[Entry]) -> Article | None:
    """The article its entries tell, in whatever order they come; None where its beginning was taken back."""
    article: Article | None = None
    for entry in standing(entries):
        if entry.event == ADDED:
            article = _begun(entry)
        elif article is not None:
            article = _after(article, entry)
    return article


def articles(entries: Iterable[Entry]) -> tuple[Article, ...]:
    """Every article among entries of many, in the order they were begun."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.matter, []).append(entry)
    return tuple(article for group in found.values() if (article := told(group)) is not None)


def _begun(entry: Entry) -> Article:
    first = Article(entry.matter, entry.site, "", added_at=entry.at, author=entry.operator)
    incident = str(entry.body.get("incident") or "")
    return replace(_with(first, entry.body), incident=incident, changed_at=entry.at)


def _after(article: Article, entry: Entry) -> Article:
    match entry.event:
        case "edited":
            return replace(_with(article, entry.body), changed_at=entry.at)
        case "retired" | "restored":
            return replace(article, retired=entry.event == RETIRED, changed_at=entry.at)
        case "used" if entry.body.get("solved") is True:
            return replace(article, solved=article.solved + 1)
        case "used":
            return replace(article, failed=article.failed + 1)
    return article


def _with(article: Article, body: Mapping[str, object]) -> Article:
    said: dict[str, Any] = {name: body[name] for name in WORDS if isinstance(body.get(name), str)}
    for name in LISTS:
        if isinstance(value := body.get(name), list | tuple):
            said[name] = tuple(str(each) for each in value)
    return replace(article, **said)
