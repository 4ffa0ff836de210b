"""Matchers against values: true, false, or an honest refusal."""

from __future__ import annotations

from hmaint.expect.operators import OPERATORS
from hmaint.expr.answer import NotComparable
from hmaint.model.playbook import Matcher

__all__ = ["NotComparable", "describe", "matches"]

_OPPOSITES = {"eq": "≠ {}", "in": "不在 {}", "contains": "不包含 {}", "matches": "不匹配 {}"}


def matches(matcher: Matcher, value: object) -> bool:
    """Tell whether a value satisfies a matcher.

    Raises NotComparable when the two allow no answer: the empty value (but for `present`), text against a
    number, a boolean against a number, NaN. `all` and `any` answer when the comparable parts alone decide.
    """
    match matcher:
        case Matcher("present", bool() as wanted):
            return (value is not None and value != "") is wanted
        case Matcher("not", Matcher() as inner):
            return not matches(inner, value)
        case Matcher("all", tuple() as inners):
            return _decided(inners, value, decisive=False)
        case Matcher("any", tuple() as inners):
            return _decided(inners, value, decisive=True)
    operator = OPERATORS.get(matcher.op)
    if operator is None:
        raise NotComparable(f"不认识的比较 {matcher.op}")
    if value is None:
        raise NotComparable("没有值")
    if matcher.operand is None:
        raise NotComparable("期望是空值")
    return operator.holds(value, matcher.operand)


def _decided(inners: tuple[Matcher, ...], value: object, *, decisive: bool) -> bool:
    """One part that answers `decisive` settles it; else all parts must have answered."""
    refusal: NotComparable | None = None
    for inner in inners:
        try:
            if matches(inner, value) is decisive:
                return decisive
        except NotComparable as reason:
            refusal = refusal or reason
    if refusal is not None:
        raise refusal
    return not decisive


def describe(matcher: Matcher) -> str:
    """Write a matcher for people: `≥ 85`, `= active`, `不在 [nfs, cifs]`."""
    match matcher:
        case Matcher("present", wanted):
            return "有值" if wanted else "无值"
        case Matcher("not", Matcher() as inner):
            return _denied(inner)
        case Matcher("all" | "any" as op, tuple() as inners):
            return {"all": " 且 ", "any": " 或 "}[op].join(_grouped(inner) for inner in inners)
        case Matcher("between", (low, high)):
            return f"介于 {shown(low)} 与 {shown(high)} 之间"
    return OPERATORS[matcher.op].sign.format(shown(matcher.operand))


def _denied(matcher: Matcher) -> str:
    if matcher.op in _OPPOSITES:
        return _OPPOSITES[matcher.op].format(shown(matcher.operand))
    return f"非（{describe(matcher)}）"


def _grouped(matcher: Matcher) -> str:
    text = describe(matcher)
    return f"（{text}）" if matcher.op in ("all", "any") else text


def shown(operand: object) -> str:
    """Write a value for people: 是 and 否, figures as short as they are exact, lists in brackets."""
    match operand:
        case bool():
            return "是" if operand else "否"
        case float():
            return format(operand, ".10g")
        case list() | tuple():
            return f"[{', '.join(shown(item) for item in operand)}]"
    return str(operand)
