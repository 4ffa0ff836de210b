"""How both sides confirmed in writing that an open question of a contract is read; nothing else settles one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hmaint.app.contract import CONFIRMED, KIND
from hmaint.app.entry import draft
from hmaint.app.proof import kept_proof, read_proof
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.kit.when import read_when
from hmaint.load.contract import load_contract
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.contract import Contract
from hmaint.model.entry import WITHDRAWN, Entry, standing

PREFIX = "A"
PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What was confirmed: a reading of the profile, `proposal`, or the words that were agreed."""

    contract: str
    question: str
    reading: str
    evidence: Sequence[Path]
    by: str
    date: str = ""


def confirm(world: World, given: Confirmation) -> Entry:
    """Put a written confirmation on record, with the file that shows it.

    Raises WrongUsage without evidence or a name, for a question the contract does not have, and for a day to come.
    """
    contract, asked = _find(world, given.contract, given.question)
    _demand(given)
    proofs = [read_proof(path) for path in given.evidence]
    sent = next((proof.letter.sent_at for proof in proofs if proof.letter.sent_at), None)
    at = _at(world, given.date) if given.date else sent
    body = {
        "contract": given.contract,
        "ambiguity": asked.id,
        "question": asked.question,
        "reading": _reading(asked, given.reading),
        "by": given.by.strip(),
        "profile_sha256": contract.sha256,
        "evidence": [kept_proof(world, proof) for proof in proofs],
    }
    entry = draft(world, kind=KIND, event=CONFIRMED, site="", body=body, at=at)
    return world.records.entries.begin(entry, PREFIX)


def asked_of(world: World, contract: str, question: str) -> Ambiguity:
    """The question of that id, as the profile puts it. WrongUsage where there is none."""
    return _find(world, contract, question)[1]


def _find(world: World, name: str, question: str) -> tuple[Contract, Ambiguity]:
    contract = load_contract(world.workspace.root, name)
    if contract is None:
        raise WrongUsage(_("there is no contracts/{name}.yaml").format(name=one_line(name, 60)))
    asked = next((each for each in contract.ambiguities if each.id == question), None)
    if asked is None:
        words = _("{contract} has no question {id}").format(contract=name, id=one_line(question, 60))
        raise WrongUsage(words + meant(question, [each.id for each in contract.ambiguities]))
    return contract, asked


def withdraw(world: World, number: str, why: str) -> Entry:
    """Take a confirmation back; it stays on record with the reason. WrongUsage where there is none that stands."""
    if not why.strip():
        raise WrongUsage(_("say why: --why TEXT"))
    entries = world.records.entries.of(number, KIND)
    held = standing(entries)
    if not held:
        raise WrongUsage(_("{number} is taken back already").format(number=number))
    last = held[-1]
    entry = draft(
        world, kind=KIND, event=WITHDRAWN, site="", body={"why": why}, matter=last.matter, corrects=last.id
    )
    world.records.entries.add([entry])
    return entry


def _demand(given: Confirmation) -> None:
    if not given.evidence:
        raise WrongUsage(_("only what is in writing counts: --evidence FILE, a scan or an e-mail"))
    if not given.by.strip():
        raise WrongUsage(_("say who confirmed it for the hospital: --by NAME"))
    if not given.reading.strip():
        raise WrongUsage(_("say what was confirmed: --reading proposal, a reading's id, or the agreed words"))


def _reading(asked: Ambiguity, said: str) -> str:
    """The id of a reading, or the words as they were agreed; the proposal is the first reading where there is one."""
    said = said.strip()
    if any(each.id == said for each in asked.readings):
        return said
    if said == PROPOSAL:
        return asked.readings[0].id if asked.readings else asked.proposal
    if asked.readings and " " not in said and said.isascii():
        # One word in the shape of an id that is none would settle the question without the figure that was meant.
        words = _("{id} has no reading {reading}").format(id=asked.id, reading=one_line(said, 60))
        raise WrongUsage(words + meant(said, [PROPOSAL, *(each.id for each in asked.readings)]))
    return said


def _at(world: World, text: str) -> datetime:
    try:
        return read_when(text, world.clock.now().date()).at
    except ValueError as error:
        raise WrongUsage(str(error)) from None


def history(world: World, contract: str = "") -> list[dict[str, object]]:
    """Every confirmation of a contract, or of all, as it was put on record, and whether it still holds."""
    if not world.has_records:
        return []
    entries = world.records.entries.listed(kinds=[KIND])
    held = standing(entries)
    latest = {(each.body.get("contract"), each.body.get("ambiguity")): each.id for each in held}
    standing_ids = {each.id for each in held}
    return [
        _told(each, "withdrawn" if each.id not in standing_ids else _state(each, latest))
        for each in sorted(entries, key=lambda each: (each.recorded_at, each.id))
        if each.event == CONFIRMED and contract in {"", each.body.get("contract")}
    ]


def _state(entry: Entry, latest: Mapping[tuple[object, object], str]) -> str:
    key = (entry.body.get("contract"), entry.body.get("ambiguity"))
    return "holds" if latest.get(key) == entry.id else "superseded"


def _told(entry: Entry, state: str) -> dict[str, object]:
    proofs = entry.body.get("evidence")
    names = (
        [str(each.get("name")) for each in proofs if isinstance(each, dict)]
        if isinstance(proofs, list)
        else []
    )
    return {
        "number": entry.matter,
        "contract": entry.body.get("contract"),
        "question": entry.body.get("ambiguity"),
        "reading": entry.body.get("reading"),
        "by": entry.body.get("by"),
        "at": entry.at.isoformat(timespec="seconds"),
        "recorded_at": entry.recorded_at.isoformat(timespec="seconds"),
        "operator": entry.operator,
        "evidence": names,
        "state": state,
    }
