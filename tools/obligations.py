"""Which obligation of the contracts the program meets with what: told from its own registries, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from hmaint.duty.acts import ACTS, PAPER, needs, needs_of_papers
from hmaint.duty.papers import FORMS
from hmaint.duty.periodic import RHYTHMS
from hmaint.kit.resources import shipped
from hmaint.load.contract import read_contract
from hmaint.model.contract import Contract
from hmaint.model.contract_incident import Clock

TABLE = Path(__file__).with_name("obligations.yaml")
DONE = ACTS["performed"].command
_INCIDENT = "hmaint incident show"
_CHANGE = "hmaint change show"
_RENDER = "hmaint report render"
_BUNDLES = {
    f"{PAPER}quarterly-index": "hmaint report quarterly",
    f"{PAPER}annual-volume": "hmaint report annual",
}
_ALWAYS = {
    "feedback_to_reporter": "hmaint incident feedback",
    "provide_fallback": "hmaint incident workaround",
    "progress_updates": "hmaint incident note",
    "record_all": "hmaint incident open",
    "no_recurrence_check": "hmaint incident link",
}
"""What is put down about each fault, by the acts of `always_do`."""
_AUTO = {"S0-2.2a": "hmaint incident open", "S3-2.3a": "hmaint incident open", "S3-2.3b": "hmaint incident open",
    "S0-2.3": "hmaint incident note", "S3-1.1.2b": "hmaint inspect", "S3-1.3.1b": "hmaint backup-verify",
    "S3-4.2e": "hmaint backup-verify", "S2-1.4": "hmaint inspect"}  # fmt: skip
"""Standing duties that the program sees to by itself, and the command that does it."""


@dataclass(frozen=True, slots=True)
class Means:
    """What the program has for one clause."""

    kind: str
    """duty, clock, record, document, or outside."""
    words: str
    commands: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


_PARTS = {
    "free": Means("duty", "counted beside what is free", (_CHANGE,)),
    "availability": Means("record", "downtime, planned or not", ("hmaint contract downtime add",)),
    "assessment": Means("document", "figures", ("hmaint contract assess",), ("service-assessment",)),
}
_UPGRADES = {"gate": "before", "after": "after", "record": "of"}


@dataclass(frozen=True, slots=True)
class Line:
    """One obligation with all that is there for it."""

    id: str
    what: str
    who: str
    means: tuple[tuple[str, Means], ...]


def lines() -> list[Line]:
    """Every obligation of the table; KeyError for a clause no contract has."""
    told = yaml.safe_load(TABLE.read_text("utf-8"))
    return [
        Line(name, one["what"], one["who"], tuple((ref.partition("/")[2], means(ref)) for ref in one["refs"]))
        for name, one in told.items()
    ]


@cache
def _contract(name: str) -> Contract:
    return read_contract(shipped("contracts") / f"{name}.yaml", name)


def means(ref: str) -> Means:
    """What there is for a reference such as s3/S3-1.1.1 or s3/clock:response."""
    name, _, clause = ref.partition("/")
    contract = _contract(name)
    if ":" in clause or clause in ("free", "availability", "assessment", "after", "record"):
        return _part(contract, clause)
    found = next((one for find in (_owed, _asked, _kept) if (one := find(contract, clause))), None)
    if found is None:
        raise KeyError(ref)
    return found


def _owed(contract: Contract, clause: str) -> Means | None:
    for each in contract.obligations:
        if each.id == clause:
            often = (
                f"owed {each.per}"
                if each.per in RHYTHMS
                else "asked for without a period, the last time is told"
            )
            return Means("duty", f"{often} ({each.kind})", _commands(needs(each)), _forms(each.evidence))
    for duty in contract.triggered:
        if duty.id == clause:
            limit = (
                "no limit"
                if duty.within is None
                else "at once"
                if duty.immediate
                else f"within {duty.within}"
            )
            return Means(
                "duty",
                f"after {duty.on}, {limit}",
                _commands(needs_of_papers(duty.deliver)),
                _forms(duty.deliver),
            )
    for quota in contract.quotas:
        if quota.id == clause:
            words = f"counted, {quota.direction.replace('_', ' ')} {quota.limit} {quota.unit}"
            return Means("duty", words, ("hmaint contract count add",))
    return None


def _asked(contract: Contract, clause: str) -> Means | None:
    for each in contract.on_demand:
        if each.id == clause:
            return Means(
                "document", "on demand", _commands(needs_of_papers(each.evidence)), _forms(each.evidence)
            )
    for standing in contract.duties:
        if standing.id == clause and standing.cli == "outside":
            return Means("outside", "outside")
        if standing.id == clause:
            return Means("record", "standing", (_AUTO.get(clause, DONE),))
    for act in contract.incident.always_do if contract.incident else ():
        if act.id == clause:
            return Means("record", f"on {act.on}", (_ALWAYS[act.act],))
    return None


def _kept(contract: Contract, clause: str) -> Means | None:
    for each in contract.security:
        if each.id == clause and each.deliver:
            return Means("record", "register", ("hmaint contract nda add",), _forms((each.deliver,)))
    if clause in {each.id for each in (*contract.security, *contract.personnel)}:
        return Means("record", "standing", (DONE,))
    if clause in {each.id for each in contract.outside}:
        return Means("outside", "outside")
    rules = {each.id for each in _rules(contract)}
    return (
        Means("document", "rule", ("hmaint contract assess",), ("deduction-sheet",))
        if clause in rules
        else None
    )


def _rules(contract: Contract) -> Iterator[object]:
    yield from getattr(contract.deductions, "rules", ())
    for each in getattr(contract.deductions, "classes", ()):
        yield from each.rules


def _part(contract: Contract, clause: str) -> Means:
    sort, _, name = clause.partition(":")
    upgrade = contract.upgrade
    if sort == "clock":
        return _clock(contract, name)
    if sort == "grade":
        grades = contract.requirements.grades if contract.requirements else ()
        grade = next(each for each in grades if each.id == name)
        return Means("clock", f"clocks {_limits(grade.clocks)}", (_CHANGE,), ("customisation-report",))
    if sort in ("gate", "after", "record") and upgrade is not None:
        gate = next((each.doc for each in upgrade.gates if each.id == name), "")
        document = {"gate": gate, "after": upgrade.after_doc, "record": upgrade.record_doc}[sort]
        return Means("document", f"{_UPGRADES[sort]} an upgrade", (_RENDER,), _forms((document,)))
    return _PARTS[sort]


def _clock(contract: Contract, name: str) -> Means:
    terms = contract.incident
    clocks = [
        clock for each in (*terms.levels, *terms.classes) for clock in each.clocks if clock.id == name
    ] if terms else []  # fmt: skip
    if not clocks:
        raise KeyError(name)
    return Means("clock", f"clock {_limits(clocks)}", (_INCIDENT,))


def _limits(clocks: Sequence[Clock]) -> str:
    return ", ".join(dict.fromkeys("no figure" if each.limit is None else str(each.limit) for each in clocks))


def _commands(wanted: tuple[frozenset[str], ...]) -> tuple[str, ...]:
    found = [_command(act) for each in wanted for act in sorted(each)]
    return tuple(dict.fromkeys(found)) or (DONE,)


def _command(act: str) -> str:
    return ACTS[act].command if act in ACTS else _BUNDLES.get(act, _RENDER)


def _forms(documents: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(FORMS[each] for each in documents if each in FORMS))


def page(head: str) -> str:
    """The table as a page of the reference."""
    rows = [
        f"| {line.id} | {line.what} | {line.who} | {'<br>'.join(_told(ref, one) for ref, one in line.means)} |"
        for line in lines()
    ]
    return "\n".join([
        "# What contracts ask for, and what meets it\n", head,
        "Every obligation of the example contracts, and what the program has for it, told from its own registries:",
        "a duty that `hmaint contract due` watches, a clock that runs, a record a person puts down, or a document.",
        "**A** the program does it, **R** a person does it and it is kept, **D** a document, **O** outside.\n",
        "| row | obligation | who | clause: what there is · commands · forms |", "| --- | --- | --- | --- |", *rows, "",
    ])  # fmt: skip


def _told(ref: str, one: Means) -> str:
    things = [*(f"`{each}`" for each in one.commands), *(f"*{each}*" for each in one.forms)]
    return " · ".join([f"{ref}: {one.words}", *things])
