"""What is measured before and after: the site's own statements with their plans and times, and the sizes of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hmaint.app.tools import open_tools
from hmaint.app.world import World
from hmaint.database.tune import Hand
from hmaint.database.tune_plan import explained
from hmaint.engine.conversation import Session
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act
from hmaint.model.inventory import Database
from hmaint.model.look import Query, Seen
from hmaint.model.tuning import Figure, Item

QUERIES = "tune_queries"
"""The variable that names statements worth measuring: name → SELECT."""
_COUNTED = """
select digest_text as words, count_star as calls, sum_rows_examined as examined
from performance_schema.events_statements_summary_by_digest where digest = :digest and schema_name = :db
"""
_UNCALLED = "执行后业务尚未再调用"
_RESET = "服务器的计数器在此期间被清零，前后不可比"
_ROWS = 10_000
_TIMES = 2
"""Each statement is run so often; the fastest counts, as the first may have to fetch from the disk."""
_SIZED = (Act.CREATE_INDEX, Act.DROP_INDEX, Act.REBUILD, Act.REINDEX, Act.VACUUM)


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure at one moment; None: it could not be measured, and `note` says why."""

    value: float | None
    unit: str
    note: str = ""
    plan: str = ""
    counted: tuple[float, float] | None = None
    """Of a statement of the workload, calls and rows examined so far: what grew since is what came after."""


Key = tuple[str, str]
"""The database, and what is measured there."""


def measure(world: World, hand: Hand, items: Sequence[Item]) -> dict[Key, Measured]:
    """Everything that is measured of one database now. Nothing of it can stop the tuning: what fails says why."""
    database = hand.database
    found = dict(_sizes(hand, items))
    digests = dict.fromkeys(each for item in items for each in item.advice.digests)
    if database.vars.get(QUERIES) or (digests and database.engine == "mysql"):
        found |= dict(_asked(world, database, list(digests)))
    return found


def compared(before: Mapping[Key, Measured], after: Mapping[Key, Measured]) -> tuple[Figure, ...]:
    """Each thing as it was and as it is."""
    nothing = Measured(None, "", "未测")
    return tuple(
        Figure(
            key[0],
            key[1],
            was.value,
            _after(was, now := after.get(key, nothing)),
            was.unit,
            was.note or now.note or _uncounted(was, now),
            was.plan,
            now.plan,
        )
        for key, was in before.items()
    )


def _after(was: Measured, now: Measured) -> float | None:
    """What is measured now; of a statement that is counted, its mean over the calls since."""
    if was.counted is None or now.counted is None:
        return now.value
    calls, rows = now.counted[0] - was.counted[0], now.counted[1] - was.counted[1]
    return round(rows / calls, 1) if calls > 0 and rows >= 0 else None


def _uncounted(was: Measured, now: Measured) -> str:
    """Why a statement that is counted has no figure afterwards."""
    if was.counted is None or _after(was, now) is not None:
        return ""
    return _RESET if now.counted is not None and now.counted < was.counted else _UNCALLED


def _sizes(hand: Hand, items: Sequence[Item]) -> Iterator[tuple[Key, Measured]]:
    for item in items:
        if item.fix.act in _SIZED:
            name = ".".join(filter(None, (item.fix.schema, item.fix.table or item.fix.object)))
            size = hand.size(item.fix)
            value = None if size is None else round(size / 2**20, 2)
            yield (hand.database.name, f"{name or hand.database.name} 占用空间"), Measured(value, "MB")


def _asked(world: World, database: Database, digests: Sequence[str]) -> Iterator[tuple[Key, Measured]]:
    written = database.vars.get(QUERIES) or {}
    named = (
        written
        if isinstance(written, Mapping)
        else {f"语句 {n}": sql for n, sql in enumerate(_list(written), 1)}
    )
    try:
        with open_tools(world) as tools:
            session = tools.open_database(database)
            try:
                for name, sql in named.items():
                    yield from _statement(world, database, session, str(name), str(sql))
                # Counted last: what was measured just now, slowly, is not among the calls after it.
                for digest in digests if database.engine == "mysql" else ():
                    yield from _digest(world, database, session, digest)
            finally:
                session.close()
    except CouldNotLook as failure:
        reason = world.redactor.redact(failure.reason)
        for name in named:
            yield (database.name, f"{name} 耗时"), Measured(None, "毫秒", reason)


def _digest(
    world: World, database: Database, session: Session, digest: str
) -> Iterator[tuple[Key, Measured]]:
    """A statement the advice is about: what it examines a call, and its plan where that may be had."""
    answer = session.ask(Query(_COUNTED, (("digest", digest), ("db", database.database))))
    if answer.seen is not Seen.OBSERVED or not answer.rows:
        return
    row = answer.rows[0]
    calls, rows = float(row["calls"] or 0), float(row["examined"] or 0)
    name = f"语句 {digest[:12]}"
    mean = round(rows / calls, 1) if calls else None
    yield (database.name, f"{name} 每次扫描行数"), Measured(mean, "行", counted=(calls, rows))
    # The server took the values out: any value shows which index is taken, and none of a person's is sent.
    sql = re.sub(r"\(\s*\.\.\.\s*\)", "(1)", str(row["words"])).replace("?", "1")
    plan = explained(session.ask, database.engine, sql)
    if plan.steps:
        told = Measured(plan.work, plan.unit, "以任意值代入", world.redactor.redact(plan.steps))
        yield (database.name, f"{name} {plan.name}"), told


def _list(written: object) -> list[object]:
    return list(written) if isinstance(written, list | tuple) else [written]


def _statement(
    world: World, database: Database, session: Session, name: str, sql: str
) -> Iterator[tuple[Key, Measured]]:
    plan = explained(session.ask, database.engine, sql)
    mask = world.redactor.redact
    key = (database.name, f"{name} {plan.name}")
    yield key, Measured(plan.work, plan.unit, mask(plan.why), mask(plan.steps))
    times = []
    for _time in range(_TIMES):
        answer = session.ask(Query(sql, rows=_ROWS, discreet=True))
        if answer.seen is not Seen.OBSERVED:
            yield (database.name, f"{name} 耗时"), Measured(None, "毫秒", mask(answer.reason))
            return
        times.append(answer.elapsed_ms)
    yield (database.name, f"{name} 耗时"), Measured(float(min(times)), "毫秒")
