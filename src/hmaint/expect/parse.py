"""From the plain data of a playbook to matchers and rules, refusing what could never answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from hmaint.expect.operators import OPERATORS
from hmaint.expr.answer import NotComparable
from hmaint.expr.compare import below
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.kit.regex import safe_regex
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
        raise BadExpectation(_("a list is no expectation; for several allowed values write {in: [a, b]}"), at)
    if not isinstance(data, dict):
        return Matcher("eq", _scalar(data, at))
    if not data:
        raise BadExpectation(_("the expectation is empty and asks for nothing"), at)
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
        raise BadExpectation(_("otherwise without must asks for nothing"), at)
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
            raise BadExpectation(
                _("unknown level {name}").format(name=name) + meant(str(name), known),
                (*at, str(name)),
                of_key=True,
            )
    if "otherwise" in data and "must" not in data:
        raise BadExpectation(_("otherwise goes only with must"), (*at, "otherwise"), of_key=True)


def _level(data: object, at: At) -> Level:
    if data not in tuple(BAD_LEVELS):
        raise BadExpectation(
            _("unknown level {name}").format(name=data) + meant(str(data), map(str, BAD_LEVELS)), at
        )
    return Level(str(data))


def _operation(name: str, operand: object, at: At) -> Matcher:
    parse = _PARSERS.get(name)
    if parse is None:
        raise BadExpectation(
            _("unknown comparison {name}").format(name=name) + meant(name, NAMES), at, of_key=True
        )
    return Matcher(name, parse(operand, at))


def _is_template(data: object) -> bool:
    return isinstance(data, str) and "{{" in data


def _scalar(data: object, at: At) -> object:
    if data is None:
        raise BadExpectation(_("the expectation is empty; to ask for no value write {present: false}"), at)
    if isinstance(data, float) and not math.isfinite(data):
        raise BadExpectation(_("the expectation is no finite number"), at)
    if not isinstance(data, str | int | float):
        words = _("the expectation must be text, a number, true or false, not {kind}")
        raise BadExpectation(words.format(kind=type(data).__name__), at)
    return data


def _sizeable(data: object, at: At) -> object:
    if isinstance(data, bool):
        raise BadExpectation(_("true and false have no size"), at)
    return _scalar(data, at)


def _text(data: object, at: At) -> str:
    if not isinstance(data, str):
        raise BadExpectation(_("must be text; quote numbers"), at)
    if not data:
        raise BadExpectation(_("the empty text always holds and asks for nothing"), at)
    return data


def _pattern(data: object, at: At) -> str:
    text = _text(data, at)
    if not _is_template(text):
        try:
            safe_regex(text)
        except ValueError as wrong:
            words = _("the regular expression cannot be used: {reason}")
            raise BadExpectation(words.format(reason=wrong), at) from None
    return text


def _choices(data: object, at: At) -> object:
    if _is_template(data):
        return data
    if not isinstance(data, list) or not data:
        raise BadExpectation(_("in wants a list that is not empty"), at)
    return tuple(_scalar(item, (*at, number)) for number, item in enumerate(data))


def _interval(data: object, at: At) -> object:
    if not isinstance(data, list) or len(data) != 2:  # noqa: PLR2004 - an interval has two ends
        raise BadExpectation(_("between wants two ends [a, b]"), at)
    low, high = (_sizeable(item, (*at, number)) for number, item in enumerate(data))
    if not _is_template(low) and not _is_template(high):
        _check_order(low, high, at)
    return low, high


def _check_order(low: object, high: object, at: At) -> None:
    try:
        upside_down = below(high, low)
    except NotComparable:
        words = _("the ends of between, {low} and {high}, cannot be compared: numbers want no quotes")
        raise BadExpectation(words.format(low=low, high=high), at) from None
    if upside_down:
        words = _("the lower end of between, {low}, is above the upper, {high}")
        raise BadExpectation(words.format(low=low, high=high), at)


def _flag(data: object, at: At) -> bool:
    if not isinstance(data, bool):
        raise BadExpectation(_("present wants true or false"), at)
    return data


def _matchers(data: object, at: At) -> tuple[Matcher, ...]:
    if not isinstance(data, list) or not data:
        raise BadExpectation(_("must be a list, not empty, of expectations"), at)
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
