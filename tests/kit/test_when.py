"""Days and times as people write them: understood, or refused in one line."""

from __future__ import annotations

from datetime import date

import pytest

from hmaint.kit.when import read_day, read_when

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-03-05", "2026-03-05"),
        ("2026年3月5日", "2026-03-05"),
        ("2026年03月05", "2026-03-05"),
        ("2026.3.5", "2026-03-05"),
        ("2026/3/5", "2026-03-05"),
        ("20260305", "2026-03-05"),
        ("２０２６－０３－０５", "2026-03-05"),
        ("  2026-3-5  ", "2026-03-05"),
        ("2024-02-29", "2024-02-29"),
        ("今天", "2026-11-25"),
        ("昨天", "2026-11-24"),
        ("2026-03-05 14:30", "2026-03-05T14:30:00+08:00"),
        ("2026-03-05T14:30:59", "2026-03-05T14:30:59+08:00"),
        ("2026年3月5日14时30分", "2026-03-05T14:30:00+08:00"),
        ("2026年3月5日 14点", "2026-03-05T14:00:00+08:00"),
        ("2026.3.5 下午2点半", "2026-03-05T14:30:00+08:00"),
        ("2026-3-5 上午9:05", "2026-03-05T09:05:00+08:00"),
        ("2026-3-5 中午12:10", "2026-03-05T12:10:00+08:00"),
        ("2026-3-5 中午11:50", "2026-03-05T11:50:00+08:00"),
        ("昨天 20:33", "2026-11-24T20:33:00+08:00"),
        ("2026-03-05T01:00:00+00:00", "2026-03-05T09:00:00+08:00"),
        ("2026-03-05T01:00:00Z", "2026-03-05T09:00:00+08:00"),
    ],
)
def test_every_common_spelling_is_one_day_or_moment(text: str, kept: str) -> None:
    assert read_when(text, TODAY).text == kept


@pytest.mark.parametrize(
    "text",
    [
        "", "2026", "2026-13-01", "2026-02-30", "2025-02-29", "2026年3月", "3月5日", "05-03-2026", "tomorrow",
        "2026-03-05 25:00", "2026-03-05 14:60", "2026-03-05 x", "0026-03-05", "2026-03-055", "=2026-03-05",
        "下午2点", "今天和明天",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S") as refused:
        read_when(text, TODAY)
    assert "\n" not in str(refused.value)


def test_a_time_is_no_day() -> None:
    with pytest.raises(ValueError, match="时刻"):
        read_day("2026-03-05 14:30")
