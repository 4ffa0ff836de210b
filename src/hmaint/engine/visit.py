"""One visit to one target: everything asked in one trip, read, judged and made fit to be kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from hmaint.engine.evidence import transcript
from hmaint.engine.judge import Case, finding_id, judge, skipped
from hmaint.engine.look import Prepared, prepare, read, unseen
from hmaint.engine.plan import Job, address_of
from hmaint.engine.rows import Previous
from hmaint.engine.trip import Tools, go, scope_of, settled
from hmaint.errors import CouldNotLook
from hmaint.kit.clock import stopwatch
from hmaint.model.inventory import Scalar, Site, Target
from hmaint.model.look import Answer, Ask, Observation, Row, Seen
from hmaint.model.playbook import Changed, Level, Step, worst
from hmaint.model.run import Check, Finding, TargetResult
from hmaint.step.kind import Context

CONTACT = "target.contact"
"""The check that stands for reaching a target at all; its finding is one line where the steps would be forty."""


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
class Before:
    """What is known of a target from its last runs, by step id."""

    previous: Mapping[str, Previous] = field(default_factory=dict)


def visit(job: Job, site: Site, variables: Mapping[str, object], before: Before, tools: Tools) -> Visit:
    """Visit one target. Never raises for what the target does."""
    started = tools.clock.now()
    if not job.steps and not job.contact:
        return _nothing_to_do(job)
    elapsed = stopwatch(tools.clock)
    scope = scope_of(job.target, site, variables)
    prepared = [_prepared(step, job.target, site, scope, before, started, tools) for step in job.steps]
    try:
        trip = go(job.target, site, prepared, tools)
    except CouldNotLook as failure:
        return _in_vain(job, site, failure, started, elapsed(), tools)
    facts, answers = trip.facts, trip.answers
    scope = scope_of(job.target, site, variables, facts)
    looks = [settled(look, facts, scope) for look in prepared]
    observations = [None if look.skipped else _read(look, answers, started, tools) for look in looks]
    cases = [_case(look.step, job.target, site, scope, before) for look in looks]
    checks = [
        skipped(case, look.skipped or "") if observation is None else judge(case, observation)
        for case, look, observation in zip(cases, looks, observations, strict=True)
    ]
    if job.target.kind != "endpoint":
        # An endpoint's own steps are its contact; for the others it is worth a line of its own.
        checks.insert(0, _contact(job.target, site, Level.OK, "可连接并检查", facts))
    seen = tuple(observation for observation in observations if observation is not None)
    result = TargetResult(
        job.target.name,
        job.target.kind,
        worst([check.level for check in checks]),
        elapsed(),
        job.target.title,
        address_of(job.target),
        facts=_plain(facts),
    )
    said = transcript(job.target, started, answers, tools.mask)
    sent = tuple((tools.mask.redact(w), how, ms) for w, how, ms in trip.sent)
    return Visit(result, tuple(checks), seen, said, sent)


def _nothing_to_do(job: Job) -> Visit:
    """The visit that was not made, because no step of the playbook is for this target: neither good nor bad."""
    target = job.target
    said = Check(
        "target.steps",
        target.name,
        "适用的检查项",
        "连通性",
        Level.SKIPPED,
        "巡检方案中没有适用于该对象的检查项",
    )
    result = TargetResult(target.name, target.kind, Level.SKIPPED, 0, target.title, address_of(target))
    return Visit(result, (said,), (), b"")


def _prepared(
    step: Step,
    target: Target,
    site: Site,
    scope: Mapping[str, object],
    before: Before,
    now: datetime,
    tools: Tools,
) -> Prepared:
    known = before.previous.get(step.id)
    variables = scope["vars"]
    context = Context(target, site, variables, {}, now, known.at if known else None)  # type: ignore[arg-type] # _scope made it
    return prepare(step, tools.kind_of(step.do), context, scope)


def _read(look: Prepared, answers: Mapping[Ask, Answer], started: datetime, tools: Tools) -> Observation:
    observation = read(look, [answers[ask] for ask in look.asks], started)
    mask = tools.mask.redact
    rows = tuple(_masked(row, mask) for row in observation.table.rows)
    return replace(
        observation,
        table=replace(observation.table, rows=rows),
        reason=mask(observation.reason),
        asked=tuple(mask(asked) for asked in observation.asked),
    )


def _masked(row: Row, mask: Callable[[str], str]) -> Row:
    return {name: mask(value) if isinstance(value, str) else value for name, value in row.items()}


def _case(step: Step, target: Target, site: Site, scope: Mapping[str, object], before: Before) -> Case:
    declared: tuple[object, ...] = ()
    if isinstance(step.judge, Changed) and step.judge.against:
        declared = tuple(getattr(target, step.judge.against, ()))
    return Case(step, site.name, target.name, scope, before.previous.get(step.id), declared)


def _contact(target: Target, site: Site, level: Level, summary: str, facts: Mapping[str, object]) -> Check:
    title = {"host": "可登录并执行检查", "database": "可连接并查询", "endpoint": "可探测"}[target.kind]
    findings: tuple[Finding, ...] = ()
    if level is not Level.OK:
        findings = (
            Finding(
                id=finding_id(site.name, CONTACT, target.name, "", unseen=True),
                check=CONTACT,
                target=target.name,
                subject="",
                level=level,
                title="未能检查该对象",
                summary=summary,
                category="连通性",
                advice="排除连接故障后重新巡检；本次不能对该对象作出任何结论",
            ),
        )
    told = "；".join(str(belt) for belt in facts.get("missing_belts", ()))  # type: ignore[attr-defined] # a tuple by contract
    return Check(
        CONTACT,
        target.name,
        title,
        "连通性",
        level,
        f"{summary}（只读保护不完整：{told}）" if told else summary,
        findings,
    )


def _in_vain(
    job: Job, site: Site, failure: CouldNotLook, started: datetime, elapsed_ms: int, tools: Tools
) -> Visit:
    """The visit to a target that gave nothing: one finding for people, one unknown check a step for the count."""
    reason = tools.mask.redact(failure.reason)
    masked = CouldNotLook(failure.seen, reason)
    checks = tuple(
        Check(step.id, job.target.name, step.title, step.category, Level.UNKNOWN, reason, complete=False)
        for step in job.steps
    )
    contact = replace(_contact(job.target, site, Level.UNKNOWN, reason, {}), complete=False)
    return Visit(
        TargetResult(
            job.target.name,
            job.target.kind,
            Level.UNKNOWN,
            elapsed_ms,
            job.target.title,
            address_of(job.target),
            error=reason,
        ),
        (contact, *checks),
        tuple(unseen(step, job.target.name, masked, started) for step in job.steps),
        transcript(job.target, started, {}, tools.mask, reason),
        (("连接", str(Seen(failure.seen)), elapsed_ms),),
    )


def _plain(facts: Mapping[str, object]) -> dict[str, Scalar]:
    return {
        k: v if isinstance(v, int | float | bool) or v is None else str(v)
        for k, v in facts.items()
        if k != "missing_belts"
    }


def lost(job: Job, site: Site, reason: str, started: datetime, tools: Tools) -> Visit:
    """The visit that never came back within its time."""
    return _in_vain(job, site, CouldNotLook(Seen.TIMED_OUT, reason), started, 0, tools)
