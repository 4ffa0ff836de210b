"""What was applied, taken back and measured, as a run of the records: told from the journal, which comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hmaint.app.db_tune_journal import UNDO, Book, Deed
from hmaint.app.db_tune_words import CATEGORY
from hmaint.app.run_record import composed
from hmaint.app.world import World
from hmaint.engine.journal import Outcome
from hmaint.engine.plan import address_of
from hmaint.model.advice import Act
from hmaint.model.inventory import Database
from hmaint.model.look import Observation, Row, Seen, Table
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, RunRecord, TargetResult
from hmaint.model.tuning import Figure
from hmaint.store.visit import Visit

ACTS = "tune.acts"
FIGURES = "tune.figures"
ORDER_STEP = "tune.order"
CHECK = "tune.apply"
RESULTS = {
    Outcome.DONE: "已执行",
    Outcome.FAILED: "未执行",
    Outcome.UNDONE: "已回退",
    Outcome.INTENT: "结果未知，须人工核对",
}
_LEVELS = {
    Outcome.DONE: Level.OK,
    Outcome.FAILED: Level.WARNING,
    Outcome.UNDONE: Level.WARNING,
    Outcome.INTENT: Level.CRITICAL,
}
_TITLES = {
    Act.CREATE_INDEX: "建立索引",
    Act.HIDE_INDEX: "隐藏索引",
    Act.DROP_INDEX: "删除索引",
    Act.REINDEX: "重建索引",
    Act.ANALYZE: "更新统计信息",
    Act.REBUILD: "整理表",
    Act.VACUUM: "整理空间",
    Act.ALTER: "修改表设置",
    Act.SET: "调整参数",
    Act.MANUAL: "人工",
}


def kept(  # noqa: PLR0913 - all that a run of this kind is made of
    world: World,
    run: RunRecord,
    book: Book,
    databases: Sequence[Database],
    *,
    figures: Sequence[Figure] = (),
    person: Mapping[str, str] | None = None,
    state: str = "finished",
) -> RunRecord:
    """Keep a run as its journal tells it; `person` says by act what somebody has to see to."""
    wanted = person or {}
    visits = [_visit(world, run, book, each, figures, wanted) for each in databases]
    world.records.append_all(visits)
    checks = [check for visit in visits for check in visit.checks]
    done = composed(
        world, run, targets=[visit.result for visit in visits], checks=checks, findings=(), state=state
    )
    world.records.finish_run(run.id, done.finished_at, done.level, (), done.redacted, state)
    return done


def _visit(  # noqa: PLR0913, PLR0917 - see kept
    world: World,
    run: RunRecord,
    book: Book,
    database: Database,
    figures: Sequence[Figure],
    person: Mapping[str, str],
) -> Visit:
    mine = [deed for deed in book.deeds if deed.database == database.name]
    checks = tuple(_check(world, deed, person.get(deed.name, "")) for deed in mine)
    level = worst([Level.OK, *(check.level for check in checks)])
    at = world.clock.now()
    seen = [
        Observation(name, database.name, Seen.OBSERVED, Table(rows), "", at)
        for name, rows in (
            (ORDER_STEP, (_order(world, book),)),
            (ACTS, tuple(_row(world, book, deed) for deed in mine)),
            (FIGURES, tuple(_figure(world, each) for each in figures if each.target == database.name)),
        )
    ]
    result = TargetResult(
        database.name, database.kind, level, 0, database.title, address_of(database), None, {}
    )
    return Visit(run.id, run.site, result, checks, tuple(seen))


def _order(world: World, book: Book) -> Row:
    mask = world.redactor.redact
    return {name: mask(str(value)) for name, value in book.order.items()}


def _row(world: World, book: Book, deed: Deed) -> Row:
    mask = world.redactor.redact
    begun = next(line.at for line in book.story.lines if line.act == deed.name)
    failure = next(
        (
            str(line.facts["failure"])
            for line in book.story.lines
            if line.act == deed.name and line.facts.get("failure")
        ),
        "",
    )
    undone = any(line.act == f"{UNDO}{deed.name}" for line in book.story.lines)
    return {
        "advice": deed.advice,
        "title": mask(deed.title),
        "object": mask(deed.about),
        "act": _TITLES[deed.fix.act],
        "online": deed.fix.online,
        "statements": mask("；".join(deed.fix.statements)),
        "undo": mask("；".join(deed.undo)),
        "begun": begun,
        "ended": deed.line.at,
        "outcome": str(deed.outcome),
        "result": RESULTS[deed.outcome] + (f"：{mask(failure)}" if failure else ""),
        "undone": undone and deed.outcome is Outcome.UNDONE,
    }


def _figure(world: World, figure: Figure) -> Row:
    mask = world.redactor.redact
    return {
        "name": mask(figure.name),
        "before": figure.before,
        "after": figure.after,
        "unit": figure.unit,
        "note": mask(figure.note),
        "plan_before": mask(figure.plan_before),
        "plan_after": mask(figure.plan_after),
    }


def _check(world: World, deed: Deed, person: str) -> Check:
    level = Level.CRITICAL if person else _LEVELS[deed.outcome]
    words = person or str(deed.line.facts.get("failure") or "")
    told = f"{deed.about}：{RESULTS[deed.outcome]}" + (f"（{words}）" if words else "")
    title = f"{_TITLES[deed.fix.act]} {deed.advice}"
    return Check(
        f"{CHECK}.{deed.advice}",
        deed.database,
        title,
        CATEGORY,
        level,
        world.redactor.redact(told),
        complete=False,
    )


def closed_as_broken(world: World, books: Sequence[Book]) -> None:
    """Put what was found out about broken-off runs on record, where the run has nothing on record yet."""
    for book in books:
        run = world.records.run(book.run)
        if run.checks or not book.deeds:
            continue
        names = dict.fromkeys(deed.database for deed in book.deeds)
        databases = [each for each in world.site(run.site).databases if each.name in names]
        kept(world, replace(run, state="interrupted"), book, databases, state="interrupted")
