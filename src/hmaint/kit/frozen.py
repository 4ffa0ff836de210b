"""`dataclass(frozen=True, slots=True)` whose methods are made when somebody first wants one.

The library compiles six methods for each class as it is defined, most of a millisecond; a command defines two hundred
nouns and uses half of them. Here a class is there at once, with its slots, and `dataclasses` makes the rest of it as
soon as a value is made, compared, shown or asked for its fields. See docs/decisions/0016-a-quick-start.md.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from threading import RLock
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """Like the library's, for the one kind of class that the nouns are."""
        if not (frozen and slots):
            words = "only frozen classes with slots are made late; take the library's own"
            raise TypeError(words)
        return _noun


_METHODS = ("__init__", "__repr__", "__eq__", "__hash__")
_FIELDS = ("__dataclass_fields__", "__dataclass_params__", "__match_args__")


_ONE_AT_A_TIME = RLock()
"""Making a class makes those it is derived from."""


class _Late:
    """What a class has once it is asked for it."""

    def __init__(self, name: str, make: Callable[[], type]) -> None:
        self._name, self._make = name, make

    def __get__(self, instance: object, owner: type) -> object:
        self._make()
        return getattr(owner, self._name)


def _noun(plain: type) -> type:
    """Make the class with slots, as the library does, and leave the rest for later."""
    body = {name: part for name, part in plain.__dict__.items() if name not in ("__dict__", "__weakref__")}
    own = dict(body)
    names = [name for name, kind in own.get("__annotations__", {}).items() if not kind.startswith("ClassVar")]
    inherited = {slot for base in plain.__mro__[1:] for slot in base.__dict__.get("__slots__", ())}
    for name in names:
        own.pop(name, None)
    own["__slots__"] = tuple(name for name in names if name not in inherited)
    own |= {"__setattr__": _refuse, "__delattr__": _refuse, "__getstate__": _state, "__setstate__": _restore}

    def make() -> type:
        with _ONE_AT_A_TIME:  # sixteen visits at once see a noun first in the same moment
            if isinstance(made.__dict__[_FIELDS[-1]], _Late):
                # Ctrl-C may come at any point of this: what it leaves half made must not stay the class for good.
                whole = type(plain)(plain.__name__, plain.__bases__, dict(body))
                whole.__qualname__ = plain.__qualname__
                dataclasses.dataclass(frozen=True)(whole)
                for name in (*_METHODS, *_FIELDS):
                    if name in whole.__dict__:
                        setattr(made, name, whole.__dict__[name])
        return made

    own |= {name: _Late(name, make) for name in _FIELDS}
    own |= {name: _stub(name, make) for name in _METHODS if own.get(name) is None}
    made = type(plain)(plain.__name__, plain.__bases__, own)
    made.__qualname__ = plain.__qualname__
    return made


def _stub(name: str, make: Callable[[], type]) -> Callable[..., Any]:
    def late(self: object, *args: object, **named: object) -> object:
        # The class's own: a class derived from it may have called it from one of the same name.
        return getattr(make(), name)(self, *args, **named)

    late.__name__ = name
    return late


def _refuse(self: object, name: str, value: object = None) -> None:  # noqa: ARG001 - the language's signature
    words = f"cannot assign to or delete field {name!r}"
    raise dataclasses.FrozenInstanceError(words)


def _state(self: Any) -> list[object]:  # noqa: ANN401 - any noun
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _restore(self: Any, state: list[object]) -> None:  # noqa: ANN401 - any noun
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)
