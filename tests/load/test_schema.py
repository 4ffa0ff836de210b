"""From values to models: strict types, and complaints somebody who writes YAML understands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, InstanceOf, field_validator

from hmaint.errors import BadFile
from hmaint.load.schema import check, validate
from hmaint.load.yaml import parse_yaml
from hmaint.model.inventory import Secret


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    x: int
    severity: str = ""


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    words: tuple[str, ...] = ()
    grid: tuple[tuple[int, ...], ...] = ()
    some: frozenset[str] = frozenset()
    colour: Colour = Colour.RED
    inner: dict[str, Inner] = {}
    either: int | str | list[str] = 1
    one_or_more: Inner | list[Inner] | None = None
    engine: Literal["mysql", "oracle"] = "mysql"
    password: InstanceOf[Secret] | str = ""
    share: float = 1
    flag: bool = False
    few: Annotated[int, Field(ge=1, le=5)] = 1
    short: Annotated[str, Field(min_length=2, max_length=3)] = "ab"
    free: Mapping[str, object] = {}
    since: str = Field(default="", alias="from")

    @field_validator("since")
    @classmethod
    def _no_blank(cls, value: str) -> str:
        if " " in value:
            raise ValueError("里不能有空格")
        return value


BAD = {
    "number_as_text": ('few: "1"\n', "1:6", "few 要写 整数，现在是文字（不要引号", "few: 1\n"),
    "octal_look": ("few: 010\n", "1:6", "开头的 0", "few: 1\n"),
    "text_as_number": ("since: 1\n", "1:1", "不认识的键 since", "from: a\n"),
    "quote_it": ("words: [a, 1]\n", "1:12", "words 要写 文字，现在是整数（请加引号）", "words: [a, '1']\n"),
    "yes_is_no_switch": ("flag: yes\n", "1:7", "yes/no/on/off 在这里不是开关", "flag: true\n"),
    "number_is_no_switch": ("flag: 1\n", "1:7", "flag 要写 true 或 false，现在是整数", "flag: false\n"),
    "switch_is_no_number": ("few: true\n", "1:6", "few 要写 整数，现在是 true/false", "few: 2\n"),
    "text_is_no_list": ("words: a\n", "1:8", "words 要写 列表，例如 [a, b]，现在是文字", "words: [a]\n"),
    "nested_list": ("grid: [[1], [a]]\n", "1:14", "grid 要写 整数", "grid: [[1], [2]]\n"),
    "list_in_a_set": ("some: [[a]]\n", "1:7", "some", "some: [a]\n"),
    "enumeration": ("colour: gren\n", "1:9", "是否想写 green？", "colour: green\n"),
    "literal": (
        "engine: mysqll\n",
        "1:9",
        "只能写 mysql、oracle，现在是 mysqll，是否想写 mysql？",
        "engine: oracle\n",
    ),
    "near_key": (
        "inner: {a: {x: 1, sevrity: b}}\n",
        "1:19",
        "是否想写 severity？",
        "inner: {a: {x: 1, severity: b}}\n",
    ),
    "strange_key": (
        "inner: {a: {x: 1, qqq: b}}\n",
        "1:19",
        "这里可以写：x、severity",
        "inner: {a: {x: 1}}\n",
    ),
    "key_below_a_union": ("one_or_more: {x: 1, sevrity: b}\n", "1:21", "severity", "one_or_more: {x: 1}\n"),
    "full_width_key": ("{'few：1': }\n", "1:2", "用了中文冒号", "few: 1\n"),
    "missing": ("inner:\n  a: {severity: b}\n", "2:3", "缺少 x", "inner:\n  a: {x: 1}\n"),
    "empty_entry": ("inner:\n  a:\n", "2:3", "现在是空的", "inner:\n  a: {x: 1}\n"),
    "number_as_name": ("inner: {1: {x: 1}}\n", "1:9", "1 是数字；作为名字请加引号", "inner: {'1': {x: 1}}\n"),
    "too_large": ("few: 9\n", "1:6", "few 不能大于 5", "few: 5\n"),
    "too_long": ("short: abcd\n", "1:8", "short 不能多于 3 个字符", "short: abc\n"),
    "too_short": ("short: a\n", "1:8", "short 不能少于 2 个字符", "short: ab\n"),
    "own_rule": ("from: a b\n", "1:7", "from 里不能有空格", "from: ab\n"),
    "union": ("either: 1.5\n", "1:9", "整数 或 文字 或 列表", "either: 1\n"),
    "union_deeper": ("one_or_more: [{x: '1'}]\n", "1:19", "x 要写 整数", "one_or_more: [{x: 1}]\n"),
    "secret_elsewhere": ("from: !secret a\n", "1:7", "现在是一个口令引用", "password: !secret a\n"),
    "empty_file": ("", "", "文件是空的", "few: 1\n"),
    "list_file": ("- a\n", "1:1", "要写 一组“键: 值”，现在是列表", "few: 1\n"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_value_is_told_at_its_place_in_plain_words_and_its_good_twin_is_taken(name: str) -> None:
    text, where, words, twin = BAD[name]
    with pytest.raises(BadFile) as caught:
        validate(Outer, parse_yaml(text, "f.yaml"))
    (fault,) = caught.value.faults
    assert str(fault).startswith(":".join(["f.yaml", *([where] if where else [])]) + ": ")
    assert words in fault.message
    assert isinstance(validate(Outer, parse_yaml(twin, "f.yaml")), Outer)


def test_lists_serve_where_the_model_has_tuples_sets_and_enumerations() -> None:
    made = validate(
        Outer, parse_yaml("words: [a]\ngrid: [[1], [2, 3]]\nsome: [a]\ncolour: green\n", "f.yaml")
    )
    assert (made.words, made.grid, made.some, made.colour) == (("a",), ((1,), (2, 3)), {"a"}, Colour.GREEN)


def test_a_whole_number_serves_as_a_share() -> None:
    assert validate(Outer, parse_yaml("share: 2\n", "f.yaml")).share == 2


def test_only_what_stands_at_a_path_is_validated_and_its_places_stay_those_of_the_file() -> None:
    document = parse_yaml("steps:\n  - {x: 1}\n  - {x: a}\n", "f.yaml")
    assert validate(Inner, document, ("steps", 0)).x == 1
    made, faults = check(Inner, document, ("steps", 1))
    assert made is None
    assert [str(fault) for fault in faults] == ["f.yaml:3:9: x 要写 整数，现在是文字"]


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    _, faults = check(Outer, parse_yaml("few: 9\nwords: a\nzzz: 1\nflag: no\n", "f.yaml"))
    assert [fault.place.line for fault in faults] == [1, 2, 3, 4]


def test_no_message_repeats_what_may_be_a_password() -> None:
    class Login(BaseModel):
        password: InstanceOf[Secret]

    with pytest.raises(BadFile) as caught:
        validate(Login, parse_yaml("password: hunter2\n", "f.yaml"))
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert "!secret 名字" in str(caught.value)
