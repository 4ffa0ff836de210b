"""Values as drivers hand them out, turned into plain scalars of bounded size."""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hmaint.model.inventory import Scalar

TEXT_LIMIT = 65_536
"""Characters kept of one value; what is longer ends in an ellipsis."""

_BINARY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def to_scalar(value: object) -> Scalar:  # noqa: PLR0911 - one line a type
    """Turn a driver's value into a scalar: times become ISO text, intervals seconds, bytes text or hex."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return _bounded(value)
        case float() | Decimal():
            return _number(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return _number(value.total_seconds())
        case bytes() | bytearray() | memoryview():
            return _text(bytes(value))
        case dict() | list() | tuple():
            return _bounded(json.dumps(value, ensure_ascii=False, default=str))
        case _:
            return _bounded(str(value))


def _number(value: float | Decimal) -> Scalar:
    if not math.isfinite(value):
        return str(value)
    return int(value) if value == int(value) and isinstance(value, Decimal) else float(value)


def _text(raw: bytes) -> str:
    head = raw[:TEXT_LIMIT]
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(head, final=len(head) == len(raw))
    except UnicodeDecodeError:
        text = "\0"
    shown = head.hex() if _BINARY.search(text) else text
    return _bounded(shown, more=len(head) < len(raw))


def _bounded(text: str, *, more: bool = False) -> str:
    return text[:TEXT_LIMIT] + "…" if more or len(text) > TEXT_LIMIT else text


def column_names(keys: Iterable[str]) -> Sequence[str]:
    """Lower-case names, each once: a second `a` becomes `a_2`, so that no column hides another."""
    names: list[str] = []
    for key in keys:
        name, count = key.lower(), 1
        while name in names:
            count += 1
            name = f"{key.lower()}_{count}"
        names.append(name)
    return names
