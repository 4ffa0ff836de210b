"""Which documents a contract's profile wants with every quarter: its obligations, by the names of its documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hmaint.duty.papers import FORMS
from hmaint.load.contract import load_contract
from hmaint.model.contract import Contract
from hmaint.model.wanted import Rhythm, Wanted

_RHYTHMS: Mapping[str | None, Rhythm] = {
    "day": "month",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
}
"""A daily duty is told month by month. Longer periods have no end in every quarter."""


def load_wanted(root: Path, name: str) -> tuple[Wanted, ...] | None:
    """Read what the contract of that name wants with a quarter; None where there is no such profile.

    BadFile with every fault of the profile.
    """
    contract = load_contract(root, name)
    if contract is None:
        return None
    found: dict[tuple[str, str], Wanted] = {}
    for wanted in (*_regular(contract), *_occasional(contract)):
        # What is due regularly is not once more due on an occasion.
        if wanted.rhythm != "if_any" or not any(title == wanted.title for title, _rhythm in found):
            found.setdefault((wanted.title, wanted.rhythm), wanted)
    return tuple(found.values())


def _regular(contract: Contract) -> list[Wanted]:
    return [
        _wanted(contract, each, "if_any" if contract.document(each).if_any else _RHYTHMS[duty.per], duty.id)
        for duty in contract.obligations
        if duty.per in _RHYTHMS
        for each in duty.evidence
    ]


def _occasional(contract: Contract) -> list[Wanted]:
    """What is owed on an occasion, or in a period that does not end with every quarter."""
    seldom = [(duty.id, duty.evidence) for duty in contract.obligations if duty.per not in _RHYTHMS]
    occasions = [(each.id, each.deliver) for each in contract.triggered]
    asked = [(each.id, each.evidence) for each in contract.on_demand]
    return [
        _wanted(contract, document, "if_any", clause)
        for clause, documents in (*seldom, *occasions, *asked)
        for document in documents
    ]


def _wanted(contract: Contract, document: str, rhythm: Rhythm, clause: str) -> Wanted:
    return Wanted(contract.document(document).name, FORMS.get(document, ""), rhythm, clause)
