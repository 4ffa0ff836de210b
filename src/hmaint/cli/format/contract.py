"""A contract as a page: what it says, section by section, and as an object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hmaint.cli.contract_words import calendar_word, event_word, limit_word, predicate_words
from hmaint.cli.format.due_words import per_word
from hmaint.cli.format.sections import Section, show_sections
from hmaint.cli.incident_words import clock_word
from hmaint.cli.terminal import Terminal
from hmaint.duty.term import anchor_of, span_of
from hmaint.kit.i18n import _, series
from hmaint.load.contract import is_example
from hmaint.model.contract import Contract
from hmaint.model.contract_change import Grade
from hmaint.model.contract_incident import FaultClass
from hmaint.model.limit import Limit

_Row = tuple[str, list[str]]


def contract_object(contract: Contract) -> dict[str, object]:
    """All that is known of a contract, with the names of the profile's own parts."""
    found = _plain(contract)
    assert isinstance(found, dict)  # noqa: S101 - a contract is a mapping; this tells the type checker
    term = span_of(contract)
    span = {"first": f"{term.first}", "last": f"{term.last}" if term.last else None} if term else None
    return {"schema": "hmaint.contract-show/1", **found, "span": span}


def _plain(value: object) -> object:
    """Dataclasses to mappings, decimals and days to text: what JSON can say."""
    if isinstance(value, Limit | Decimal | date | timedelta):
        return str(value)
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return sorted(value) if isinstance(value, frozenset) else value


def show_contract(terminal: Terminal, contract: Contract, path: Path) -> None:
    """For people."""
    where = _("example, in force nowhere") if is_example(path) else f"{path.parent.name}/{path.name}"
    head = f"{contract.name}  {contract.title}  ({where})\n{_parties(contract)}\n{_term(contract)}"
    show_sections(terminal, head, [_told(section) for section in _sections(contract)])


def _told(section: Section) -> Section:
    """A section without the columns that say nothing."""
    keep = [n for n in range(len(section.heads)) if any(row[n] for _level, row in section.rows)]
    rows = [(level, [row[n] for n in keep]) for level, row in section.rows]
    return Section(section.title, [section.heads[n] for n in keep], rows, section.whole)


def _parties(contract: Contract) -> str:
    sides = (contract.hospital, contract.contractor)
    return "  ·  ".join(side.name or side.term for side in sides if side.name or side.term)


def _term(contract: Contract) -> str:
    term = span_of(contract)
    length = limit_word(contract.term.length)
    if term is None:
        words = _("term: {length}; its first day is not known: put dates: {{{anchor}: DAY}} into the profile")
        return words.format(length=length, anchor=anchor_of(contract.term))
    last = f"{term.last}" if term.last else _("end not told (dates: {end: DAY})")
    return _("term: {first} to {last} ({length})").format(first=term.first, last=last, length=length)


def _sections(contract: Contract) -> Iterator[Section]:
    clause, what = _("clause"), _("what")
    yield Section(
        _("Owed every period"),
        [clause, what, _("how often"), _("evidence"), _("done by")],
        list(_obligations(contract)), [clause],
    )  # fmt: skip
    yield Section(
        _("Owed after an event"),
        [clause, _("event"), _("if"), what, _("within")],
        list(_triggered(contract)), [clause],
    )  # fmt: skip
    incident = contract.incident
    heads = [_("class"), _("if"), _("clock"), _("within"), _("from"), _("until"), _("runs")]
    if incident:
        yield Section(_("Faults"), heads, list(_clocks(contract, (*incident.levels, *incident.classes))))
    if contract.requirements:
        yield Section(
            _("Defects and requirements"), heads, list(_clocks(contract, contract.requirements.grades))
        )
    yield Section(_("Quotas"), [clause, what, _("limit"), _("per")], list(_quotas(contract)), [clause])
    yield Section(_("Before an upgrade"), [_("gate"), _("document"), _("who")], list(_gates(contract)))
    yield Section(
        _("Deductions"),
        [_("rule"), _("class"), _("if"), _("rate"), _("of")],
        list(_deductions(contract)), [_("rule")],
    )  # fmt: skip
    yield Section(_("On demand"), [clause, what, _("evidence")], list(_on_demand(contract)), [clause])
    yield Section(
        _("Standing duties, security, and what is no matter of software"), [clause, what], list(_standing(contract)),
        [clause],
    )  # fmt: skip
    yield Section(
        _("Open until confirmed in writing"),
        [_("id"), _("question"), _("read meanwhile as"), _("readings")],
        [
            (
                "unknown",
                [
                    each.id,
                    each.question,
                    each.proposal,
                    series(one.id for one in each.readings) if each.readings else "",
                ],
            )
            for each in contract.ambiguities
        ],
        [_("id")],
    )


