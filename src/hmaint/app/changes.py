"""Changes under their contracts: clocks, promises, and what is used up of what is free."""

from __future__ import annotations

from hmaint.app.matter_list import matters
from hmaint.app.world import World
from hmaint.duty.change import ENDED, stage_of
from hmaint.duty.change_clock import ChangeClock, clocks_of
from hmaint.duty.change_effort import Balance, Effort, balances, effort_of
from hmaint.duty.reading import open_questions
from hmaint.errors import Failure
from hmaint.kit.i18n import _, series
from hmaint.model.contract import Contract
from hmaint.model.ledgers.change import CHANGE
from hmaint.model.ledgers.duty import COUNT
from hmaint.model.matter import Matter


class Changes:
    """The changes of a workspace; each site's contract is read once, and a wrong one costs clocks, never a change."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._contracts: dict[str, Contract | None] = {}

    def clocks(self, change: Matter) -> tuple[ChangeClock, ...]:
        """Every limit that runs for a change."""
        world = self._world
        return clocks_of(change, self.contract(change.site), world.clock.now(), world.days)

    def effort(self, change: Matter) -> Effort | None:
        """What it costs beside what the contract gives free for each."""
        contract = self.contract(change.site)
        wants = contract.requirements if contract else None
        return effort_of(change, wants.free_quota if wants else None)

    def balances(self, site: str) -> tuple[Balance, ...]:
        """What is used up of every quota of a site's contract that must not be exceeded."""
        contract = self.contract(site)
        if contract is None:
            return ()
        world = self._world
        return balances(contract, matters(world, CHANGE, site), matters(world, COUNT, site))

    def unsettled(self, site: str, clause: str) -> str:
        """The ids of open questions that a clause depends on, in a row; empty where there are none."""
        contract = self.contract(site)
        asked = [each.id for each in open_questions(contract) if clause in each.about] if contract else []
        return series(asked) if asked else ""

    def is_open(self, change: Matter) -> bool:
        """Whether something is still to be done about it."""
        return stage_of(change) not in ENDED

    def why_none(self, change: Matter) -> str:
        """Why no clock runs for a change."""
        contract = self.contract(change.site)
        if contract is None:
            return _("none: site {site} has no contract that can be read").format(site=change.site)
        grades = contract.requirements.grades if contract.requirements else ()
        if grades and not change.text("grade"):
            names = series(each.id for each in grades)
            return _("none: say the grade with `hmaint change assess --grade`: {names}").format(names=names)
        return _("none")

    def contract(self, site: str) -> Contract | None:
        """A site's contract; None where there is none, or it is wrong (`hmaint contract check` says how)."""
        if site not in self._contracts:
            from hmaint.app.contract import contract_of  # noqa: PLC0415 - profiles take a while to read

            try:
                self._contracts[site] = contract_of(self._world, site)
            except Failure:
                self._contracts[site] = None
        return self._contracts[site]
