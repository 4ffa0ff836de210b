"""The time limits that stand under a name in a contract: a clause, a level, a grade, a clock, a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from hmaint.duty.clock import Deadline, deadline
from hmaint.duty.reading import variants
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract, Triggered
from hmaint.model.contract_change import Grade
from hmaint.model.contract_incident import Clock, FaultClass
from hmaint.model.limit import Limit

OVERALL_CAP = "overall_cap"
_AFTER = "upgrade.after"
_DONE = "delivered"


@dataclass(frozen=True, slots=True)
class Timed:
    """One time limit of a contract, whatever clause it stands in."""

    id: str
    names: frozenset[str]
    """What it may be asked for by."""
    title: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class Computed:
    """A limit by one reading, and when it ends."""

    timed: Timed
    deadline: Deadline | None
    """None where the contract has no figure, or the date is still to be agreed."""
    question: str = ""
    """The open question this reading answers; empty for what the profile itself says."""
    reading: str = ""


def compute(
    contract: Contract,
    name: str,
    start: datetime,
    days: StatutoryDays = PACKAGED,
    agreed: date | datetime | None = None,
) -> tuple[Computed, ...]:
    """Compute what stands under a name from `start`, by the profile and by each open reading that differs.

    The strictest first; what has no figure last. Nothing where no time limit has that name.
    """
    own = {timed.id: timed for timed in limits(contract) if name in timed.names}
    found = [_computed(contract, timed, start, days, agreed) for timed in own.values()]
    for variant in variants(contract):
        for timed in limits(variant.contract):
            if timed.id in own and timed.clock != own[timed.id].clock:
                computed = _computed(variant.contract, timed, start, days, agreed)
                found.append(Computed(timed, computed.deadline, variant.ambiguity.id, variant.reading.id))
    return tuple(sorted(found, key=_strictness))


def limits(contract: Contract) -> Iterator[Timed]:
    """Go through every time limit of a contract."""
    for each in contract.triggered:
        yield _triggered(each, [contract.document(document).name for document in each.deliver])
    if contract.incident:
        yield from _clocked((*contract.incident.levels, *contract.incident.classes))
    if contract.requirements:
        yield from _clocked(contract.requirements.grades)
        if cap := contract.requirements.overall_cap:
            names = {OVERALL_CAP, contract.requirements.overall_cap_clause} - {""}
            clock = Clock(OVERALL_CAP, cap, contract.requirements.starts or "accepted", "fixed")
            yield Timed(OVERALL_CAP, frozenset(names), "", clock)
    if contract.upgrade and contract.upgrade.after_doc:
        upgrade = contract.upgrade
        names = {_AFTER, upgrade.after_clause, upgrade.after_doc} - {""}
        clock = Clock(_AFTER, upgrade.after_within, "upgrade.done", _DONE)
        yield Timed(
            upgrade.after_clause or _AFTER, frozenset(names), contract.document(upgrade.after_doc).name, clock
        )
    yield from _rectification(contract)


def _rectification(contract: Contract) -> Iterator[Timed]:
    for level, limit in contract.rectification.items():
        name = f"rectification.{level}"
        yield Timed(name, frozenset({name, "rectification"}), "", Clock(name, limit, "seen", "resolved"))


def _triggered(each: Triggered, documents: Iterable[str]) -> Timed:
    limit = Limit(0, "second") if each.immediate and each.within is None else each.within
    clock = Clock(
        each.id, limit, each.on, each.act or _DONE, each.calendar, immediate=each.immediate, quote=each.quote
    )
    return Timed(each.id, frozenset({each.id, *each.deliver}), each.title or "、".join(documents), clock)


def _clocked(groups: Iterable[FaultClass | Grade]) -> Iterator[Timed]:
    for group in groups:
        for clock in group.clocks:
            name = f"{group.id}.{clock.id}"
            yield Timed(name, frozenset({name, group.id, group.clause} - {""}), group.name, clock)


def _computed(
    contract: Contract, timed: Timed, start: datetime, days: StatutoryDays, agreed: date | datetime | None
) -> Computed:
    clock = timed.clock
    found = deadline(
        clock.limit, start, contract.calendar(clock.calendar), days, agreed=agreed, cap=clock.cap
    )
    return Computed(timed, found)


def _strictness(each: Computed) -> tuple[bool, float, bool, str]:
    due = each.deadline.due.timestamp() if each.deadline else 0.0
    return each.deadline is None, due, bool(each.reading), each.timed.id
