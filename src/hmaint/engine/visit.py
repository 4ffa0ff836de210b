"""One visit to one target: everything asked in one trip, read, judged and made fit to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta

from hmaint.engine.configuration import marked
from hmaint.engine.contact import belts_of, not_asked, not_reached, nothing_to_ask, reached
from hmaint.engine.evidence import transcript
from hmaint.engine.judge import Case, judge, skipped
from hmaint.engine.look import Prepared, Scope, prepare, read, unseen
from hmaint.engine.plan import Job, address_of, described
from hmaint.engine.rows import Previous
from hmaint.engine.trip import Tools, Trip, go, scope_of, settled
from hmaint.errors import CouldNotLook
from hmaint.kit.clock import stopwatch
from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Scalar, Site
from hmaint.model.look import Observation, Row, Seen
from hmaint.model.playbook import Changed, Level, Step, worst
from hmaint.model.run import Check, TargetResult
from hmaint.step.kind import Context

SAME_DAY = timedelta(days=1)
"""A second run on the same day, often the one with the sheet, must tell of logs what the first one told."""


@dataclass(frozen=True, slots=True)
class Visit:
    """All that one visit gave."""

    result: TargetResult
    checks: tuple[Check, ...]
    observations: tuple[Observation, ...]
    evidence: bytes
    sent: tuple[tuple[str, str, int], ...] = ()
    """(what was sent, how it went, milliseconds), in order, for the audit trail"""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a worker sets out with: `previous` is what the last runs read, by step id."""

    job: Job
    site: Site
    variables: Mapping[str, object]
    tools: Tools
    previous: Mapping[str, Previous] = field(default_factory=dict)
    learned: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """What the workspace's baseline says should be there, by step id."""

    def scope(self, facts: Mapping[str, object] | None = None) -> dict[str, object]:
        """The names conditions and templates know, before the visit or with what it told."""
        return scope_of(self.job.target, self.site, self.variables, facts)


def visit(errand: Errand) -> Visit:
    """Visit one target. Never raises for what the target does."""
    job, tools = errand.job, errand.tools
    if job.uncovered:
        reason = f"巡检方案没有适用于该对象（{described(job.target)}）的检查项，未作任何检查"
        return in_vain(errand, CouldNotLook(Seen.UNSUPPORTED, reason), tools.clock.now(), 0)
    if not job.steps and not job.contact:
        check = nothing_to_ask(job.target)
        return Visit(_result(errand, (check,), 0), (check,), (), b"")
    started, elapsed = tools.clock.now(), stopwatch(tools.clock)
    scope = errand.scope()
    prepared = [_prepared(errand, step, scope, started) for step in job.steps]
    try:
        trip = go(job.target, errand.site, prepared, tools)
    except CouldNotLook as failure:
        return in_vain(errand, failure, started, elapsed())
    took = elapsed()
    with tools.desk:
        checks, observations = _judged(errand, prepared, trip, started)
        return Visit(
            _result(errand, checks, took, facts=trip.facts),
            checks,
            observations,
            transcript(job.target, started, trip.answers, tools.mask),
            tuple((tools.mask.redact(what), how, ms) for what, how, ms in trip.sent),
        )


def in_vain(errand: Errand, failure: CouldNotLook, started: datetime, elapsed_ms: int) -> Visit:
    """The visit to a target that gave nothing: one finding for people, one unknown check a step for the count."""
    target, mask = errand.job.target, errand.tools.mask
    reason = mask.redact(failure.reason)
    masked = CouldNotLook(failure.seen, reason)
    checks = (
        not_reached(target, errand.site, reason),
        *(not_asked(step, target, reason) for step in errand.job.steps),
    )
    return Visit(
        _result(errand, checks, elapsed_ms, error=reason),
        checks,
        tuple(unseen(step, target.name, masked, started) for step in errand.job.steps),
        transcript(target, started, {}, mask, reason),
        (("连接", str(Seen(failure.seen)), elapsed_ms),),
    )


def _prepared(errand: Errand, step: Step, scope: Scope, now: datetime) -> Prepared:
    target, known = errand.job.target, errand.previous.get(step.id)
    variables = {**errand.variables, **errand.site.vars, **target.vars}
    context = Context(target, errand.site, variables, {}, now, _since(known, now))
    return prepare(step, errand.tools.kind_of(step.do), context, scope)


def _since(known: Previous | None, now: datetime) -> datetime | None:
    """From when on logs are news; None when that cannot be told, as the laptop's clock was put back since."""
    if known is None or known.at >= now:
        return None
    return min(known.at, now - SAME_DAY)


def _judged(
    errand: Errand, prepared: list[Prepared], trip: Trip, started: datetime
) -> tuple[tuple[Check, ...], tuple[Observation, ...]]:
    target, scope = errand.job.target, errand.scope(trip.facts)
    # An endpoint's own steps are its contact; for the others it is worth a line of its own.
    checks = [] if target.kind == "endpoint" else [reached(target, belts_of(trip.facts))]
    observations = []
    for look in prepared:
        look = settled(look, trip.facts, scope)  # noqa: PLW2901 - the same look, now decided
        case = _case(errand, look.step, scope)
        if look.skipped is not None:
            checks.append(skipped(case, look.skipped))
            continue
        observation = _masked(read(look, [trip.answers[ask] for ask in look.asks], started), errand.tools)
        observations.append(marked(case, observation))
        checks.append(judge(case, observation))
    return tuple(checks), tuple(observations)


def _masked(observation: Observation, tools: Tools) -> Observation:
    """The observation as it may be kept and judged: what is masked here no later room can leak."""
    mask, table = tools.mask, observation.table
    rows, reason = tuple(mask.redact_rows(table.rows)), mask.redact(observation.reason)
    asked = tuple(mask.redact(each) for each in observation.asked)
    if (rows, reason, asked) == (table.rows, observation.reason, observation.asked):
        return observation
    return replace(observation, table=replace(table, rows=rows), reason=reason, asked=asked)


def _case(errand: Errand, step: Step, scope: Scope) -> Case:
    target = errand.job.target
    declared: tuple[object, ...] = ()
    if isinstance(step.judge, Changed) and step.judge.against:
        declared = tuple(getattr(target, step.judge.against, ()))
    before, learned = errand.previous.get(step.id), errand.learned.get(step.id)
    return Case(step, errand.site.name, target.name, scope, before, declared, learned)


def _result(
    errand: Errand,
    checks: tuple[Check, ...],
    elapsed_ms: int,
    *,
    facts: Mapping[str, object] | None = None,
    error: str | None = None,
) -> TargetResult:
    target = errand.job.target
    mask = errand.tools.mask.redact
    plain: dict[str, Scalar] = {
        name: value if isinstance(value, int | float | bool) or value is None else mask(str(value))
        for name, value in (facts or {}).items()
        if name != "missing_belts"
    }
    level = worst([check.level for check in checks]) if checks else Level.OK
    return TargetResult(
        target.name, target.kind, level, elapsed_ms, target.title, address_of(target), error, plain
    )