def _obligations(contract: Contract) -> Iterator[_Row]:
    for each in contract.obligations:
        often = per_word(each.per or "") + (f" ×{each.min}" if each.min > 1 else "")
        often += _(" (assumed)") if each.assumed_period else ""
        yield "", [each.id, each.title, often, _documents(contract, each.evidence), event_word(each.cli)]


def _triggered(contract: Contract) -> Iterator[_Row]:
    for each in contract.triggered:
        what = " ".join(filter(None, (each.title, _documents(contract, each.deliver), event_word(each.act))))
        within = limit_word(Limit(0, "second") if each.immediate else each.within)
        yield "", [each.id, event_word(each.on), predicate_words(each.when), what, within]


def _clocks(contract: Contract, groups: Iterable[FaultClass | Grade]) -> Iterator[_Row]:
    for group in groups:
        name = f"{group.id} {group.name}" if group.name != group.id else group.id
        condition = predicate_words(group.criteria)
        for clock in group.clocks:
            within = limit_word(clock.limit) + (
                _(" (at most {cap})").format(cap=limit_word(clock.cap)) if clock.cap else ""
            )
            if_ = " ".join(filter(None, (condition, event_word(clock.condition))))
            runs = calendar_word(contract.calendar(clock.calendar))
            if clock.limit is not None and clock.limit.unit != "second" and not clock.calendar:
                runs = ""
            yield "", [
                name, if_, clock_word(clock.id), within, event_word(clock.starts), event_word(clock.ends), runs,
            ]  # fmt: skip
            name = condition = ""


def _quotas(contract: Contract) -> Iterator[_Row]:
    for each in contract.quotas:
        limit = f"{event_word(each.direction)} {each.limit} {each.unit}"
        yield "", [each.id, each.what, limit, event_word(each.per)]
    free = contract.requirements.free_quota if contract.requirements else None
    if free is not None:
        yield (
            "",
            ["", _("free work"), f"{event_word('at_most')} {free.limit} {free.unit}", event_word(free.per)],
        )


def _gates(contract: Contract) -> Iterator[_Row]:
    for each in contract.upgrade.gates if contract.upgrade else ():
        document = contract.document(each.doc).name if each.doc else ""
        yield "", [event_word(each.id), document, each.who or each.by]


def _deductions(contract: Contract) -> Iterator[_Row]:
    for each in contract.deductions.rules:
        share = _("no figure") if each.rate is None else f"{(each.rate * 100).normalize():f} %"
        condition = predicate_words(each.when) or event_word(each.on)
        base = event_word(each.base) + (_(", or end of the contract") if each.terminate else "")
        yield "", [each.id, each.class_name, condition, share, base]


def _on_demand(contract: Contract) -> Iterator[_Row]:
    for each in contract.on_demand:
        yield "", [each.id, each.title, _documents(contract, each.evidence)]


def _standing(contract: Contract) -> Iterator[_Row]:
    for duty in contract.duties:
        yield "", [duty.id, duty.title]
    for term in contract.security:
        yield (
            "",
            [term.id, " ".join(event_word(word) for word in (term.deliver, term.duty, term.who) if word)],
        )
    for other in contract.outside:
        yield "", [other.id, other.text]


def _documents(contract: Contract, names: Iterable[str]) -> str:
    return _(", ").join(contract.document(name).name for name in names)
