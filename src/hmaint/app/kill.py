"""End a session that holds others up: shown, confirmed, journaled, and only while it is still the very same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from hmaint.app import incident as incidents
from hmaint.app.world import World
from hmaint.engine.journal import Journal, Outcome, read_journal
from hmaint.errors import CouldNotLook, Refused, WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line
from hmaint.model.incident import Event, Incident
from hmaint.model.inventory import Database
from hmaint.model.sighting import Means, Sighting
from hmaint.store.failures import RecordsFailure

if TYPE_CHECKING:  # brings drivers, which a refusal does not need
    from hmaint.database.kill import Hand

_SOON = 5.0
"""Seconds in which what was freed shows."""
_RUNAWAY = 30
"""Seconds a statement must run before one that blocks nobody may be cancelled."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be ended, as it was seen: shown to a person before anything is done."""

    incident: Incident
    database: Database
    seen: Sighting
    means: tuple[Means, ...]
    """What will be tried, in this order; the next only where the one before did not help."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of it."""

    aim: Aim
    sent: tuple[str, ...]
    freed: bool
    """Whether nobody waits for that session any more, or its statement has ended."""
    words: str
    """The result in a sentence, as the record has it."""
    entry: str = ""
    failure: str = ""
    """Why nothing could be sent; empty otherwise."""


@contextmanager
def aiming(
    world: World, number: str, session: str, *, transaction: str = "", close: bool = False
) -> Iterator[tuple[Aim, Callable[[str], Ended]]]:
    """Look at the session and hand over what was seen, and the act to be called once a person has confirmed it.

    `session` is N@DATABASE; `transaction` what an earlier look called its transaction. `close` allows its connection
    to be ended where its statement alone does not help. Raises Refused, before anything is touched, for a session that
    is gone, another by now, the server's own, holds nobody up, or of a database without an account for this.
    """
    incident = incidents.find(world, number)
    database, name = _named(world, incident, session)
    with _held(world, database), _hand(world, database) as hand:
        path = _journal(world, incident)
        _settle(world, path, hand, database)
        seen = _checked(_looked(hand, database, name), session, transaction)
        aim = Aim(incident, database, seen, _means(seen, session, close=close))
        yield aim, lambda reason: _end(world, hand, aim, path, reason)


def _named(world: World, incident: Incident, session: str) -> tuple[Database, str]:
    name, _at, target = session.rpartition("@")
    databases = {each.name: each for each in world.site(incident.site).databases}
    if not name.isdecimal() or not name.isascii() or len(name) > 18:  # noqa: PLR2004 - a connection id of any server
        raise WrongUsage(_("say --session NUMBER@DATABASE, such as 4711@icu-main"))
    if target not in databases:
        words = _("site {site} has no database {name}; it has: {known}")
        known = ", ".join(databases) or "-"
        raise WrongUsage(
            words.format(site=incident.site, name=target, known=known) + did_you_mean(target, databases)
        )
    return databases[target], name


@contextmanager
def _hand(world: World, database: Database) -> Iterator[Hand]:
    from hmaint.database.kill import ENGINES, GRANTS, Hand  # noqa: PLC0415 - brings drivers

    if database.engine not in ENGINES:
        words = _("sessions of {engine} are not ended by hmaint; let the database's administrator do it")
        raise Refused(words.format(engine=database.engine))
    if not database.kill_user:
        words = _(
            "database {name} has no kill_user: the account that looks may not end sessions; make one with: {grant}"
        )
        raise Refused(words.format(name=database.name, grant=GRANTS[database.engine]))
    try:
        password = None if database.kill_password is None else world.secret_of(database.kill_password)
        hand = Hand(database, password, world.workspace.root)
    except CouldNotLook as failure:
        words = _("the account {user} of {name} could not log in, nothing was touched: {reason}")
        reason = world.redactor.redact(failure.reason)
        raise Refused(words.format(user=database.kill_user, name=database.name, reason=reason)) from None
    try:
        yield hand
    finally:
        hand.close()


@contextmanager
def _held(world: World, database: Database) -> Iterator[None]:
    """Let one person at a time end sessions of a database from this workspace."""
    world.workspace.prepare()
    world.workspace.locks.mkdir(mode=0o700, exist_ok=True)
    try:
        with FileLock(
            world.workspace.locks / f"kill-{database.site}-{database.name}.lock", timeout=0, mode=0o600
        ):
            yield
    except Timeout:
        words = _("another command is ending a session of {name} just now; let it end first")
        raise Refused(words.format(name=database.name)) from None


def _journal(world: World, incident: Incident) -> Path:
    return world.workspace.private / "journal" / f"kill-{incident.id}.jsonl"


def _looked(hand: Hand, database: Database, session: str) -> Sighting | None:
    try:
        return hand.see(session)
    except CouldNotLook as failure:
        words = _("session {session} of {name} could not be looked at, nothing was touched: {reason}")
        raise Refused(words.format(session=session, name=database.name, reason=failure.reason)) from None


def _checked(seen: Sighting | None, session: str, transaction: str) -> Sighting:
    if seen is None:
        raise Refused(
            _("there is no session {session} (any more); nothing was touched").format(session=session)
        )
    if transaction and seen.transaction != transaction:
        words = _(
            "session {session} is in another transaction by now ({now}, not {before}); nothing was touched"
        )
        raise Refused(words.format(session=session, now=seen.transaction, before=transaction))
    if seen.protected:
        words = _("session {session} is never ended: {reason}")
        raise Refused(words.format(session=session, reason=seen.protected))
    return seen


