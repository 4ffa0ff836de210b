"""Apply what was advised: looked at afresh, held against every gate, shown, confirmed, journaled, measured, kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hmaint.app.db_tune import Hear, Request, Told, chosen, look
from hmaint.app.db_tune_act import Bench, Done, apply_item, take_back
from hmaint.app.db_tune_choice import choose, not_looked_at, permitted
from hmaint.app.db_tune_figures import compared, measure
from hmaint.app.db_tune_gates import Refusal, refusals, server_refusals
from hmaint.app.db_tune_hands import Hands, may_tune, open_hands
from hmaint.app.db_tune_journal import ORDER, path_of, read_book
from hmaint.app.db_tune_keep import closed_as_broken, kept
from hmaint.app.db_tune_names import APPLIED, COMMAND, MODE
from hmaint.app.db_tune_settle import Settled, settle
from hmaint.app.db_tune_window import closing, window_of
from hmaint.app.run_record import open_run
from hmaint.app.world import World
from hmaint.engine.journal import Journal, Outcome
from hmaint.errors import ExitStatus, Failure, Refused
from hmaint.kit.i18n import _
from hmaint.model.advice import Advice
from hmaint.model.inventory import Database, Site
from hmaint.model.run import RunRecord
from hmaint.model.tuning import Figure, Item
from hmaint.store.lock import alone

TITLE = "数据库调优实施"
_GRACE = timedelta(minutes=10)
"""What failed is put back even where the window has closed meanwhile."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an operator wants applied, and by whose leave."""

    request: Request
    ids: tuple[str, ...] = ()
    safe: bool = False
    window: str = ""
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Prepared:
    """What will be done, when it must be over, and what was passed over or answered for."""

    site: Site
    told: Told
    items: tuple[Item, ...]
    passed: tuple[tuple[Advice, str], ...]
    accepted: tuple[Refusal, ...]
    window: str
    closes: datetime
    settled: tuple[Settled, ...] = ()
    unseen: Mapping[str, str] = field(default_factory=dict)
    """Databases that could not be looked at, and why: nothing is known of them, and a person has to look."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it."""

    run: RunRecord
    status: ExitStatus
    done: tuple[tuple[Item, Done], ...] = ()
    put_back: tuple[str, ...] = ()
    """The names of acts that were taken back because another failed."""
    person: dict[str, str] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()


Apply = Callable[[str, str, Callable[[str], None]], Applied]
"""Called once a person has confirmed: the reason, the one who agreed, and who hears of each act."""


@contextmanager
def preparing(
    world: World, wish: Wish, hear: Hear, say: Callable[[str], None]
) -> Iterator[tuple[Prepared, Apply]]:
    """Hold the site, settle what was broken off, look, choose, and hold every gate; then hand over the act.

    Refused, with every reason, before anything is touched; WrongUsage for an id that nobody advised.
    """
    site, databases = world.site(wish.request.site), tunable(world, wish.request)
    windows = {each.name: window_of(site, each, wish.window) for each in databases}
    closes = closing_of(world, site, databases, wish.window)
    with held(world, site, "db-tune --apply"), open_hands(world, site) as hands:
        settled = settled_first(world, site, hands, say)
        told = look(world, wish.request, hear)
        items, passed = permitted(hands, *choose(told, wish.ids), named=bool(wish.ids))
        accepted = _gated(world, site, hands, items, wish)
        window = ", ".join(dict.fromkeys(windows.values()))
        unseen = not_looked_at(told, databases)
        prepared = Prepared(site, told, items, passed, accepted, window, closes, settled, unseen)
        yield prepared, lambda reason, approver, tell: _apply(world, hands, prepared, reason, approver, tell)


def tunable(world: World, request: Request) -> tuple[Database, ...]:
    """The databases that may be changed; Refused where one that was named may not, or none may."""
    databases = chosen(world, request)
    if len(databases) == 1 or request.database:
        may_tune(databases[0])
        return databases
    able = []
    why = ""
    for each in databases:
        try:
            may_tune(each)
            able.append(each)
        except Refused as refused:
            why = str(refused)
    if not able:
        raise Refused(why)
    return tuple(able)


