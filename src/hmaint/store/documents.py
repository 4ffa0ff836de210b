"""The documents among the records: numbers, versions, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from sqlalchemy import Connection, Engine

from hmaint.errors import WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.model.document import Document, Handling
from hmaint.store import paper
from hmaint.store.codec import document_out, handling_out
from hmaint.store.connect import reading
from hmaint.store.failures import RecordsFailure
from hmaint.store.keep import PASSING, Keeper
from hmaint.store.paper import Claim, Origin

__all__ = ["Claim", "Documents", "Origin"]

_TAIL = 8


class Documents:
    """Every document issued, by the same rules as all records: what is refused goes to the rescue file."""

    def __init__(self, engine: Engine, keeper: Keeper[Connection]) -> None:
        self._engine = engine
        self._keeper = keeper

    @contextmanager
    def numbered(self, draft: Document, year: int) -> Iterator[Pen]:
        """Hold a number and a version while a document is made; given back unless it is registered.

        Where the records cannot be written just now, the number ends in a mark of its sources instead of a count.
        """
        origin = Origin(draft.form, draft.site, draft.sources, year)
        taken = self._claim(origin, draft)
        pen = Pen(taken or Claim(origin.number(origin.key[:_TAIL]), 1), year, self._keeper, taken)
        try:
            yield pen
        finally:
            if taken and not pen.done:
                with suppress(RecordsFailure):
                    self._keeper.write(lambda connection: paper.release(connection, taken))

    def _claim(self, origin: Origin, draft: Document) -> Claim | None:
        if self._keeper.rescue is not None:
            return None
        try:
            return self._keeper.write(lambda connection: paper.claim(connection, origin, draft))
        except PASSING:
            return None

    def handle(self, document: Document, handling: Handling) -> None:
        """Keep what became of a document; it is on the disk when this returns."""
        place = {"number": document.number, "version": document.version}
        plain = {"what": "handling", **place, "handling": handling_out(handling)}
        self._keeper.keep(
            lambda connection: paper.handle(connection, document.number, document.version, handling),
            lambda: [plain],
            durable=True,
        )

    def listed(self, site: str | None = None, form: str | None = None) -> tuple[Document, ...]:
        """Read every version issued, the newest first."""
        with reading(self._engine) as connection:
            return paper.read_documents(connection, site, form)

    def find(self, number: str, version: int | None = None) -> Document:
        """Read the newest version of a document, or the one named; WrongUsage when there is none."""
        with reading(self._engine) as connection:
            versions = paper.read_versions(connection, number)
        for document in versions:
            if version in (None, document.version):
                return document
        if versions:
            words = _("document {number} has no version {version}; the newest is {newest}")
            raise WrongUsage(words.format(number=number, version=version, newest=versions[0].version))
        known = {document.number for document in self.listed()}
        raise WrongUsage(
            _("no document {number} is kept here").format(number=number) + did_you_mean(number, known)
        )


class Pen:
    """A number held for a document in the making."""

    def __init__(self, taken: Claim, year: int, keeper: Keeper[Connection], claimed: Claim | None) -> None:
        self.number, self.version = taken
        self.done = False
        self._year = year
        self._keeper = keeper
        self._claimed = claimed

    def register(self, document: Document) -> None:
        """Register the document as it was written."""
        plain = {"what": "document", "document": document_out(document), "year": self._year}
        settle = partial(paper.settle, document=document, year=self._year, taken=self._claimed)
        self._keeper.keep(settle, lambda: [plain], durable=True)
        self.done = True
