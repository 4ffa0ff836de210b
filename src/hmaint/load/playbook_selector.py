"""Which targets a step is for, from its form to the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from hmaint.kit.hint import meant
from hmaint.kit.i18n import _, series
from hmaint.load.compose import At
from hmaint.load.playbook_names import TARGETS, TargetKind, inventory_fields, is_fact
from hmaint.model.inventory import Scalar
from hmaint.model.playbook import Selector

Complain = Callable[[str, At], None]

_KINDS: dict[str, TargetKind] = {
    "hosts": "host",
    "databases": "database",
    "endpoints": "endpoint",
    "devices": "device",
}
_TYPES = ("http", "json", "tls", "tcp", "ntp", "dns", "ldap", "smtp", "ftp", "ssh", "dicom", "mllp")
_NOT_ASKED = ("limits",)


def make_selector(on: str | dict[str, object], complain: Complain) -> Selector:
    """Make the selector; what is wrong with it is complained of and left out."""
    if isinstance(on, str):
        return Selector(_kind(on, (), complain))
    if len(on) != 1:
        complain(_("below on stands exactly one of {names}").format(names=series(_KINDS)), ())
        return Selector("host")
    ((word, conditions),) = on.items()
    kind = _kind(word, (word,), complain)
    if conditions is None:
        return Selector(kind)
    if not isinstance(conditions, dict):
        words = _("below {name} stand conditions such as {{roles: [db]}}; without any write on: {name}")
        complain(words.format(name=word), (word,))
        return Selector(kind)
    match = {name: _values(kind, name, value, (word, name), complain) for name, value in conditions.items()}
    return Selector(kind, match)


def _kind(word: str, at: At, complain: Complain) -> TargetKind:
    if word not in _KINDS:
        complain(_("unknown target {name}").format(name=word) + meant(word, _KINDS), at)
    return _KINDS.get(word, "host")


def _values(kind: TargetKind, name: str, value: object, at: At, complain: Complain) -> tuple[Scalar, ...]:
    values = tuple(value) if isinstance(value, list) else (value,)
    plain = tuple(item for item in values if isinstance(item, str | int | float))
    if not values or len(plain) != len(values):
        words = _("{name} wants one value, or a list that is not empty (any of them will do)")
        complain(words.format(name=name), at)
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
        words = _("{name} is only known after connecting; write it into when: {kind}.{name} …")
        return words.format(name=name, kind=kind)
    return _unknown(kind, name, (*known, "has", *(("types",) if kind == "endpoint" else ())))


def _unknown(kind: TargetKind, name: str, known: tuple[str, ...]) -> str:
    return _("{owner} has no {name}").format(owner=kind, name=name) + meant(name, known)


@cache  # working out what the annotations of a class mean takes a millisecond, and a playbook asks six hundred times
def _hints(kind: TargetKind) -> Mapping[str, Any]:
    return get_type_hints(TARGETS[kind])


def _words(kind: TargetKind, name: str) -> tuple[Scalar, ...]:
    """List the only words a field may hold, empty when it is free."""
    hint = _hints(kind)[name]
    if get_origin(hint) is tuple:
        hint = get_args(hint)[0]
    return get_args(hint) if get_origin(hint) is Literal else ()


def _not_among(name: str, values: tuple[Scalar, ...], words: tuple[Scalar, ...]) -> str:
    wrong = [value for value in values if words and value not in words]
    if not wrong:
        return ""
    hint = meant(str(wrong[0]), [str(word) for word in words])
    return _("{name} is never {value}").format(name=name, value=wrong[0]) + hint
