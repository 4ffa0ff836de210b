"""The long lists of an inspection sheet: what was visited, what was looked at, what did not apply."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count

from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, RunRecord, TargetResult
from hmaint.report.wording import KINDS, LEVELS, brief, clip, several, tally

_NOTE = 160
"""Characters of a remark: four lines of its column."""
_TOLD = 3
"""Up to so many targets of a merged row tell their own figures."""
_REASON = 60
_BAD = (Level.CRITICAL, Level.WARNING)
Row = dict[str, object]


def target_rows(run: RunRecord) -> list[Row]:
    """One row for each target of the run, with how it came out as a whole."""
    levels: dict[str, list[Level]] = {}
    for check in run.checks:
        levels.setdefault(check.target, []).append(check.level)
    return [
        _target(number, target, levels.get(target.name, []))
        for number, target in enumerate(run.targets, start=1)
    ]


def _target(number: int, target: TargetResult, levels: Sequence[Level]) -> Row:
    result = _standing(target, levels)
    told = [f"共 {len(levels)} 项：{tally(levels)}"] if levels else []
    return {
        "number": number,
        "name": "\n".join(brief(name) for name in (target.name, target.title) if name),
        "kind": KINDS.get(target.kind, brief(target.kind)),
        "address": brief(target.address) or ("本机" if target.kind == "host" else ""),
        "result": result,
        "bad": result != LEVELS[Level.OK],
        "note": clip("\n".join(([target.error] if target.error else []) + told), _NOTE),
    }


def _standing(target: TargetResult, levels: Sequence[Level]) -> str:
    """正常 only where every check was examined; what could not be is never folded into it."""
    examined = [level for level in levels if level in (Level.OK, *_BAD)]
    missed = target.error is not None or Level.UNKNOWN in (target.level, *levels)
    if not examined:
        return LEVELS[Level.UNKNOWN] if missed else "无适用检查项"
    found = worst(examined)
    if not missed:
        return LEVELS[found]
    partly = "部分未能检查"
    return partly if found is Level.OK else f"{LEVELS[found]}\n{partly}"


def content_sections(run: RunRecord) -> list[Row]:
    """Tell what was looked at, by category in playbook order; wholly unexamined targets have their box."""
    lost = lost_targets(run)
    shown = [check for check in run.checks if check.target not in lost and check.level is not Level.SKIPPED]
    numbers = count(1)
    sections = [
        _section(name, checks, numbers) for name, checks in _grouped(shown, lambda c: c.category or "其他")
    ]
    return [section for section in sections if section["rows"]]


def lost_targets(run: RunRecord) -> frozenset[str]:
    """Targets of which nothing at all was examined."""
    missed = {check.target for check in run.checks if check.level is Level.UNKNOWN}
    missed |= {target.name for target in run.targets if target.error is not None}
    seen = {check.target for check in run.checks if check.level in (Level.OK, *_BAD)}
    return frozenset(missed - seen)


def _section(name: str, checks: list[Check], numbers: Iterable[int]) -> Row:
    rows = [
        {"number": number, **row}
        for _, group in _grouped(checks, lambda check: f"{check.id}\n{check.title}")
        for row, number in zip(_check_rows(group), numbers, strict=False)
    ]
    return {
        "name": brief(name),
        "tally": f"共 {len(checks)} 项：{tally([c.level for c in checks])}",
        "rows": rows,
    }


def _check_rows(group: Sequence[Check]) -> list[Row]:
    """Give what is bad a row for each target; tell the rest together."""
    bad = sorted((c for c in group if c.level in _BAD), key=lambda check: -check.level.rank)
    unknown = [c for c in group if c.level is Level.UNKNOWN]
    good = [c for c in group if c.level is Level.OK]
    rows = [_row([check], _remark(check)) for check in bad]
    if unknown:
        rows.append(_row(unknown, "原因见第五部分"))
    if good:
        rows.append(_row(good, _figures(good)))
    return rows


def _row(checks: Sequence[Check], note: str) -> Row:
    first = checks[0]
    return {
        "content": brief(first.title),
        "target": several([check.target for check in checks]),
        "result": LEVELS[first.level],
        "bad": first.level is not Level.OK,
        "note": note,
    }


def _remark(check: Check) -> str:
    told = check.summary or "；".join(finding.summary for finding in check.findings)
    return clip(told, _NOTE) + ("" if check.complete else "（只看到一部分）")


def _figures(checks: Sequence[Check]) -> str:
    remarks = [_remark(check) for check in checks]
    if len(set(remarks)) == 1:
        return remarks[0]
    if len(checks) > _TOLD:
        return "各对象数值见原始记录"
    told = zip(checks, remarks, strict=True)
    return "\n".join(f"{check.target}：{remark}" for check, remark in told if remark)


def skipped_items(run: RunRecord) -> list[Row]:
    """Tell what did not apply, once for each reason and the targets that share it."""
    skipped = [check for check in run.checks if check.level is Level.SKIPPED]
    reasons: dict[tuple[str, str], list[str]] = {}
    for _, group in _grouped(skipped, lambda check: f"{check.id}\n{check.summary}"):
        key = (clip(group[0].summary or "未说明", _REASON), several([check.target for check in group]))
        reasons.setdefault(key, []).append(brief(group[0].title))
    return [
        {"reason": reason, "target": target, "content": "、".join(titles)}
        for (reason, target), titles in reasons.items()
    ]


def _grouped(checks: Iterable[Check], key: Callable[[Check], str]) -> list[tuple[str, list[Check]]]:
    """Put checks with equal keys together, in the order in which each key first came."""
    groups: dict[str, list[Check]] = {}
    for check in checks:
        groups.setdefault(key(check), []).append(check)
    return list(groups.items())
