"""`dataclass(frozen=True, slots=True)` whose methods are made when first wanted, and whose values cost little.

The library compiles six methods for each class as it is defined, most of a millisecond; a command defines two hundred
nouns and uses half of them. Here a class is there at once, with its slots, and `dataclasses` makes the rest of it as
soon as a value is made, compared, shown or asked for its fields. A value is filled in while it is a draft, which can be
written to like any object, and is the noun from then on: the library's way to fill in what refuses to be written to
takes three times as long. See docs/decisions/0016-a-quick-start.md.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
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
_SHAPE = ("__dataclass_fields__", "__match_args__")
_PARAMS = "__dataclass_params__"


_ONE_AT_A_TIME = RLock()
"""Making a class makes those it is derived from."""


class _Late:
    """What a class has once it is asked for it."""

    def __init__(self, name: str, make: Callable[[], object]) -> None:
        self._name, self._make = name, make

    def __get__(self, instance: object, owner: type) -> object:
        self._make()
        return getattr(owner, self._name)


def _noun(plain: type) -> type:
    """Make the class with slots, as the library does, and leave the rest for later."""
    return _Making(plain).made


class _Making:
    """A noun as far as it is made."""

    def __init__(self, plain: type) -> None:
        self._plain = plain
        self._filling: Callable[..., None] | None = None
        skipped = ("__dict__", "__weakref__")
        self._body = {name: part for name, part in plain.__dict__.items() if name not in skipped}
        self.made = self._class(self._own())

    def _class(self, parts: dict[str, Any]) -> type:
        found = type(self._plain)(self._plain.__name__, self._plain.__bases__, parts)
        found.__qualname__ = self._plain.__qualname__
        return found

    def _own(self) -> dict[str, Any]:
        own = dict(self._body)
        names = [
            name for name, kind in own.get("__annotations__", {}).items() if not kind.startswith("ClassVar")
        ]
        inherited = {slot for base in self._plain.__mro__[1:] for slot in base.__dict__.get("__slots__", ())}
        for name in names:
            own.pop(name, None)
        own["__slots__"] = tuple(name for name in names if name not in inherited)
        if "__init__" not in own:
            own["__new__"] = self._first
        own |= {name: _stub(name, self._whole) for name in _METHODS if own.get(name) is None}
        return (
            own
            | _ALIKE
            | {name: _Late(name, self._shape) for name in _SHAPE}
            | {_PARAMS: _Late(_PARAMS, self._whole)}
        )

    def _whole(self) -> type:
        """Make all that the library makes."""
        with _ONE_AT_A_TIME:  # sixteen visits at once see a noun first in the same moment
            if isinstance(self.made.__dict__[_PARAMS], _Late):
                # Ctrl-C may come at any point of this: what it leaves half made must not stay the class for good.
                found = self._class(dict(self._body))
                dataclasses.dataclass(frozen=True)(found)
                for name in (*_METHODS, *_SHAPE, _PARAMS):
                    if name in found.__dict__:
                        setattr(self.made, name, found.__dict__[name])
        return self.made

    def _shape(self) -> Callable[..., None]:
        """Make the fields; answer an `__init__` for what can be written to: it sets one after the other."""
        with _ONE_AT_A_TIME:
            if self._filling is None:
                found: type = dataclasses.dataclass(repr=False, eq=False)(_fields(self._plain, self._body))
                for name in _SHAPE:
                    setattr(self.made, name, found.__dict__[name])
                self._filling = found.__dict__["__init__"]
            return self._filling

    def _first(self, kind: type, /, *_words: object, **_named: object) -> object:
        """Give an empty value for the first time."""
        if kind is self.made:
            new = _giving(kind, _draft(kind, self._shape()))
            setattr(kind, "__new__", staticmethod(new))  # noqa: B010 - to a type checker it is no attribute but a method
            return new(kind)
        return object.__new__(kind)


def _fields(plain: type, body: Mapping[str, Any]) -> type:
    """A class of nothing but the fields of a noun, those it inherits as well."""
    kinds: dict[str, object] = {}
    parts: dict[str, object] = {}
    for base in reversed(plain.__mro__[1:]):
        for each in getattr(base, _SHAPE[0], {}).values():
            kinds[each.name], parts[each.name] = each.type, each
    own = body.get("__annotations__", {})
    parts = {name: part for name, part in parts.items() if name not in own}
    parts |= {name: body[name] for name in own if name in body}
    about = {"__module__": plain.__module__, "__qualname__": plain.__qualname__, "__doc__": plain.__name__}
    # That there is a `__post_init__` makes the library call the draft's.
    return type(plain.__name__, (), {**parts, **about, "__annotations__": kinds | own, "__post_init__": None})


def _draft(made: type, filling: Callable[..., None]) -> type:
    """What a value of a noun is while it is filled in; where the noun has a `__post_init__`, that comes after it."""
    after = getattr(made, "__post_init__", None)

    def settled(self: object) -> None:
        self.__class__ = made
        if after is not None:
            after(self)

    free = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    parts = {"__slots__": (), "__module__": made.__module__, "__init__": filling, "__post_init__": settled}
    return type(made)(made.__name__, (made,), free | parts)


def _giving(made: type, draft: type) -> Callable[..., object]:
    """A `__new__` that gives a draft to be filled in; to classes derived from the noun, a value of theirs."""
    blank = object.__new__

    def new(kind: type, /, *_words: object, **_named: object) -> object:
        return blank(draft if kind is made else kind)

    return new


def _stub(name: str, make: Callable[[], type]) -> Callable[..., Any]:
    def late(self: object, /, *args: object, **named: object) -> object:
        # The class's own: a class derived from it may have called it from one of the same name.
        return getattr(make(), name)(self, *args, **named)

    late.__name__ = name
    return late


def _refuse(self: object, name: str, value: object = None) -> None:  # noqa: ARG001 - the language's signature
    words = f"cannot assign to or delete field {name!r}"
    raise dataclasses.FrozenInstanceError(words)


def _reduced(self: Any) -> tuple[object, ...]:  # noqa: ANN401 - any noun
    """How a value is copied and pickled: into an empty one of its class, and no draft."""
    return _empty, (type(self),), self.__getstate__()


def _empty(kind: type) -> object:
    return object.__new__(kind)


def _state(self: Any) -> list[object]:  # noqa: ANN401 - any noun
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _restore(self: Any, state: list[object]) -> None:  # noqa: ANN401 - any noun
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


_ALIKE = {
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__reduce__": _reduced,
    "__getstate__": _state,
    "__setstate__": _restore,
}
"""What is the same in every noun."""
