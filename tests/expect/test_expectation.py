from __future__ import annotations

import pytest

from hmaint.expect.parse import BadExpectation, operands, parse_matcher, parse_rule
from hmaint.model.playbook import Level, Matcher, Rule


@pytest.mark.parametrize(
    ("data", "at", "reason"),
    [
        (None, (), "{present: false}"),
        ({}, (), "空的"),
        ([], (), "{in: [a, b]}"),
        (["a"], (), "{in: [a, b]}"),
        ({"gee": 1}, ("gee",), "是否想写 ge"),
        ({"xyzzy": 1}, ("xyzzy",), "between"),
        ({"gt": None}, ("gt",), "空的"),
        ({"gt": True}, ("gt",), "没有大小"),
        ({"gt": [1]}, ("gt",), "不能是 list"),
        ({"gt": float("nan")}, ("gt",), "有限"),
        ({"lt": float("inf")}, ("lt",), "有限"),
        ({"in": []}, ("in",), "不空的列表"),
        ({"in": "a"}, ("in",), "不空的列表"),
        ({"in": [1, None]}, ("in", 1), "空的"),
        ({"between": [1]}, ("between",), "两端"),
        ({"between": [5, 1]}, ("between",), "大于上限"),
        ({"between": [1, "a"]}, ("between",), "不能比较"),
        ({"contains": ""}, ("contains",), "总是成立"),
        ({"contains": 1}, ("contains",), "加引号"),
        ({"matches": "("}, ("matches",), "正则表达式"),
        ({"matches": "(a+)+$"}, ("matches",), "重复里面再有重复"),
        ({"matches": ""}, ("matches",), "总是成立"),
        ({"present": "yes"}, ("present",), "true 或 false"),
        ({"all": []}, ("all",), "不空的列表"),
        ({"any": {"gt": 1}}, ("any",), "不空的列表"),
        ({"any": [{"gt": 1}, {}]}, ("any", 1), "空的"),
        ({"not": {"any": [{"lte": 1}]}}, ("not", "any", 0, "lte"), "是否想写 l"),
        ({"not": None}, ("not",), "空的"),
    ],
)
def test_what_could_never_answer_is_refused_at_its_place(
    data: object, at: tuple[str | int, ...], reason: str
) -> None:
    with pytest.raises(BadExpectation) as raised:
        parse_matcher(data)
    assert raised.value.at == at
    assert reason in str(raised.value)


def test_templates_in_operands_are_kept_for_later() -> None:
    assert parse_matcher({"ge": "{{ vars.x }}"}) == Matcher("ge", "{{ vars.x }}")
    assert parse_matcher({"in": "{{ vars.list }}"}) == Matcher("in", "{{ vars.list }}")
    assert parse_matcher({"between": ["{{ vars.low }}", 9]}) == Matcher("between", ("{{ vars.low }}", 9))


def test_operands_are_found_with_the_way_to_them() -> None:
    matcher = parse_matcher({"any": [{"gt": "{{ a }}"}, {"not": {"in": [1, "{{ b }}"]}}]})
    assert list(operands(matcher)) == [
        (("any", 0, "gt"), "{{ a }}"),
        (("any", 1, "not", "in", 0), 1),
        (("any", 1, "not", "in", 1), "{{ b }}"),
    ]


def test_levels_are_asked_worst_first_whatever_the_order_written() -> None:
    rule = parse_rule("pct", {"warning": {"ge": 80}, "critical": {"ge": 90}})
    assert rule == Rule(
        "pct", ((Level.CRITICAL, Matcher("ge", 90)), (Level.WARNING, Matcher("ge", 80))), must=None
    )


def test_a_bare_matcher_must_hold_and_is_critical_otherwise() -> None:
    assert parse_rule("state", "active") == Rule("state", (), Matcher("eq", "active"), Level.CRITICAL)
    assert parse_rule("mode", {"must": {"in": ["on"]}, "otherwise": "warning"}) == Rule(
        "mode", (), Matcher("in", ("on",)), Level.WARNING
    )


@pytest.mark.parametrize(
    ("data", "at", "reason"),
    [
        ({}, (), "空的"),
        (None, (), "空的"),
        ({"otherwise": "warning"}, ("otherwise",), "must"),
        ({"warning": {"gt": 1}, "otherwise": "warning"}, ("otherwise",), "must"),
        ({"warning": {"gt": 1}, "critcal": {"gt": 2}}, ("critcal",), "是否想写 critical"),
        ({"warning": None}, ("warning",), "空的"),
        ({"must": 1, "otherwise": "ok"}, ("otherwise",), "不认识的级别"),
        ({"must": {}}, ("must",), "空的"),
        ({"ok": {"gt": 1}}, ("ok",), "不认识的比较"),
    ],
)
def test_a_rule_that_asks_nothing_is_refused(data: object, at: tuple[str, ...], reason: str) -> None:
    with pytest.raises(BadExpectation) as raised:
        parse_rule("column", data)
    assert raised.value.at == at
    assert reason in str(raised.value)
