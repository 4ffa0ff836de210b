"""`kv`: names and values, one pair a line."""

from __future__ import annotations

import re

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows, choice, figure, filled, whole

_COLUMN = re.compile(r"[^0-9a-z_]+")


def parse(text: str, options: Options) -> Rows:
    """One row whose columns are the names, in lower case with `_` for anything that is no letter or digit.

    `sep` is what stands between name and value (default: the first `=` or `:` of the line; `" "` means
    blanks). Values that are numbers become numbers. Of a name that comes twice the first counts. Lines
    starting with `#` are left out; ValueError when another line has no separator.
    """
    sep = choice(options, "sep", "")
    row: dict[str, Scalar] = {}
    for line in filled(text):
        if line.lstrip().startswith("#"):
            continue
        name, value = _pair(line, sep)
        row.setdefault(_COLUMN.sub("_", name.strip().lower()).strip("_"), _scalar(value.strip()))
    if not row:
        raise ValueError("没有名称与值")
    return [row]


def _pair(line: str, sep: str) -> tuple[str, str]:
    if sep == " ":
        name, *rest = line.split(None, 1)
        return name, rest[0] if rest else ""
    places = [place for place in (line.find(s) for s in ([sep] if sep else ["=", ":"])) if place > 0]
    if not places:
        raise ValueError(f"没有分隔符：{line[:60]!r}")
    at = min(places)
    return line[:at], line[at + len(sep or "=") :]


def _scalar(value: str) -> Scalar:
    for read in (whole, figure):
        try:
            return read(value)
        except ValueError:
            continue
    return value.strip("\"'")