def closing_of(world: World, site: Site, databases: Sequence[Database], asked: str) -> datetime:
    """When the window of all of some databases closes; Refused outside it, or where none is known."""
    windows = {each.name: window_of(site, each, asked) for each in databases}
    ends = {name: closing(window, world.clock.now()) for name, window in windows.items()}
    shut = [name for name, end in ends.items() if end is None]
    if shut:
        words = _("outside the maintenance window of {name} ({window}); nothing was touched")
        raise Refused(words.format(name=shut[0], window=windows[shut[0]]))
    return min(end for end in ends.values() if end is not None)


@contextmanager
def held(world: World, site: Site, what: str) -> Iterator[None]:
    """Let one command at a time tune a site from this workspace."""
    world.workspace.prepare()
    with alone(
        world.workspace.locks,
        f"tune-{site.name}",
        what=what,
        operator=world.operator,
        at=world.clock.now(),
    ):
        yield


def settled_first(world: World, site: Site, hands: Hands, say: Callable[[str], None]) -> tuple[Settled, ...]:
    """Find out what became of runs that were broken off, and put it on record."""
    books, settled = settle(world, site.name, hands.of, say)
    closed_as_broken(world, books)
    words = _("run {run} was broken off: {what}: {result}")
    for each in settled:
        say(words.format(run=each.run, what=each.deed.about, result=each.words))
    return settled


def _gated(world: World, site: Site, hands: Hands, items: Sequence[Item], wish: Wish) -> tuple[Refusal, ...]:
    names = dict.fromkeys(item.database.name for item in items)
    found = [
        refusal
        for name in names
        for refusal in refusals(world, site, hands.of(name), [i for i in items if i.database.name == name])
    ]
    standing = [each for each in found if not (each.acceptable and each.gate in wish.accepted)]
    if standing:
        told = "; ".join(each.words for each in standing)
        answers = sorted({each.gate for each in standing if each.acceptable})
        if answers and len(answers) == len({each.gate for each in standing}):
            options = " ".join(f"--accept {each}" for each in answers)
            told += _(" (a person may answer for it: {options})").format(options=options)
        raise Refused(_("nothing was touched: {reasons}").format(reasons=told))
    return tuple(found)


def _apply(  # noqa: PLR0913, PLR0917 - what is done, and by whose leave
    world: World, hands: Hands, prepared: Prepared, reason: str, approver: str, tell: Callable[[str], None]
) -> Applied:
    _judged_again(world, hands, prepared)
    run = open_run(
        world, prepared.site.name, command=COMMAND, playbook=APPLIED, title=TITLE, digest="", mode=MODE
    )
    names = list(dict.fromkeys(item.database.name for item in prepared.items))
    databases = [each for each in prepared.site.databases if each.name in names]
    with Journal(path_of(world, run.id), world.clock) as journal:
        try:
            journal.intend(ORDER, **_order(world, prepared, reason, approver))
            benches = {
                name: Bench(world, run.id, hands.of(name), journal, prepared.closes, tell) for name in names
            }
            before = {
                key: value
                for name in names
                for key, value in measure(world, hands.of(name), _of(prepared.items, name)).items()
            }
            done, person = _all(benches, prepared.items, tell)
        except BaseException:
            # Stopped by a person: what became of the act that was at work is looked up while there is time.
            with suppress(Failure, OSError), open_hands(world, prepared.site) as fresh:
                settled_first(world, prepared.site, fresh, tell)
            raise
        # Measured as things are left: what was put back again gained nothing.
        put_back = _put_back(world, benches, run.id, done, person, tell)
        after = {
            key: value
            for name in names
            for key, value in measure(world, hands.of(name), _of(prepared.items, name)).items()
        }
        person |= prepared.unseen
        figures = compared(before, after)
        status = _status(prepared, done, person)
        ended = Outcome.DONE if status is ExitStatus.OK else Outcome.FAILED
        # Whoever cannot write this finds the run broken off next time, and looks what became of it.
        with suppress(Refused):
            journal.outcome(ORDER, ended, status=int(status))
    record = kept(world, run, read_book(path_of(world, run.id)), databases, figures=figures, person=person)
    return Applied(record, status, tuple(done), put_back, person, figures)


