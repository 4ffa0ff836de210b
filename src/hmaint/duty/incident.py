"""What became of an incident: folded anew from its entries each time, so that nothing kept can drift."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter

from hmaint.model.entry import Entry, standing
from hmaint.model.incident import Action, Course, Event, Facts, Incident, State, Wait

LATE = timedelta(minutes=15)
"""What is put on record later than this after it happened is flagged; the shortest limit in the contracts we know."""
_ENDS = (Event.FALLBACK, Event.RESTORED, Event.RESOLVED, Event.FEEDBACK, Event.CLOSED)
"""What does not hold any more once the incident was opened anew."""
_FURTHEST = (
    (Event.CLOSED, State.CLOSED), (Event.RESOLVED, State.RESOLVED), (Event.RESTORED, State.RESTORED),
    (Event.FALLBACK, State.FALLBACK), (Event.ARRIVED, State.ONSITE), (Event.RESPONDED, State.RESPONDED),
)  # fmt: skip
_RECORDED = attrgetter("recorded_at", "at", "id")
_CLASSING = (Event.OPENED, Event.CLASSIFIED)
_KNOWN = frozenset(Event)
_FACTS = ("scope", "type", "interruption", "difficulty", "request", "rooms", "users", "sudden", "onsite")
_LISTS = ("effects", "affirmed", "denied")
TEXTS = (
    "cause", "root_cause", "solution", "manifestation", "fallback", "clinical", "summary", "event", "scope_text",
    "late_reason",
)  # fmt: skip
"""Words that are told in a report; the newest of each holds."""


def fold(entries: Iterable[Entry]) -> Incident | None:
    """Put an incident together from its entries, in any order, each as often as it comes; None without its beginning.

    An incident whose beginning was withdrawn is WITHDRAWN and keeps what was said of it.
    """
    history = tuple(sorted({each.id: each for each in entries}.values(), key=_RECORDED))
    held = standing(history)
    first = _opening(held)
    if first is None:
        return _withdrawn(history)
    classed, said = _said(held, _CLASSING), _said(held)
    marks = _marks(held)
    return Incident(
        first.matter,
        first.site,
        _text(first.body, "what"),
        first.at,
        _moment(first.body.get("occurred")),
        _text(first.body, "reporter"),
        _text(first.body, "channel"),
        _facts(classed),
        _text(classed, "level"),
        _strings(classed.get("classes")),
        _text(classed, "confirmed_by"),
        next((state for event, state in _FURTHEST if event in marks), State.OPEN),
        marks,
        _waits(held),
        _links(held),
        {name: text for name in TEXTS if (text := _text(said, name))},
        _actions(said.get("actions")),
        _confirmed(held),
        held,
        history,
    )


def by_matter(entries: Iterable[Entry]) -> list[Incident]:
    """Fold the entries of many incidents, by the time of their reports."""
    found = [incident for each in _sorted_out(entries) if (incident := fold(each)) is not None]
    return sorted(found, key=attrgetter("reported", "id"))


def courses(entries: Iterable[Entry]) -> list[Course]:
    """How many incidents went, of those that were not taken back: as `by_matter` tells it, in a third of the time."""
    found = [course for each in _sorted_out(entries) if (course := _course(each)) is not None]
    return sorted(found, key=attrgetter("reported", "id"))


def _sorted_out(entries: Iterable[Entry]) -> Iterable[list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.matter, []).append(entry)
    return found.values()


def _course(entries: Iterable[Entry]) -> Course | None:
    held = standing(entries)
    first = _opening(held)
    if first is None:
        return None
    classed = _said(held, _CLASSING)
    return Course(first.matter, first.site, first.at, _facts(classed), _text(classed, "level"), _marks(held))


def _opening(held: Iterable[Entry]) -> Entry | None:
    return next((each for each in held if each.event == Event.OPENED), None)


def flags(incident: Incident, entry: Entry) -> tuple[str, ...]:
    """What is odd about an entry: `late` kept long after it happened, `before_report`, `out_of_order`, `corrected`."""
    odd = []
    if entry.recorded_at - entry.at > LATE:
        odd.append("late")
    if entry.at < incident.reported and entry.event != Event.OPENED:
        odd.append("before_report")
    resolved, responded = (incident.marks.get(event) for event in (Event.RESOLVED, Event.RESPONDED))
    if resolved and entry.event in (Event.RESPONDED, Event.ARRIVED, Event.FALLBACK) and entry.at > resolved:
        odd.append("out_of_order")
    if responded and entry.event in (Event.RESTORED, Event.RESOLVED) and entry.at < responded:
        odd.append("out_of_order")
    if resolved and entry.event == Event.CLOSED and entry.at < resolved:
        odd.append("out_of_order")
    if entry.corrects:
        odd.append("corrects")
    if entry not in incident.events:
        odd.append("superseded")
    return tuple(odd)


def _withdrawn(history: Sequence[Entry]) -> Incident | None:
    first = _opening(history)
    # One that says it corrects itself, as only a damaged store has it, must not be folded again and again.
    alone = fold([replace(first, corrects="")]) if first else None
    return (
        replace(alone, state=State.WITHDRAWN, events=standing(history), history=tuple(history))
        if alone
        else None
    )


def _said(held: Sequence[Entry], events: Collection[str] = ()) -> dict[str, object]:
    """The newest word on each thing, by the time it holds from: what is told late of an earlier time hides nothing."""
    said: dict[str, object] = {}
    for entry in held:
        if not events or entry.event in events:
            said |= {name: value for name, value in entry.body.items() if value not in (None, "")}
    return said


def _reopened(held: Sequence[Entry]) -> datetime | None:
    return max((each.at for each in held if each.event == Event.REOPENED), default=None)


def _confirmed(held: Sequence[Entry]) -> bool:
    """Whether the reporter said so; of a solution that did not last, it was said in vain."""
    reopened = _reopened(held)
    return any(
        each.event == Event.FEEDBACK
        and bool(each.body.get("confirmed"))
        and (not reopened or each.at > reopened)
        for each in held
    )


def _marks(held: Sequence[Entry]) -> dict[Event, datetime]:
    reopened = _reopened(held)
    marks: dict[Event, datetime] = {}
    for entry in held:
        if entry.event not in _KNOWN or (entry.event in _ENDS and reopened and entry.at <= reopened):
            continue
        marks.setdefault(Event(entry.event), entry.at)
    return marks


def _facts(said: Mapping[str, object]) -> Facts:
    known = {name: said[name] for name in _FACTS if name in said}
    return Facts(**known, **{name: _strings(said.get(name)) for name in _LISTS})  # type: ignore[arg-type] # bodies are written by one place


def _waits(held: Sequence[Entry]) -> tuple[Wait, ...]:
    waits: list[Wait] = []
    for entry in held:
        open_wait = waits[-1] if waits and waits[-1].until is None else None
        if entry.event == Event.WAITING:
            # Told late, before one that is known: neither its reason nor its consent reaches into that.
            if open_wait is not None:
                waits[-1] = replace(open_wait, until=entry.at)
            waits.append(Wait(entry.at, None, _text(entry.body, "text"), _text(entry.body, "consent")))
        elif entry.event == Event.RESUMED and open_wait is not None:
            waits[-1] = replace(
                open_wait, until=entry.at, consent=open_wait.consent or _text(entry.body, "consent")
            )
    return tuple(waits)


def _links(held: Sequence[Entry]) -> tuple[str, ...]:
    named = (name for each in held if each.event == Event.LINKED for name in _strings(each.body.get("to")))
    return tuple(dict.fromkeys(named))


def _actions(value: object) -> tuple[Action, ...]:
    if not isinstance(value, list | tuple):
        return ()
    rows = (row for row in value if isinstance(row, Mapping))
    return tuple(Action(*(_text(row, name) for name in ("what", "owner", "due", "verify"))) for row in rows)


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _strings(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list | tuple) else ()


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None
