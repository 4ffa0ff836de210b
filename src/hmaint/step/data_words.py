"""What a data check found, as a row whose `told` says it in a sentence, population first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hmaint.model.look import Row
from hmaint.step.data_args import DataArgs


@dataclass(frozen=True, slots=True)
class Count:
    """How many were checked, broke the rule, and had nothing to compare; keys of some; what is wrong with them."""

    checked: int
    bad: int
    blank: int
    samples: tuple[str, ...]
    broken: str
    remark: str


def row_of(args: DataArgs, count: Count) -> Row:
    """One row of figures and words."""
    return {
        "table": args.table or "（全部表）",
        "checked": count.checked,
        "bad": count.bad,
        "blank": count.blank,
        "bad_pct": round(100 * count.bad / count.checked, 3),
        "samples": "、".join(count.samples),
        "told": _told(args, count),
    }


def _told(args: DataArgs, count: Count) -> str:
    unit = "张表" if args.leftovers else "条"
    where = f"{args.table} " if args.table else ""
    parts = [f"{where}共检查 {count.checked} {unit}"]
    parts.append(f"{count.bad} {unit}{count.broken}" if count.bad else "全部符合")
    if count.blank:
        parts.append(f"另有 {count.blank} 条没有可比较的值")
    if count.bad and count.samples:
        more = " 等" if count.bad > len(count.samples) else ""
        parts.append(f"{_by(args)}：{'、'.join(count.samples)}{more}")
    elif count.bad and count.remark:
        parts.append(count.remark)
    return "，".join(parts[:2]) + "".join(f"；{part}" for part in parts[2:])


def _by(args: DataArgs) -> str:
    keys = args.in_step.key if args.in_step else args.keys
    return f"样例（{'/'.join(keys)}）" if keys else "样例" if args.leftovers else "样例（主键）"


_BROKEN: Mapping[str, Callable[[DataArgs], str]] = {
    "not_negative": lambda args: f"的 {_either(args.not_negative)} 为负",
    "required": lambda args: f"缺少 {_either(args.required)}",
    "order": lambda args: f"的时间顺序不对（应为 {' ≤ '.join(args.order or ())}）",
    "range": lambda args: f"的 {args.range.column} 超出范围（{_bounds(args)}）" if args.range else "",
    "values": lambda args: f"的 {args.values.column} 不在允许的取值内" if args.values else "",
    "owner": lambda args: (
        f"的 {'、'.join(args.owner.columns)} 在 {args.owner.of.table} 中没有对应记录" if args.owner else ""
    ),
}


def broken(args: DataArgs, sets: int) -> str:
    """What is wrong with those that break the rule."""
    if args.form == "unique":
        return f"的 {'、'.join(args.unique or ())} 重复（{sets} 组）"
    return _BROKEN[args.form](args)


def _either(names: tuple[str, ...] | None) -> str:
    return " 或 ".join(names or ())


def _bounds(args: DataArgs) -> str:
    low, high = (args.range.min, args.range.max) if args.range else (None, None)
    if low is None:
        return f"应不大于 {high}"
    return f"应不小于 {low}" if high is None else f"应在 {low} 与 {high} 之间"