def _means(seen: Sighting, session: str, *, close: bool) -> tuple[Means, ...]:
    """The least that helps comes first; ending a connection is only tried where it was allowed."""
    long = seen.running and (seen.seconds or 0) >= _RUNAWAY
    if not seen.waiting and not long:
        words = _(
            "session {session} holds nobody up and runs no statement longer than {n} s; nothing was touched"
        )
        raise Refused(words.format(session=session, n=_RUNAWAY))
    if seen.running:
        return ("cancel", "close") if close and seen.waiting else ("cancel",)
    if not close:
        words = _(
            "session {session} runs no statement that could be cancelled: only ending its connection frees the others;"
            " say --connection (its transaction is rolled back)"
        )
        raise Refused(words.format(session=session))
    return ("close",)


def _end(world: World, hand: Hand, aim: Aim, path: Path, reason: str) -> Ended:
    sent: list[str] = []
    freed, failure = False, ""
    with Journal(path, world.clock, world.redactor.redact) as journal:
        for means in aim.means:
            statement, failure = _act(world, hand, aim, means, journal, reason)
            sent += [statement] if statement else []
            freed = bool(statement) and _freed(world, hand, aim, means)
            if freed or not statement:
                break
    if not sent:
        return Ended(aim, (), freed=False, words="", failure=failure)
    words = _in_words(aim, sent, freed=freed, reason=reason)
    return Ended(aim, tuple(sent), freed, words, _recorded(world, aim, words, freed=freed), failure)


def _act(  # noqa: PLR0913, PLR0917 - one act: who, what, by what means, where it is written down, and why
    world: World, hand: Hand, aim: Aim, means: Means, journal: Journal, reason: str
) -> tuple[str, str]:
    """One act between its intent and its outcome: the statement sent, or why none was."""
    act = f"{world.clock.now():%Y%m%dT%H%M%S}-{means}-{aim.seen.session}@{aim.database.name}"
    facts = {"session": aim.seen.session, "database": aim.database.name, "identity": list(aim.seen.identity)}
    journal.intend(act, **facts, means=means, user=aim.seen.user, reason=reason, operator=world.operator)
    began = world.clock.monotonic()
    try:
        needed = _needed(hand.see(aim.seen.session), aim)
        statement = hand.act(aim.seen, means) if needed else ""
        failure = "" if statement else _unsent(needed=needed)
    except CouldNotLook as refused:
        statement, failure = "", world.redactor.redact(refused.reason)
    outcome = Outcome.DONE if statement else Outcome.FAILED
    journal.outcome(act, outcome, statement=statement, failure=failure)
    try:
        _trail(world, aim, statement or f"{means} {aim.seen.session}", str(outcome), began)
    except RecordsFailure as unwritten:
        # It is done and in the journal; that the trail lacks it must not hide what came of it.
        failure = failure or str(unwritten)
    return statement, failure


def _needed(now: Sighting | None, aim: Aim) -> bool:
    """Whether what it was to be ended for is still so: a person may think for a while before saying yes."""
    if now is None or aim.seen.waiting:
        return now is None or bool(now.waiting)
    return now.running and (now.seconds or 0) >= (aim.seen.seconds or 0)


def _unsent(*, needed: bool) -> str:
    if needed:
        return _("it is another session, or in another transaction, by now")
    return _("nobody waits for it any more, or its statement has ended by itself")


def _trail(world: World, aim: Aim, sent: str, outcome: str, began: float) -> None:
    took = round((world.clock.monotonic() - began) * 1000)
    line = {"run": aim.incident.id, "target": aim.database.name, "sent": sent, "outcome": outcome, "ms": took}
    world.audit.write([line], operator=world.operator, at=world.clock.now())


def _freed(world: World, hand: Hand, aim: Aim, means: Means) -> bool:
    """Whether it helped, looked at until it shows or time is up."""
    until = world.clock.monotonic() + _SOON
    while world.clock.monotonic() < until:
        now = _again(hand, aim)
        if now is None or now.identity != aim.seen.identity:
            return True
        if means == "cancel" and not now.waiting and (aim.seen.waiting or not now.running):
            return True
        time.sleep(0.2)
    return False


def _again(hand: Hand, aim: Aim) -> Sighting | None:
    try:
        return hand.see(aim.seen.session)
    except CouldNotLook:
        return aim.seen  # not seen to be gone


def _in_words(aim: Aim, sent: list[str], *, freed: bool, reason: str) -> str:
    seen = aim.seen
    who = f"{seen.user}@{seen.client}"
    result = (
        "等待者已放行" if aim.seen.waiting and freed else "语句已结束" if freed else "仍在阻塞，须人工处理"
    )
    why = f"；理由：{one_line(harmless(reason))}" if reason else ""
    return f"在 {aim.database.name} 对会话 {seen.session}（{who}）执行 {'；'.join(sent)}：{result}{why}"


def _recorded(world: World, aim: Aim, words: str, *, freed: bool) -> str:
    result = "等待已解除" if freed else "未解除"
    saying = incidents.Saying({"text": words, "result": result})
    return incidents.tell(world, aim.incident.id, Event.NOTED, saying).entry.id


def _settle(world: World, path: Path, hand: Hand, database: Database) -> None:
    """Find out what became of acts whose end nobody wrote down, before anything more is done."""
    story = read_journal(path)
    doubtful = [story.standing()[act] for act in story.in_doubt()]
    mine = [line for line in doubtful if line.facts.get("database") == database.name]
    if not mine:
        return
    with Journal(path, world.clock, world.redactor.redact) as journal:
        for line in mine:
            now = _looked(hand, database, str(line.facts.get("session", "")))
            gone = now is None or list(now.identity) != line.facts.get("identity")
            outcome = Outcome.DONE if gone else Outcome.FAILED
            journal.outcome(line.act, outcome, verified="gone" if gone else "still there")
