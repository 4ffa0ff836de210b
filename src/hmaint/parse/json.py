"""`json`: an object, or a list of objects."""

from __future__ import annotations

import json

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows


def parse(text: str, options: Options) -> Rows:
    """One row per object; `at` names the member that holds the list (`a.b`). Nested values stay as JSON text.

    ValueError when the text is no JSON or holds something else than objects.
    """
    try:
        value: object = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("嵌套过深") from None
    for name in str(options.get("at", "")).split("."):
        if name:
            if not isinstance(value, dict) or name not in value:
                raise ValueError(f"没有成员 {name}")
            value = value[name]
    items = value if isinstance(value, list) else [value]
    rows: Rows = []
    for item in items:
        if not isinstance(item, dict):
            raise ValueError("不是对象")  # noqa: TRY004 - every refusal of a parser is a ValueError
        rows.append({str(name): _scalar(member) for name, member in item.items()})
    return rows


def _scalar(member: object) -> Scalar:
    if member is None or isinstance(member, (str, int, float, bool)):
        return member
    return json.dumps(member, ensure_ascii=False)


def _refuse(constant: str) -> object:
    raise ValueError(f"不是数字：{constant}")
