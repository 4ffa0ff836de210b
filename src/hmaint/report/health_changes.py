"""What is otherwise than last time, in rows: findings, configuration, what was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hmaint.model.difference import Alteration, Difference, Gap, Move
from hmaint.model.playbook import Level
from hmaint.report.rows import Row
from hmaint.report.wording import LEVELS, brief, clip, moment, several

_WORDS = 200
_MOST = 200
_NAMED = 6
_HOW = {"added": "新增", "removed": "消失", "altered": "改变"}


def compared(difference: Difference | None) -> str:
    """With what this is compared, and in short what came of it."""
    if difference is None:
        return "没有同一方案的上一次记录可比，本次数据作为今后比较的基准。"
    before = difference.before
    words = (
        f"与 {moment(before.started_at)} 的记录 {before.id} 比较：新出现 {len(difference.new)} 项，"
        f"已消除 {len(difference.gone)} 项，加重 {len(difference.worse)} 项，减轻 {len(difference.better)} 项，"
        f"配置变化 {len(difference.configuration)} 处。"
    )
    undecided = len(difference.undecided)
    return words + (f"另有 {undecided} 项上次的问题本次未能复查，不作已消除处理。" if undecided else "")


def change_rows(difference: Difference | None) -> list[Row]:
    """Every difference as a row, what is worse for the hospital first."""
    if difference is None:
        return []
    rows: list[Row] = [
        *_moves("新出现", difference.new),
        *_moves("加重", difference.worse),
        *_moves("减轻", difference.better),
        *_moves("已消除", difference.gone),
        *_alterations(difference.configuration),
        *_targets("对象新增", difference.added, "本次首次纳入巡检"),
        *_targets("对象减少", difference.removed, "本次未纳入巡检"),
        *_gaps("本次未能检查", difference.unexamined),
        *_gaps("上次未检查", difference.examined),
    ]
    return [{"number": number, **row} for number, row in enumerate(rows[:_MOST], start=1)]


def _targets(kind: str, names: Iterable[str], what: str) -> Iterator[Row]:
    for name in names:
        yield {"kind": kind, "where": brief(name), "what": what}


def _moves(kind: str, moves: Iterable[Move]) -> Iterator[Row]:
    for move in moves:
        finding = move.finding
        yield {
            "kind": kind,
            "where": f"{brief(finding.target)} {brief(finding.subject)}".strip(),
            "what": f"{brief(finding.title)}：{clip(finding.summary, _WORDS)}{_levels(move.before, move.after)}",
        }


def _levels(before: Level | None, after: Level | None) -> str:
    if before is None or after is None or before is after:
        return ""
    return f"（{LEVELS[before]} → {LEVELS[after]}）"


def _alterations(rows: Iterable[Alteration]) -> Iterator[Row]:
    for each in rows:
        change = clip(" → ".join(text for text in (each.before, each.after) if text), _WORDS)
        yield {
            "kind": f"配置{_HOW[each.how]}",
            "where": brief(each.target),
            "what": f"{brief(each.title)} {brief(each.subject)}{f'：{change}' if change else ''}".strip(),
        }


def _gaps(kind: str, gaps: Iterable[Gap]) -> Iterator[Row]:
    """One row for all that one target lacks for one reason: a newer catalogue brings dozens of checks at once."""
    groups: dict[tuple[str, str], list[str]] = {}
    for gap in gaps:
        what = brief(gap.title) if gap.check else f"全部 {gap.count} 项"
        groups.setdefault((gap.target, gap.reason), []).append(what)
    for (target, reason), titles in groups.items():
        yield {
            "kind": kind,
            "where": brief(target),
            "what": f"{several(titles, _NAMED)}：{clip(reason, _WORDS)}",
        }
