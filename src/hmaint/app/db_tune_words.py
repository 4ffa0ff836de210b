"""What the rules made of a database, as checks, findings and rows of the records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from hmaint.engine.judge import finding_id
from hmaint.errors import CouldNotLook
from hmaint.kit.redact import Redactor
from hmaint.kit.text import one_line
from hmaint.model.advice import Advice, Advised, Fix, Judged
from hmaint.model.inventory import Database
from hmaint.model.look import Observation, Row, Seen, Table
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, Finding, Metric

CATEGORY = "数据库调优"
LOOK = "tune.look"
ADVICE = "tune.advice"
_LOOKING = "连接数据库并收集调优数据"
_BAD = (Level.WARNING, Level.CRITICAL)
MEMORY = "tune.memory"
"""What the next run compares with; each row says in `kept` under which name a rule left it."""


def unlooked(site: str, database: Database, failure: CouldNotLook | None) -> Check:
    """A database nobody could look at: not examined, and a finding that says why."""
    reason = failure.reason if failure else "没有得到结果"
    finding = Finding(
        finding_id(site, LOOK, database.name, "", unseen=True),
        LOOK, database.name, "", Level.UNKNOWN, _LOOKING, reason, CATEGORY,
    )  # fmt: skip
    return Check(LOOK, database.name, _LOOKING, CATEGORY, Level.UNKNOWN, reason, (finding,), complete=False)


def checks_of(site: str, database: Database, advised: Advised, mask: Redactor) -> tuple[Check, ...]:
    """One check a rule; an item that was merged into another is told by that one."""
    mine: dict[str, list[Advice]] = {}
    for item in advised.advice:
        mine.setdefault(item.rule, []).append(item)
    judged = (_check(site, database, each, mine.get(each.rule, []), mask) for each in advised.judged)
    return (_summed(database, advised, mask), *judged)


def _summed(database: Database, advised: Advised, mask: Redactor) -> Check:
    levels = [item.level for item in advised.advice]
    bad, safe = sum(each in _BAD for each in levels), sum(bool(i.fix and i.fix.safe) for i in advised.advice)
    told = f"建议 {len(levels)} 项（须处理 {bad} 项），其中 {safe} 项可安全执行"
    cautions = "".join(f"；注意：{each}" for each in advised.cautions)
    figures = {"tune.advice": len(levels), "tune.advice_bad": bad, "tune.advice_safe": safe}
    metrics = tuple(Metric(database.name, name, float(value)) for name, value in figures.items())
    summary = one_line(mask.redact(told + cautions), 480)
    return Check(LOOK, database.name, _LOOKING, CATEGORY, Level.OK, summary, metrics=metrics)


def _check(site: str, database: Database, judged: Judged, items: list[Advice], mask: Redactor) -> Check:
    named = dict(zip((item.id for item in items), _subjects(items), strict=True))
    findings = [_finding(site, item, named[item.id], mask) for item in items if item.level in _BAD]
    if judged.unexamined:
        findings.append(_unseen(site, database, judged, mask))
    level, summary = _standing(judged, items)
    return Check(
        f"tune.{judged.rule}",
        database.name,
        judged.title,
        CATEGORY,
        level,
        one_line(mask.redact(summary), 480),
        tuple(findings),
        complete=not judged.unexamined and not judged.skipped,
    )


def _standing(judged: Judged, items: list[Advice]) -> tuple[Level, str]:
    if judged.skipped:
        return Level.SKIPPED, judged.skipped
    levels = [item.level for item in items] + ([Level.UNKNOWN] if judged.unexamined else [])
    told = [f"{item.object}：{item.summary}" for item in items]
    told += [judged.unexamined] if judged.unexamined else []
    merged = len(judged.advice) - len(items)
    told += [f"{merged} 项并入其他建议"] if merged > 0 else []
    return worst([Level.OK, *levels]), "；".join(told) or "没有可调之处"


def _subjects(items: list[Advice]) -> Iterator[str]:
    """What each item is about, each told apart from its neighbours."""
    seen: set[str] = set()
    for item in items:
        columns = next((claim.columns for claim in item.claims if claim.columns), ())
        subject = (
            f"{item.object}({', '.join(columns)})" if columns and "(" not in item.object else item.object
        )
        subject = subject if subject not in seen else f"{subject} {item.id}"
        seen.add(subject)
        yield one_line(subject, 200)


def _finding(site: str, item: Advice, subject: str, mask: Redactor) -> Finding:
    check = f"tune.{item.rule}"
    advice = item.advice or (f"{item.id}：{'；'.join(item.fix.statements)}" if item.fix else "")
    return Finding(
        finding_id(site, check, item.target, subject, unseen=False),
        check,
        item.target,
        subject,
        item.level,
        item.title,
        one_line(mask.redact(item.summary), 480),
        CATEGORY,
        mask.redact(advice),
        {"advice": item.id},
    )


def _unseen(site: str, database: Database, judged: Judged, mask: Redactor) -> Finding:
    check = f"tune.{judged.rule}"
    return Finding(
        finding_id(site, check, database.name, "", unseen=True),
        check,
        database.name,
        "",
        Level.UNKNOWN,
        judged.title,
        one_line(mask.redact(judged.unexamined), 480),
        CATEGORY,
    )


def observations_of(
    database: Database, advised: Advised, mask: Redactor, at: datetime
) -> tuple[Observation, ...]:
    """The advice whole, and what the next run compares with."""
    rows = tuple(_masked(row_of(item), mask) for item in advised.advice)
    found = [Observation(ADVICE, database.name, Seen.OBSERVED, Table(rows), "；".join(advised.cautions), at)]
    kept = [{"kept": name, **row} for name, rows in (advised.remembered or {}).items() for row in rows]
    memory = Table(tuple(mask.redact_rows(kept)))
    return (*found, Observation(MEMORY, database.name, Seen.OBSERVED, memory, "", at))


def recalled(rows: Iterable[Row]) -> dict[str, tuple[Row, ...]]:
    """What an earlier run left, by the name it was left under."""
    found: dict[str, tuple[Row, ...]] = {}
    for row in rows:
        name = str(row.get("kept", ""))
        rest = {key: value for key, value in row.items() if key != "kept"}
        found[name] = (*found.get(name, ()), rest)
    return found


def _masked(row: Mapping[str, object], mask: Redactor) -> Row:
    return {name: mask.redact(value) if isinstance(value, str) else value for name, value in row.items()}  # type: ignore[misc] # rows of row_of hold scalars


def row_of(item: Advice) -> dict[str, object]:
    """An item in one row, as records keep it."""
    fix = json.dumps(fix_object(item.fix), ensure_ascii=False) if item.fix else ""
    return {
        "id": item.id,
        "rule": item.rule,
        "chapter": str(item.chapter),
        "level": str(item.level),
        "object": item.object,
        "title": item.title,
        "summary": item.summary,
        "gain": item.gain,
        "cost": item.cost,
        "risk": item.risk,
        "checked": item.checked,
        "advice": item.advice,
        "notes": "；".join(item.notes),
        "fix": fix,
    }


def fix_object(fix: Fix) -> dict[str, object]:
    """`fix` as the JSON of findings has it."""
    return {
        "statements": list(fix.statements),
        "undo": list(fix.undo),
        "safe": fix.safe,
        "lock": fix.lock.words(),
        "online": fix.online,
        "act": str(fix.act),
        **({"lasting": fix.lasting} if fix.lasting else {}),
    }
