"""What changes use up of what the contract gives free: for each of them, and over the term. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract, Quota
from hmaint.model.contract_change import FreeQuota
from hmaint.model.matter import Matter


@dataclass(frozen=True, slots=True)
class Effort:
    """Person-days of one change beside what the contract gives free for each."""

    days: Decimal
    free: Decimal
    spent: bool
    """Whether the days are those it took, not those it is thought to take."""
    exceeded: bool

    @property
    def beyond(self) -> Decimal:
        """Person-days that are to be negotiated and paid for."""
        return max(self.days - self.free, Decimal(0)) if self.exceeded else Decimal(0)


@dataclass(frozen=True, slots=True)
class Balance:
    """What is used up of a quota over the term."""

    quota: Quota
    used: Decimal
    records: tuple[str, ...]

    @property
    def left(self) -> Decimal:
        """What is left; negative where it was exceeded."""
        return self.quota.limit - self.used


def effort_of(change: Matter, quota: FreeQuota | None) -> Effort | None:
    """What a change costs beside what is free for each; None where the contract gives nothing free for each request."""
    told = change.text("spent") or change.text("effort")
    if quota is None or quota.per != "request" or not told:
        return None
    days = Decimal(told)
    over = days > quota.limit if quota.inclusive else days >= quota.limit
    return Effort(days, quota.limit, bool(change.text("spent")), over)


def balances(
    contract: Contract, changes: Iterable[Matter], counts: Iterable[Matter] = ()
) -> tuple[Balance, ...]:
    """How much of each quota that must not be exceeded is used up.

    By changes that name it, by counts, and a quota in person-days by the work of all changes.
    """
    standing = [each for each in (*changes, *counts) if not each.withdrawn and "closed" not in _events(each)]
    found = []
    for quota in contract.quotas:
        if quota.direction != "at_most":
            continue
        used = {each.id: _used(each, quota) for each in standing}
        records = tuple(number for number, amount in used.items() if amount)
        found.append(Balance(quota, sum(used.values(), Decimal(0)), records))
    return tuple(found)


def _events(matter: Matter) -> frozenset[str]:
    return frozenset(each.event for each in matter.entries)


def _used(matter: Matter, quota: Quota) -> Decimal:
    if matter.kind == "count":
        return Decimal(matter.text("quantity")) if matter.text("clause") == quota.id else Decimal(0)
    if quota.unit in ("person_day", "person_workday"):
        return Decimal(matter.text("spent") or matter.text("effort") or 0)
    return Decimal(matter.text("quantity") or 1) if matter.text("quota") == quota.id else Decimal(0)
