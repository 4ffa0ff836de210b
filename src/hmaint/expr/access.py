"""What an expression may reach: names of its scope, and plain public data behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache

from hmaint.expr.answer import NoAnswer, Undefined
from hmaint.expr.version import Version
from hmaint.model.inventory import Secret

VERSIONS = frozenset({"database.version", "host.kernel", "host.release"})
"""Names whose text compares as a version."""


def look_up(scope: Mapping[str, object], name: str) -> object:
    """Find the value of a name; Undefined when the scope has none, NoAnswer when it is not data."""
    if name not in scope:
        raise Undefined(name)
    return _data(scope[name], name)


def pick(value: object, attribute: str, path: str) -> object:
    """Take a key of a mapping or a field of a dataclass, nothing else; `path` names it in errors.

    Methods, properties, private names and secrets are out of reach: they raise NoAnswer, what is not there
    Undefined.
    """
    if attribute.startswith("_"):
        raise NoAnswer(f"不能读取 {path}")
    if isinstance(value, Mapping):
        if attribute not in value:
            raise Undefined(path)
        return _data(value[attribute], path)
    if is_dataclass(value) and not isinstance(value, type):
        if attribute not in _fields(type(value)):
            raise Undefined(path)
        return _data(getattr(value, attribute), path)
    raise NoAnswer(f"{path}：{type(value).__name__} 没有可读取的成员")


def item(value: object, index: int, path: str) -> object:
    """Take one element of a list, counted from 0; Undefined when the list is shorter."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise NoAnswer(f"{path}：只有列表可以按序号读取")
    if not -len(value) <= index < len(value):
        raise Undefined(path)
    return _data(value[index], path)


@cache
def _fields(kind: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind))


def _data(value: object, path: str) -> object:
    # An inventory holds references to secrets; a playbook must not be a way to print one.
    if isinstance(value, Secret):
        raise NoAnswer(f"{path} 是口令，不能读取")
    if callable(value):
        raise NoAnswer(f"{path} 不是数据")
    return Version(value) if path in VERSIONS and isinstance(value, str) else value
