"""From what one look saw to what is most likely wrong: an order with reasons. Pure; no word on what was not seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hmaint.engine.blocking import blockers
from hmaint.engine.contact import CONTACT
from hmaint.engine.diagnosis_causes import KINDS, OTHER, Kind, kind_of, told_outright
from hmaint.model.diagnosis import Blocker, Cause, Diagnosis, Unseen
from hmaint.model.difference import Difference
from hmaint.model.look import Observation
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Finding, RunRecord, State

_CRITICAL, _REPORTED, _NEW, _FOLLOWS = 30, 30, 15, 45
"""What counts beside directness: how bad it is, that it fits the report, that it is new; and against: it follows."""
_MORE = 4
"""Further findings of one kind on one target count one point each, so many at most."""
_BAD = (Level.WARNING, Level.CRITICAL)
_REFUSED = "对方明确答复："
_CONTEXT = ("linux.process.cpu", "linux.process.memory")


@dataclass(frozen=True, slots=True)
class Report:
    """What is known beside the look: what people said, and what the last inspection saw."""

    words: str = ""
    """What was reported, in free words."""
    since: Difference | None = None
    """How the site differs from its last inspection."""
    looks: Mapping[str, Sequence[Observation]] = field(default_factory=dict)
    """What each step saw, by target."""


def diagnose(run: RunRecord, report: Report) -> Diagnosis:
    """Order what is wrong by how likely it is the cause; what could not be looked at is told beside it.

    A target that says outright why it turns us away (no more connections, refused) has been seen to do so: that is a
    cause. One that gives no answer has not been seen at all.
    """
    found = [*_bad(run), *_outright(run)]
    groups: dict[tuple[str, str], list[tuple[Kind, Finding]]] = {}
    for kind, finding in found:
        groups.setdefault((kind.id, finding.target), []).append((kind, finding))
    causes = [_cause(group, report) for group in groups.values()]
    told = {finding.id for _kind, finding in found}
    return Diagnosis(
        run.id,
        tuple(sorted(_with_consequences(causes, run), key=lambda each: (-each.score, each.target, each.id))),
        _unseen(run, told),
        sum(check.level in (Level.OK, *_BAD) for check in run.checks),
        report.since.before.id if report.since is not None else "",
        tuple(
            f"{check.target} {check.title}：{check.summary}"
            for check in run.checks
            if check.id in _CONTEXT and check.summary and check.level is Level.OK
        ),
    )


def _bad(run: RunRecord) -> list[tuple[Kind, Finding]]:
    return [
        (kind_of(each), each)
        for each in run.findings
        if each.level in _BAD and each.state is not State.RESOLVED
    ]


def _outright(run: RunRecord) -> list[tuple[Kind, Finding]]:
    """Looks that were turned away with a reason which is itself what is wrong."""
    found = []
    for each in run.findings:
        kind = told_outright(each.summary) if each.level is Level.UNKNOWN else None
        if kind is not None:
            words = f"{_REFUSED}{each.summary}"
            found.append((kind, replace(each, level=Level.CRITICAL, title=kind.title, summary=words)))
    return found


def _cause(group: Sequence[tuple[Kind, Finding]], report: Report) -> Cause:
    kind = group[0][0]
    findings = tuple(sorted((each for _kind, each in group), key=lambda each: -each.level.rank))
    target, level = findings[0].target, worst([each.level for each in findings])
    heads = blockers(target, report.looks.get(target, ())) if kind.id == "blocking" else ()
    matched = [word for word in kind.words if word in report.words.lower()]
    changed = _changed(findings, report.since)
    score = kind.direct + min(len(findings) - 1, _MORE)
    score += _CRITICAL * (level is Level.CRITICAL) + _REPORTED * bool(matched) + _NEW * changed
    title = findings[0].title if kind is OTHER else kind.title
    return Cause(
        kind.id,
        "锁等待链" if any(head.depth > 1 for head in heads) else title,
        target,
        level,
        score,
        findings,
        tuple(_why(matched, heads, report.since, changed=changed)),
        changed,
        blockers=heads,
    )


def _why(
    matched: Sequence[str], heads: Sequence[Blocker], since: Difference | None, *, changed: bool
) -> Iterable[str]:
    if matched:
        yield f"与报修内容相符（{'、'.join(matched[:3])}）"
    if changed and since is not None:
        yield f"上次巡检（{since.before.started_at:%m-%d %H:%M}）时没有，或没有这么严重"
    for head in heads[:3]:
        yield _told(head)


def _told(head: Blocker) -> str:
    who = f"（{head.user}@{head.client}，{head.state}）" if head.user or head.client else ""
    age = f"，事务已开启 {head.open_seconds} 秒" if head.open_seconds is not None else ""
    chain = f"，链深 {head.depth}" if head.depth > 1 else ""
    return f"源头是会话 {head.session}{who}{age}，{len(head.waiting)} 个会话在等它{chain}，最久 {head.longest} 秒"


def _changed(findings: Iterable[Finding], since: Difference | None) -> bool:
    if since is None:
        return False
    # Where the last inspection could not look, or has no such check, nobody knows whether it is new.
    moved = {move.finding.id for move in (*since.new, *since.worse) if not move.blind}
    return any(each.id in moved for each in findings)


def _with_consequences(causes: Sequence[Cause], run: RunRecord) -> list[Cause]:
    """Put what commonly follows from another cause that is there behind it, and say from which."""
    brings = {kind.id: kind.brings for kind in KINDS}
    kinds = {target.name: target.kind for target in run.targets}
    found = []
    for each in causes:
        sources = [
            other
            for other in causes
            if each.id in brings.get(other.id, ())
            and other.level.rank >= each.level.rank
            and _near(other, each, kinds)
        ]
        if sources:
            source = max(sources, key=lambda one: (one.score, one.id))
            follows = f"{source.title}（{source.target}）"
            found.append(replace(each, score=each.score - _FOLLOWS, follows=follows))
        else:
            found.append(each)
    return found


def _near(source: Cause, follower: Cause, kinds: Mapping[str, str]) -> bool:
    """Whether one can bring the other about: on one target, or in something that is reached from outside."""
    return source.target == follower.target or kinds.get(follower.target) == "endpoint"


def _unseen(run: RunRecord, told: set[str]) -> tuple[Unseen, ...]:
    """What could not be looked at, each target that gave nothing once; those first."""
    lost = [each for each in run.findings if each.level is Level.UNKNOWN and each.id not in told]
    asked = dict.fromkeys({each.target for each in lost}, 0)
    for check in run.checks:
        if check.level is Level.UNKNOWN and check.id != CONTACT and check.target in asked:
            asked[check.target] += 1
    found = [
        Unseen(
            each.target, each.title, each.summary, max(1, asked[each.target] if each.check == CONTACT else 1)
        )
        for each in lost
    ]
    return tuple(sorted(found, key=lambda each: (each.title != "未能检查该对象", each.target, each.title)))
