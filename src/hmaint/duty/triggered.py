"""What is owed after an event (or before it), and which records meet it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from operator import attrgetter

from hmaint.duty.acts import CUMULATIVE, PAPER, meant_for, names_of, needs_of_papers, shown_by
from hmaint.duty.clock import Deadline, deadline
from hmaint.duty.incident_criteria import fits, words
from hmaint.duty.periodic import unanchored
from hmaint.duty.pile import Pile, together
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.duty.term import END, span_of
from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.model.contract import Contract, DocumentTerms, Triggered
from hmaint.model.duty import Deed, Due, Event, State
from hmaint.model.incident import Facts

SIGNED, STARTED, ENDED = "contract.signed", "service.started", "contract.end"
_ANCHORS = {SIGNED: "signed", STARTED: "service_start", ENDED: END}
_DAY = timedelta(days=1)
_ACTS = {"training": "training"}
"""Acts of triggered duties that leave an entry of their own."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What one duty is judged by after whichever event."""

    contract: Contract
    duty: Triggered
    deeds: Pile
    """Those that can be of use to it at all."""
    today: date
    days: StatutoryDays
    title: str
    papers: tuple[str, ...]
    shown_by: tuple[tuple[str, DocumentTerms], ...]
    needs: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class _Scene:
    """A duty after one event."""

    ground: _Ground
    event: Event
    following: Event | None


def triggered(
    contract: Contract,
    events: Sequence[Event],
    deeds: Sequence[Deed],
    today: date,
    days: StatutoryDays = PACKAGED,
) -> Iterator[Due]:
    """Everything that is owed after events of the term, each with the record that set it off.

    What happened before the first day is owed under the contract before this one.
    """
    term = span_of(contract)
    begun = None if term is None else _midnight(term.first)
    own = [each for each in events if begun is None or each.at >= begun]
    known = sorted([*own, *milestones(contract)], key=attrgetter("at", "record"))
    for duty in contract.triggered:
        mine = [each for each in known if each.name == duty.on]
        if not mine:
            if duty.on in _ANCHORS:
                yield _undated(contract, duty)
            continue
        ground = _Ground(
            contract, duty, Pile(_useful(contract, duty, deeds)), today, days, title_of(contract, duty),
            names_of(contract, duty.deliver), shown_by(contract, duty.deliver), _needs(duty),
        )  # fmt: skip
        for event, following in zip(mine, [*mine[1:], None], strict=True):
            yield from _due(_Scene(ground, event, following))


def milestones(contract: Contract) -> Iterator[Event]:
    """The events that the contract's own dates tell of."""
    for name, anchor in ((SIGNED, "signed"), (STARTED, "service_start")):
        if anchor in contract.dates:
            yield Event(name, _midnight(contract.dates[anchor]), "")
    term = span_of(contract)
    if term is not None and STARTED not in contract.dates and "service_start" not in contract.dates:
        yield Event(STARTED, _midnight(term.first), "")
    if term is not None and term.last is not None:
        yield Event(ENDED, _midnight(term.last), "")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)


def _undated(contract: Contract, duty: Triggered) -> Due:
    anchor = _ANCHORS[duty.on]
    remark = _(
        "the day is not known: put `dates: {{{anchor}: YYYY-MM-DD}}` into contracts/{name}.yaml"
    ).format(anchor=anchor, name=contract.name)
    if anchor == END and span_of(contract) is None:
        remark = unanchored(contract)
    return Due(
        duty.id, title_of(contract, duty), State.CANNOT_TELL, duty.act or "paper", "event", remarks=(remark,),
        papers=names_of(contract, duty.deliver),
    )  # fmt: skip


def title_of(contract: Contract, duty: Triggered) -> str:
    """What a duty is called: its own title, or the documents it delivers."""
    return duty.title or "、".join(names_of(contract, duty.deliver)) or duty.act.replace("_", " ")


def _due(scene: _Scene) -> Iterator[Due]:
    ground, event = scene.ground, scene.event
    duty = ground.duty
    applies = _applies(duty, event)
    if applies is False:
        return
    if applies is None:
        assert duty.when is not None  # noqa: S101 - what has no condition applies
        remark = _("whether it is owed depends on: {facts}").format(facts=words(duty.when))
        yield Due(duty.id, ground.title, State.CANNOT_TELL, duty.act or "paper", "event", event=event,
            remarks=(remark,), papers=ground.papers)  # fmt: skip
        return
    end = _end(scene)
    used = _about(scene)
    done = _done(ground, used)
    day = None if end is None else end.due.astimezone(CHINA).date()
    soonest = None if end is None else (end.earliest or end.due).astimezone(CHINA).date()
    yield Due(
        duty.id, ground.title, _state(scene, day, done), duty.act or "paper", "event", None, event, day,
        bool(end and end.provisional), soonest, tuple(used),
        _late(scene, day, done), 1, tuple(_remarks(duty, used, done)), ground.papers,
        _lacking(ground, used),
    )  # fmt: skip


