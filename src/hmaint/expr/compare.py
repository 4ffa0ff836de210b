"""Comparing values that came from somewhere else: an answer, or a refusal, never a guess."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping

from hmaint.expr.answer import NotComparable
from hmaint.expr.version import Version

_NUMERIC = re.compile(r"\s*[-+]?\d+(?:\.\d+)*\s*")
_SHOWN = 40


def kind_of(value: object) -> str:
    """Name the sort of a value for people; NotComparable for anything that is not plain data."""
    match value:
        case None:
            return "空值"
        case bool():
            return "真假值"
        case int() | float():
            return "数字"
        case str():
            return "文字"
        case list() | tuple() | frozenset() | set():
            return "列表"
    raise NotComparable(f"{type(value).__name__} 不能比较")


def same(left: object, right: object) -> bool:
    """Tell whether two values are equal; NotComparable when they are of different sorts or NaN.

    The empty value equals itself alone.
    """
    if left is None or right is None:
        return left is right
    _check(left, right)
    match left, right:
        case (str(), str()) if isinstance(left, Version) or isinstance(right, Version):
            return Version(left) == Version(right)
        case (list() | tuple(), list() | tuple()):
            return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    return left == right


def below(left: object, right: object) -> bool:
    """Tell whether left comes before right: numbers by size, versions as versions, other text by character.

    NotComparable for different sorts, empty values, booleans, lists, NaN, and for two plain texts that both
    look like numbers, since '9' < '10' would come out wrong.
    """
    _check(left, right)
    match left, right:
        case (bool(), _):
            raise NotComparable("真假值没有大小")
        case (int() | float(), int() | float()):
            return left < right
        case (str(), str()) if isinstance(left, Version) or isinstance(right, Version):
            return _version_below(left, right)
        case (str(), str()):
            return _text_below(left, right)
    raise NotComparable(f"{kind_of(left)}没有大小")


def among(value: object, choices: Iterable[object]) -> bool:
    """Tell whether value equals one of the choices; NotComparable when not one of them is of its sort."""
    comparable, refusal = False, None
    for choice in choices:
        try:
            if same(value, choice):
                return True
            comparable = True
        except NotComparable as reason:
            refusal = reason
    if refusal is not None and not comparable:
        raise refusal
    return False


def within(value: object, group: object) -> bool:
    """Tell whether a text holds a text, or a list or the keys of a mapping a value."""
    match group:
        case str() if isinstance(value, str):
            return value in group
        case str():
            raise NotComparable("只有文字可以在文字中查找")
        case Mapping():
            return among(value, group.keys())
        case list() | tuple():
            return among(value, group)
    raise NotComparable(f"in 的右边应为列表或文字，{type(group).__name__} 不行")


def _check(left: object, right: object) -> None:
    if any(isinstance(value, float) and math.isnan(value) for value in (left, right)):
        raise NotComparable("NaN 不是一个数值")
    if kind_of(left) != kind_of(right):
        raise NotComparable(f"{_told(left)}不能与{_told(right)}比较")


def _told(value: object) -> str:
    if value is None or isinstance(value, list | tuple | set | frozenset):
        return kind_of(value)
    text = str(value)
    return f"{kind_of(value)} {text if len(text) <= _SHOWN else text[:_SHOWN] + '…'} "


def _version_below(left: str, right: str) -> bool:
    try:
        return Version(left) < Version(right)
    except ValueError as reason:
        raise NotComparable(str(reason)) from None


def _text_below(left: str, right: str) -> bool:
    if _NUMERIC.fullmatch(left) and _NUMERIC.fullmatch(right):
        raise NotComparable(
            f"{left} 与 {right} 都是文字，按字符比较大小会出错；请先转换：| float 或 | version"
        )
    return left < right


COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "eq": same,
    "ne": lambda left, right: not same(left, right),
    "lt": below,
    "gt": lambda left, right: below(right, left),
    "lteq": lambda left, right: not below(right, left),
    "gteq": lambda left, right: not below(left, right),
    "in": within,
    "notin": lambda value, group: not within(value, group),
}
"""Comparisons by the names Jinja's grammar gives them."""