def _judged_again(world: World, hands: Hands, prepared: Prepared) -> None:
    """Refused where the server or the hour no longer allow it: somebody may have thought about the question long."""
    accepted = {each.gate for each in prepared.accepted}
    standing = [
        each.words
        for name in dict.fromkeys(item.database.name for item in prepared.items)
        for each in server_refusals(hands.of(name))
        if not (each.acceptable and each.gate in accepted)
    ]
    if world.clock.now() >= prepared.closes:
        standing.insert(0, _("the maintenance window is over"))
    if standing:
        raise Refused(_("nothing was touched: {reasons}").format(reasons="; ".join(standing)))


def _order(world: World, prepared: Prepared, reason: str, approver: str) -> dict[str, object]:
    mask = world.redactor.redact
    return {
        "site": prepared.site.name,
        "operator": world.operator,
        "reason": mask(reason),
        "approver": mask(approver),
        "window": prepared.window,
        "closes": prepared.closes.isoformat(timespec="seconds"),
        "look": prepared.told.run.id,
        "accepted": "；".join(mask(each.words) for each in prepared.accepted),
    }


def _of(items: Sequence[Item], name: str) -> list[Item]:
    return [item for item in items if item.database.name == name]


def _all(
    benches: dict[str, Bench], items: Sequence[Item], tell: Callable[[str], None]
) -> tuple[list[tuple[Item, Done]], dict[str, str]]:
    """Apply in order until one fails."""
    done: list[tuple[Item, Done]] = []
    person: dict[str, str] = {}
    for item in items:
        tell(f"{item.name}  {'; '.join(item.fix.statements)}")
        outcome = _one(benches[item.database.name], item)
        done.append((item, outcome))
        if outcome.person:
            person[item.name] = outcome.person
        if outcome.outcome is not Outcome.DONE:
            tell(outcome.failure)
            break
    return done, person


def _one(bench: Bench, item: Item) -> Done:
    try:
        return apply_item(bench, item)
    except Refused as refused:
        # The journal can no longer be kept (a full disk): nothing more is done, and nobody is told that all is well.
        words = f"{item.about} 的结果没能记入日志（{refused}），请腾出空间后运行 --undo 或 --apply-safe，由 hmaint 核对"
        return Done(Outcome.INTENT, str(refused), words)


def _put_back(  # noqa: PLR0913, PLR0917 - what was done, where, and who hears
    world: World,
    benches: dict[str, Bench],
    run: str,
    done: Sequence[tuple[Item, Done]],
    person: dict[str, str],
    tell: Callable[[str], None],
) -> tuple[str, ...]:
    """Where one failed, take back those before it, the last first."""
    if all(each.outcome is Outcome.DONE for _item, each in done):
        return ()
    grace = world.clock.now() + _GRACE
    back = []
    for deed in reversed(read_book(path_of(world, run)).deeds):
        if deed.outcome is not Outcome.DONE or not deed.undo:
            continue
        tell(_("putting back {what}").format(what=deed.about))
        bench = replace(benches[deed.database], closes=max(benches[deed.database].closes, grace))
        try:
            outcome = take_back(bench, deed)
        except Refused as refused:
            outcome = Done(Outcome.INTENT, str(refused), f"{deed.about} 未能复原：{refused}")
        if outcome.person:
            person[deed.name] = outcome.person
        else:
            back.append(deed.name)
    return tuple(back)


def _status(prepared: Prepared, done: Sequence[tuple[Item, Done]], person: dict[str, str]) -> ExitStatus:
    if person:
        return ExitStatus.CRITICAL
    whole = len(done) == len(prepared.items) and all(each.outcome is Outcome.DONE for _item, each in done)
    return ExitStatus.OK if whole else ExitStatus.WARNING
