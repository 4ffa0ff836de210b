"""A check tried on its fixtures: the healthy twin must be looked at and silent, the ill one must be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from hmaint.engine.plan import Job
from hmaint.engine.rows import Previous
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, visit
from hmaint.kit.clock import CHINA
from hmaint.kit.redact import Redactor
from hmaint.model.inventory import Database, Site
from hmaint.model.look import Seen
from hmaint.model.playbook import Level, Playbook, Step
from hmaint.model.run import Check
from hmaint.step.sql import KIND
from tests.checks.catalogues import catalogue
from tests.checks.hosts import FixedClock
from tests.dialects.embedded import NOW, Fixture, Tables
from tests.dialects.engine import Engine
from tests.dialects.static import versions_of

_KEYS = {"healthy", "ill", "before", "level", "says", "findings", "fine", "nothing", "vars", "versions"}


@dataclass(frozen=True)
class Case:
    """The fixtures of one check. Tables named in `ill` or `before` replace those of `healthy`, the others stay."""

    healthy: Tables
    ill: Tables
    before: Tables
    level: Level
    says: tuple[str, ...]
    findings: int
    fine: Level = Level.OK
    nothing: str = ""
    """Why views without a row are good news; empty where they must not be."""
    variables: Mapping[str, object] | None = None
    versions: tuple[str, ...] = ()
    """Where to try it; empty: the oldest and the newest version the step applies to."""


def case_of(engine: Engine, check: str) -> Case:
    """The case written for a check."""
    said: Mapping[str, Any] = engine.cases[check]
    assert not said.keys() - _KEYS, f"{check}: {said.keys() - _KEYS}"
    healthy = said["healthy"] or {}
    says = tuple(said.get("says", ()))
    return Case(
        healthy,
        {**healthy, **said["ill"]},
        {**healthy, **said.get("before", {})},
        Level(said["level"]),
        says,
        said.get("findings", max(1, len(says))),
        Level(said.get("fine", "ok")),
        said.get("nothing", ""),
        said.get("vars"),
        tuple(said.get("versions", ())),
    )


@cache
def _shipped(engine_name: str) -> Playbook:
    return catalogue(engine_name)


@cache
def steps_of(engine_name: str) -> Mapping[str, Step]:
    """The checks of the engine's catalogue."""
    return {step.id: step for step in _shipped(engine_name).steps}


def tried_at(engine: Engine, step: Step, case: Case) -> tuple[str, ...]:
    """The versions a case is tried at."""
    versions = versions_of(engine, step)
    return case.versions or tuple(dict.fromkeys((versions[0], versions[-1])))


def try_on(engine: Engine, step: Step, version: str, tables: Tables, case: Case) -> Check:
    """What the engine's own judge says; a step that compares is given the case's earlier state first."""
    now = datetime.fromisoformat(NOW).replace(tzinfo=CHINA)
    known: dict[str, Previous] = {}
    if step.delta or type(step.judge).__name__ == "Changed":
        _, rows = _visit(engine, step, version, case.before, case, {}, now)
        known = {step.id: Previous(rows, now - timedelta(hours=24))}
    check, _ = _visit(engine, step, version, tables, case, known, now)
    return check


def tries(engine: Engine) -> list[tuple[str, str]]:
    """Every check with the versions its case is tried at."""
    steps = steps_of(engine.name)
    missing, stray = steps.keys() - engine.cases.keys(), engine.cases.keys() - steps.keys()
    assert not missing | stray, (
        f"checks without a case: {sorted(missing)}; cases without a check: {sorted(stray)}"
    )
    return [
        (check, version)
        for check, step in steps.items()
        for version in tried_at(engine, step, case_of(engine, check))
    ]


def assert_healthy_is_silent(engine: Engine, check: str, version: str) -> None:
    """The healthy twin is looked at, and nothing is told of it."""
    case, step = case_of(engine, check), steps_of(engine.name)[check]
    seen = try_on(engine, step, version, case.healthy, case)
    assert (seen.level, seen.findings) == (case.fine, ()), seen


def assert_ill_is_told(engine: Engine, check: str, version: str) -> None:
    """The planted fault comes out at its level, in the words a person reads."""
    case, step = case_of(engine, check), steps_of(engine.name)[check]
    seen = try_on(engine, step, version, case.ill, case)
    told = [finding.summary for finding in seen.findings] or [seen.summary]
    assert seen.level is case.level, seen
    assert len(seen.findings) == case.findings, told
    for words in case.says:
        assert any(words in each for each in told), (words, told)
    assert all("{{" not in each for each in told), told


def assert_nothing_is_not_fine(engine: Engine, check: str, version: str) -> None:
    """Views that show no row at all never come out as fine, unless the case says why they may."""
    case, step = case_of(engine, check), steps_of(engine.name)[check]
    seen = try_on(engine, step, version, {}, replace(case, before={}))
    assert (seen.level is Level.OK) == bool(case.nothing), seen


def _visit(  # noqa: PLR0913, PLR0917 - everything a visit depends on
    engine: Engine,
    step: Step,
    version: str,
    tables: Tables,
    case: Case,
    known: Mapping[str, Previous],
    now: datetime,
) -> tuple[Check, Any]:
    licensed = not versions_of(engine, step, pack=False)
    target = Database("main", "icu", engine.name, database=engine.database, diagnostics_pack=licensed)
    session = Fixture(engine, version, tables)
    tools = Tools(FixedClock(now), lambda _: KIND, _never, lambda _: session, _never, Redactor())
    site = Site("icu", "重症监护系统", databases=(target,))
    variables = {**_shipped(engine.name).vars, **(case.variables or {})}
    seen = visit(Errand(Job(target, (step,)), site, variables, tools, known))
    (check,) = (check for check in seen.checks if check.id == step.id)
    rows = [o.table.rows for o in seen.observations if o.seen is Seen.OBSERVED]
    return check, rows[0] if rows else ()


def _never(*_: object) -> Any:
    raise AssertionError("a database check asked something else than a database")
