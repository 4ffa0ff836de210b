"""From what was seen to how it stands: pure, and unable to call anything fine that was not seen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from hmaint.engine.rows import Baseline, Judged, Previous, judge_rows
from hmaint.expr.condition import compile_condition
from hmaint.expr.template import compile_template
from hmaint.kit.frozen import dataclass
from hmaint.kit.text import harmless, one_line
from hmaint.model.look import Observation, Row, Seen, Table
from hmaint.model.playbook import Changed, Keep, Level, Step, worst
from hmaint.model.run import Check, Finding, Metric

MOST_FINDINGS = 50
"""More rows than this from one check on one target are told as a number: nobody reads three hundred lines."""

_FINE = (Level.OK, Level.SKIPPED)

SEEN_WORDS = {
    Seen.UNREACHABLE: "无法连接",
    Seen.DENIED: "没有权限",
    Seen.UNSUPPORTED: "不支持",
    Seen.TIMED_OUT: "超时",
    Seen.GARBLED: "返回内容无法解读",
}


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a judgement may know."""

    step: Step
    site: str
    target: str
    scope: Mapping[str, object]
    previous: Previous | None = None
    declared: tuple[object, ...] = ()
    """The list of the target that a `changed` judgement names, empty when there is none."""
    learned: tuple[Row, ...] | None = None
    """What the workspace's baseline says should be there; None where it says nothing."""


def finding_id(site: str, check: str, target: str, subject: str, *, unseen: bool) -> str:
    """The name a finding keeps over all runs: the same trouble at the same place is the same finding."""
    key = "\x1f".join((site, check, target, subject, "unseen" if unseen else "problem"))
    return "F-" + hashlib.sha256(key.encode()).hexdigest()[:10]


def skipped(case: Case, reason: str) -> Check:
    """The check of a step that does not apply."""
    return _check(case, Level.SKIPPED, reason, complete=False)


def judge(case: Case, observation: Observation) -> Check:
    """How one observation stands."""
    if observation.seen is Seen.UNSUPPORTED and case.step.missing is not Level.UNKNOWN:
        if case.step.missing is Level.SKIPPED:
            return skipped(case, observation.reason)
        return _with_finding(case, case.step.missing, observation.reason)
    if observation.seen is not Seen.OBSERVED:
        return unknown(case, _told(observation, case.step.privilege))
    return _judge_table(case, observation)


def unknown(case: Case, reason: str) -> Check:
    """The check of a step that could not look: one finding that says so."""
    return _with_finding(case, Level.UNKNOWN, reason)


def _told(observation: Observation, privilege: str) -> str:
    word = SEEN_WORDS[observation.seen]
    reason = one_line(observation.reason, 300)
    if reason and not reason.startswith(word):
        reason = f"{word}：{reason}"
    # Who reads that a look was denied wants to know what to ask the hospital for.
    wanted = observation.seen is Seen.DENIED and privilege
    return f"{reason}（所需权限：{one_line(privilege, 100)}）" if wanted else reason


def _judge_table(case: Case, observation: Observation) -> Check:
    table = observation.table
    if not table.rows and not _all_gone(case, table):
        return _judge_nothing(case, table)
    rows, doubtful = _kept(case, table.rows)
    # The last run's rows were kept as they were read, so they pass the same filter before they are compared.
    before = case.previous and replace(case.previous, rows=_kept(case, case.previous.rows)[0])
    baseline = Baseline(before, case.declared, observation.started, case.learned)
    verdicts = judge_rows(case.step, rows, case.scope, baseline)
    if isinstance(verdicts, str):
        return replace(skipped(case, verdicts), metrics=_metrics(case, rows))
    if case.step.delta:
        rows = tuple(verdict.row for verdict in verdicts)
    return _compose(case, table, (*_unaccepted(case, verdicts), *doubtful), rows)


