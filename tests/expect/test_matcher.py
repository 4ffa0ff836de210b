from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from hmaint.expect.matcher import NotComparable, describe, matches
from hmaint.expect.parse import parse_matcher
from hmaint.expr.version import Version
from hmaint.model.playbook import Matcher

CASES = [
    (case["matcher"], verdict, value)
    for file in sorted(Path(__file__).with_name("cases").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    for verdict in ("pass", "fail", "not_comparable")
    for value in case.get(verdict, ())
]


@pytest.mark.parametrize(("data", "verdict", "value"), CASES)
def test_a_matcher_answers_or_refuses(data: object, verdict: str, value: object) -> None:
    matcher = parse_matcher(data)
    if verdict == "not_comparable":
        with pytest.raises(NotComparable) as raised:
            matches(matcher, value)
        assert str(raised.value)
    else:
        assert matches(matcher, value) is (verdict == "pass")


def test_the_cases_are_there() -> None:
    assert len(CASES) > 100


@pytest.mark.parametrize(
    "matcher",
    [
        Matcher("in", ()),
        Matcher("in", "active"),
        Matcher("between", (5, 1)),
        Matcher("between", (1, None)),
        Matcher("eq", None),
        Matcher("matches", "(a+)+"),
        Matcher("matches", "("),
        Matcher("gt", "85"),
        Matcher("gt", float("nan")),
        Matcher("frobnicate", 1),
        Matcher("present", "yes"),
    ],
)
def test_an_operand_that_came_out_wrong_is_no_verdict(matcher: Matcher) -> None:
    with pytest.raises(NotComparable):
        matches(matcher, 3 if matcher.op != "matches" else "aaaa")


def test_versions_compare_as_versions() -> None:
    assert matches(parse_matcher({"ge": "5.7"}), Version("10.11.19-MariaDB"))
    assert matches(parse_matcher({"lt": "10.3"}), Version("5.7.44"))
    with pytest.raises(NotComparable):
        matches(parse_matcher({"lt": "10.3"}), Version("trixie/sid"))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"ge": 85}, "≥ 85"),
        ("active", "= active"),
        ({"not": {"in": ["nfs", 1]}}, "不在 [nfs, 1]"),
        ({"not": "active"}, "≠ active"),
        ({"in": ["a", "b"]}, "属于 [a, b]"),
        ({"between": [1, 5.5]}, "介于 1 与 5.5 之间"),
        ({"ge": 1, "lt": 5}, "≥ 1 且 < 5"),
        ({"any": [{"lt": 1}, {"all": [{"gt": 5}, {"ne": 7}]}]}, "< 1 或 （> 5 且 ≠ 7）"),
        ({"not": {"gt": 1}}, "非（> 1）"),
        ({"present": True}, "有值"),
        ({"present": False}, "无值"),
        (True, "= 是"),
        ({"matches": "^a"}, "匹配 ^a"),
        ({"starts_with": "/"}, "以 / 开头"),
        ({"le": 0.1 + 0.2}, "≤ 0.3"),
    ],
)
def test_a_matcher_is_told_in_signs_and_words(data: object, text: str) -> None:
    assert describe(parse_matcher(data)) == text


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(-3, 3), st.sampled_from(["", "a", "b", "2"])
)
plain = scalars.filter(lambda value: value is not None)
simple = st.one_of(
    st.builds(Matcher, st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]), plain),
    st.builds(Matcher, st.just("in"), st.lists(plain, min_size=1, max_size=3).map(tuple)),
    st.builds(Matcher, st.just("present"), st.booleans()),
    st.builds(
        Matcher, st.sampled_from(["contains", "starts_with", "ends_with"]), st.sampled_from(["a", "2"])
    ),
)
matchers = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(Matcher, st.just("not"), inner),
        st.builds(
            Matcher, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3).map(tuple)
        ),
    ),
    max_leaves=6,
)


def verdict(matcher: Matcher, value: object) -> bool | str:
    try:
        return matches(matcher, value)
    except NotComparable:
        return "not comparable"


@given(matchers, scalars)
def test_not_not_changes_nothing(matcher: Matcher, value: object) -> None:
    assert verdict(Matcher("not", Matcher("not", matcher)), value) == verdict(matcher, value)


@given(matchers, scalars)
def test_not_turns_an_answer_round_and_leaves_a_refusal(matcher: Matcher, value: object) -> None:
    straight = verdict(matcher, value)
    assert verdict(Matcher("not", matcher), value) == (
        straight if isinstance(straight, str) else not straight
    )


@given(st.sampled_from([("gt", "le"), ("ge", "lt"), ("eq", "ne")]), plain, scalars)
def test_opposites_are_opposite(pair: tuple[str, str], operand: object, value: object) -> None:
    one, other = (verdict(Matcher(op, operand), value) for op in pair)
    assert one == other if isinstance(one, str) else one is not other


@given(st.lists(matchers, min_size=1, max_size=3).map(tuple), scalars)
def test_all_and_any_are_each_others_mirror(parts: tuple[Matcher, ...], value: object) -> None:
    negated = tuple(Matcher("not", part) for part in parts)
    assert verdict(Matcher("all", parts), value) == verdict(Matcher("not", Matcher("any", negated)), value)


@given(st.lists(matchers, min_size=2, max_size=3), scalars, st.randoms())
def test_the_order_of_parts_does_not_matter(parts: list[Matcher], value: object, chance: object) -> None:
    shuffled = list(parts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis hands a random.Random
    assert verdict(Matcher("any", tuple(parts)), value) == verdict(Matcher("any", tuple(shuffled)), value)


@given(matchers)
def test_nothing_but_presence_can_be_told_of_an_empty_value(matcher: Matcher) -> None:
    assume("present" not in repr(matcher))
    assert verdict(matcher, None) == "not comparable"


@given(matchers)
def test_every_matcher_can_be_described(matcher: Matcher) -> None:
    assert describe(matcher)
