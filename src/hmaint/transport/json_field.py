"""One field of a JSON text, found by a path, and whether it is what it should be."""

from __future__ import annotations

import json
import re

from hmaint.kit.text import one_line
from hmaint.model.inventory import Scalar

_PART = re.compile(r"([^.\[\]]+)|\[([0-9]{1,6})\]")


class _Absent:
    """Stands for a field that is not there: null is a value."""


_ABSENT = _Absent()


def field_of(body: bytes, path: str, wanted: Scalar, *, cut: bool) -> dict[str, Scalar]:
    """`json` is the field as text, `json_ok` whether it equals `wanted`; None where the text was not seen whole."""
    if cut:
        return {"json": "内容过长，没有读完", "json_ok": None}
    try:
        found = _at(json.loads(body), path)
    except (ValueError, RecursionError):
        return {"json": "返回的不是 JSON", "json_ok": False}
    if isinstance(found, _Absent):
        return {"json": f"没有字段 {path}", "json_ok": False}
    if isinstance(found, dict | list):
        return {"json": f"字段 {path} 不是单个值", "json_ok": False}
    told = json.dumps(found, ensure_ascii=False) if not isinstance(found, str) else found
    return {"json": one_line(told, 100), "json_ok": _equal(found, wanted)}


def _at(value: object, path: str) -> object:
    for name, number in _PART.findall(path):
        if name and isinstance(value, dict) and name in value:
            value = value[name]
        elif number and isinstance(value, list) and int(number) < len(value):
            value = value[int(number)]
        else:
            return _ABSENT
    return value


def _equal(found: object, wanted: Scalar) -> bool:
    """Whether two values are the same; true is no 1 here."""
    return found == wanted and isinstance(found, bool) is isinstance(wanted, bool)