def _unaccepted(case: Case, verdicts: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Verdicts in which a change that a person has closed since the baseline was taken is one no more."""
    accepted = case.previous.accepted if case.previous else frozenset()
    fixed = case.declared or case.learned is not None
    if fixed or not accepted or not isinstance(case.step.judge, Changed):
        return verdicts
    return tuple(
        verdict._replace(level=Level.OK, note="") if _problem_id(case, verdict) in accepted else verdict
        for verdict in verdicts
    )


def _problem_id(case: Case, verdict: Judged) -> str:
    return finding_id(case.site, case.step.id, case.target, _subject(case, verdict.row), unseen=False)


def _judge_nothing(case: Case, table: Table) -> Check:
    empty = Level.UNKNOWN if table.cut else case.step.empty
    if empty is Level.OK:
        return _check(case, Level.OK, "未发现")
    if empty is Level.SKIPPED:
        return skipped(case, "没有可检查的对象")
    reason = "没有读到任何内容，不能据此判断正常" if empty is Level.UNKNOWN else "没有读到应有的内容"
    return _with_finding(case, empty, reason)


def _all_gone(case: Case, table: Table) -> bool:
    """Whether nothing is there where a baseline has something, by a look that may well find nothing."""
    if not isinstance(case.step.judge, Changed) or case.step.empty is not Level.OK or table.cut:
        return False
    return bool(case.learned or (case.previous and case.previous.rows))


def passed(case: Case, rows: tuple[Row, ...]) -> tuple[int, ...] | None:
    """The numbers of the rows that `where` keeps; None where it cannot say of one."""
    if not case.step.where:
        return tuple(range(len(rows)))
    condition = compile_condition(case.step.where)
    try:
        return tuple(number for number, row in enumerate(rows) if condition({**case.scope, **row}))
    except ValueError:
        return None


def _kept(case: Case, rows: tuple[Row, ...]) -> tuple[tuple[Row, ...], tuple[Judged, ...]]:
    """The rows that `where` keeps, and those of which it cannot say: they hide no bad row, and pass for none."""
    if not case.step.where:
        return rows, ()
    condition = compile_condition(case.step.where)
    kept: list[Row] = []
    doubtful: list[Judged] = []
    for row in rows:
        try:
            if condition({**case.scope, **row}):
                kept.append(row)
        except ValueError as wrong:
            doubtful.append(Judged(row, Level.UNKNOWN, f"筛选条件无法判断：{wrong}"))
    return tuple(kept), tuple(doubtful)


def _compose(case: Case, table: Table, verdicts: tuple[Judged, ...], rows: tuple[Row, ...]) -> Check:
    levels = [verdict.level for verdict in verdicts]
    bad = _by_subject(case, [verdict for verdict in verdicts if verdict.level not in _FINE])
    level = worst(levels) if levels else Level.OK
    if table.cut and level is Level.OK:
        return unknown(case, "只看到一部分（内容过多，或有内容读取失败），看到的部分未见异常")
    findings = tuple(_finding(case, verdict) for verdict in bad[:MOST_FINDINGS])
    if len(bad) > MOST_FINDINGS:
        findings = (*findings, _remainder(case, bad[MOST_FINDINGS:]))
    summary = _summary(case, level, bad, rows)
    # A log that does not reach back to the last look may have lost what was found then.
    covered = not [row for row in rows if row.get("covered") is False]
    complete = not table.cut and len(bad) <= MOST_FINDINGS and Level.UNKNOWN not in levels and covered
    metrics = _metrics(case, rows)
    return _check(case, level, summary, complete=complete, findings=findings, metrics=metrics)


def _by_subject(case: Case, bad: list[Judged]) -> list[Judged]:
    """One verdict a subject, its worst; the worst subjects first, else in the order read."""
    kept: dict[str, Judged] = {}
    for verdict in bad:
        subject = _subject(case, verdict.row)
        if subject not in kept or verdict.level.rank > kept[subject].level.rank:
            kept[subject] = verdict
    return sorted(kept.values(), key=lambda verdict: -verdict.level.rank)


def _subject(case: Case, row: Row) -> str:
    value = row.get(case.step.subject) if case.step.subject else ""
    return "" if value is None else one_line(str(value), 200)


def _finding(case: Case, verdict: Judged) -> Finding:
    step, subject = case.step, _subject(case, verdict.row)
    scope = {**case.scope, **verdict.row}
    figures = {k: v for k, v in verdict.row.items() if isinstance(v, int | float) and not isinstance(v, bool)}
    return Finding(
        id=finding_id(case.site, step.id, case.target, subject, unseen=verdict.level is Level.UNKNOWN),
        check=step.id,
        target=case.target,
        subject=subject,
        level=verdict.level,
        title=step.title,
        summary=(verdict.level is Level.UNKNOWN and verdict.note) or _says(step, verdict, scope),
        category=step.category,
        advice=_render(step.advice, scope),
        metrics=figures,
    )


def _says(step: Step, verdict: Judged, scope: Mapping[str, object]) -> str:
    said = _render(step.says, scope)
    if not said:
        row = "，".join(f"{name}={value}" for name, value in verdict.row.items() if value is not None)
        said = f"{verdict.should}（{row}）" if verdict.should else row
    elif verdict.should:
        said = f"{said}（{verdict.should}）"
    return one_line(f"{verdict.note}：{said}" if verdict.note else said, 500)


def _render(text: str, scope: Mapping[str, object]) -> str:
    if "{{" not in text:
        return text
    try:
        return harmless(compile_template(text).render(scope))
    except ValueError:
        # A sentence that cannot be told must not lose the finding it belongs to: fall back to the row itself.
        return ""


def _remainder(case: Case, rest: list[Judged]) -> Finding:
    step, subject = case.step, "（其余）"
    return Finding(
        id=finding_id(case.site, step.id, case.target, subject, unseen=False),
        check=step.id,
        target=case.target,
        subject=subject,
        level=worst([verdict.level for verdict in rest]),
        title=step.title,
        summary=f"另有 {len(rest)} 项同类问题，详见原始记录",
        category=step.category,
        advice=_render(step.advice, case.scope),
    )


def _summary(case: Case, level: Level, bad: list[Judged], rows: tuple[Row, ...]) -> str:
    if bad:
        first = _finding(case, bad[0]).summary
        return first if len(bad) == 1 else f"{first}（共 {len(bad)} 项）"
    if not rows:
        return "未发现"
    if isinstance(case.step.judge, Changed):
        # The playbook's sentence speaks of what changed; here nothing did.
        return f"与基线一致，共 {len(rows)} 项"
    if isinstance(case.step.judge, Keep) or level is Level.OK:
        told = [said for row in rows[:3] if (said := _render(case.step.says, {**case.scope, **row}))]
        more = f" 等 {len(rows)} 项" if len(rows) > len(told) and told else ""
        return one_line("；".join(told), 400) + more if told else f"已检查 {len(rows)} 项"
    return ""


def _metrics(case: Case, rows: tuple[Row, ...]) -> tuple[Metric, ...]:
    found = []
    for name, column, unit in case.step.metrics:
        for row in rows:
            value = row.get(column)
            if isinstance(value, int | float) and not isinstance(value, bool):
                found.append(Metric(case.target, name, float(value), _subject(case, row), unit))
    return tuple(found)


def _check(  # noqa: PLR0913 - how it stands, and all that a check tells beside
    case: Case,
    level: Level,
    summary: str,
    *,
    complete: bool = True,
    findings: tuple[Finding, ...] = (),
    metrics: tuple[Metric, ...] = (),
) -> Check:
    step, told = case.step, one_line(summary, 500)
    return Check(
        *(step.id, case.target, step.title, step.category, level, told), findings, metrics, complete=complete
    )


def _with_finding(case: Case, level: Level, summary: str) -> Check:
    verdict = Judged({}, level, summary)
    finding = replace(_finding(case, verdict), summary=one_line(summary, 500))
    complete = level is not Level.UNKNOWN
    return _check(case, level, summary, complete=complete, findings=(finding,))
