"""Steps and cases for tests, as short as they can be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hmaint.engine.judge import Case
from hmaint.engine.rows import Previous
from hmaint.errors import Place
from hmaint.model.look import Observation, Row, Seen, Table
from hmaint.model.playbook import Expect, Judgement, Keep, Level, Matcher, Rule, Selector, Step

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def step(judge: Judgement | None = None, **given: object) -> Step:
    bare = Step(
        id="demo.check",
        title="示例检查",
        do="shell",
        on=Selector("host"),
        args=None,
        judge=judge or Keep(),
        place=Place("demo.yaml", 3),
    )
    return replace(bare, **given)


def above(column: str, warning: object, critical: object) -> Expect:
    return Expect(
        (Rule(column, ((Level.CRITICAL, Matcher("ge", critical)), (Level.WARNING, Matcher("ge", warning)))),)
    )


def case(
    made: Step, *, previous: tuple[Row, ...] | None = None, declared: tuple[object, ...] = (), **scope: object
) -> Case:
    before = None if previous is None else Previous(previous, NOW - timedelta(hours=2))
    return Case(made, "icu", "icu-app-1", {"vars": {}, "host": {}, **scope}, before, declared)


def seen(*rows: Row, cut: bool = False) -> Observation:
    return Observation("demo.check", "icu-app-1", Seen.OBSERVED, Table(rows, cut=cut), started=NOW)


def not_seen(how: Seen, reason: str = "因为") -> Observation:
    return Observation("demo.check", "icu-app-1", how, reason=reason, started=NOW)
