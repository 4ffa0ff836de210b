"""What is packed comes back as it was; nothing else does."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.kit.pack import pack, unpack
from hmaint.model.entry import Entry
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level

NOUNS = ("hmaint.model.",)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.dates(),
    st.times().map(lambda each: each.replace(fold=0)),
    st.datetimes(timezones=st.just(UTC)).map(lambda each: each.replace(fold=0)),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.sampled_from(Level),
    st.builds(Limit, st.integers(1, 99), st.sampled_from(["day", "month"])),
)
VALUES = st.recursive(
    PLAIN,
    lambda inside: st.lists(inside) | st.lists(inside).map(tuple) | st.dictionaries(st.text(), inside),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_comes_back_as_it_was_and_of_its_own_kind(value: object) -> None:
    again = unpack(pack(value, NOUNS), NOUNS)
    assert again == value
    assert repr(again) == repr(value)


def test_nouns_within_nouns_come_back_whole() -> None:
    moment = datetime(2026, 11, 26, tzinfo=UTC)
    body = {
        "何": (
            "甲",
            frozenset({1}),
            {2},
            Path("a/b"),
            Decimal("1.10"),
            time(8),
            timedelta(1),
            date(2026, 1, 2),
        )
    }
    entry = Entry("1", "K-1", "kb", "added", "icu", moment, moment, "张三", body)
    again = unpack(pack(entry, NOUNS), NOUNS)
    assert again == entry
    assert isinstance(again, Entry)
    assert again.body["何"][3] == Path("a/b")  # type: ignore[index]  # as put in


class Stranger:
    """No noun of hmaint's."""


@pytest.mark.parametrize("value", [Stranger(), {"a": [Stranger()]}, object, b"bytes", 1j])
def test_what_is_no_noun_is_not_packed(value: object) -> None:
    with pytest.raises(TypeError):
        pack(value, NOUNS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[[]]",
        "[[], [0]]",
        "[[], [9, 1]]",
        '[[], ["nothing", 1]]',
        '[[], ["dict", "one"]]',
        '[[], ["date", "tomorrow"]]',
        '[[], ["decimal", "much"]]',
        '[[], ["timedelta", 99999999999]]',
        '[[["os", "system", []]], [0, "true"]]',
        '[[["subprocess", "Popen", ["args"]]], [0, "true"]]',
        '[[["hmaint.model.entry", "standing", []]], [0, []]]',
        '[[["hmaint.model.entry", "Iterable", []]], [0]]',
        '[[["hmaint.model.entry", "Entry", ["id"]]], [0, "1"]]',
        '[[["hmaint.model.nowhere", "Entry", ["id"]]], [0, "1"]]',
        "[" * 100_000,
    ],
)
def test_any_other_text_is_refused_and_runs_nothing(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever its words
        unpack(text, NOUNS)


def test_a_noun_with_other_fields_by_now_is_refused() -> None:
    named, written = json.loads(pack(Limit(3, "day"), NOUNS))
    named[0][2] = [*named[0][2], "more"]
    with pytest.raises(ValueError, match="Limit"):
        unpack(json.dumps([named, written]), NOUNS)
