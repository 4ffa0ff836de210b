"""Nouns as JSON and back, exactly: nothing in such a text can run, and only nouns are made from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

_PLAIN = (type(None), bool, int, float, str)
_WRITE: Mapping[type, tuple[str, Callable[[Any], list[object]]]] = {
    date: ("date", lambda value: [value.isoformat()]),
    datetime: ("datetime", lambda value: [value.isoformat()]),
    time: ("time", lambda value: [value.isoformat()]),
    timedelta: ("timedelta", lambda value: [value.days, value.seconds, value.microseconds]),
    Decimal: ("decimal", lambda value: [str(value)]),
    type(Path()): ("path", lambda value: [str(value)]),
}
_READ: Mapping[str, Callable[..., object]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": timedelta,
    "decimal": Decimal,
    "path": Path,
}
_GATHER: Mapping[type, str] = {tuple: "tuple", list: "list", frozenset: "frozenset", set: "set"}
_GATHERED: Mapping[str, Callable[[list[object]], object]] = {
    "tuple": tuple,
    "list": list,
    "frozenset": frozenset,
    "set": set,
}


def pack(value: object, packages: tuple[str, ...]) -> str:
    """Write a value made of nouns, enumerations, collections and times; TypeError for anything else in it.

    Nouns are frozen dataclasses with slots, of modules whose names begin as `packages` do.
    """
    classes: dict[type, int] = {}
    written = _written(value, classes, packages)
    named = [[kind.__module__, kind.__qualname__, _shape(kind)] for kind in classes]
    return json.dumps([named, written], ensure_ascii=False, separators=(",", ":"))


def unpack(text: str, packages: tuple[str, ...]) -> object:
    """Read what `pack` wrote; only classes of modules whose names begin so are made.

    ValueError where the text is anything else, or its classes have other fields by now.
    """
    try:
        named, written = json.loads(text)
        return _read(written, [_class_of(module, name, shape, packages) for module, name, shape in named])
    except (ArithmeticError, AttributeError, ImportError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _written(value: object, classes: dict[type, int], packages: tuple[str, ...]) -> object:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind in _WRITE:
        name, parts = _WRITE[kind]
        return [name, *parts(value)]
    tag: object = _GATHER.get(kind)
    if kind is dict:
        tag, inside = "dict", [part for pair in value.items() for part in pair]  # type: ignore[attr-defined]  # a dict
    elif tag:
        inside = list(value)  # type: ignore[call-overload]  # a collection
    elif not kind.__module__.startswith(packages):
        words = f"{kind.__qualname__} cannot be packed"
        raise TypeError(words)
    else:
        tag = classes.setdefault(kind, len(classes))
        inside = [value.value] if isinstance(value, Enum) else [getattr(value, name) for name in _shape(kind)]
    return [tag, *(_written(each, classes, packages) for each in inside)]


def _shape(kind: type) -> list[str]:
    """The fields of a noun: a text of others is not for it. Its slots tell them without making the class whole."""
    return [name for base in reversed(kind.__mro__) for name in base.__dict__.get("__slots__", ())]


_Class = tuple[type, list[str]]


def _class_of(module: str, name: str, shape: list[str], packages: tuple[str, ...]) -> _Class:
    if not module.startswith(packages):
        raise ValueError(module)
    found = getattr(import_module(module), name)
    noun = isinstance(found, type) and ("__slots__" in found.__dict__ or issubclass(found, Enum))
    if not noun or _shape(found) != shape:
        raise ValueError(name)
    return found, shape


def _read(written: object, classes: list[_Class]) -> object:
    if type(written) is not list:
        return written
    head, *rest = written
    if head in _READ:
        return _READ[head](*rest)
    inside = [_read(each, classes) if type(each) is list else each for each in rest]
    if type(head) is int:
        return _made(*classes[head], inside)
    if head == "dict":
        return dict(zip(inside[::2], inside[1::2], strict=True))
    return _GATHERED[head](inside)


def _made(kind: type, names: list[str], values: list[object]) -> object:
    if not names:
        return kind(*values)
    made: object = object.__new__(kind)
    for name, value in zip(names, values, strict=True):
        object.__setattr__(made, name, value)
    return made
