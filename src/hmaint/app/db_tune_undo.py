"""Take back what a run applied: the last act first, each only while what it changed is still as it left it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from hmaint.app.db_tune_act import Bench, Done, take_back
from hmaint.app.db_tune_apply import closing_of, held, settled_first
from hmaint.app.db_tune_gates import server_refusals
from hmaint.app.db_tune_hands import open_hands
from hmaint.app.db_tune_journal import Book, Deed, find, read_book
from hmaint.app.db_tune_keep import kept
from hmaint.app.db_tune_names import COMMAND, MODE, UNDONE
from hmaint.app.run_record import open_run
from hmaint.app.world import World
from hmaint.engine.journal import Journal, Outcome
from hmaint.errors import ExitStatus, Failure, Refused, WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.inventory import Database, Site
from hmaint.model.run import RunRecord

TITLE = "数据库调优回退"


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be taken back, in that order, and what has nothing to take back."""

    site: Site
    book: Book
    deeds: tuple[Deed, ...]
    nothing: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of it."""

    run: RunRecord
    status: ExitStatus
    done: tuple[tuple[Deed, Done], ...]


Act = Callable[[str, str, Callable[[str], None]], Undone]


@contextmanager
def undoing(
    world: World, site_name: str, run: str, window: str, say: Callable[[str], None]
) -> Iterator[tuple[Plan, Act]]:
    """Hold the site, settle what was broken off, say what would be taken back; then hand over the act.

    WrongUsage for a run that applied nothing here, Refused before anything is touched.
    """
    site = world.site(site_name)
    find(world, site.name, run)
    with held(world, site, "db-tune --undo"), open_hands(world, site) as hands:
        settled_first(world, site, hands, say)
        book = find(world, site.name, run)
        done = [deed for deed in reversed(book.deeds) if deed.outcome is Outcome.DONE]
        plan = Plan(site, book, tuple(d for d in done if d.undo), tuple(d for d in done if not d.undo))
        if not plan.deeds:
            words = _("run {run} left nothing that could be taken back")
            raise WrongUsage(words.format(run=book.run))
        databases = _databases(site, plan)
        closes = closing_of(world, site, databases, window)
        for database in databases:
            reasons = [each.words for each in server_refusals(hands.of(database.name))]
            if reasons:
                raise Refused(_("nothing was touched: {reasons}").format(reasons="; ".join(reasons)))
        yield plan, lambda reason, approver, tell: _undo(
            world, plan, databases, lambda name, journal: Bench(
                world, plan.book.run, hands.of(name), journal, closes, tell
            ), {"reason": reason, "approver": approver}, tell,
        )  # fmt: skip


def _databases(site: Site, plan: Plan) -> list[Database]:
    names = {deed.database for deed in plan.deeds}
    return [each for each in site.databases if each.name in names]


def _undo(  # noqa: PLR0913, PLR0917 - what is taken back, and by whose leave
    world: World,
    plan: Plan,
    databases: list[Database],
    bench: Callable[[str, Journal], Bench],
    order: dict[str, str],
    tell: Callable[[str], None],
) -> Undone:
    run = open_run(world, plan.site.name, command=COMMAND, playbook=UNDONE, title=TITLE, digest="", mode=MODE)
    done: list[tuple[Deed, Done]] = []
    try:
        with Journal(plan.book.path, world.clock) as journal:
            for deed in plan.deeds:
                tell(f"{deed.about}  {'; '.join(deed.undo)}")
                outcome = take_back(bench(deed.database, journal), deed)
                done.append((deed, outcome))
                if outcome.outcome is not Outcome.UNDONE:
                    tell(outcome.failure)
                    break
    except BaseException:
        with suppress(Failure, OSError), open_hands(world, plan.site) as fresh:
            settled_first(world, plan.site, fresh, tell)
        raise
    person = {deed.name: each.person for deed, each in done if each.person}
    whole = len(done) == len(plan.deeds) and all(each.outcome is Outcome.UNDONE for _deed, each in done)
    book = read_book(plan.book.path)
    told = Book(
        book.run,
        book.path,
        book.story,
        {**book.order, "of": book.run, "operator": world.operator, **order},
        book.deeds,
        book.undoing,
    )
    record = kept(world, run, told, databases, person=person)
    return Undone(record, ExitStatus.OK if whole else ExitStatus.CRITICAL, tuple(done))
