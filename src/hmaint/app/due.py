"""What contracts make due at sites today: the contracts read, the records gathered, each held against the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hmaint.app.contract import named_contract
from hmaint.app.deeds import known_of
from hmaint.app.world import World
from hmaint.duty.owed import Owed, owed
from hmaint.duty.term import span_of
from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.model.contract import Contract
from hmaint.model.duty import Span

AHEAD = timedelta(days=31)
"""How far ahead is looked where nobody says otherwise."""
_BEFORE = timedelta(days=31)
"""How long before a term what belongs to it may have been done: a plan handed in before it began."""
_UNKNOWN = timedelta(days=400)
"""How far back is read of a site whose contract has no first day yet."""


@dataclass(frozen=True, slots=True)
class Without:
    """A site nothing can be told of, and why."""

    site: str
    why: str
    wrong: bool
    """Whether it names a contract that is not there; else it names none, and nothing is owed by any."""


@dataclass(frozen=True, slots=True)
class Dues:
    """What is due at some sites."""

    today: date
    until: date
    owed: tuple[Owed, ...]
    without: tuple[Without, ...] = ()


def dues(
    world: World, sites: Sequence[str] = (), until: date | None = None, *, daily: Span | None = None
) -> Dues:
    """Tell what is due by a day at some sites, or at all of them. BadFile where a contract is wrong.

    What is due daily is told of the last days, or of those of `daily`.
    """
    today = world.clock.now().astimezone(CHINA).date()
    names = [world.site(name).name for name in sites] or list(world.inventory.sites)
    contracts, without = _contracts(world, names)
    end = until or today + AHEAD
    known = known_of(world, contracts, _since(contracts, today)) if contracts else {}
    found = [
        owed(contract, name, known[name], today, end, world.days, daily=daily)
        for name, contract in contracts.items()
    ]
    return Dues(today, end, tuple(found), tuple(without))


def _contracts(world: World, names: Sequence[str]) -> tuple[dict[str, Contract], list[Without]]:
    found: dict[str, Contract] = {}
    without: list[Without] = []
    read: dict[str, Contract | None] = {}
    for name in names:
        called = world.inventory.sites[name].contract
        if not called:
            why = _("names no contract: put `contract: NAME` under the site in inventory.yaml")
            without.append(Without(name, why, wrong=False))
            continue
        if called not in read:
            read[called] = named_contract(world, called)
        contract = read[called]
        if contract is None:
            why = _("there is no contracts/{name}.yaml").format(name=called)
            without.append(Without(name, why, wrong=True))
        else:
            found[name] = contract
    return found, without


def _since(contracts: dict[str, Contract], today: date) -> date:
    terms = [span_of(each) for each in contracts.values()]
    return min((term.first - _BEFORE if term else today - _UNKNOWN) for term in terms)
