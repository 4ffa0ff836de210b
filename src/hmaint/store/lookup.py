"""The index of the knowledge base: derived from the records, made anew when stale, deletable at any time."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from hmaint.kit.frozen import dataclass
from hmaint.model.article import LISTS, Article
from hmaint.store.lookup_text import COLUMNS, WEIGHTS, columns_of

FILE = "knowledge.db"
_MADE_BY = "1"
"""Raised whenever an index is made otherwise than before."""
_HEAD = "{title codes tags}"
"""Columns that tell what an article is about: what is found in them stands before what is found elsewhere."""
_LEFT = 3600
"""Seconds after which a file half made belongs to nobody any more."""
_TRUST = 0.15
"""By how much each time it helped, up to _TRUSTED times, raises an article; and each failure lowers it."""
_TRUSTED = 8
_OWN_SITE = 0.3
"""By how much an article of the site asked about stands above one of another site."""
_QUERY = f"""
select body, rank from (
  select place, -bm25(found, {", ".join(map(str, WEIGHTS))}) * trust
    * (case when site = :site then {1 + _OWN_SITE} else 1 end) as rank
  from found join article on article.place = found.rowid
  where found match :query and (:retired or not retired) and (:only = '' or site in (:only, ''))
  order by rank desc, place limit :most
) join text using (place) order by rank desc, place
"""  # noqa: S608 - weights and shares are figures of ours


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a search leaves out; `site` only raises, `only` leaves out other sites."""

    site: str = ""
    only: str = ""
    retired: bool = False
    most: int = 20


class Lookup:
    """The index beside the records; where its file cannot be used it is made in memory, and nobody is bothered."""

    def __init__(self, folder: Path, state: str, told: Callable[[], Iterable[Article]]) -> None:
        self._path = folder / FILE
        self._state = f"{_MADE_BY}:{state}"
        self._told = told

    def search(self, query: str, narrowing: Narrowing) -> list[tuple[Article, float]]:
        """Articles that an FTS5 query finds, the best first; nothing for an empty query."""
        if not query:
            return []
        asked: dict[str, object] = {
            "query": f"{_HEAD} : ({query})",
            "site": narrowing.site,
            "only": narrowing.only,
            "retired": narrowing.retired,
            "most": narrowing.most,
        }
        try:
            return self._ranked(query, asked, narrowing.most)
        except sqlite3.DatabaseError:
            # A file whose inside is damaged: it is derived, so it may go.
            self._path.unlink(missing_ok=True)
            return self._ranked(query, asked, narrowing.most)

    def _ranked(self, query: str, asked: dict[str, object], most: int) -> list[tuple[Article, float]]:
        with self._open() as connection:
            # To rank thousands takes longer than to find them; who has enough by their titles needs no more.
            rows = connection.execute(_QUERY, asked).fetchall()
            if len(rows) < most:
                rows = connection.execute(_QUERY, {**asked, "query": query}).fetchall()
        return [(_article(body), rank) for body, rank in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = self._fresh() or self._made()
        with closing(connection):
            yield connection

    def _fresh(self) -> sqlite3.Connection | None:
        if not self._path.is_file():
            return None
        connection = None
        try:
            connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)
            state = connection.execute("select state from made").fetchone()
            if state == (self._state,):
                return connection
        except sqlite3.Error:
            pass
        if connection is not None:
            connection.close()
        return None

    def _made(self) -> sqlite3.Connection:
        articles = list(self._told())
        # A full disk or a folder that may not be written costs the next search a second, not this one its answer.
        with suppress(OSError, sqlite3.Error):
            self._replace(articles)
            if connection := self._fresh():
                return connection
        connection = sqlite3.connect(":memory:")
        _fill(connection, self._state, articles)
        return connection

    def _sweep(self) -> None:
        """Remove what a process that was killed left half made."""
        for left in self._path.parent.glob(f".{FILE}.*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > _LEFT:
                    left.unlink()

    def _replace(self, articles: Sequence[Article]) -> None:
        self._sweep()
        # mkstemp makes the file 0600.
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{FILE}.")
        os.close(handle)
        try:
            with closing(sqlite3.connect(name)) as connection:
                connection.execute("pragma journal_mode = off")
                connection.execute("pragma synchronous = off")
                _fill(connection, self._state, articles)
            os.replace(name, self._path)  # noqa: PTH105 - Path.replace says the same
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _fill(connection: sqlite3.Connection, state: str, articles: Sequence[Article]) -> None:
    with connection:
        connection.execute("create table made (state text)")
        connection.execute(
            "create table article (place integer primary key, site text, retired int, trust real)"
        )
        connection.execute("create table text (place integer primary key, body text)")
        connection.execute(
            f"create virtual table found using fts5({', '.join(COLUMNS)}, content='', tokenize='ascii')"
        )
        connection.executemany(
            "insert into article values (?, ?, ?, ?)",
            ((place, each.site, each.retired, trust(each)) for place, each in enumerate(articles, 1)),
        )
        connection.executemany(
            "insert into text values (?, ?)",
            ((place, _body(each)) for place, each in enumerate(articles, 1)),
        )
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(
            f"insert into found (rowid, {', '.join(COLUMNS)}) values (?, {marks})",  # noqa: S608 - names of ours
            ((place, *columns_of(article)) for place, article in enumerate(articles, 1)),
        )
        connection.execute("insert into made values (?)", (state,))


def trust(article: Article) -> float:
    """By what an article's rank is multiplied for what became of those who tried it."""
    return (1 + _TRUST * min(article.solved, _TRUSTED)) / (1 + _TRUST * min(article.failed, _TRUSTED))


_FIELDS = tuple(each.name for each in fields(Article))


def _body(article: Article) -> str:
    return json.dumps({name: getattr(article, name) for name in _FIELDS}, default=str)


def _article(body: str) -> Article:
    said = json.loads(body)
    said |= {name: tuple(said[name]) for name in LISTS}
    for name in ("added_at", "changed_at"):
        said[name] = datetime.fromisoformat(said[name]) if said[name] else None
    return Article(**said)
