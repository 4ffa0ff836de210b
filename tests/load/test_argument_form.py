"""The form of a kind's arguments says of them what their noun's annotations say, at any depth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

import pytest

from hmaint.errors import BadFile
from hmaint.kit.constraint import Check, Within
from hmaint.kit.frozen import dataclass
from hmaint.load.argument_form import fitting, form_of
from hmaint.load.schema import validate
from hmaint.load.yaml import parse_yaml

Small = Annotated[int, Within(ge=1, le=9)]
Word = Annotated[str, Within(pattern="^[a-z]+$", max_length=5)]


def _even(number: int) -> None:
    if number % 2:
        raise ValueError("odd")


@dataclass(frozen=True, slots=True)
class Inner:
    """Within."""

    low: Small
    high: Small = 9

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("upside down")


@dataclass(frozen=True, slots=True)
class Outer:
    """All of it."""

    word: Word
    words: Annotated[tuple[Word, ...], Within(min_length=1)] = ("a",)
    by_word: Mapping[Word, Small] = field(default_factory=dict)
    even: Annotated[int, Within(ge=0), Check(_even)] | None = None
    inner: Inner | None = None


def _read(text: str) -> object:
    return validate(form_of(Outer), parse_yaml(text, "x.yaml")).made


def test_what_is_right_becomes_the_noun() -> None:
    made = _read("{word: abc, words: [a, b], by_word: {k: 3}, even: 4, inner: {low: 2}}")
    assert made == Outer("abc", ("a", "b"), {"k": 3}, 4, Inner(2))
    assert _read("word: x") == Outer("x")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("word: ABC", "x.yaml:1:7"),
        ("word: abcdef", "x.yaml:1:7"),
        ("{word: a, words: []}", "x.yaml:1:18"),
        ("{word: a, words: [a, B]}", "x.yaml:1:22"),
        ("{word: a, by_word: {k: 10}}", "x.yaml:1:24"),
        ("{word: a, even: 3}", "x.yaml:1:17"),
        ("{word: a, even: -2}", "x.yaml:1:17"),
        ("{word: a, inner: {low: 0}}", "x.yaml:1:24"),
        ("{word: a, inner: {low: 9, high: 2}}", "x.yaml:1:18"),
        ("{word: a, inner: {low: 1, wide: 2}}", "x.yaml:1:27"),
        ("{word: a, wrod: b}", "x.yaml:1:11"),
        ("{words: [a]}", "x.yaml:1:1"),
        ('{word: a, inner: {low: "1"}}', "x.yaml:1:24"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, place: str) -> None:
    with pytest.raises(BadFile) as caught:
        _read(text)
    assert [str(fault.place) for fault in caught.value.faults] == [place]


def test_a_rendered_value_is_held_against_its_argument_alone() -> None:
    assert fitting(Outer, "even", 6) == 6
    assert fitting(Outer, "words", ["a"]) == ("a",)
    with pytest.raises(ValueError, match=r"^even：.*odd"):
        fitting(Outer, "even", 7)


def test_the_form_tells_editors_the_bounds() -> None:
    told = form_of(Outer).model_json_schema()
    assert told["additionalProperties"] is False
    assert told["properties"]["word"] == {
        "maxLength": 5,
        "pattern": "^[a-z]+$",
        "title": "Word",
        "type": "string",
    }
    assert told["$defs"]["Inner"]["properties"]["low"]["maximum"] == 9
