"""Two code tables held against each other, whatever their engines: by key, then value by value."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from hmaint.model.look import Row, Rows
from hmaint.step.data_args import InStep
from hmaint.step.data_words import Count

_SHOWN = 5
Codes = dict[tuple[str, ...], tuple[str, ...]]


def compared(step: InStep, here: Rows, there: Rows) -> Count:
    """How many codes differ; nothing checked where one of the tables gave no row."""
    mine, other = (_codes(rows.rows, len(step.key)) for rows in (here, there))
    if not mine or not other:
        return Count(0, 0, 0, (), "", "")
    missing = [key for key in mine if key not in other] if step.only_in != "there" else []
    extra = [key for key in other if key not in mine] if step.only_in != "here" else []
    different = [key for key in mine if key in other and mine[key] != other[key]]
    parts = (("仅本表有", missing), ("仅对方有", extra), ("内容不同", different))
    told = "，".join(f"{word} {len(keys)} 个" for word, keys in parts if keys)
    samples = tuple(f"{word} {'、'.join(_named(keys))}" for word, keys in parts if keys)
    against = f"{step.other.database}.{step.other.table}" if step.other.database else step.other.table
    checked = len(mine.keys() | other.keys())
    bad = len(missing) + len(extra) + len(different)
    return Count(checked, bad, 0, samples, f"与 {against} 不一致（{told}）", "")


def _codes(rows: Iterable[Row], keys: int) -> Codes:
    found: Codes = {}
    for row in rows:
        values = tuple(_plain(value) for value in row.values())
        found[values[:keys]] = values[keys:]
    return found


def _plain(value: object) -> str:
    """A value as both engines would say it: 1, 1.0 and '1 ' are the same code."""
    text = "" if value is None else str(value).strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    # 007 is a code and no number.
    leading = text.lstrip("-").startswith("0") and text.lstrip("-")[1:2].isdigit()
    return text if leading or not number.is_finite() else format(number.normalize(), "f")


def _named(keys: list[tuple[str, ...]]) -> Iterable[str]:
    shown = ["/".join(key) for key in sorted(keys)[:_SHOWN]]
    return [*shown, "等"] if len(keys) > _SHOWN else shown
