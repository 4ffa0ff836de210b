"""What values of the model are in a column, and back: whole microseconds, JSON, text every server takes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from hmaint.kit.clock import CHINA
from hmaint.kit.text import storable

VERSION = "0005"
"""The newest migration; a file that says anything else is migrated or refused."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHINA_EPOCH = EPOCH.astimezone(CHINA)
_MICROS = 1_000_000
_EXACT = 2**32 * _MICROS
"""As far as seconds in floating point tell microseconds apart without fail: until 2106."""
_FIRST_VALUE = json.JSONDecoder().raw_decode
_spell = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def micros(moment: datetime | None) -> int | None:
    """A point in time as whole microseconds since 1970 UTC."""
    return None if moment is None else (moment - EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=64)  # what happened was mostly put on record in the same moment
def moment_if_any(count: int | None) -> datetime | None:
    """The point in time of so many microseconds, in China's zone; None where there is none."""
    # Years of records have tens of thousands of moments, and adding to a first one takes twice as long.
    if count is not None and 0 <= count < _EXACT:
        return datetime.fromtimestamp(count / _MICROS, CHINA)
    return None if count is None else _CHINA_EPOCH + timedelta(microseconds=count)


def moment(count: int) -> datetime:
    """The point in time of so many microseconds, in China's zone."""
    return cast("datetime", moment_if_any(count))


def spelled(value: object) -> str:
    """Anything JSON can say; big numbers and Chinese stay what they are."""
    return storable(_spell(value))


def parsed(text: str | None) -> Any:  # noqa: ANN401 - JSON is of any type
    """What a text of JSON says; None where there is none."""
    if text is None:
        return None
    # As it was written: without the blanks around it that `json.loads` looks for, which takes as long again.
    try:
        value, end = _FIRST_VALUE(text)
    except json.JSONDecodeError:
        end = -1
    return value if end == len(text) else json.loads(text)


def plain(value: object) -> object:
    """The value as a driver takes it."""
    if isinstance(value, str):
        return storable(str(value) if isinstance(value, StrEnum) else value)
    return micros(value) if isinstance(value, datetime) else value
