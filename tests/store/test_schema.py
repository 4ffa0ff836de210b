"""What the records' columns hold comes back as it was put there."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from hmaint.kit.clock import CHINA
from hmaint.store.schema import Json, Moment
from hmaint.store.values import EPOCH

SQLITE = sqlite.dialect()
FIRST, LAST = datetime(1900, 1, 1), datetime(9999, 12, 30)  # noqa: DTZ001 - the strategy puts the zone to it


def back(moment: datetime) -> datetime | None:
    kept = Moment().process_bind_param(moment, SQLITE)
    return Moment().result_processor(SQLITE, None)(kept)


@given(moment=st.datetimes(FIRST, LAST, timezones=st.just(UTC)))
def test_a_moment_keeps_its_microsecond_and_is_told_in_chinas_zone(moment: datetime) -> None:
    found = back(moment)
    assert found == moment
    assert found is not None
    assert found.tzinfo is CHINA


@pytest.mark.parametrize("seconds", [0, 2**31, 2**32 - 1, 2**32, 2**33])
@pytest.mark.parametrize("micros", [-1, 0, 1, 499_999, 500_000, 999_999])
def test_so_does_one_at_the_edge_of_what_floats_tell_apart(seconds: int, micros: int) -> None:
    moment = EPOCH + timedelta(seconds=seconds, microseconds=micros)
    assert back(moment) == moment


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
    )
)
def test_json_comes_back(value: object) -> None:
    read = Json().result_processor(SQLITE, None)
    kept = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert read(kept) == value
    assert read(f"\t{kept}\n ") == value


@pytest.mark.parametrize("text", ["{}x", "{", "", "[1] [2]"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        Json().result_processor(SQLITE, None)(text)
