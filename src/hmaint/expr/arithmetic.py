"""Arithmetic on numbers alone, with results of a size that costs nothing."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from hmaint.expr.answer import NoAnswer

LARGEST_BITS = 1024
"""Integers of more bits are refused; the largest float is as large."""

Number = int | float


def number(value: object) -> Number:
    """Check that a value is a number; NoAnswer for text, booleans, the empty value and NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoAnswer(f"只能对数字做运算，{type(value).__name__} 不行")
    if isinstance(value, float) and math.isnan(value):
        raise NoAnswer("NaN 不是一个数值")
    return value


def calculate(sign: str, left: object, right: object) -> Number:
    """Apply one of `+ - * / // % **`; NoAnswer for what is no number, has no result or is too large."""
    a, b = number(left), number(right)
    if sign == "**":
        _check_power(a, b)
    try:
        result = _OPERATORS[sign](a, b)
    except (ArithmeticError, TypeError) as wrong:
        raise NoAnswer(f"{a} {sign} {b} 无法计算") from wrong
    return _reasonable(result)


def _check_power(base: Number, exponent: Number) -> None:
    """Refuse before computing: the cost of a power lies in its result."""
    if (
        isinstance(base, int)
        and isinstance(exponent, int)
        and base.bit_length() * abs(exponent) > LARGEST_BITS
    ):
        raise NoAnswer(f"{base} ** {exponent} 太大")


def _reasonable(result: object) -> Number:
    if isinstance(result, int) and result.bit_length() <= LARGEST_BITS:
        return result
    if isinstance(result, float) and math.isfinite(result):
        return result
    raise NoAnswer("结果太大或不是数值")


_OPERATORS: dict[str, Callable[[Number, Number], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
