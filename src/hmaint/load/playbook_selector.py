"""Which targets a step is for, from its form to the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args, get_origin, get_type_hints

from hmaint.kit.registry import nearest
from hmaint.load.compose import At
from hmaint.load.playbook_names import TARGETS, TargetKind, inventory_fields, is_fact
from hmaint.model.inventory import Scalar
from hmaint.model.playbook import Selector

Complain = Callable[[str, At], None]

_KINDS: dict[str, TargetKind] = {"hosts": "host", "databases": "database", "endpoints": "endpoint"}
_TYPES = ("http", "tls", "tcp")
_NOT_ASKED = ("limits",)


def make_selector(on: str | dict[str, object], complain: Complain) -> Selector:
    """Make the selector; what is wrong with it is complained of and left out."""
    if isinstance(on, str):
        return Selector(_kind(on, (), complain))
    if len(on) != 1:
        complain(f"on 下面必须写且只能写 {'、'.join(_KINDS)} 之一", ())
        return Selector("host")
    ((word, conditions),) = on.items()
    kind = _kind(word, (word,), complain)
    if conditions is None:
        return Selector(kind)
    if not isinstance(conditions, dict):
        complain(f"{word} 下面应写条件，例如 {{roles: [db]}}；没有条件请写 on: {word}", (word,))
        return Selector(kind)
    match = {name: _values(kind, name, value, (word, name), complain) for name, value in conditions.items()}
    return Selector(kind, match)


def _kind(word: str, at: At, complain: Complain) -> TargetKind:
    if word not in _KINDS:
        near = nearest(word, tuple(_KINDS))
        complain(
            f"不认识的对象 {word}" + (f"，是否想写 {near}？" if near else f"；可以写 {'、'.join(_KINDS)}"), at
        )
    return _KINDS.get(word, "host")


def _values(kind: TargetKind, name: str, value: object, at: At, complain: Complain) -> tuple[Scalar, ...]:
    values = tuple(value) if isinstance(value, list) else (value,)
    plain = tuple(item for item in values if isinstance(item, str | int | float))
    if not values or len(plain) != len(values):
        complain(f"{name} 应为一个值，或不空的列表（任一即可）", at)
    elif reason := _refusal(kind, name, plain):
        complain(reason, at)
    return plain


def _refusal(kind: TargetKind, name: str, values: tuple[Scalar, ...]) -> str:
    """Say why a condition can never hold; the empty text when it can."""
    known = tuple(field for field in inventory_fields(kind) if field not in _NOT_ASKED)
    if name == "has":
        return next((_unknown(kind, str(value), known) for value in values if value not in known), "")
    if kind == "endpoint" and name == "types":
        return _not_among(name, values, _TYPES)
    if name in known:
        return _not_among(name, values, _words(kind, name))
    if is_fact(kind, name):
        return f"{name} 要连接之后才知道，请写进 when: {kind}.{name} …"
    return _unknown(kind, name, (*known, "has", *(("types",) if kind == "endpoint" else ())))


def _unknown(kind: TargetKind, name: str, known: tuple[str, ...]) -> str:
    near = nearest(name, known)
    return f"{kind} 没有 {name}" + (f"，是否想写 {near}？" if near else f"；可以写 {'、'.join(known)}")


def _words(kind: TargetKind, name: str) -> tuple[Scalar, ...]:
    """List the only words a field may hold, empty when it is free."""
    hint = get_type_hints(TARGETS[kind])[name]
    return get_args(hint) if get_origin(hint) is Literal else ()


def _not_among(name: str, values: tuple[Scalar, ...], words: tuple[Scalar, ...]) -> str:
    wrong = [value for value in values if words and value not in words]
    if not wrong:
        return ""
    near = nearest(str(wrong[0]), [str(word) for word in words])
    hint = f"，是否想写 {near}？" if near else f"；可以写 {'、'.join(str(word) for word in words)}"
    return f"{name} 不可能是 {wrong[0]}{hint}"
