from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.expr.answer import NoAnswer, Undefined
from hmaint.expr.expression import BadExpression
from hmaint.expr.filters import LONGEST
from hmaint.expr.template import compile_template, render_native, render_shell

SCOPE: dict[str, object] = {
    "vars": {"limit": 85, "paths": ["/a b", "/c"]},
    "n": 3,
    "text": "x",
    "nothing": None,
}


def shown(source: str, **values: object) -> str:
    return compile_template(source).render(values)


def test_figures_and_words_are_written_for_people() -> None:
    assert shown("{{ mount }} 已用 {{ pct }}%", mount="/data", pct=83.10000000000001) == "/data 已用 83.1%"
    assert shown("{{ a }} {{ b }} {{ c }} {{ d }}", a=True, b=False, c=None, d=[1, "x"]) == "是 否 无 1、x"
    assert shown("{{ n }} {{ big }} {{ f | round }}", n=0, big=10**12, f=2.5) == "0 1000000000000 2"
    assert shown("没有模板") == "没有模板"


def test_data_that_looks_like_a_template_stays_data() -> None:
    assert shown("{{ a }}", a="{{ 7*7 }}{% x %}{# y #}") == "{{ 7*7 }}{% x %}{# y #}"


def test_a_missing_name_is_an_error_and_never_empty_text() -> None:
    with pytest.raises(Undefined, match=r"vars\.limti"):
        compile_template("上限 {{ vars.limti }}").render(SCOPE)


@pytest.mark.parametrize("value", [{"a": 1}, object(), b"x"])
def test_what_is_no_text_is_not_written(value: object) -> None:
    with pytest.raises(NoAnswer):
        shown("{{ a }}", a=value)


def test_rendered_text_is_bounded() -> None:
    assert len(shown("{{ a }}", a="x" * LONGEST)) == LONGEST
    with pytest.raises(NoAnswer, match="超过"):
        shown("{{ a }}{{ a }}", a="x" * (LONGEST // 2 + 1))


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("已用 {{ used_pct }", 16),
        ("{{ }}", 4),
        ("{{ a b }}", 6),
        ("{{ a() }}", 5),
        ("{{ a.__class__ }}", 5),
        ("{% for x in y %}{% endfor %}", 1),
        ("前 {# 注释 #}", 3),
        ("{{ a | default('') }}", 8),
    ],
)
def test_a_wrong_template_is_refused_where_it_goes_wrong(source: str, column: int) -> None:
    with pytest.raises(BadExpression) as raised:
        compile_template(source)
    assert raised.value.column == column


def test_a_value_that_is_wholly_one_expression_keeps_its_type() -> None:
    assert render_native("{{ vars.limit }}", SCOPE) == 85
    assert render_native("{{ vars.limit + 0.5 }}", SCOPE) == 85.5
    assert render_native("{{ vars.paths }}", SCOPE) == ["/a b", "/c"]
    assert render_native("{{ nothing }}", SCOPE) is None
    assert render_native("{{ n > 2 }}", SCOPE) is True
    assert render_native("{{ text }}", {"text": "85"}) == "85"
    assert render_native("/x/{{ n }}", SCOPE) == "/x/3"
    assert render_native(" {{ n }}", SCOPE) == " 3"
    assert render_native("plain", SCOPE) == "plain"


@pytest.mark.parametrize("source", ["/x/{{ nothing }}", "/x/{{ vars.paths }}", "/x/{{ n > 2 }}"])
def test_an_argument_takes_no_empty_value_list_or_boolean_into_its_text(source: str) -> None:
    with pytest.raises(NoAnswer):
        render_native(source, SCOPE)


def test_shell_values_are_quoted_and_lists_are_separate_words() -> None:
    assert render_shell("ls {{ vars.paths }} {{ n }}", SCOPE) == "ls '/a b' /c 3"
    assert render_shell("echo {{ a }}", {"a": ""}) == "echo ''"
    assert render_shell("df -P", SCOPE) == "df -P"


@pytest.mark.parametrize("value", [None, True, [], ["a", None], {"a": 1}, "a\0b", [["a"]]])
def test_a_value_that_would_leave_a_hole_in_a_command_is_refused(value: object) -> None:
    with pytest.raises(NoAnswer):
        render_shell("rm {{ a }}", {"a": value})


@pytest.mark.parametrize(
    "source",
    [
        "echo '{{ a }}'",
        'echo "{{ a }}"',
        'echo "x {{ a }} y"',
        "echo `echo {{ a }}`",
        "echo $(( {{ a }} + 1 ))",
        "echo ${x:-{{ a }}}",
        'echo "$(echo {{ a }})"',
        'echo "$(echo "{{ a }}")"',
        "echo \\{{ a }}",
        "echo ${{ a }}",
        "( echo ${{ a }} )",
        "echo $'{{ a }}'",
        "true # {{ a }}",
        "cat <<EOF\n{{ a }}\nEOF",
        "echo 'it'\\''s {{ a }}'",
        "awk '{print {{ a }}}'",
    ],
)
def test_a_value_may_not_stand_where_quotes_could_not_protect_it(source: str) -> None:
    with pytest.raises(BadExpression):
        render_shell(source, {"a": "x"})


GOOD_TWINS = [
    "printf %s {{ a }}",
    "( cd / && printf %s {{ a }} )",
    "# it's a comment with `marks\" in it\nprintf %s {{ a }}",
    "x='quoted # no comment'; printf %s {{ a }}",
    'x="a \\" b"; printf %s {{ a }}',
    "x='back\\'; printf %s {{ a }}",
    "x=${#PWD}; printf %s {{ a }}",
    "x=$((1 + (2 * 3))); printf %s {{ a }}",
    "x=a#b; printf %s {{ a }}",
    "x=`echo 'y'`; printf %s {{ a }}",
    "printf %s {{ a }} # it's the end",
    "printf %s \\\n {{ a }}",
    'printf %s "$(printf %s x)" >/dev/null; printf %s {{ a }}',
    '( x=$(printf %s {{ a }}); printf %s "$x" )',
]

NASTY = [
    "a b",
    "$(echo boo)",
    "`echo boo`",
    "'; echo boo; '",
    '"; echo boo; "',
    "\\",
    "a\nb",
    "*",
    "~",
    "$HOME",
    "#x",
    "!",
]


@pytest.mark.parametrize("source", GOOD_TWINS)
@pytest.mark.parametrize("value", NASTY)
def test_the_shell_sees_a_value_exactly_as_it_is(source: str, value: str) -> None:
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("sh")
    script = render_shell(source, {"a": value}).encode()
    done = subprocess.run([shell], input=script, capture_output=True, check=True, timeout=20)  # noqa: S603 - our own
    assert done.stdout.decode() == value


@given(st.text(alphabet="ab'\"`$(){}#\\\n ;&|", max_size=30))
def test_any_shell_text_is_taken_or_refused_with_a_reason(text: str) -> None:
    with suppress(BadExpression):
        render_shell(f"{text}{{{{ a }}}}", {"a": "x y"})


def test_marks_of_other_languages_stay_what_they_are_in_shell_text() -> None:
    assert render_shell("date +{%Y}; echo ${#x}", {}) == "date +{%Y}; echo ${#x}"
    assert render_shell("docker ps --format {{ '{{.Names}}' }}", {}) == "docker ps --format '{{.Names}}'"
