"""A profile as it was written, read without trusting its types, for the rules that compare its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hmaint.load.compose import At
from hmaint.load.site_view import Written, mapping

CLAUSES = (
    "personnel", "triggered", "obligations", "on_demand", "duties", "quotas", "security", "outside",
)  # fmt: skip
"""The lists whose entries are clauses: an id stands for one of them in the whole profile."""

SECTIONS = frozenset({"term", "availability", "backup", "assessment"})
"""Sections that a question may be about as a whole."""


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of a list with the path it stands at."""

    at: At
    value: Written

    @property
    def id(self) -> str:
        return text(self.value.get("id"))

    def parts(self, *path: str) -> Iterator[Part]:
        """Go through the entries of a list further down."""
        inner: object = self.value
        for key in path:
            inner = mapping(inner).get(key)
        yield from parts(inner, (*self.at, *path))

    def below(self, key: str) -> Part:
        """What stands under a key."""
        return Part((*self.at, key), mapping(self.value.get(key)))


def text(value: object) -> str:
    """Take a value for text; anything else counts as none, the schema complains of it."""
    return value if isinstance(value, str) else ""


def texts(value: object) -> list[tuple[int, str]]:
    """Take a value for a list of words, each with its position."""
    items = value if isinstance(value, list) else []
    return [(number, item) for number, item in enumerate(items) if isinstance(item, str)]


def parts(value: object, at: At) -> Iterator[Part]:
    """Go through a list's entries that are mappings."""
    items = value if isinstance(value, list) else []
    for number, item in enumerate(items):
        if isinstance(item, dict):
            yield Part((*at, number), item)


@dataclass(frozen=True, slots=True)
class ProfileView:
    """The whole profile."""

    root: Part

    def clauses(self) -> Iterator[Part]:
        """Go through every clause of every list, those about faults as well."""
        for section in CLAUSES:
            yield from self.root.parts(section)
        yield from self.root.parts("incident", "always_do")

    def classes(self) -> Iterator[Part]:
        """Go through levels and classes of faults and grades of requirements."""
        yield from self.root.parts("incident", "levels")
        yield from self.root.parts("incident", "classes")
        yield from self.root.parts("requirements", "grades")

    def rules(self) -> Iterator[Part]:
        """Go through the rules of deduction."""
        yield from self.root.parts("deductions")
        for group in self.root.parts("deductions", "classes"):
            yield from group.parts("rules")

    def ids(self, section: str) -> list[str]:
        """List the ids of a section."""
        return list(dict.fromkeys(part.id for part in self.root.parts(section) if part.id))

    def calendars(self) -> Iterator[tuple[str, Part]]:
        """Go through the calendars with their names."""
        calendars = self.root.below("calendars")
        for name in calendars.value:
            if isinstance(name, str):
                yield name, calendars.below(name)

    def levels(self) -> list[str]:
        """List the ids of levels of faults."""
        return [part.id for part in self.root.parts("incident", "levels")]

    def named(self) -> set[str]:
        """Every id that something may be about: clauses, classes, clocks as CLASS.CLOCK, documents, rules, quotas."""
        found = {
            part.id
            for part in (*self.clauses(), *self.classes(), *self.rules(), *self.root.parts("documents"))
        }
        found |= {text(part.value.get("clause")) for part in self.classes()}
        found |= {f"{part.id}.{clock.id}" for part in self.classes() for clock in part.parts("clocks")}
        found |= {text(inner.value.get("clause")) for inner in self._single()}
        return (found | SECTIONS) - {""}

    def _single(self) -> Iterator[Part]:
        yield self.root.below("requirements").below("overall_cap")
        yield self.root.below("upgrade").below("after")
