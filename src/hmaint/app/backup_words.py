"""Verdicts on backups as checks, findings, figures and observations: the words records and forms know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from hmaint.backup.case import Case
from hmaint.backup.dump import letters_seen, section_hashes
from hmaint.backup.facts import Facts
from hmaint.backup.verdict import CATEGORY, TITLES, Verdict
from hmaint.engine.judge import finding_id
from hmaint.kit.redact import Redactor
from hmaint.kit.text import one_line
from hmaint.model.inventory import Backup
from hmaint.model.look import Observation, Row, Seen, Table
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, Finding, Metric

LOOK, TABLES = "backup.look", "backup.tables"
"""The steps under which what was seen is kept: one row a copy, and one row a table."""

GOOD = "#good"
"""The row that says whether a look is fit to be compared with."""

_BAD = (Level.WARNING, Level.UNKNOWN, Level.CRITICAL)
_TELLING = (
    "path",
    "size",
    "mtime",
    "sha256",
    "container",
    "inner",
    "dialect",
    "unpacked",
    "header",
    "completed",
)


def check_of(backup: Backup, what: str, verdicts: Sequence[Verdict]) -> Check:
    """One check from all that was said under its name; what is not fine is a finding of its own subject."""
    title, advice = TITLES[what]
    level = worst([verdict.level for verdict in verdicts])
    worst_first = sorted(verdicts, key=lambda verdict: -verdict.level.rank)
    findings = tuple(
        Finding(
            finding_id(
                backup.site, f"backup.{what}", backup.name, v.subject, unseen=v.level is Level.UNKNOWN
            ),
            f"backup.{what}",
            backup.name,
            v.subject,
            v.level,
            title,
            one_line(v.summary, 500),
            CATEGORY,
            advice,
            v.metrics,
        )
        for v in worst_first
        if v.level in _BAD
    )
    shown = worst_first[0].summary if len(verdicts) == 1 or level in _BAD else _joined(worst_first)
    more = f"（共 {len(findings)} 项）" if len(findings) > 1 else ""
    return Check(
        f"backup.{what}",
        backup.name,
        title,
        CATEGORY,
        level,
        one_line(shown, 480) + more,
        findings,
        complete=level not in (Level.UNKNOWN, Level.SKIPPED),
    )


def _joined(verdicts: Sequence[Verdict]) -> str:
    return "；".join(verdict.summary for verdict in verdicts[:4]) + (" 等" if len(verdicts) > 4 else "")  # noqa: PLR2004 - a line


def metrics_of(case: Case, level: Level, since: datetime) -> tuple[Metric, ...]:
    """The figures of one look; `backup.good_bytes` only where it is fit to be compared with."""
    return tuple(_metrics(case, level, since))


def _metrics(case: Case, level: Level, since: datetime) -> Iterator[Metric]:
    name, facts = case.backup.name, case.main
    size, changed, now = facts.number("size"), facts.number("mtime"), facts.number("host_now")
    if size is not None:
        yield Metric(name, "backup.size_bytes", float(size), unit="B")
        if level is not Level.CRITICAL and facts.word("found") == "yes":
            yield Metric(name, "backup.good_bytes", float(size), unit="B")
    if changed is not None and now is not None:
        # To the second, when the verification began: from it is told whether a backup is newer than the last change.
        asked_at = case.asked_at.get(case.place.host, since)
        age = now - changed - (asked_at - since).total_seconds()
        yield Metric(name, "backup.age_hours", round(max(0.0, age) / 3600, 4), unit="h")
    if facts.told:
        yield Metric(name, "backup.read_seconds", facts.elapsed_ms / 1000, unit="s")
    unpacked = facts.number("unpacked")
    if unpacked is not None:
        yield Metric(name, "backup.unpacked_bytes", float(unpacked), unit="B")


def kept_of(case: Case, mask: Redactor, at: datetime, *, good: bool) -> tuple[tuple[Observation, ...], bytes]:
    """What was seen, in rows to compare the next look with if it was `good`, and as it was told, masked."""
    looks = tuple(mask.redact_rows([_look(place.label, facts) for place, facts in case.looks.items()]))
    main = case.main
    seen, reason = main.seen, mask.redact(main.reason)
    found: list[Observation] = [
        Observation(LOOK, case.backup.name, seen, Table(looks), reason, at, main.elapsed_ms)
    ]
    if main.objects:
        hashes = section_hashes(case)
        rows: tuple[Row, ...] = tuple({"table": t.name, "rows": t.rows, "sha256": ""} for t in main.tables)
        rows += tuple({"table": name, "rows": -1, "sha256": value} for name, value in hashes.items())
        rows += tuple({"table": f"#{name}", "rows": n, "sha256": ""} for name, n in main.objects.items())
        rows += ({"table": GOOD, "rows": int(good), "sha256": ""},)
        rows += ({"table": "#letters", "rows": letters_seen(main), "sha256": ""},)
        found.append(
            Observation(TABLES, case.backup.name, Seen.OBSERVED, Table(mask.redact_rows(rows)), "", at)
        )
    told = {place.label: dict(facts.told) for place, facts in case.looks.items()}
    words = json.dumps(mask.redact_value(told), ensure_ascii=False, indent=1)
    return tuple(found), words.encode()


def _look(label: str, facts: Facts) -> Row:
    row: dict[str, str | int | float | bool | None] = {
        "place": label,
        "found": facts.word("found") or str(facts.seen),
    }
    for name in _TELLING:
        number = facts.number(name) if name in ("size", "mtime", "unpacked") else None
        row[name] = number if number is not None else one_line(facts.word(name), 300)
    return row
