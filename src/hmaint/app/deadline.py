"""One deadline of a contract, computed: by the profile's clause, from a time, by every reading that is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hmaint.app.contract import answers, confirmations
from hmaint.app.world import World
from hmaint.duty.clause import Computed, compute, limits
from hmaint.duty.reading import questions_about, settle
from hmaint.duty.statutory import PACKAGED
from hmaint.errors import WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.kit.when import When, read_when
from hmaint.load.contract import is_example, open_contract, read_contract
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.contract import Contract


@dataclass(frozen=True, slots=True)
class Answer:
    """What was computed, the strictest first, and the open questions it depends on."""

    contract: Contract
    clause: str
    start: When
    computed: tuple[Computed, ...]
    questions: tuple[Ambiguity, ...]


def find(world: World | None, name: str) -> tuple[Contract, Path]:
    """The contract a person named, as far as it is confirmed, and its file. WrongUsage where there is none."""
    path = open_contract(name, world.workspace.root if world else None)
    contract = read_contract(path)
    if world is None or is_example(path):
        return contract, path
    return settle(contract, answers(confirmations(world), contract.name)), path


def answer(world: World | None, name: str, clause: str, start: str, agreed: str = "") -> Answer:
    """Compute a clause from a time. WrongUsage for a clause without time limit, or what is no time."""
    contract, _path = find(world, name)
    today = world.clock.now().date() if world else None
    begun, until = _time(start, today), _time(agreed, today) if agreed else None
    end = None if until is None else until.at.date() if until.whole_day else until.at
    found = compute(contract, clause, begun.at, world.days if world else PACKAGED, end)
    if not found:
        raise WrongUsage(_unknown(contract, clause))
    names = {name for each in found for name in each.timed.names}
    return Answer(contract, clause, begun, found, questions_about(contract, *names))


def _time(text: str, today: date | None) -> When:
    try:
        return read_when(text, today)
    except ValueError as error:
        raise WrongUsage(str(error)) from None


def _unknown(contract: Contract, clause: str) -> str:
    periodic = next((each for each in contract.obligations if each.id == clause), None)
    if periodic is not None:
        words = _("{clause} ({title}) is owed by periods: hmaint contract due --clause {clause} tells when")
        return words.format(clause=clause, title=periodic.title)
    words = _("no time limit of {contract} is called {clause}")
    known = sorted({name for timed in limits(contract) for name in timed.names})
    more = _("; hmaint contract show {contract} tells all").format(contract=contract.name)
    return words.format(contract=contract.name, clause=one_line(clause, 60)) + (
        did_you_mean(clause, known) or more
    )
