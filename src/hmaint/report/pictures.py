"""Pictures on their way into a form: text like everything else in its data, drawn only where the form says so."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping

from hmaint.report.form import Field

_PREFIX = "data:image/png;base64,"
_PNG = b"\x89PNG\r\n\x1a\n"


def as_text(png: bytes) -> str:
    """Give a PNG as the text that stands in a form's data."""
    return _PREFIX + b64encode(png).decode()


def as_picture(text: str) -> bytes | None:
    """Give the PNG behind such text; None for anything else."""
    if not text.startswith(_PREFIX):
        return None
    try:
        png = b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return png if png.startswith(_PNG) else None


def hung(
    data: Mapping[str, object], fields: Mapping[str, Field], hang: Callable[[bytes], object]
) -> dict[str, object]:
    """Give the data with every picture that the form asks for as `hang` makes it; other text stays text."""
    return {name: _hung(value, fields.get(name), hang) for name, value in data.items()}


def _hung(value: object, field: Field | None, hang: Callable[[bytes], object]) -> object:
    if field is None:
        return value
    if field.type == "picture" and isinstance(value, str):
        png = as_picture(value)
        return hang(png) if png else ""
    if field.type == "rows" and isinstance(value, list):
        return [hung(row, field.of, hang) for row in value]
    return value
