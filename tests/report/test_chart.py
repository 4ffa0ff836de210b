"""A forecast as a picture: there, the same each time, and refused where its words would be boxes."""

from __future__ import annotations

import struct
from datetime import datetime, timedelta

import pytest

from hmaint.errors import Refused
from hmaint.kit.clock import CHINA
from hmaint.kit.outlook import look_ahead
from hmaint.kit.robust import Point
from hmaint.model.forecast import Forecast, day_of
from hmaint.report import chart_page
from hmaint.report.chart import heading, picture

FIRST = datetime(2026, 1, 20, 9, tzinfo=CHINA)


def forecast(*values: float, limit: float | None = 100.0, unit: str = "%") -> Forecast:
    readings = tuple((FIRST + timedelta(days=30 * n), value) for n, value in enumerate(values))
    outlook = look_ahead([Point(day_of(at), value) for at, value in readings], limit)
    return Forecast("icu-db-1", "disk.used_pct", "/数据", unit, readings, outlook, limit)


GROWING = forecast(50, 53, 55.5, 59, 61, 64.2, 67)


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_a_picture_is_the_same_for_the_same_data_and_as_wide_as_a_page() -> None:
    drawn = picture([GROWING])
    assert drawn == picture([GROWING])
    assert size(drawn) == (990, 390)
    assert size(picture([GROWING, GROWING])) == (990, 780)


@pytest.mark.parametrize(
    "odd",
    [
        forecast(50),
        forecast(0, 0, 0, 0, 0, 0),
        forecast(90, 94, 97, 99.5, 100, 100),
        forecast(-5, -4, -3, -2.5, -1, limit=None, unit="℃"),
        forecast(50, 51, 52, 53, 54, 55, 90),
        forecast(10, 10.1, 10.2, 10.3, 10.4, 10.5),
    ],
)
def test_every_outlook_can_be_drawn_without_a_warning(odd: Forecast) -> None:
    assert picture([odd]).startswith(b"\x89PNG")


def test_without_a_chinese_font_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart_page, "FONTS", ("No Such Font",))
    with pytest.raises(Refused, match="Noto Sans CJK"):
        picture([GROWING])


def test_a_picture_is_headed_by_what_it_is_of() -> None:
    assert heading(GROWING) == "icu-db-1 /数据 （disk.used_pct）"
