"""Values of drivers become plain scalars, and no value can fill the memory."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from hmaint.database.values import TEXT_LIMIT, column_names, to_scalar


@pytest.mark.parametrize(
    ("value", "scalar"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (Decimal("7.00"), 7),
        (Decimal("7.25"), 7.25),
        (Decimal("NaN"), "NaN"),
        (Decimal(2**63), 2**63),
        ("张三", "张三"),
        ("张三".encode(), "张三"),
        (b"\xff\xfe", "fffe"),
        (b"\x00\x01", "0001"),
        (bytearray(b"a\nb"), "a\nb"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (timedelta(hours=8), 28800.0),
        (["张", 1], '["张", 1]'),
        ({"a": Decimal(1)}, '{"a": "1"}'),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_value_becomes_a_scalar(value: object, scalar: object) -> None:
    found = to_scalar(value)
    assert (found, type(found)) == (scalar, type(scalar))


@pytest.mark.parametrize(
    "value", ["床" * 100_000, ("床" * 100_000).encode(), b"\xff" * 100_000, ["x" * 100_000]]
)
def test_a_huge_value_is_cut_and_says_so(value: object) -> None:
    found = to_scalar(value)
    assert isinstance(found, str)
    assert len(found) <= TEXT_LIMIT + 1
    assert found.endswith("…")


def test_a_character_cut_in_half_is_no_reason_to_show_hex() -> None:
    found = to_scalar(b"a" + "床".encode() * 30_000)
    assert isinstance(found, str)
    assert found.startswith("a床床")


def test_no_column_hides_another() -> None:
    assert column_names(["A", "a", "B", "a"]) == ["a", "a_2", "b", "a_3"]
