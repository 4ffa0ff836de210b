"""The language in force, and lines of Chinese in columns."""

from __future__ import annotations

import pytest

from hmaint.kit.hint import meant
from hmaint.kit.i18n import language_of, series, speak, without_language
from hmaint.kit.width import fold, width


@pytest.mark.parametrize(
    ("argv", "environ", "language"),
    [
        (["inspect", "--lang", "en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["--lang=zh", "inspect"], {"LANG": "en_US.UTF-8"}, "zh"),
        (["note", "--", "--lang", "en"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"HMAINT_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ([], {"LC_ALL": "zh_TW.UTF-8"}, "zh"),
        ([], {"LANG": "C"}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_that_of_the_surroundings(
    argv: list[str], environ: dict[str, str], language: str
) -> None:
    assert language_of(argv, environ) == language


@pytest.mark.parametrize(
    ("argv", "rest"),
    [
        (["--lang", "zh", "--help"], ["--help"]),
        (["inspect", "--lang=en", "--site", "icu"], ["inspect", "--site", "icu"]),
        (["inspect", "--lang", "fr"], ["inspect", "--lang", "fr"]),
        (["note", "--", "--lang", "en"], ["note", "--", "--lang", "en"]),
        (["inspect", "--lang"], ["inspect", "--lang"]),
    ],
)
def test_a_language_that_was_read_is_taken_out_and_no_other(argv: list[str], rest: list[str]) -> None:
    assert without_language(argv) == rest


def test_words_in_a_row_are_separated_as_the_language_does() -> None:
    assert series(["a", 1]) == "a、1"
    assert series([]) == "（无）"
    speak("en")
    assert series(["a", 1]) == "a, 1"
    assert series([]) == "(none)"


def test_the_nearest_word_is_offered_else_all_of_them() -> None:
    assert meant("adress", ["address", "port"]) == "，是否想写 address？"
    assert meant("xyzzy", ["address", "port"]) == "；可以写 address、port"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("检查清单：host 与 port", ["检查清单：", "host 与", "port"]),
        ("averyveryverylongword x", ["averyveryverylongword", "x"]),
        ("名字地址一。", ["名字地址", "一。"]),
    ],
)
def test_lines_are_broken_between_words_and_chinese_characters_but_not_before_punctuation(
    text: str, lines: list[str]
) -> None:
    assert fold(text, 10) == lines
    assert all(width(line) <= 10 or " " not in line for line in lines)
