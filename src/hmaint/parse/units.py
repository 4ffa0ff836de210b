"""`units`: `systemctl list-units --no-pager`, with its closing count."""

from __future__ import annotations

import re

from hmaint.parse.fields import Options, Rows, filled

_COUNT = re.compile(r"(\d+) loaded units listed\b.*")
_FIELDS = 4


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per unit: `unit load active sub description`; ValueError without a true closing count."""
    rows: Rows = []
    counted: int | None = None
    for line in filled(text):
        count = _COUNT.match(line)
        if count:
            counted = int(count.group(1))
            break
        words = line.lstrip("●○×↻* ").split(None, _FIELDS)
        if len(words) >= _FIELDS and "." in words[0] and words[0] != "UNIT":
            rows.append(
                {
                    "unit": words[0],
                    "load": words[1],
                    "active": words[2],
                    "sub": words[3],
                    "description": words[4] if len(words) > _FIELDS else "",
                }
            )
    if counted is None:
        raise ValueError("没有“loaded units listed”结尾，输出不完整")
    if counted != len(rows):
        raise ValueError(f"列出 {len(rows)} 个单元，结尾却说 {counted} 个")
    return rows
