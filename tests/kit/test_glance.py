"""A glance at a text never misses what stands in it: whatever it rules out, no pattern would have found."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hmaint.kit.glance import Glance, letters
from hmaint.kit.redact import Redactor
from hmaint.kit.text import harmless

WORDS = ("password", "api-key", "session_id", "exp ", "-----BEGIN RSA PRIVATE KEY-----", "jdbc:oracle", "a")


def spelt(word: str, odd: list[bool]) -> str:
    """The word as somebody may write it: in any case, with a Kelvin sign for k or a dotted capital for i."""
    signs = {"k": "\u212a", "i": "İ"}
    return "".join(
        signs.get(char, char.upper()) if odd[place % len(odd)] else char for place, char in enumerate(word)
    )


@given(st.text(), st.sampled_from(WORDS), st.lists(st.booleans(), min_size=1, max_size=7), st.text())
@example("", "api-key", [True], "")
def test_the_letters_of_a_word_that_stands_in_a_text_are_among_its_letters(
    before: str, word: str, odd: list[bool], after: str
) -> None:
    seen = Glance(before + spelt(word, odd) + after)
    assert word.lower() in seen.lowered
    assert letters(word) in seen.letters


@given(st.text())
def test_lower_case_is_told_character_for_character(text: str) -> None:
    assert len(Glance(text).lowered) == len(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x3000)), st.sampled_from(("口令", "证", "１", "…")))
def test_what_is_not_ascii_is_found_without_the_rest(text: str, word: str) -> None:
    assert word in Glance(f"{text}{word}{text}").foreign
    assert (word in text) <= (word in Glance(text).foreign)


@given(st.from_regex(re.compile(r"[ -~\t\n\u4e00-\u4e09]{0,20}"), fullmatch=True))
def test_figures_and_tabs_look_alike_and_stay_apart(text: str) -> None:
    signs = Glance(f"{text}138-0013\t8000{text}").signs
    assert "000-0000 0000" in signs
    assert "00" not in Glance("0证0").signs


@pytest.mark.parametrize("text", ["a\ud800\udc00b", "\ud800", "\udfff密码=x"])
def test_halves_of_characters_are_no_trouble(text: str) -> None:
    assert Glance(text).letters == "".join(char for char in text.lower() if char.isascii() and char.isalpha())
    assert "\ud800" not in harmless(text)


@given(
    st.text(alphabet="ab \t-證密0１K\u212aİ\n", max_size=30), st.text(alphabet="ab \t-證0１K\n", max_size=30)
)
@pytest.mark.parametrize(
    ("planted", "secret"),
    [
        ("PASSWORD=Hunter99!", "hunter99!"),
        ("api-\u212aey: Hunter99!", "hunter99!"),
        ("requirepass Hunter99!", "hunter99!"),
        ("sqlplus scott/Hunter99!@his", "hunter99!"),
        ("mysql\t-pHunter99!", "hunter99!"),
        ("http://u:Hunter99!@his", "hunter99!"),
        ("密码为Hunter99!", "hunter99!"),
        ("root:abcdefgHIJK9.:0:", "abcdefghijk9."),
        ("Authorization: Basic aHVudGVyOTkh", "ahvudgvyotkh"),
        ("身份证号 110105490123100", "110105490123100"),
        ("patient_id=A1234567", "a1234567"),
        ("PID|1|Hunter99!", "hunter99!"),
    ],
)
def test_a_secret_is_masked_whatever_lines_stand_around_it(
    planted: str, secret: str, before: str, after: str
) -> None:
    kept = Redactor().redact(f"{before}\n{planted}\n{after}")
    assert secret not in kept.lower()
