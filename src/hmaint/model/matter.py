"""A matter as it stands: told anew each time from its entries, in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from hmaint.kit.frozen import dataclass
from hmaint.model.entry import WITHDRAWN, Entry, standing
from hmaint.model.ledger import ADDING, Field, Ledger

REASON = "reason_of_correction"
"""The key under which a correcting entry tells why; a withdrawing one tells it under `reason`."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What holds of one matter."""

    id: str
    kind: str
    site: str
    entries: tuple[Entry, ...]
    """Those that hold, the opening first, the others in the order they happened."""
    body: Mapping[str, object]
    """What is known by now: the last word on each thing, and all lines and rows together."""
    history: tuple[Entry, ...]
    """Every entry as it was put on record, also those that were corrected or withdrawn."""
    opening: Entry | None
    """None where it was withdrawn."""

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back: it stays on record and counts for nothing."""
        return self.opening is None

    def all(self, event: str) -> tuple[Entry, ...]:
        """The entries of an event, in the order they happened."""
        return tuple(each for each in self.entries if each.event == event)

    def first(self, event: str) -> Entry | None:
        """The first time something happened; None where it did not."""
        return next(iter(self.all(event)), None)

    def last(self, event: str) -> Entry | None:
        """The last time something happened; None where it did not."""
        return next(iter(reversed(self.all(event))), None)

    def text(self, name: str) -> str:
        """What is told under a name, as text; empty where nothing is."""
        return str(self.body.get(name) or "")

    def rows(self, name: str) -> tuple[Mapping[str, str], ...]:
        """The rows told under a name."""
        told = self.body.get(name)
        return tuple(each for each in told if isinstance(each, Mapping)) if isinstance(told, Sequence) else ()

    def lines(self, name: str) -> tuple[str, ...]:
        """The lines told under a name."""
        told = self.body.get(name)
        return () if isinstance(told, str) or not isinstance(told, Sequence) else tuple(map(str, told))

    @property
    def evidence(self) -> tuple[Mapping[str, str], ...]:
        """The evidence of all entries that hold."""
        return self.rows("evidence")


def fold(ledger: Ledger, entries: Iterable[Entry]) -> Matter:
    """Tell a matter from its entries, at least one; the same in whatever order and however often they come."""
    return _fold(ledger, ledger.opening.name, ledger.fields, entries)


def _fold(ledger: Ledger, opens: str, fields: Mapping[str, Field], entries: Iterable[Entry]) -> Matter:
    known = sorted({each.id: each for each in entries}.values(), key=attrgetter("recorded_at", "id"))
    held = sorted(standing(known), key=lambda each: each.event != opens)
    first = held[0] if held and held[0].event == opens else None
    body: dict[str, object] = {}
    for entry in held if first else ():
        _tell(body, entry.body, fields)
    return Matter(known[0].matter, ledger.kind, known[0].site, tuple(held), body, tuple(known), first)


def fold_all(ledger: Ledger, entries: Iterable[Entry]) -> tuple[Matter, ...]:
    """Tell every matter of a kind, by the time they were opened."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind == ledger.kind:
            found.setdefault(entry.matter, []).append(entry)
    opens, fields = ledger.opening.name, ledger.fields
    return tuple(sorted((_fold(ledger, opens, fields, each) for each in found.values()), key=_opened))


def _opened(matter: Matter) -> tuple[object, ...]:
    first = matter.opening or matter.history[0]
    return (first.at, first.recorded_at, matter.id)


def _tell(body: dict[str, object], told: Mapping[str, object], fields: Mapping[str, Field]) -> None:
    for name, value in told.items():
        if name == REASON:
            continue
        adds = name == "evidence" or (name in fields and fields[name].sort in ADDING)
        if adds and isinstance(value, list | tuple):
            before = body.get(name)
            kept = list(before) if isinstance(before, list) else []
            body[name] = kept + [each for each in value if each not in kept]
        else:
            body[name] = value


def undone(matter: Matter) -> Mapping[str, Entry]:
    """By its id, what stands in place of each entry that holds no more, or took it back."""
    return {each.corrects: each for each in matter.history if each.corrects}


def withdrawal(matter: Matter) -> Entry | None:
    """The entry that took the whole matter back, with its reason; None while it stands."""
    taken = [each for each in matter.history if each.event == WITHDRAWN]
    return taken[-1] if matter.withdrawn and taken else None
