"""What pydantic complains of, in the words of somebody who writes YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hmaint.kit.registry import nearest
from hmaint.kit.text import one_line
from hmaint.model.inventory import Secret

_TEXT, _LIST, _MAPPING, _BOOL = "文字", "列表，例如 [a, b]", "一组“键: 值”", "true 或 false"
_WANTED = {
    "string_type": _TEXT,
    "int_type": "整数",
    "int_from_float": "整数",
    "float_type": "数字",
    "bool_type": _BOOL,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dataclass_type": _MAPPING,
    "none_required": "空（什么也不写）",
}
_BOUNDS = {
    "greater_than": "要大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "要小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "string_too_short": "不能少于 {min_length} 个字符",
    "string_too_long": "不能多于 {max_length} 个字符",
    "too_short": "不能少于 {min_length} 项",
    "too_long": "不能多于 {max_length} 项",
    "string_pattern_mismatch": "的写法不对",
    "finite_number": "要写一个有限的数字",
}
_SHOWN = 40


def wanted(kind: str, context: Mapping[str, object]) -> str | None:
    """Name what a value should have been where its type is wrong; None for other complaints."""
    if kind == "is_instance_of" and context.get("class") == "Secret":
        return "!secret 名字"
    return _WANTED.get(kind)


def mistyped(label: str, wants: list[str], value: object) -> str:
    """Say that a value is of the wrong type; the value itself is not repeated, it may be a password."""
    return f"{label}要写 {' 或 '.join(dict.fromkeys(wants))}，现在是{_kind(value)}{_hint(wants, value)}"


def unknown_key(key: str, known: list[str]) -> str:
    """Say that a key is not known, with the nearest one that is, or all of them."""
    shown = one_line(key, _SHOWN)
    if "：" in key:
        return f"不认识的键 {shown}：用了中文冒号，要用英文冒号加空格"
    if near := nearest(key, known):
        return f"不认识的键 {shown}，是否想写 {near}？"
    return f"不认识的键 {shown}" + (f"；这里可以写：{'、'.join(known)}" if known else "")


def not_among(label: str, expected: str, value: object) -> str:
    """Say that a word is none of those allowed, with the nearest one; `expected` quotes each in '…'."""
    words = re.findall(r"'([^']*)'", expected) or [expected]
    shown = f" {one_line(str(value), _SHOWN)}" if isinstance(value, str | int) else _kind(value)
    near = nearest(value, words) if isinstance(value, str) else None
    return f"{label}只能写 {'、'.join(words)}，现在是{shown}" + (f"；是否想写 {near}？" if near else "")


def other(label: str, kind: str, context: Mapping[str, object], message: str) -> str:
    """Say what any other complaint means."""
    if kind in {"value_error", "assertion_error"}:
        return f"{label}{context.get('error', message)}"
    if kind in _BOUNDS:
        return label + _BOUNDS[kind].format_map(context)
    return f"{label}不对：{one_line(message)}"


def _kind(value: object) -> str:
    if value is None:
        return "空的"
    if isinstance(value, Secret):
        return "一个口令引用"
    kinds = ((bool, " true/false"), (int, "整数"), (float, "小数"), (str, "文字"), (Mapping, "一组“键: 值”"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "列表")


def _hint(wants: list[str], value: object) -> str:
    if isinstance(value, str):
        return _text_hint(wants, value)
    quotable = isinstance(value, int | float) and _TEXT in wants
    return "（请加引号）" if quotable else ""


def _text_hint(wants: list[str], value: str) -> str:
    if _BOOL in wants and value.lower() in {"yes", "no", "on", "off", "y", "n"}:
        return "（yes/no/on/off 在这里不是开关）"
    if {"整数", "数字"} & set(wants) and re.fullmatch(r"[-+]?[0-9][0-9._]*", value):
        return "（不要引号、下划线和开头的 0）"
    return "（用了中文冒号，要用英文冒号加空格）" if _MAPPING in wants and "：" in value else ""
