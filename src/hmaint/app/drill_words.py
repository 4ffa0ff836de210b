"""A drill as the records keep it: checks, findings, figures, and rows that the reports are told from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hmaint.drill.judging import Verdict
from hmaint.engine.judge import finding_id
from hmaint.kit.redact import Redactor
from hmaint.kit.text import one_line
from hmaint.model.inventory import Backup, Scalar
from hmaint.model.look import Observation, Row, Seen, Table
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, Finding, Metric, RunRecord, TargetResult
from hmaint.store.visit import Visit

if TYPE_CHECKING:
    from hmaint.app.drill_told import Told

CATEGORY = "备份"
STEPS, FACTS, ROWS, UNVERIFIED = (f"backup.drill.{word}" for word in ("steps", "facts", "rows", "unverified"))
"""The steps under which a drill's own rows are kept."""
_BAD = (Level.WARNING, Level.UNKNOWN, Level.CRITICAL)
_PLAIN = re.compile(r"[\d\s:.,+TZ/%-]{0,40}|未能查询：.*|有|无|未能查询")


def kept(run: RunRecord, backup: Backup, told: Told, mask: Redactor) -> Visit:
    """Give a drill as a visit of the run; what was answered is masked."""
    checks = tuple(_check(backup, verdict, mask) for verdict in told.verdicts)
    checks += tuple(_unlooked(backup, number, *each) for number, each in enumerate(told.unverified))
    level = worst([check.level for check in checks])
    restore = next((v for v in told.verdicts if v.check == "restore"), None)
    error = mask.redact(restore.summary) if restore is not None and restore.level is Level.UNKNOWN else None
    result = TargetResult(
        backup.name, "backup", level, told.elapsed_ms, backup.title, str(told.facts.get("copy", "")), error
    )
    observations = tuple(
        Observation(step, backup.name, Seen.OBSERVED, Table(mask.redact_rows(rows)), "", run.started_at)
        for step, rows in _tables(told).items()
    )
    answer = json.dumps(
        mask.redact_value({"steps": told.steps, "facts": told.facts}), ensure_ascii=False, indent=1
    )
    return Visit(run.id, run.site, result, checks, observations, answer.encode())


def _tables(told: Told) -> Mapping[str, tuple[Row, ...]]:
    rows = tuple(
        {"part": verdict.check, **_discreet(verdict.check, row)}
        for verdict in told.verdicts
        for row in verdict.rows
    )
    return {
        STEPS: tuple(told.steps),
        FACTS: tuple({"fact": name, "value": value} for name, value in told.facts.items()),
        ROWS: rows,
        UNVERIFIED: tuple({"content": content, "reason": reason} for content, reason in told.unverified),
    }


def _discreet(part: str, row: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    """Answers to a site's own questions may name persons: of words only those that were expected are kept."""
    found = str(row.get("found", ""))
    if part not in {"business", "chinese"} or _PLAIN.fullmatch(found) or row["expected"] == f"等于 {found}":
        return row
    return {**row, "found": f"（文字 {len(found)} 字，内容不记录）"}


def _check(backup: Backup, verdict: Verdict, mask: Redactor) -> Check:
    identity = f"backup.drill.{verdict.check}"
    summary = one_line(mask.redact(_quiet(verdict)), 480)
    findings: tuple[Finding, ...] = ()
    if verdict.level in _BAD:
        unseen = verdict.level is Level.UNKNOWN
        findings = (
            Finding(
                finding_id(backup.site, identity, backup.name, "", unseen=unseen),
                identity,
                backup.name,
                "",
                verdict.level,
                verdict.title,
                summary,
                CATEGORY,
                verdict.advice or "排除原因后重新演练",
            ),
        )
    metrics = tuple(
        Metric(backup.name, name, value, subject, unit) for name, value, unit, subject in verdict.metrics
    )
    looked = verdict.level not in (Level.UNKNOWN, Level.SKIPPED)
    return Check(
        identity, backup.name, verdict.title, CATEGORY, verdict.level, summary, findings, metrics, looked
    )


def _quiet(verdict: Verdict) -> str:
    if verdict.check in {"business", "chinese"} and verdict.level is Level.CRITICAL:
        wrong = [str(row["item"]) for row in verdict.rows if row["result"] == "不通过"]
        return f"不符合预期：{'；'.join(wrong)}"
    return verdict.summary


def _unlooked(backup: Backup, number: int, content: str, reason: str) -> Check:
    identity = f"backup.drill.unverified.{number + 1}"
    return Check(
        identity,
        backup.name,
        content,
        CATEGORY,
        Level.SKIPPED,
        one_line(reason, 300),
        complete=False,
    )
