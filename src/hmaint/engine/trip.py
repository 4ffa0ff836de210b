"""One trip to one target: whatever several steps ask alike is sent once, in one login."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field, replace
from typing import Protocol

from hmaint.engine import facts_windows
from hmaint.engine.conversation import Conversation, Session
from hmaint.engine.evidence import Mask
from hmaint.engine.facts import FACTS, clock_offset, read_facts
from hmaint.engine.look import Prepared, decide, spoken
from hmaint.errors import CouldNotLook
from hmaint.expr.version import Version
from hmaint.kit.clock import Clock
from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Database, Device, Endpoint, Host, Limits, Site, Target
from hmaint.model.look import Answer, Ask, Fragment, Oid, Probe, Query, Rows, Seen
from hmaint.step.endpoints import contact, settle_contact
from hmaint.step.kind import Kind
from hmaint.transport.line import Door


class DeviceSession(Protocol):
    """A device that answers, as `hmaint.transport.snmp` has it."""

    @property
    def facts(self) -> Mapping[str, object]: ...
    def fetch(self, oids: Sequence[Oid]) -> Mapping[Oid, Rows]: ...
    def close(self) -> None: ...


def no_devices(device: Device) -> DeviceSession:
    """Stand in where a run has no way to devices."""
    raise CouldNotLook(Seen.UNSUPPORTED, f"本次运行不能通过 SNMP 查询 {device.name}")


@dataclass(frozen=True, slots=True)
class Tools:
    """The doors a visit goes through; tests hand in others."""

    clock: Clock
    kind_of: Callable[[str], Kind]
    door_of: Callable[[Host], Door]
    open_database: Callable[[Database], Session]
    probe: Callable[[Probe, Limits], Rows]
    mask: Mask
    desk: AbstractContextManager[object] = field(default_factory=nullcontext)
    """Held while a visit is read and judged: replies of many hosts then wait as bytes, and few as rows."""
    open_device: Callable[[Device], DeviceSession] = no_devices


@dataclass(frozen=True, slots=True)
class Trip:
    """What came back: the target's facts, an answer for every ask, and what was sent."""

    facts: Mapping[str, object]
    answers: Mapping[Ask, Answer]
    sent: tuple[tuple[str, str, int], ...]


def scope_of(
    target: Target, site: Site, variables: Mapping[str, object], facts: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The names conditions and templates know; before the visit the target's facts are simply not among them."""
    plain = {
        name: getattr(target, name)
        for name in target.__slots__
        if name not in ("password", "ssh", "snmp", "vars")
    }
    return {
        "vars": {**variables, **site.vars, **target.vars},
        "site": {"name": site.name, "title": site.title, "vars": site.vars},
        target.kind: {**plain, **(facts or {})},
    }


def settled(look: Prepared, facts: Mapping[str, object], scope: Mapping[str, object]) -> Prepared:
    """A prepared step with its `when` decided and the facts in its context."""
    return decide(look, replace(look.context, facts=facts), scope) if look.skipped is None else look


def go(target: Target, site: Site, prepared: Sequence[Prepared], tools: Tools) -> Trip:
    """Send everything the prepared steps ask; CouldNotLook when the target gives nothing at all."""
    asks = list(dict.fromkeys(ask for look in prepared if look.skipped is None for ask in look.asks))
    match target:
        case Host():
            return _go_host(target, site, [ask for ask in asks if isinstance(ask, Fragment)], tools)
        case Database():
            return _go_database(target, site, prepared, tools)
        case Device():
            return _go_device(target, prepared, tools)
        case Endpoint():
            return _go_endpoint(target, asks, tools) if prepared else _greet(target, tools)


def _go_endpoint(endpoint: Endpoint, asks: Sequence[Ask], tools: Tools) -> Trip:
    seen: dict[Ask, Answer] = {a: tools.probe(a, endpoint.limits) for a in asks if isinstance(a, Probe)}
    return Trip({}, seen, _sent(seen))


def _greet(endpoint: Endpoint, tools: Tools) -> Trip:
    """See whether an endpoint of which nothing else is asked is there at all."""
    trip = _go_endpoint(endpoint, contact(endpoint), tools)
    settle_contact(list(trip.answers.values()))
    return trip


def _go_host(host: Host, site: Site, asks: list[Fragment], tools: Tools) -> Trip:
    windows = host.platform == "windows"
    fragments = [facts_windows.FACTS if windows else FACTS, *asks]
    line = tools.door_of(host).open(host, site)
    asked_at = tools.clock.now()
    try:
        replies = line.trip(fragments)
    finally:
        line.close()
    answers: dict[Ask, Answer] = dict(zip(fragments, replies, strict=True))
    if all(reply.seen is not Seen.OBSERVED for reply in replies):
        raise CouldNotLook(replies[0].seen, replies[0].reason)
    facts = (facts_windows.read_facts if windows else read_facts)(replies[0], host.encoding)
    facts["clock_offset"] = clock_offset(facts, asked_at)
    return Trip(facts, answers, _sent(answers))


def _go_database(database: Database, site: Site, prepared: Sequence[Prepared], tools: Tools) -> Trip:
    """One connection; whether a step applies is settled before its query is sent, as the version is known by then."""
    queries = [ask for look in prepared for ask in look.asks if isinstance(ask, Query)]
    talk = Conversation(database, site, tools.open_database, tools.clock, queries)
    answers: dict[Ask, Answer] = {}
    try:
        session = talk.session
        facts = {**session.facts, "version": Version(str(session.facts.get("version", "")))}
        facts["missing_belts"] = session.missing_belts
        for look in prepared:
            scope = scope_of(database, look.context.site, look.context.vars, facts)
            if settled(look, facts, scope).skipped is not None:
                continue
            for ask in look.asks:
                if isinstance(ask, Query) and ask not in answers:
                    answers[ask] = talk.ask(ask, answers)
    finally:
        talk.close()
    return Trip(facts, answers, tuple(talk.told()))


def _go_device(device: Device, prepared: Sequence[Prepared], tools: Tools) -> Trip:
    """One session; what kind of device it is has been told by then, so only what applies to it is asked."""
    session = tools.open_device(device)
    try:
        facts = dict(session.facts)
        wanted: dict[Oid, None] = {}
        for look in prepared:
            scope = scope_of(device, look.context.site, look.context.vars, facts)
            if settled(look, facts, scope).skipped is None:
                wanted |= {ask: None for ask in look.asks if isinstance(ask, Oid)}
        answers: dict[Ask, Answer] = dict(session.fetch(list(wanted)).items())
    finally:
        session.close()
    return Trip(facts, answers, _sent(answers))


def _sent(answers: Mapping[Ask, Answer]) -> tuple[tuple[str, str, int], ...]:
    return tuple((spoken(ask), str(answer.seen), answer.elapsed_ms) for ask, answer in answers.items())
