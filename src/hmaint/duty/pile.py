"""Deeds as duties look through them: by what they show, by their days, and by what they were made of. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from operator import attrgetter

from hmaint.duty.acts import CUMULATIVE
from hmaint.model.duty import Deed, Span

_SLACK = 3
"""Days by which months and quarters differ in length."""


def belongs(deed: Deed, span: Span) -> bool:
    """Whether a deed is of a span: the one a person named, or as a paper tells of it; else by the day it was done."""
    if deed.period:
        return deed.period.upper() == span.name.upper()
    if deed.told is None or span.whole_last is None:
        return deed.performed in span
    begin, end = deed.told
    length, whole = (end - begin).days, (span.whole_last - span.whole_first).days
    return abs(length - whole) <= _SLACK and span.whole_first <= end <= span.whole_last


class Shelf:
    """Deeds by what they show: a contract asks dozens of times for few kinds of them."""

    def __init__(self, deeds: Sequence[Deed]) -> None:
        self._deeds = deeds
        self._shown: dict[str, list[int]] = {}
        self._named: dict[str, list[int]] = {}
        for place, deed in enumerate(deeds):
            for act in deed.acts:
                self._shown.setdefault(act, []).append(place)
            for clause in deed.clauses:
                self._named.setdefault(clause, []).append(place)

    def of(self, acts: Iterable[str], clause: str | None = None) -> list[Deed]:
        """Those that show one of some acts, or were put down under a clause, in their order.

        A clause may be called as an act is: it is none for that.
        """
        places = {place for act in acts for place in self._shown.get(act, ())}
        if clause is not None:
            places.update(self._named.get(clause, ()))
        return [self._deeds[place] for place in sorted(places)]


class Pile:
    """Deeds that are looked through span by span: by their days, as years hold thousands of them."""

    def __init__(self, deeds: Sequence[Deed]) -> None:
        self._all = in_order(deeds)
        self._dated = [deed for deed in self._all if not deed.period and deed.told is None]
        self._days = [deed.performed for deed in self._dated]
        self._told = [deed for deed in deeds if deed.period or deed.told is not None]
        self._about: dict[str, list[Deed]] = {}
        for deed in deeds:
            for record in deed.of:
                self._about.setdefault(record, []).append(deed)

    @cached_property
    def _all_days(self) -> list[date]:
        return [deed.performed for deed in self._all]

    def of(self, span: Span) -> list[Deed]:
        """Those that belong to a span, in the order they were done."""
        start = bisect_left(self._days, span.first)
        end = len(self._days) if span.last is None else bisect_right(self._days, span.last)
        told = [deed for deed in self._told if belongs(deed, span)]
        return in_order([*self._dated[start:end], *told]) if told else self._dated[start:end]

    def between(self, first: date | None, last: date | None) -> list[Deed]:
        """Those done on some days, both inclusive, whatever they tell of; None leaves an end open."""
        start = 0 if first is None else bisect_left(self._all_days, first)
        return self._all[start : len(self._all) if last is None else bisect_right(self._all_days, last)]

    def later(self, mine: Sequence[Deed], span: Span) -> list[Deed]:
        """Those that tell all of a year, made when the first deed of a span was done."""
        if not mine:
            return []
        return [
            deed
            for deed in self._told
            if deed.acts & CUMULATIVE and deed.told and mine[0].performed <= deed.performed
            if deed.told[0] <= (span.last or deed.told[0]) and span.first <= deed.told[1]
        ]

    def about(self, records: Iterable[str]) -> list[Deed]:
        """Those that were made of some records."""
        return [deed for record in records for deed in self._about.get(record, ())]


def in_order(deeds: Iterable[Deed]) -> list[Deed]:
    """Deeds in the order they were done."""
    return sorted(deeds, key=attrgetter("performed", "record"))


def together(deeds: Iterable[Deed], but: Iterable[Deed] = ()) -> list[Deed]:
    """Deeds found in several ways, each once and in order, without some of them.

    Of what was done each is there once, so they need not be compared by all they tell.
    """
    left_out = {id(deed) for deed in but}
    return in_order({id(deed): deed for deed in deeds if id(deed) not in left_out}.values())
