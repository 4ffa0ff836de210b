"""How each target performs: its figures beside those of the last time, and what was found on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hmaint.model.inventory import Scalar
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Metric, RunRecord, TargetResult
from hmaint.report.rows import Row, lost_targets
from hmaint.report.wording import LEVELS, brief, clip, tally

_SUBJECTS = 6
"""Figures of one check that are shown of one target: the worst of them, then as they came; the rest is appended."""
_SUMMARY = 300
_BAD = (Level.CRITICAL, Level.WARNING)
Key = tuple[str, str, str]
"""Target, figure and what it is of."""


def target_blocks(run: RunRecord, before: RunRecord | None, kinds: Sequence[str]) -> list[Row]:
    """One block for each target of these kinds, in the order of the run."""
    then = {} if before is None else {_key(metric): metric.value for metric in before.metrics}
    lost = lost_targets(run)
    return [
        _block(
            target, [check for check in run.checks if check.target == target.name], then, target.name in lost
        )
        for target in run.targets
        if target.kind in kinds
    ]


def _key(metric: Metric) -> Key:
    return metric.target, metric.name, metric.subject


def _block(target: TargetResult, checks: Sequence[Check], then: Mapping[Key, float], lost: bool) -> Row:  # noqa: FBT001 - of one caller
    figures = [] if lost else [row for check in checks for row in _figures(check, then)]
    return {
        "name": " ".join(brief(word) for word in (target.name, target.title) if word),
        "facts": described(target.facts),
        "conclusion": _conclusion(target, checks, lost=lost),
        "figures": figures,
    }


def _conclusion(target: TargetResult, checks: Sequence[Check], *, lost: bool) -> str:
    if lost:
        return f"未能检查，性能与状态不明：{clip(target.error or '原因见“未能检查的内容”', _SUMMARY)}"
    levels = [check.level for check in checks]
    bad = sorted((check for check in checks if check.level in _BAD), key=lambda check: -check.level.rank)
    words = f"共 {len(levels)} 项：{tally(levels)}"
    if bad:
        found = "；".join(f"{brief(check.title)}（{LEVELS[check.level]}）" for check in bad)
        return f"{words}。主要问题：{clip(found, _SUMMARY)}"
    unseen = Level.UNKNOWN in levels
    return f"{words}。{'已检查的内容中未发现异常，其余状况不明' if unseen else '未发现异常'}"


def _figures(check: Check, then: Mapping[Key, float]) -> Iterator[Row]:
    levels = {finding.subject: finding.level for finding in check.findings}
    # Sorting keeps what is equal in its order.
    worst_first = sorted(check.metrics, key=lambda metric: -_level(check, levels, metric).rank)
    units = {metric.unit for metric in check.metrics}
    for name in dict.fromkeys(metric.name for metric in check.metrics):
        of_name = [metric for metric in worst_first if metric.name == name]
        for metric in of_name[:_SUBJECTS]:
            level = _level(check, levels, metric)
            yield _figure(check, metric, level, then.get(_key(metric)), several=len(units) > 1)


def _level(check: Check, levels: Mapping[str, Level], metric: Metric) -> Level:
    if metric.subject in levels:
        return levels[metric.subject]
    # A check that is bad as a whole, without a finding of its own for this figure, judged it and found it good; one
    # that was skipped (no last time to compare with) only read it.
    return Level.OK if check.level in _BAD else check.level


def _figure(check: Check, metric: Metric, level: Level, before: float | None, *, several: bool) -> Row:
    named = f"{brief(check.title)}（{metric.unit}）" if several and metric.unit else brief(check.title)
    return {
        "item": named,
        "subject": brief(metric.subject),
        "now": figure(metric.value, metric.unit),
        "before": "—" if before is None else figure(before, metric.unit),
        "change": "—" if before is None else change(metric.value - before, metric.unit),
        "result": "未作判断" if level is Level.SKIPPED else LEVELS[level],
        "bad": level not in (Level.OK, Level.SKIPPED),
    }


def figure(value: float, unit: str) -> str:
    """A figure with its unit, in as many digits as tell something."""
    return f"{_digits(value)}{unit if unit in ('%', '℃') else f' {unit}' if unit else ''}"


def change(value: float, unit: str) -> str:
    """By how much a figure moved; what is nothing at the digits shown is 持平."""
    shown = _digits(abs(value))
    if not shown.strip("0."):
        return "持平"
    return f"{'+' if value > 0 else '−'}{shown}{' 个百分点' if unit == '%' else ''}"


def _digits(value: float) -> str:
    if value == int(value) or abs(value) >= 1000:  # noqa: PLR2004 - beyond it fractions tell nothing
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{value:.2f}"


_DAY, _HOUR = 86_400, 3_600
_FACTS = (
    ("pretty", "{}"),
    ("flavour", "{}"),
    ("version", "版本 {}"),
    ("kernel", "内核 {}"),
    ("cpus", "{} 个 CPU"),
    ("edition", "{}"),
)


def described(facts: Mapping[str, Scalar]) -> str:
    """What is known of a target: system, version, processors, how long it has been up."""
    told = [form.format(brief(str(facts[name]))) for name, form in _FACTS if facts.get(name)]
    uptime = facts.get("uptime")
    if isinstance(uptime, int | float) and not isinstance(uptime, bool) and uptime >= 0:
        told.append(
            f"已连续运行 {uptime / _DAY:.1f} 天"
            if uptime >= _DAY
            else f"已连续运行 {uptime / _HOUR:.1f} 小时"
        )
    return "，".join(told)


def appendix(run: RunRecord, most: int) -> tuple[list[Row], int]:
    """Every figure of the run as it was read, at most so many, and how many more there are."""
    titles = {(c.target, m.name): c.title for c in run.checks for m in c.metrics}
    rows: list[Row] = [
        {
            "number": number,
            "target": brief(metric.target),
            "item": brief(titles.get((metric.target, metric.name), "")),
            "name": metric.name,
            "subject": brief(metric.subject),
            "value": figure(metric.value, metric.unit),
        }
        for number, metric in enumerate(run.metrics[:most], start=1)
    ]
    return rows, max(0, len(run.metrics) - most)
