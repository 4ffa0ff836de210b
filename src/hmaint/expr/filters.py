"""The few filters and tests an expression may use."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from hmaint.expr.answer import NoAnswer
from hmaint.expr.arithmetic import Number, number
from hmaint.expr.version import Version
from hmaint.kit.regex import safe_regex
from hmaint.kit.text import one_line

LONGEST = 65_536
"""Characters a text may grow to."""

_MOST_DIGITS = 12


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NoAnswer(f"需要文字，{type(value).__name__} 不行")
    return value


def _sequence(value: object) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, bytes):
        raise NoAnswer(f"需要列表或文字，{type(value).__name__} 不行")
    return value


def _length(value: object) -> int:
    return len(value) if isinstance(value, Mapping) else len(_sequence(value))


def _first(value: object) -> object:
    return _end(value, 0)


def _last(value: object) -> object:
    return _end(value, -1)


def _end(value: object, index: int) -> object:
    items = _sequence(value)
    if not items:
        raise NoAnswer("列表是空的")
    return items[index]


def _integer(value: object) -> int:
    return math.trunc(_float(value)) if not isinstance(value, int) or isinstance(value, bool) else value


def _float(value: object) -> float:
    try:
        found = float(value) if isinstance(value, str) else float(number(value))
    except (OverflowError, ValueError):
        raise NoAnswer(f"{_shown(value)} 不是一个数值") from None
    if not math.isfinite(found):
        raise NoAnswer(f"{_shown(value)} 不是一个数值")
    return found


def _shown(value: object) -> str:
    return one_line(str(value), 40)


def _round(value: object, digits: object = 0) -> Number:
    if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= _MOST_DIGITS:
        raise NoAnswer(f"round 的位数应为 0 到 {_MOST_DIGITS}")
    found = number(value)
    if isinstance(found, float) and not math.isfinite(found):
        raise NoAnswer(f"{found} 无法取整")
    return round(found, digits) if digits else round(found)


def _absolute(value: object) -> Number:
    return abs(number(value))


def glue(parts: Sequence[object], between: str = "") -> str:
    """Join texts and numbers; NoAnswer for other values and for more than `LONGEST` characters."""
    words = [part if isinstance(part, str) else str(number(part)) for part in parts]
    if sum(map(len, words)) + len(between) * len(words) > LONGEST:
        raise NoAnswer(f"文字超过 {LONGEST} 字")
    return between.join(words)


def _join(value: object, between: object = "") -> str:
    return glue(_sequence(value), _text(between))


def _matching(value: object, pattern: object) -> bool:
    return safe_regex(_text(pattern)).search(_text(value)) is not None


FILTERS: dict[str, Callable[..., object]] = {
    "abs": _absolute,
    "first": _first,
    "float": _float,
    "int": _integer,
    "join": _join,
    "last": _last,
    "length": _length,
    "lower": lambda value: _text(value).lower(),
    "round": _round,
    "upper": lambda value: _text(value).upper(),
    "version": lambda value: Version(_text(value)),
}
"""Each takes the value and its arguments, and raises NoAnswer for what it cannot work on."""

TESTS: dict[str, Callable[..., bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "ending": lambda value, end: _text(value).endswith(_text(end)),
    "matching": _matching,
    "none": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "starting": lambda value, start: _text(value).startswith(_text(start)),
    "string": lambda value: isinstance(value, str),
}
"""What may stand behind `is`."""
