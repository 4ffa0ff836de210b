"""A run for programs: JSON, Nagios, Prometheus."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hmaint.cli.words import count_line
from hmaint.kit.text import one_line
from hmaint.model.playbook import worst
from hmaint.model.run import Finding, Metric, RunRecord

PERFDATA_MOST = 4000
"""Bytes of performance data: Nagios cuts plugin output at 4 kB unless rebuilt."""


def stamp(moment: datetime | None) -> str | None:
    """A time as RFC 3339 has it."""
    return None if moment is None else moment.isoformat(timespec="seconds")


def run_object(run: RunRecord) -> dict[str, object]:
    """The object `hmaint.run/1`."""
    return {
        "schema": "hmaint.run/1",
        "run": run.id,
        "command": run.command,
        "site": run.site,
        "playbook": {"name": run.playbook, "sha256": run.playbook_digest},
        "operator": run.operator,
        "started_at": stamp(run.started_at),
        "finished_at": stamp(run.finished_at),
        "state": run.state,
        "level": run.level,
        "targets": [
            {"name": t.name, "kind": t.kind, "level": t.level, "elapsed_ms": t.elapsed_ms, "error": t.error}
            for t in run.targets
        ],
        "findings": [finding_object(finding) for finding in run.findings],
        "metrics": [metric_object(metric) for metric in run.metrics],
        "checks": run.counts(),
        **({"not_verified": not_verified(run)} if run.command == "backup-verify" else {}),
        "redacted": dict(run.redacted),
        "reports": list(run.reports),
    }


def not_verified(run: RunRecord) -> list[str]:
    """What a verification did not look at, in words."""
    unlooked = ("skipped", "unknown")
    return [
        f"{check.target}：{check.title}：{check.summary}" for check in run.checks if check.level in unlooked
    ]


def finding_object(finding: Finding) -> dict[str, object]:
    """A finding as every JSON of hmaint has it."""
    return {
        "id": finding.id,
        "check": finding.check,
        "target": finding.target,
        "subject": finding.subject,
        "level": finding.level,
        "title": finding.title,
        "summary": finding.summary,
        "advice": finding.advice,
        "metrics": dict(finding.metrics),
        "state": finding.state,
    }


def metric_object(metric: Metric) -> dict[str, object]:
    """A metric as JSON."""
    return {
        "target": metric.target,
        "name": metric.name,
        "subject": metric.subject,
        "value": metric.value,
        "unit": metric.unit,
    }


def nagios(runs: list[RunRecord]) -> str:
    """One status line with performance data."""
    counts = _total(runs)
    level = worst([run.level for run in runs])
    word = {"skipped": "UNKNOWN"}.get(level, level.upper())
    sites = ",".join(run.site for run in runs)
    figures = [f"'{name}'={number};;;0;" for name, number in counts.items()]
    figures += _perfdata(metric for run in runs for metric in run.metrics)
    line, room = "", PERFDATA_MOST
    for figure in figures:
        if len(line.encode()) + len(figure.encode()) + 1 > room:
            break
        line += (" " if line else "") + figure
    bad = [f for run in runs for f in run.findings if f.level in ("critical", "unknown", "warning")]
    first = f"; {bad[0].target} {one_line(bad[0].summary, 120)}" if bad else ""
    return f"HMAINT {word} - {sites} {count_line(counts)}{first}".replace("|", "/") + f" | {line}"


def _total(runs: list[RunRecord]) -> dict[str, int]:
    counts = dict.fromkeys(("ok", "warning", "critical", "unknown", "skipped"), 0)
    for run in runs:
        for level, number in run.counts().items():
            counts[level] += number
    return counts


def _perfdata(metrics: Iterable[Metric]) -> list[str]:
    units = {"%": "%", "s": "s", "B": "B", "c": "c"}
    found = {}
    for metric in metrics:
        label = ":".join(part for part in (metric.target, metric.name, metric.subject) if part)
        label = label.replace("'", "").replace("=", "_")
        found[one_line(label, 80)] = f"{metric.value:.10g}{units.get(metric.unit, '')}"
    return [f"'{label}'={figure}" for label, figure in found.items()]


_RANKS = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}


def prometheus(runs: list[RunRecord]) -> str:
    """The text exposition format, for the node exporter's textfile folder."""
    lines = [
        "# HELP hmaint_check_level How a check came out: 0 ok, 1 warning, 2 critical, 3 not examined.",
        "# TYPE hmaint_check_level gauge",
    ]
    for run in runs:
        lines += [
            f"hmaint_check_level{labels(site=run.site, target=c.target, check=c.id)} {_RANKS[c.level]}"
            for c in run.checks
            if c.level in _RANKS
        ]
    lines += ["# HELP hmaint_metric A figure read by an inspection.", "# TYPE hmaint_metric gauge"]
    # A file with one series twice is refused as a whole; of rows with one name the last is told.
    series = {_metric_labels(run.site, m): m.value for run in runs for m in run.metrics}
    lines += [f"hmaint_metric{named} {value:.10g}" for named, value in series.items()]
    lines += [
        "# HELP hmaint_run_finished_seconds When the last inspection ended, in epoch seconds.",
        "# TYPE hmaint_run_finished_seconds gauge",
    ]
    lines += [
        f"hmaint_run_finished_seconds{labels(site=run.site, playbook=run.playbook)} {run.finished_at.timestamp():.0f}"
        for run in runs
        if run.finished_at
    ]
    return "\n".join(lines)


def _metric_labels(site: str, metric: Metric) -> str:
    return labels(site=site, target=metric.target, name=metric.name, subject=metric.subject, unit=metric.unit)


def labels(**named: str) -> str:
    """Labels as the exposition format has them; empty ones are left out."""
    escaped = (
        (name, value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
        for name, value in named.items()
    )
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped if value) + "}"
