"""Whether data and form agree: every field there, of its type, nothing required empty by accident."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from hmaint.kit.i18n import _
from hmaint.report.form import Field
from hmaint.report.pictures import as_picture

_LONGEST = 200


def disagreements(data: Mapping[str, object], fields: Mapping[str, Field], at: str = "") -> list[str]:
    """List what a form asks for and the data does not have as asked; more data is no harm."""
    return [fault for name, field in fields.items() for fault in _about(data, field, f"{at}{name}")]


def _about(data: Mapping[str, object], field: Field, at: str) -> Iterator[str]:
    if field.name not in data:
        yield _("the data lacks {field} ({title})").format(field=at, title=field.title)
        return
    value = data[field.name]
    if not _fits(value, field):
        words = _("{field} ({title}) must be {type}, it is {found}")
        yield words.format(field=at, title=field.title, type=field.type, found=type(value).__name__)
    elif field.required and not field.handwriting and _is_empty(value):
        origin = _("; its source: {source}").format(source=field.source) if field.source else ""
        yield _("{field} ({title}) is required, but empty").format(field=at, title=field.title) + origin
    elif isinstance(value, str) and not _is_like(value, field.pattern):
        # The text itself is not shown: it may be the very thing that must not be seen.
        words = _("{field} ({title}) is not of the form {pattern}")
        yield words.format(field=at, title=field.title, pattern=field.pattern)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, row in enumerate(value, start=1):
            yield from disagreements(row, field.of, f"{at}[{number}].")


def _is_like(text: str, pattern: str) -> bool:
    # What has a pattern is a code, never long; matching takes polynomial time.
    return not text or not pattern or (len(text) <= _LONGEST and bool(re.fullmatch(pattern, text)))


def _is_empty(value: object) -> bool:
    return isinstance(value, str | list | tuple) and not (value.strip() if isinstance(value, str) else value)


def _fits(value: object, field: Field) -> bool:
    if field.type == "rows":
        return isinstance(value, list | tuple) and all(isinstance(row, Mapping) for row in value)
    if field.type == "flag":
        return isinstance(value, bool)
    if field.type == "picture":
        return isinstance(value, str) and (not value or as_picture(value) is not None)
    if field.type == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)
