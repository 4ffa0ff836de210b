"""A contract as one reads its open questions: what is confirmed is settled, what is not is computed every way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from hmaint.kit.frozen import dataclass
from hmaint.model.ambiguity import CONFIRMATION, Ambiguity, Reading
from hmaint.model.contract import Contract, Obligation, Quota, Triggered
from hmaint.model.contract_change import Grade, Upgrade
from hmaint.model.contract_incident import Clock, FaultClass
from hmaint.model.contract_money import DeductionRule
from hmaint.model.limit import Limit

_Changes = Mapping[str, str | Limit | None]
_Named = TypeVar("_Named", Obligation, Triggered, Quota, DeductionRule)
_Clocked = TypeVar("_Clocked", FaultClass, Grade)


@dataclass(frozen=True, slots=True)
class Variant:
    """The contract under one reading of one open question."""

    ambiguity: Ambiguity
    reading: Reading
    contract: Contract


def settle(contract: Contract, answers: Mapping[str, str]) -> Contract:
    """The contract as confirmed: each answered question read that way, and open no more.

    `answers` are ids of questions, each with the id of a reading or the words that were agreed; agreed words that
    are no reading of the profile settle the question without changing a figure.
    """
    for asked in contract.ambiguities:
        answer = answers.get(asked.id)
        chosen = next((one for one in asked.readings if one.id == answer), None)
        contract = read_as(contract, chosen) if chosen else contract
    still = tuple(each for each in contract.ambiguities if not _settled(each, answers.get(each.id)))
    return replace(contract, ambiguities=still)


def _settled(asked: Ambiguity, answer: str | None) -> bool:
    """Whether an answer settles a question; one that named a reading the profile no longer has leaves it open.

    Otherwise a figure that was confirmed would be gone, and nobody asked for it any more.
    """
    if answer is None or any(each.id == answer for each in asked.readings):
        return answer is not None
    return not (asked.readings and answer.isascii() and " " not in answer)


def open_questions(contract: Contract) -> tuple[Ambiguity, ...]:
    """What still needs a written confirmation."""
    return tuple(each for each in contract.ambiguities if each.needs == CONFIRMATION)


def questions_about(contract: Contract, *ids: str) -> tuple[Ambiguity, ...]:
    """The open questions that something said about these clauses, classes, clocks or documents depends on."""
    return tuple(each for each in open_questions(contract) if each.bears_on(*ids))


def variants(contract: Contract) -> tuple[Variant, ...]:
    """The contract under every reading of every open question, one question at a time.

    Of no use beside the contract itself where a question has no readings that can be computed.
    """
    return tuple(
        Variant(asked, reading, read_as(contract, reading))
        for asked in open_questions(contract)
        for reading in asked.readings
    )


def read_as(contract: Contract, reading: Reading) -> Contract:
    """The contract with what one reading changes."""
    changes = reading.changes
    incident, requirements = contract.incident, contract.requirements
    if incident is not None:
        incident = replace(
            incident, levels=_clocked(incident.levels, changes), classes=_clocked(incident.classes, changes)
        )
    if requirements is not None:
        requirements = replace(requirements, grades=_clocked(requirements.grades, changes))
    return replace(
        contract,
        obligations=_named(contract.obligations, changes),
        triggered=_named(contract.triggered, changes),
        quotas=_named(contract.quotas, changes),
        deductions=replace(contract.deductions, rules=_named(contract.deductions.rules, changes)),
        incident=incident,
        requirements=requirements,
        upgrade=_after(contract.upgrade, changes),
    )


def _named(items: Iterable[_Named], changes: Mapping[str, _Changes]) -> tuple[_Named, ...]:
    return tuple(replace(item, **changes[item.id]) if item.id in changes else item for item in items)  # type: ignore[arg-type] # load has seen to it that keys fit


def _clocked(items: Iterable[_Clocked], changes: Mapping[str, _Changes]) -> tuple[_Clocked, ...]:
    return tuple(
        replace(item, clocks=tuple(_clock(item.id, each, changes) for each in item.clocks)) for item in items
    )


def _clock(owner: str, clock: Clock, changes: Mapping[str, _Changes]) -> Clock:
    changed = changes.get(f"{owner}.{clock.id}")
    return replace(clock, **changed) if changed else clock  # type: ignore[arg-type] # see above


def _after(upgrade: Upgrade | None, changes: Mapping[str, _Changes]) -> Upgrade | None:
    changed = changes.get(upgrade.after_clause, {}) if upgrade else {}
    within = changed.get("within")
    return replace(upgrade, after_within=within) if upgrade and isinstance(within, Limit) else upgrade
