"""A class that is made late is in everything like one of the library's."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, ClassVar

import pytest

from hmaint.kit import frozen
from hmaint.model.entry import Entry
from hmaint.model.limit import Limit


def _family(dataclass: Callable[..., Any]) -> dict[str, type[Any]]:
    @dataclass(frozen=True, slots=True)
    class Base:
        """One."""

        most: ClassVar[int] = 3
        a: int
        b: tuple[str, ...] = ()
        c: dict[str, int] = dataclasses.field(default_factory=dict, compare=False, repr=False)

        @property
        def double(self) -> int:
            return self.a * 2

    @dataclass(frozen=True, slots=True)
    class Child(Base):
        d: str = "d"

        def told(self) -> str:
            return f"{self.d}{self.double}"

    @dataclass(frozen=True, slots=True)
    class Own:
        a: int

        def __repr__(self) -> str:
            return "own"

    @dataclass(frozen=True, slots=True)
    class Empty:
        pass

    @dataclass(frozen=True, slots=True)
    class Checked(Base):
        kind: str = "k"
        cls: str = ""

        def __post_init__(self) -> None:
            if self.a < 0:
                raise ValueError(self.kind)
            object.__setattr__(self, "cls", f"{self.kind}!")

    return {each.__name__: each for each in (Base, Child, Own, Empty, Checked)}


def _refused(make: Callable[[], object]) -> str:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its words are what is asked for
        make()
    return str(refused.value)


STOCK, LATE = _family(dataclasses.dataclass), _family(frozen.dataclass)
SIGHTS: dict[str, Callable[[dict[str, type[Any]]], object]] = {
    "shown": lambda of: [
        repr(of["Base"](1)),
        repr(of["Child"](1, ("x",), {}, "e")),
        repr(of["Own"](1)),
        repr(of["Empty"]()),
    ],
    "equal": lambda of: [
        of["Base"](1) == of["Base"](1, (), {"c": 1}),
        of["Base"](1) == of["Child"](1),
        of["Base"](1) != of["Base"](2),
    ],
    "hashed": lambda of: [hash(of["Base"](1, ("x",))), len({of["Child"](1), of["Child"](1), of["Child"](2)})],
    "fields": lambda of: [
        (each.name, each.default is dataclasses.MISSING, each.compare)
        for each in dataclasses.fields(of["Child"])
    ],
    "of an empty one": lambda of: [dataclasses.fields(of["Empty"]), of["Empty"]() == of["Empty"]()],
    "replaced": lambda of: repr(dataclasses.replace(of["Child"](1), d="x")),
    "as a dict": lambda of: dataclasses.asdict(of["Child"](1, ("x",), {"k": 1})),
    "is one": lambda of: [dataclasses.is_dataclass(each) for each in of.values()],
    "slots": lambda of: [each.__slots__ for each in of.values()],
    "no more room": lambda of: hasattr(of["Base"](1), "__dict__"),
    "matched": lambda of: [each.__match_args__ for each in of.values()],
    "its own": lambda of: [of["Child"](2).told(), of["Base"].most, of["Base"].__doc__, of["Child"].__name__],
    "copied": lambda of: [
        copy.copy(of["Child"](2)) == of["Child"](2),
        copy.deepcopy(of["Child"](2, ("x",))).b,
    ],
    "by name": lambda of: of["Child"](d="x", a=5).told(),
    "checked": lambda of: [
        repr(of["Checked"](1, kind="x")),
        repr(dataclasses.replace(of["Checked"](1), a=3)),
        repr(copy.copy(of["Checked"](a=2, kind="y", cls="z"))),
        _refused(lambda: of["Checked"](-1)),
    ],
    "its very class": lambda of: [
        type(each) is of[name]
        for name in ("Base", "Child", "Own", "Checked")
        for each in (
            of[name](1),
            copy.copy(of[name](1)),
            copy.deepcopy(of[name](1)),
            dataclasses.replace(of[name](1)),
        )
    ],
    "each has its own": lambda of: of["Base"](1).c is of["Base"](1).c,
}


@pytest.mark.parametrize("sight", SIGHTS)
def test_it_is_like_the_librarys(sight: str) -> None:
    look = SIGHTS[sight]
    # Each from a class nobody has touched: what was asked first must not matter.
    assert look(_family(frozen.dataclass)) == look(_family(dataclasses.dataclass))


@pytest.mark.parametrize(
    "act",
    [lambda one: setattr(one, "a", 2), lambda one: delattr(one, "a"), lambda one: setattr(one, "zzz", 2)],
)
def test_it_cannot_be_changed(act: Callable[[Any], None]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        act(_family(frozen.dataclass)["Base"](1))


@pytest.mark.parametrize("name", ["Base", "Child", "Checked"])
def test_what_was_filled_in_can_be_changed_no_more(name: str) -> None:
    one = _family(frozen.dataclass)[name](1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.a = 2
    assert one.a == 1


@pytest.mark.parametrize("wrong", [(), (1, 2, 3, 4, 5), ("a", "b", "c", "d", "e")])
def test_too_few_and_too_many_are_refused(wrong: tuple[object, ...]) -> None:
    with pytest.raises(TypeError):
        _family(frozen.dataclass)["Child"](*wrong)


def test_a_pattern_takes_its_fields_in_order() -> None:
    one = _family(frozen.dataclass)["Base"](7)
    match one:
        case object(a=7, b=()):
            pass
        case _:
            pytest.fail("not matched")
    match Limit(3, "day"):
        case Limit(amount, unit):
            assert (amount, unit) == (3, "day")


def test_a_noun_goes_through_a_pickle() -> None:
    limit = Limit(3, "day")
    assert pickle.loads(pickle.dumps(limit)) == limit  # noqa: S301 - our own
    with pytest.raises(dataclasses.FrozenInstanceError):
        limit.amount = 4  # type: ignore[misc]  # that is the point


def test_many_threads_may_see_it_first_at_once() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _time in range(50):
            made, start = _family(frozen.dataclass), Barrier(8)

            def see(made: dict[str, type[Any]] = made, start: Barrier = start) -> object:
                start.wait()
                return (
                    made["Child"](1, ("x",)).told(),
                    hash(made["Child"](1)),
                    dataclasses.fields(made["Base"]),
                )

            with ThreadPoolExecutor(8) as pool:
                seen = [each.result() for each in [pool.submit(see) for _thread in range(8)]]
            assert all(each == seen[0] for each in seen)
    finally:
        sys.setswitchinterval(before)


@pytest.mark.parametrize("where", ["_get_field", "_init_fn", "_set_new_attribute"])
def test_what_was_interrupted_is_made_the_next_time(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _family(frozen.dataclass)

    def stop(*_words: object, **_named: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(dataclasses, where, stop)
        with pytest.raises(KeyboardInterrupt):
            made["Child"](1)
    assert made["Child"](1, ("x",), d="e") == made["Child"](1, ("x",), {"k": 1}, "e")
    assert repr(made["Child"](1)) == repr(_family(dataclasses.dataclass)["Child"](1))
    assert made["Base"](1).c == {}


def test_a_class_derived_from_a_noun_may_call_what_the_noun_has() -> None:
    base: Any = _family(frozen.dataclass)["Base"]

    class Own(base):  # type: ignore[misc]  # any class at all
        __slots__ = ()

        def __init__(self) -> None:
            super().__init__(5)

        def __repr__(self) -> str:
            return f"own {super().__repr__()}"

        def __eq__(self, other: object) -> bool:
            return bool(super().__eq__(other))

        def __hash__(self) -> int:
            return hash(("own", super().__hash__()))

    assert Own() == Own()
    assert hash(Own()) == hash(Own())
    assert repr(Own()).startswith("own ")


def test_a_dataclass_of_the_librarys_may_be_derived_from_a_noun() -> None:
    base: Any = _family(frozen.dataclass)["Base"]

    @dataclasses.dataclass(frozen=True, slots=True)
    class Strangers(base):  # type: ignore[misc]  # any class at all
        e: str = "e"

    one = Strangers(1, ("x",))
    assert (one.a, one.b, one.c, one.e, one.double) == (1, ("x",), {}, "e", 2)
    assert type(one) is type(copy.copy(one)) is Strangers
    assert dataclasses.replace(one, e="f") != one
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.a = 2  # type: ignore[misc]  # that is the point


def test_a_noun_may_be_derived_from_a_dataclass_of_the_librarys() -> None:
    base: Any = _family(dataclasses.dataclass)["Base"]

    @frozen.dataclass(frozen=True, slots=True)
    class Ours(base):  # type: ignore[misc]  # any class at all
        e: str = "e"

    assert repr(Ours(1, e="f")).endswith("Ours(a=1, b=(), e='f')")
    assert Ours(1).c == {}


def test_nouns_are_made_late_in_truth() -> None:
    assert isinstance(vars(_family(frozen.dataclass)["Child"])["__dataclass_fields__"], frozen._Late)
    assert dataclasses.is_dataclass(Entry)


def test_another_kind_of_class_is_refused() -> None:
    with pytest.raises(TypeError):
        frozen.dataclass(frozen=True, slots=False)
