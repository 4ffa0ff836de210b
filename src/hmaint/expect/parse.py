"""From the plain data of a playbook to matchers and rules, refusing what could never answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from hmaint.expect.operators import OPERATORS
from hmaint.expr.answer import NotComparable
from hmaint.expr.compare import below
from hmaint.kit.regex import safe_regex
from hmaint.kit.registry import nearest
from hmaint.model.playbook import Level, Matcher, Rule

NAMES = (*OPERATORS, "present", "all", "any", "not")
"""Every operator a playbook may write."""

BAD_LEVELS = (Level.CRITICAL, Level.UNKNOWN, Level.WARNING)
"""The levels a rule may call, worst first."""

At = tuple[str | int, ...]


class BadExpectation(ValueError):
    """Data that is no expectation; `at` leads to the part that is wrong, `of_key` when it is a key."""

    def __init__(self, reason: str, at: At = (), *, of_key: bool = False) -> None:
        super().__init__(reason)
        self.at = at
        self.of_key = of_key


def parse_matcher(data: object, at: At = ()) -> Matcher:
    """Make a matcher: a scalar means `eq`, several operators in one mapping mean all of them.

    Raises BadExpectation, a ValueError that says why and where. Text with `{{` is left as it is, to be
    rendered before the matcher is used.
    """
    if isinstance(data, list):
        raise BadExpectation("列表不是期望；多个允许值请写 {in: [a, b]}", at)
    if not isinstance(data, dict):
        return Matcher("eq", _scalar(data, at))
    if not data:
        raise BadExpectation("期望是空的，什么也没有要求", at)
    parts = tuple(_operation(str(name), operand, (*at, name)) for name, operand in data.items())
    return parts[0] if len(parts) == 1 else Matcher("all", parts)


def parse_rule(column: str, data: object, at: At = ()) -> Rule:
    """Make the rule for one column: levels with matchers, `must` with `otherwise`, or what must hold."""
    if not isinstance(data, dict) or not set(data) & {*BAD_LEVELS, "must", "otherwise"}:
        return Rule(column, must=parse_matcher(data, at))
    _check_keys(data, at)
    bad = tuple(
        (level, parse_matcher(data[level], (*at, str(level)))) for level in BAD_LEVELS if level in data
    )
    must = parse_matcher(data["must"], (*at, "must")) if "must" in data else None
    otherwise = _level(data.get("otherwise", "critical"), (*at, "otherwise"))
    if must is None and not bad:
        raise BadExpectation("只有 otherwise 没有 must，什么也没有要求", at)
    return Rule(column, bad, must, otherwise)


def operands(matcher: Matcher, at: At = ()) -> Iterator[tuple[At, object]]:
    """Find every plain operand inside a matcher, with the way to it as the playbook wrote it."""
    match matcher.operand:
        case Matcher() as inner:
            yield from operands(inner, (*at, matcher.op))
        case tuple() as parts:
            for number, part in enumerate(parts):
                if isinstance(part, Matcher):
                    yield from operands(part, (*at, matcher.op, number))
                else:
                    yield (*at, matcher.op, number), part
        case plain:
            yield (*at, matcher.op), plain


def _check_keys(data: Mapping[object, object], at: At) -> None:
    known = (*(str(level) for level in BAD_LEVELS), "must", "otherwise")
    for name in data:
        if name not in known:
            raise BadExpectation(_unknown("级别", str(name), known), (*at, str(name)), of_key=True)
    if "otherwise" in data and "must" not in data:
        raise BadExpectation("otherwise 只能与 must 一起写", (*at, "otherwise"), of_key=True)


def _level(data: object, at: At) -> Level:
    if data not in tuple(BAD_LEVELS):
        raise BadExpectation(_unknown("级别", str(data), tuple(str(level) for level in BAD_LEVELS)), at)
    return Level(str(data))


def _operation(name: str, operand: object, at: At) -> Matcher:
    parse = _PARSERS.get(name)
    if parse is None:
        raise BadExpectation(_unknown("比较", name, NAMES), at, of_key=True)
    return Matcher(name, parse(operand, at))


def _unknown(what: str, name: str, known: tuple[str, ...]) -> str:
    near = nearest(name, known)
    return f"不认识的{what} {name}" + (f"，是否想写 {near}？" if near else f"；可以写 {'、'.join(known)}")


def _is_template(data: object) -> bool:
    return isinstance(data, str) and "{{" in data


def _scalar(data: object, at: At) -> object:
    if data is None:
        raise BadExpectation("期望是空的；要求没有值请写 {present: false}", at)
    if isinstance(data, float) and not math.isfinite(data):
        raise BadExpectation("期望不是一个有限的数字", at)
    if not isinstance(data, str | int | float):
        raise BadExpectation(f"期望应为文字、数字或真假值，不能是 {type(data).__name__}", at)
    return data


def _sizeable(data: object, at: At) -> object:
    if isinstance(data, bool):
        raise BadExpectation("真假值没有大小", at)
    return _scalar(data, at)


def _text(data: object, at: At) -> str:
    if not isinstance(data, str):
        raise BadExpectation("应为文字；数字请加引号", at)
    if not data:
        raise BadExpectation("空文字总是成立，什么也没有要求", at)
    return data


def _pattern(data: object, at: At) -> str:
    text = _text(data, at)
    if not _is_template(text):
        try:
            safe_regex(text)
        except ValueError as wrong:
            raise BadExpectation(f"正则表达式不能使用：{wrong}", at) from None
    return text


def _choices(data: object, at: At) -> object:
    if _is_template(data):
        return data
    if not isinstance(data, list) or not data:
        raise BadExpectation("in 应为不空的列表", at)
    return tuple(_scalar(item, (*at, number)) for number, item in enumerate(data))


def _interval(data: object, at: At) -> object:
    if not isinstance(data, list) or len(data) != 2:  # noqa: PLR2004 - an interval has two ends
        raise BadExpectation("between 应为两端 [a, b]", at)
    low, high = (_sizeable(item, (*at, number)) for number, item in enumerate(data))
    if not _is_template(low) and not _is_template(high):
        _check_order(low, high, at)
    return low, high


def _check_order(low: object, high: object, at: At) -> None:
    try:
        upside_down = below(high, low)
    except NotComparable as reason:
        raise BadExpectation(f"between 的两端：{reason}", at) from None
    if upside_down:
        raise BadExpectation(f"between 的下限 {low} 大于上限 {high}", at)


def _flag(data: object, at: At) -> bool:
    if not isinstance(data, bool):
        raise BadExpectation("present 应为 true 或 false", at)
    return data


def _matchers(data: object, at: At) -> tuple[Matcher, ...]:
    if not isinstance(data, list) or not data:
        raise BadExpectation("应为不空的列表，每项是一个期望", at)
    return tuple(parse_matcher(item, (*at, number)) for number, item in enumerate(data))


_PARSERS: dict[str, Callable[[object, At], object]] = {
    **dict.fromkeys(("eq", "ne"), _scalar),
    **dict.fromkeys(("gt", "ge", "lt", "le"), _sizeable),
    **dict.fromkeys(("contains", "starts_with", "ends_with"), _text),
    "matches": _pattern,
    "in": _choices,
    "between": _interval,
    "present": _flag,
    "all": _matchers,
    "any": _matchers,
    "not": parse_matcher,
}
