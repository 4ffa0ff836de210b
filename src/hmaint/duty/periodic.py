"""What is owed once in each month, quarter or year, and which records meet it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hmaint.duty.acts import LOOKS, meant_for, names_of, needs, shown_by, way_of
from hmaint.duty.days import months_after
from hmaint.duty.periods import spans
from hmaint.duty.pile import Pile, Shelf, together
from hmaint.duty.term import Stretch, anchor_of, span_of
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.model.contract import Contract, DocumentTerms, Obligation
from hmaint.model.duty import Deed, Due, Span, State

RHYTHMS = frozenset({"day", "week", "month", "quarter", "half_year", "year", "contract"})
"""What something can be due in; `regularly` and `continuous` are none."""
_YEAR = 12
_BY_HAND = frozenset({"performed"})
_CLOSING = timedelta(days=31)
"""How long before the end of the term what is due at its end may be done."""


@dataclass(frozen=True, slots=True)
class _Duty:
    """What an obligation is judged by in each of its spans."""

    obligation: Obligation
    names: tuple[str, ...]
    """Of the documents that are to show it."""
    shown_by: tuple[tuple[str, DocumentTerms], ...]
    useful: Pile
    papers: Pile


def periodic(
    contract: Contract, deeds: Sequence[Deed], today: date, until: date, daily: Span | None = None
) -> Iterator[Due]:
    """Everything that is owed in a rhythm, span by span, as far as a span has begun by `until`.

    What is due daily is told of the days in `daily` alone, or of all of them.
    """
    term, shelf = span_of(contract), Shelf(deeds)
    for each in contract.obligations:
        if each.per not in RHYTHMS:
            continue
        if term is None:
            yield _unanchored(contract, each)
            continue
        wanted = frozenset[str]().union(*needs(each))
        found = (deed for deed in shelf.of(wanted, each.id) if _useful(each, wanted, deed))
        useful = Pile([deed for deed in found if meant_for(deed, each.id, contract)])
        shown = shown_by(contract, each.evidence)
        papers = Pile(shelf.of(act for act, _document in shown))
        duty = _Duty(each, names_of(contract, each.evidence), shown, useful, papers)
        stretch = _within(term, daily) if each.per == "day" else term
        for span in spans(str(each.per), each.align, stretch.first, stretch.last, until):
            yield _due(duty, span, today)


def _within(term: Stretch, days: Span | None) -> Stretch:
    if days is None:
        return term
    ends = [day for day in (term.last, days.last) if day is not None]
    return Stretch(max(term.first, days.first), min(ends, default=None))


def load(contract: Contract, first: date) -> int:
    """How many things are due in a year from a day, without what is due daily."""
    last = months_after(first, _YEAR) - timedelta(days=1)
    rhythms = [each for each in contract.obligations if each.per in RHYTHMS and each.per != "day"]
    return sum(len(spans(str(each.per), each.align, first, last, last)) for each in rhythms)


def unanchored(contract: Contract) -> str:
    """Say what must be known before anything of a contract can be dated, and where it is written."""
    words = _("the first day is not known: put `dates: {{{anchor}: YYYY-MM-DD}}` into contracts/{name}.yaml")
    return words.format(anchor=anchor_of(contract.term), name=contract.name)


def _unanchored(contract: Contract, each: Obligation) -> Due:
    return Due(each.id, each.title, State.CANNOT_TELL, each.kind, str(each.per), remarks=(unanchored(contract),),
        papers=names_of(contract, each.evidence), assumed=each.assumed_period)  # fmt: skip


def _useful(each: Obligation, wanted: frozenset[str], deed: Deed) -> bool:
    """Whether a deed can count for an obligation at all, whenever it was."""
    if each.id in deed.clauses:
        return True
    found = deed.acts & wanted
    return bool(found if _looked(each, deed) else found - LOOKS)


def _looked(each: Obligation, deed: Deed) -> bool:
    # What saw nothing was no inspection; a visit on site is none from afar, and neither is the other way round.
    return bool(deed.seen is None or deed.seen) and each.mode in ("any", deed.mode)


def _due(duty: _Duty, span: Span, today: date) -> Due:
    each = duty.obligation
    closing = each.at == "end" and span.last is not None
    window = _closing(span) if closing else span
    mine = duty.useful.of(window)
    about = duty.papers.about(deed.record for deed in mine)
    papers = together([*about, *duty.papers.of(window), *duty.papers.later(mine, window)], but=mine)
    done, day, missed = met_on(each, mine), span.last, _missed(mine)
    state = _state(window, None if closing else day, done, today)
    unlimited = day is None or closing or state in (State.UPCOMING, State.DUE)
    late = 0 if unlimited or day is None else max(0, ((done or today) - day).days)
    return Due(
        each.id, each.title, state, each.kind, str(each.per), span, None, day, False, day,  # noqa: FBT003 - a period's end is certain
        (*mine, *papers), late, each.min, tuple(_remarks(each, mine, done, missed, day)),
        duty.names, _lacking(duty, [*mine, *papers]), tuple(sorted(missed)),
        each.assumed_period,
    )  # fmt: skip


def _closing(span: Span) -> Span:
    assert span.last is not None  # noqa: S101 - asked before; this tells the type checker
    return Span(span.name, span.last - _CLOSING, None, span.whole_first, None)


def _state(span: Span, day: date | None, done: date | None, today: date) -> State:
    if done is not None and done <= today:
        return State.MET
    if today < span.first:
        return State.UPCOMING
    return State.OVERDUE if day is not None and today > day else State.DUE


def met_on(each: Obligation, mine: Sequence[Deed]) -> date | None:
    """The day on which the last thing an obligation asks for was done; None as long as something is wanting."""
    if not mine:
        return None
    parts = needs(each)
    days = [_days(each, mine, acts, parts) for acts in parts or (_BY_HAND,)]
    if any(len(found) < each.min for found in days):
        return None
    return max(found[each.min - 1] for found in days)


def _days(
    each: Obligation, mine: Sequence[Deed], acts: frozenset[str], parts: Sequence[frozenset[str]]
) -> list[date]:
    # What was put down under the clause is all it asks for, unless it is by itself one of several such things.
    counted = (
        _day(each, deed, mine)
        for deed in mine
        if deed.acts & acts or (each.id in deed.clauses and all(map(deed.acts.isdisjoint, parts)))
    )
    return sorted(day for day in counted if day is not None)


def _day(each: Obligation, deed: Deed, mine: Sequence[Deed]) -> date | None:
    """When a deed was done for an obligation: a paper that must be handed in, on the day it was."""
    if each.id in deed.clauses:
        return deed.performed
    if each.scope and deed.seen is not None:
        return _covered(deed, mine)
    way = way_of(each.kind)
    if way.handed_in or (each.report_to and not way.acts):
        return deed.submitted or deed.signed
    return deed.performed


def _covered(look: Deed, mine: Sequence[Deed]) -> date | None:
    """The day by which all that a look missed had been seen by others of the same span; None where it never was.

    A contract that names what an inspection covers is not met by one that left part of it out.
    """
    days = [look.performed]
    for target in look.missed:
        seen = [deed.performed for deed in mine if deed.seen is not None and target in deed.seen]
        if not seen:
            return None
        days.append(min(seen))
    return max(days)


def _missed(mine: Sequence[Deed]) -> frozenset[str]:
    """What none of the looks saw, of the one that leaves the least unseen."""
    looks = [deed for deed in mine if deed.seen is not None and deed.acts & LOOKS]
    seen = frozenset[str]().union(*(deed.seen or () for deed in looks))
    return min(
        (deed.missed - seen for deed in looks), key=lambda one: (len(one), sorted(one)), default=frozenset()
    )


def _lacking(duty: _Duty, mine: Sequence[Deed]) -> tuple[str, ...]:
    """Names of the papers that belong to it and are not there."""
    made = frozenset[str]().union(*(deed.acts for deed in mine))
    return tuple(document.name for act, document in duty.shown_by if act not in made and not document.if_any)


def _remarks(
    each: Obligation, mine: Sequence[Deed], done: date | None, missed: frozenset[str], day: date | None
) -> Iterator[str]:
    if missed:
        words = _("in part: {count} targets could not be examined ({names})")
        yield words.format(count=len(missed), names=", ".join(sorted(missed)[:5]))
        if each.scope and done is None:
            yield _("the contract names what it covers, so all of it must be looked at: {scope}").format(
                scope="、".join(each.scope)
            )
    elif done is None and mine:
        yield _("{count} of {wanted} done, or made but not handed in").format(
            count=min(len(mine), each.min), wanted=each.min
        )
    if day is None:
        yield _("the contract's end is not known, so no last day can be told")
    if each.at == "end":
        yield _("owed when the term is over; the contract sets no day for it")
    if each.assumed_period:
        yield _("the period is a proposal, the contract only says regularly")