def _applies(duty: Triggered, event: Event) -> bool | None:
    if duty.when is None:
        return True
    facts = event.facts.get("facts")
    return fits(duty.when, facts if isinstance(facts, Facts) else Facts(), str(event.facts.get("level", "")))


def _end(scene: _Scene) -> Deadline | None:
    ground, duty = scene.ground, scene.ground.duty
    if duty.before:
        return Deadline(scene.event.at)
    if duty.immediate:
        return None
    return deadline(duty.within, scene.event.at, ground.contract.calendar(duty.calendar), ground.days)


def _useful(contract: Contract, duty: Triggered, deeds: Sequence[Deed]) -> list[Deed]:
    wanted = wanted_after(duty)
    found = (deed for deed in deeds if duty.id in deed.clauses or deed.acts & wanted)
    return [deed for deed in found if meant_for(deed, duty.id, contract)]


def _about(scene: _Scene) -> list[Deed]:
    """What was done about this very event: what names its record, or names none and came before the next event."""
    record, deeds = scene.event.record, scene.ground.deeds
    named = deeds.about([record]) if record else []
    near = [deed for deed in deeds.between(*_days(scene)) if not (record and deed.of)]
    return together([*named, *near])


def _days(scene: _Scene) -> tuple[date | None, date | None]:
    """From when until when something may be about an event that it does not name."""
    begun = scene.event.at.astimezone(CHINA).date()
    ground = scene.ground
    if ground.duty.before:
        return None, begun
    if ground.duty.on in _ANCHORS:
        return None, None
    if scene.following is None or (ground.needs and all(map(CUMULATIVE.issuperset, ground.needs))):
        return begun, None
    return begun, scene.following.at.astimezone(CHINA).date() - _DAY


def wanted_after(duty: Triggered) -> frozenset[str]:
    """The acts that something owed after an event can be met by."""
    acts = frozenset({_ACTS[duty.act]}) if duty.act in _ACTS else frozenset()
    return acts.union(*_needs(duty)) if _needs(duty) else acts


def _needs(duty: Triggered) -> tuple[frozenset[str], ...]:
    if duty.act in _ACTS:
        return (frozenset({_ACTS[duty.act]}),)
    return needs_of_papers(duty.deliver)


def _done(ground: _Ground, used: Sequence[Deed]) -> date | None:
    """The day everything was there; a paper that is handed to somebody, on the day it was."""
    duty = ground.duty
    by_hand = [deed.performed for deed in used if duty.id in deed.clauses]
    found = [[_day(duty, deed) for deed in used if deed.acts & acts] for acts in ground.needs]
    first = [min((day for day in days if day is not None), default=None) for days in found]
    whole = max((day for day in first if day is not None), default=None) if None not in first else None
    return min([day for day in (whole, *by_hand) if day is not None], default=None)


def _day(duty: Triggered, deed: Deed) -> date | None:
    if (duty.deliver and not duty.act) and any(act.startswith(PAPER) for act in deed.acts):
        return deed.submitted or deed.signed
    return deed.performed


def _state(scene: _Scene, day: date | None, done: date | None) -> State:
    today = scene.ground.today
    if done is not None and done <= today:
        return State.MET
    if day is not None and today > day:
        return State.OVERDUE
    begun = scene.event.at.astimezone(CHINA).date()
    return State.UPCOMING if today < begun and not scene.ground.duty.before else State.DUE


def _late(scene: _Scene, day: date | None, done: date | None) -> int:
    return 0 if day is None else max(0, ((done or scene.ground.today) - day).days)


def _remarks(duty: Triggered, used: Sequence[Deed], done: date | None) -> Iterator[str]:
    if done is None and used:
        yield _("made, but not handed in")
    if duty.immediate:
        yield _("at once by the contract: the minutes are told, not judged")
    elif duty.within is None and not duty.before:
        yield _("the contract sets no limit for it")


def _lacking(ground: _Ground, used: Sequence[Deed]) -> tuple[str, ...]:
    made = frozenset[str]().union(*(deed.acts for deed in used))
    return tuple(document.name for act, document in ground.shown_by if act not in made)
