"""Rows against a judgement: one verdict a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import repeat
from typing import NamedTuple, cast

from hmaint.expect.matcher import NotComparable, describe, matches, shown
from hmaint.expr.template import render_native
from hmaint.kit.frozen import dataclass
from hmaint.model.look import Row
from hmaint.model.playbook import Changed, Expect, Found, Keep, Level, Matcher, Rule, Step

FIRST_TIME = "首次巡检，已记录基线，下次起对比"
CLOCK_WENT_BACK = "上次巡检的时间晚于现在（巡检电脑的时间被调过），无法计算增长"


@dataclass(frozen=True, slots=True)
class Previous:
    """What the same step read of the same target last time; `accepted` findings were closed by a person since."""

    rows: tuple[Row, ...]
    at: datetime
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Baseline:
    """What rows are compared with: the list a target declares (empty: none), what was learned, or the last run's."""

    previous: Previous | None = None
    declared: tuple[object, ...] = ()
    now: datetime | None = None
    learned: tuple[Row, ...] | None = None


class Judged(NamedTuple):
    """How one row stands; `note` stands before the playbook's own sentence, `should` behind it."""

    row: Row
    level: Level
    note: str = ""
    should: str = ""


def judge_rows(
    step: Step, rows: tuple[Row, ...], scope: Mapping[str, object], baseline: Baseline
) -> tuple[Judged, ...] | str:
    """One verdict a row, or the reason why nothing can be judged this time."""
    if step.delta:
        previous, now = baseline.previous, baseline.now
        if previous is not None and now is not None and previous.at >= now:
            return tuple(Judged(row, Level.UNKNOWN, CLOCK_WENT_BACK) for row in rows)
        rows = () if previous is None else _with_deltas(step, rows, previous, now)
        if not rows:
            return FIRST_TIME
    return _by_kind(step, rows, scope, baseline)


def _by_kind(
    step: Step, rows: tuple[Row, ...], scope: Mapping[str, object], baseline: Baseline
) -> tuple[Judged, ...] | str:
    match step.judge:
        case Keep():
            return tuple(map(Judged, rows, repeat(Level.OK)))
        case Found(level):
            return tuple(map(Judged, rows, repeat(level)))
        case Expect(rules):
            return tuple(_against_rules(row, rules, scope) for row in rows)
        case Changed():
            return _against_before(step.judge, rows, baseline)


def _against_rules(row: Row, rules: tuple[Rule, ...], scope: Mapping[str, object]) -> Judged:
    worst = Judged(row, Level.OK)
    for rule in rules:
        verdict = _against_rule(row, rule, scope)
        if verdict.level.rank > worst.level.rank:
            worst = verdict
    return worst


def _against_rule(row: Row, rule: Rule, scope: Mapping[str, object]) -> Judged:
    if rule.column not in row:
        return Judged(row, Level.UNKNOWN, f"返回内容中没有 {rule.column}")
    value = row[rule.column]
    try:
        for level, matcher in rule.bad:
            if matches(resolve(matcher, scope), value):
                return Judged(row, level)
        if rule.must is not None:
            must = resolve(rule.must, scope)
            if not matches(must, value):
                return Judged(row, rule.otherwise, should=_should(must, value))
    except (NotComparable, ValueError) as wrong:
        return Judged(row, Level.UNKNOWN, f"{rule.column} 无法判断：{wrong}")
    return Judged(row, Level.OK)


def _should(must: Matcher, value: object) -> str:
    if must.op == "eq" and isinstance(must.operand, bool) and isinstance(value, bool):
        return "不符合要求"  # "yes" and "no" tell a reader nothing of a column he does not see
    wanted = f"应为 {shown(must.operand)}" if must.op == "eq" else f"应 {describe(must)}"
    return f"{wanted}，实为 {shown(value)}"


def resolve(matcher: Matcher, scope: Mapping[str, object]) -> Matcher:
    """A matcher with every `{{ … }}` operand replaced by its value; ValueError when a name has none."""
    return Matcher(matcher.op, _resolve(matcher.operand, scope))


def _resolve(operand: object, scope: Mapping[str, object]) -> object:
    match operand:
        case Matcher():
            return resolve(operand, scope)
        case str() if "{{" in operand:
            return render_native(operand, scope)
        case list() | tuple():
            return tuple(_resolve(item, scope) for item in operand)
    return operand


def _with_deltas(
    step: Step, rows: tuple[Row, ...], previous: Previous, now: datetime | None
) -> tuple[Row, ...]:
    """Rows with what each column grew by; a counter that went down was restarted, and then counts from zero.

    Where a row tells how long what counts has run, that decides (`unbroken`): it ran on since, and a counter that
    went down came round; or it was restarted, and then even one that is larger than before counts from zero.

    Rows that were not there last time are left out: nothing can be said of their growth yet.
    """
    before = {row.get(step.subject) if step.subject else "": row for row in previous.rows}
    hours = (now - previous.at).total_seconds() / 3600 if now else None
    widened = []
    for row in rows:
        old = before.get(row.get(step.subject) if step.subject else "")
        if old is None:
            continue
        whole = _unbroken(row, hours)
        grown = {
            f"{name}_delta": _grown(row.get(name), old.get(name), counter=step.counter, whole=whole)
            for name in step.delta
        }
        widened.append(
            {**row, **grown, "unbroken": whole, "hours": None if hours is None else round(hours, 3)}
        )
    return tuple(widened)


def _unbroken(row: Row, hours: float | None) -> bool | None:
    """Whether what a row is about has run ever since the last look; None where it does not tell."""
    uptime = row.get("uptime_s", row.get("oldest_s"))
    return uptime >= hours * 3600 if isinstance(uptime, int | float) and hours is not None else None


def _grown(new: object, old: object, *, counter: bool, whole: bool | None) -> float | int | None:
    if not isinstance(new, int | float) or not isinstance(old, int | float):
        return None
    if not counter:
        return new - old
    if whole is False:
        return new
    if new >= old:
        return new - old
    return new - old + (2**32 if old < 2**32 else 2**64) if whole else new


def _against_before(rule: Changed, rows: tuple[Row, ...], baseline: Baseline) -> tuple[Judged, ...] | str:
    here: dict[tuple[object, ...], Row] = {tuple(row.get(name) for name in rule.key): row for row in rows}
    before: dict[tuple[object, ...], Row]
    if baseline.declared:
        before = {(item,): cast("Row", {rule.key[0]: item}) for item in baseline.declared}
        here = {key[:1]: row for key, row in here.items()}
    elif baseline.learned is not None:
        before = {tuple(row.get(name) for name in rule.key): row for row in baseline.learned}
    elif baseline.previous is not None:
        before = {tuple(row.get(name) for name in rule.key): row for row in baseline.previous.rows}
    else:
        return FIRST_TIME
    drift = "偏离基线，" if baseline.learned is not None and not baseline.declared else ""
    new = [
        Judged(row, rule.new, f"{drift}新增") if key not in before else Judged(row, Level.OK)
        for key, row in here.items()
    ]
    gone = [Judged(row, rule.gone, f"{drift}消失") for key, row in before.items() if key not in here]
    return tuple(new + gone)
