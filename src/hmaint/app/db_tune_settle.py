"""Tuning that was broken off: what became of each act is looked up, and what is half done is taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from hmaint.app.db_tune_act import Bench, clear_up, is_pending, unannounced
from hmaint.app.db_tune_journal import ORDER, REPEATABLE, UNDO, Book, Deed, broken_off, read_book
from hmaint.app.world import World
from hmaint.database.tune import Hand
from hmaint.engine.journal import Journal, Outcome
from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _

_PATIENCE = 30.0
"""Seconds a statement of a dead hmaint is waited for: the server goes on with it by itself."""
_CLEARING = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one act that was in doubt."""

    run: str
    deed: Deed
    outcome: Outcome
    words: str


def settle(
    world: World, site: str, hands: Callable[[str], Hand], hear: Callable[[str], None]
) -> tuple[tuple[Book, ...], tuple[Settled, ...]]:
    """Settle every run of a site that was broken off: the books as they are then, and what became of each act.

    `hands` gives a connection to a database by its name. Refused where something is left that a person has to see to,
    or a statement still runs at the server: nothing more is done to that site before.
    """
    books: list[Book] = []
    told: list[Settled] = []
    for book in broken_off(world, site):
        with Journal(book.path, world.clock) as journal:
            for deed in book.deeds:
                if deed.outcome is Outcome.INTENT or deed.name in book.undoing:
                    bench = Bench(
                        world, book.run, hands(deed.database), journal, world.clock.now() + _CLEARING, hear
                    )
                    told += _settled(bench, book, deed)
            if ORDER in book.story.in_doubt():
                journal.outcome(ORDER, Outcome.FAILED, failure="broken off")
        books.append(read_book(book.path))
    return tuple(books), tuple(told)


def _settled(bench: Bench, book: Book, deed: Deed) -> Iterator[Settled]:
    _wait(bench, book, deed)
    try:
        now = bench.hand.picture(deed.fix)
    except CouldNotLook as failure:
        words = _("run {run} was broken off and what became of {what} cannot be seen: {reason}")
        raise Refused(words.format(run=book.run, what=deed.about, reason=failure.reason)) from None
    if deed.name in book.undoing:
        back = set(now) == set(deed.before) and not is_pending(deed.fix)
        bench.journal.outcome(
            f"{UNDO}{deed.name}", Outcome.DONE if back else Outcome.FAILED, verified="probed"
        )
        if back:
            bench.journal.outcome(deed.name, Outcome.UNDONE, verified="probed")
            yield Settled(book.run, deed, Outcome.UNDONE, "已回退")
            return
        if deed.outcome is Outcome.FAILED or is_pending(deed.fix):
            # It was being cleared up when hmaint died, and what it left is still there, or may be.
            yield Settled(book.run, deed, *_cleared(bench, deed))
            return
        if deed.outcome is not Outcome.INTENT:
            yield Settled(book.run, deed, deed.outcome, "回退未完成，仍在生效")
            return
    outcome, words = _probed(bench, deed, now)
    yield Settled(book.run, deed, outcome, words)


def _probed(bench: Bench, deed: Deed, now: tuple[str, ...]) -> tuple[Outcome, str]:
    """Done, not done, or half done and taken back, by what the server shows."""
    if set(now) == set(deed.before) and not is_pending(deed.fix):
        if deed.fix.act in REPEATABLE:
            bench.journal.outcome(deed.name, Outcome.FAILED, verified="not known; harmless to repeat")
            return Outcome.FAILED, "不知道是否做完，重做无害"
        bench.journal.outcome(deed.name, Outcome.FAILED, verified="not done")
        return Outcome.FAILED, "没有做成，对象未变"
    if not unannounced(deed.fix, deed.before, now):
        bench.journal.outcome(deed.name, Outcome.DONE, after=list(now), verified="probed")
        return Outcome.DONE, "已做完"
    return _cleared(bench, deed)


def _cleared(bench: Bench, deed: Deed) -> tuple[Outcome, str]:
    left = clear_up(bench, deed.name, deed.fix, deed.before)
    if left:
        words = _("run {run} was broken off: {what}")
        raise Refused(words.format(run=bench.run, what=left))
    return Outcome.UNDONE, "只做了一半，已复原"


def _wait(bench: Bench, book: Book, deed: Deed) -> None:
    """Until the server has ended what the dead hmaint began, be it the act or the taking back of it."""
    begun = [line.facts for line in book.story.lines if line.act in (deed.name, f"{UNDO}{deed.name}")]
    sessions = dict.fromkeys(str(facts["session"]) for facts in begun if facts.get("session"))
    cleared = [str(each) for facts in begun for each in cast("list[object]", facts.get("statements") or ())]
    statements = dict.fromkeys((*deed.fix.statements, *deed.undo, *cleared))
    until = bench.world.clock.monotonic() + _PATIENCE
    told = False
    while True:
        try:
            running = any(bench.hand.running(own, each) for own in sessions for each in statements)
        except CouldNotLook as failure:
            words = _("run {run} was broken off and the server does not tell whether it still runs: {reason}")
            raise Refused(words.format(run=bench.run, reason=failure.reason)) from None
        if not running:
            return
        if bench.world.clock.monotonic() > until:
            words = _("run {run} was broken off and the server still runs {what}: wait until it ends")
            raise Refused(words.format(run=bench.run, what=deed.about))
        if not told:
            bench.hear(_("the server still runs what run {run} began; waiting").format(run=bench.run))
            told = True
        time.sleep(0.5)
