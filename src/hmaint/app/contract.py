"""The contract a site is served under, as far as its open questions are confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hmaint.app.world import World
from hmaint.duty.papers import FORMS
from hmaint.duty.reading import open_questions, questions_about, settle
from hmaint.load.contract import load_contract
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.contract import Contract
from hmaint.model.entry import Entry, standing

KIND = "confirmation"
CONFIRMED = "confirmed"
_OF_CHANGES = FORMS["customization_report"]
"""The form of changes, whose times every grade of the contract sets."""


def contract_of(world: World, site: str) -> Contract | None:
    """The contract of a site with every confirmed reading applied; None where the inventory names none, or no file.

    BadFile with every fault of its profile.
    """
    known = world.inventory.sites.get(site)
    return named_contract(world, known.contract) if known and known.contract else None


def named_contract(world: World, name: str) -> Contract | None:
    """The workspace's contract of that name with every confirmed reading applied; None where there is no such file."""
    contract = load_contract(world.workspace.root, name)
    return None if contract is None else settle(contract, answers(confirmations(world), name))


def confirmations(world: World) -> tuple[Entry, ...]:
    """Every confirmation on record that stands, oldest first; none before there are records."""
    return standing(world.records.entries.listed(kinds=[KIND])) if world.has_records else ()


def answers(entries: Iterable[Entry], contract: str) -> Mapping[str, str]:
    """How each question of a contract was answered, the latest confirmation winning; a pure fold."""
    return {
        str(each.body.get("ambiguity")): str(each.body.get("reading"))
        for each in entries
        if each.event == CONFIRMED and each.body.get("contract") == contract
    }


def questions_of(world: World, site: str, *ids: str) -> tuple[Ambiguity, ...]:
    """What a site's contract leaves open about these clauses, classes or documents; about anything where none is named.

    Whoever writes a document that depends on them shows them on it. None where there is no contract.
    """
    contract = contract_of(world, site)
    if contract is None:
        return ()
    return questions_about(contract, *ids) if ids else open_questions(contract)


def questions_of_form(world: World, site: str, form: str) -> tuple[Ambiguity, ...]:
    """What a site's contract leaves open about the document a form is for, and about the clauses that demand it."""
    contract = contract_of(world, site)
    documents = {name for name, written_on in FORMS.items() if written_on == form}
    if contract is None or not documents:
        return ()
    papers = [(each.id, each.evidence) for each in contract.obligations]
    papers += [(each.id, each.evidence) for each in contract.on_demand]
    papers += [(each.id, each.deliver) for each in contract.triggered]
    clauses = {clause for clause, wanted in papers if documents & set(wanted)}
    if form == _OF_CHANGES and contract.requirements:
        clauses |= {name for each in contract.requirements.grades for name in (each.id, each.clause) if name}
    return questions_about(contract, *documents, *clauses)
