"""Find what could be tuned in the databases of a site: one read-only visit each, judged by the engine's rules, kept."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field

from hmaint.advise.engines import advise, book_of
from hmaint.advise.facts import Facts, collect
from hmaint.app.db_tune_names import COMMAND, LOOKED, MODE
from hmaint.app.db_tune_words import MEMORY, checks_of, observations_of, recalled, unlooked
from hmaint.app.inspect import Opened
from hmaint.app.run_record import Kept, gathered, keep_visit, open_run
from hmaint.app.tools import open_tools
from hmaint.app.world import World
from hmaint.engine.conversation import LATE, Session
from hmaint.engine.look import spoken
from hmaint.engine.plan import address_of
from hmaint.engine.trip import Tools
from hmaint.errors import CouldNotLook, WrongUsage
from hmaint.kit.clock import stopwatch
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.kit.redact import Redactor
from hmaint.model.advice import Advised
from hmaint.model.inventory import Database, Scalar, Site
from hmaint.model.look import Observation, Query, Row, Rows, Seen
from hmaint.model.playbook import worst
from hmaint.model.run import Check, RunRecord, TargetResult

TITLE = "数据库性能检查与调优建议"


@dataclass(frozen=True, slots=True)
class Request:
    """What an operator asked for; without a database all of the site's."""

    site: str
    database: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """One database as it was judged; `advised` is None where it could not be looked at, and `failure` says why."""

    database: Database
    facts: Mapping[str, object] = field(default_factory=dict)
    advised: Advised | None = None
    failure: CouldNotLook | None = None
    elapsed_ms: int = 0
    sent: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a command that looked."""

    run: RunRecord
    looks: tuple[Looked, ...]


Hear = Callable[[Opened | TargetResult], None]


def chosen(world: World, request: Request) -> tuple[Database, ...]:
    """The databases that are meant. WrongUsage for a site or a database there is none of."""
    site = world.site(request.site)
    if not site.databases:
        raise WrongUsage(_("site {site} has no databases").format(site=site.name))
    found = tuple(each for each in site.databases if request.database in ("", each.name))
    if not found:
        known = [each.name for each in site.databases]
        words = _("site {site} has no database {name}; it has: {known}")
        told = words.format(site=site.name, name=request.database, known=", ".join(known))
        raise WrongUsage(told + did_you_mean(request.database, known))
    return found


def look(world: World, request: Request, hear: Hear) -> Told:
    """Look, judge and keep. WrongUsage before anything is touched; afterwards whatever databases do is data."""
    site, databases = world.site(request.site), chosen(world, request)
    world.unlock(site)
    before = remembered(world, site, databases)
    run = open_run(world, site.name, command=COMMAND, playbook=LOOKED, title=TITLE, digest="", mode=MODE)
    hear(Opened(run, tuple(each.name for each in databases)))
    looks: list[Looked] = []

    def visits() -> Generator[Kept]:
        with open_tools(world) as tools:
            for database in databases:
                looks.append(visit(world, tools, database, before.get(database.name, {})))
                yield keep(world, run, looks[-1])

    return Told(gathered(world, run, visits(), hear), tuple(looks))


def remembered(
    world: World, site: Site, databases: Sequence[Database]
) -> dict[str, dict[str, tuple[Row, ...]]]:
    """What an earlier run kept of each database for this one to compare with."""
    found = world.records.previous(site.name, {each.name: [MEMORY] for each in databases})
    return {name: recalled(steps[MEMORY].rows) for name, steps in found.items() if MEMORY in steps}


def visit(world: World, tools: Tools, database: Database, before: Mapping[str, tuple[Row, ...]]) -> Looked:
    """One database: log in, put every look over the one connection, judge."""
    took = stopwatch(world.clock)
    sent: list[tuple[str, str, int]] = []
    session: Session | None = None
    facts: Mapping[str, object] = {}
    try:
        book = book_of(database.engine)
        session = tools.open_database(database)
        facts = session.facts
        flavour, version = str(facts.get("flavour", "")), str(facts.get("version", ""))
        ask = _asking(world, session, database, sent)
        looks = collect(ask, book.LOOKS, flavour, version)
        advised = advise(_facts(database, facts, looks, before), ask)
    except CouldNotLook as failure:
        seen = CouldNotLook(failure.seen, world.redactor.redact(failure.reason))
        sent.append((_("connect"), str(Seen(failure.seen)), took()))
        return Looked(database, facts, failure=seen, elapsed_ms=took(), sent=tuple(sent))
    finally:
        if session is not None:
            session.close()
    return Looked(database, facts, advised, elapsed_ms=took(), sent=tuple(sent))


def _asking(
    world: World, session: Session, database: Database, sent: list[tuple[str, str, int]]
) -> Callable[[Query], Rows]:
    deadline = world.clock.monotonic() + database.limits.host

    def ask(query: Query) -> Rows:
        if world.clock.monotonic() > deadline:
            return Rows(Seen.TIMED_OUT, reason=LATE)
        answer = session.ask(query)
        sent.append((spoken(query), str(answer.seen), answer.elapsed_ms))
        return answer

    return ask


def _facts(
    database: Database,
    facts: Mapping[str, object],
    looks: Mapping[str, Rows],
    before: Mapping[str, tuple[Row, ...]],
) -> Facts:
    uptime, now = facts.get("uptime"), facts.get("now")
    return Facts(
        database.name,
        database.engine,
        str(facts.get("flavour", "")),
        str(facts.get("version", "")),
        looks,
        uptime if isinstance(uptime, int) else None,
        now if isinstance(now, int) else None,
        (database.database,) if database.database else (),
        before,
    )


def keep(world: World, run: RunRecord, looked: Looked) -> Kept:
    """Keep one database's visit, and what was made of it."""
    database, mask = looked.database, world.redactor
    at = world.clock.now()
    checks: tuple[Check, ...] = (unlooked(run.site, database, looked.failure),)
    observations: tuple[Observation, ...] = ()
    if looked.advised is not None:
        checks = checks_of(run.site, database, looked.advised, mask)
        observations = observations_of(database, looked.advised, mask, at)
    result = TargetResult(
        database.name,
        database.kind,
        worst([check.level for check in checks]),
        looked.elapsed_ms,
        database.title,
        address_of(database),
        looked.failure.reason if looked.failure else None,
        _plain(looked.facts, mask),
    )
    return keep_visit(world, run, result, checks, observations, looked.sent)


def _plain(facts: Mapping[str, object], mask: Redactor) -> dict[str, Scalar]:
    return {
        name: value if isinstance(value, int | float) or value is None else mask.redact(str(value))
        for name, value in facts.items()
        if not isinstance(value, list | tuple)
    }
