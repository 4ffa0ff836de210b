"""What each operator of a matcher holds: its sign for people and its verdict on one value."""

from __future__ import annotations

from collections.abc import Callable

from hmaint.expr.answer import NotComparable
from hmaint.expr.compare import among, below, kind_of, same
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import for_a_record
from hmaint.kit.regex import safe_regex


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: how reports write it, `{}` being its operand, and its verdict on value and operand."""

    sign: str
    holds: Callable[[object, object], bool]


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise NotComparable(f"{what}应为文字，实为{kind_of(value)}")
    return value


def _texts(value: object, operand: object) -> tuple[str, str]:
    return _text(value, "值"), _text(operand, "期望")


def _choices(operand: object) -> tuple[object, ...]:
    if not isinstance(operand, list | tuple):
        raise NotComparable(f"期望应为列表，实为{kind_of(operand)}")
    if not operand:
        raise NotComparable("期望的列表是空的")
    return tuple(operand)


def _contains(value: object, operand: object) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and among(operand, value)
    text, part = _texts(value, operand)
    return part in text


def _starts_with(value: object, operand: object) -> bool:
    text, start = _texts(value, operand)
    return text.startswith(start)


def _ends_with(value: object, operand: object) -> bool:
    text, end = _texts(value, operand)
    return text.endswith(end)


def _matches(value: object, operand: object) -> bool:
    text, pattern = _texts(value, operand)
    try:
        with for_a_record():
            return safe_regex(pattern).search(text) is not None
    except ValueError as wrong:
        raise NotComparable(f"正则表达式不能使用：{wrong}") from None


def _between(value: object, operand: object) -> bool:
    bounds = _choices(operand)
    if len(bounds) != 2:  # noqa: PLR2004 - an interval has two ends
        raise NotComparable("区间应有两端")
    low, high = bounds
    if below(high, low):
        raise NotComparable(f"区间的下限 {low} 大于上限 {high}")
    return not below(value, low) and not below(high, value)


OPERATORS = {
    "eq": Operator("= {}", same),
    "ne": Operator("≠ {}", lambda value, operand: not same(value, operand)),
    "gt": Operator("> {}", lambda value, operand: below(operand, value)),
    "ge": Operator("≥ {}", lambda value, operand: not below(value, operand)),
    "lt": Operator("< {}", below),
    "le": Operator("≤ {}", lambda value, operand: not below(operand, value)),
    "in": Operator("属于 {}", lambda value, operand: among(value, _choices(operand))),
    "between": Operator("介于 {}", _between),
    "contains": Operator("包含 {}", _contains),
    "starts_with": Operator("以 {} 开头", _starts_with),
    "ends_with": Operator("以 {} 结尾", _ends_with),
    "matches": Operator("匹配 {}", _matches),
}
"""Operators that hold one value against one operand; neither is the empty value here."""
