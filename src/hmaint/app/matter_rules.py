"""What some fields must be beyond their sort: clauses and grades the contract knows, identity numbers kept masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from hmaint.app.world import World
from hmaint.duty.periodic import RHYTHMS
from hmaint.duty.periods import spans
from hmaint.duty.pledge import masked_identity
from hmaint.duty.term import span_of
from hmaint.errors import BadFile, WrongUsage
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _, series
from hmaint.model.contract import Contract
from hmaint.model.ledger import Ledger

Values = Mapping[str, object]
_AHEAD = timedelta(days=366)
"""How far ahead of today a period may lie that something was done for."""
_NEAR = 4
"""How many periods are named to whoever named one that is none."""
_BOUND = ("performed", "count")
"""Kinds that mean nothing without a contract."""


def ruled(world: World, ledger: Ledger, site: str, values: Values) -> Values:
    """The values as they may be kept. WrongUsage names what is wrong, with the nearest that would be right."""
    for name, rule in _RULES.items():
        if values.get(name):
            values = rule(world, ledger, site, values)
    return values


def refuse_backwards(world: World, body: Values, at: datetime | None) -> None:
    """WrongUsage for a stretch that ends before it begins: it would be kept, and count for nothing."""
    until, begun = body.get("until"), at or world.clock.now()
    if isinstance(until, str) and datetime.fromisoformat(until) <= begun:
        words = _("it was over at {until}, before it began at {at}: say with --at when it began")
        told = datetime.fromisoformat(until)
        raise WrongUsage(words.format(until=f"{told:%Y-%m-%d %H:%M}", at=f"{begun:%Y-%m-%d %H:%M}"))


def clauses_of(contract: Contract) -> tuple[str, ...]:
    """Every clause a person can say they met, in the order of the profile."""
    groups: tuple[Iterable[object], ...] = (
        contract.obligations, contract.triggered, contract.on_demand, contract.duties, contract.quotas,
        contract.security, contract.personnel, contract.outside,
    )  # fmt: skip
    return tuple(dict.fromkeys(str(getattr(each, "id", "")) for group in groups for each in group))


def contract_for(world: World, site: str, *, bound: bool = False) -> Contract | None:
    """A site's contract; a profile that is wrong or missing is only told where nothing can be said without it."""
    from hmaint.app.contract import contract_of  # noqa: PLC0415 - profiles take a while to read

    try:
        found = contract_of(world, site)
    except BadFile:
        if bound:
            raise
        return None
    if found is None and bound:
        words = _(
            "site {site} has no contract: name one in the inventory, and put it into contracts/NAME.yaml"
        )
        raise WrongUsage(words.format(site=site))
    return found


def _clause(world: World, ledger: Ledger, site: str, values: Values) -> Values:
    contract = contract_for(world, site, bound=ledger.kind in _BOUND)
    if contract is not None:
        known = [each.id for each in contract.quotas] if ledger.kind == "count" else clauses_of(contract)
        _known(str(values["clause"]), known, _("the contract has no clause {name}"))
    return values


def _period(world: World, _ledger: Ledger, site: str, values: Values) -> Values:
    """The period as `contract due` calls it: any other name would be kept, and count for nothing."""
    contract = contract_for(world, site)
    term = span_of(contract) if contract else None
    clause = values.get("clause")
    if contract is None or term is None:
        return values
    today = world.clock.now().date()
    known = [
        span
        for each in contract.obligations
        if each.per in RHYTHMS and clause in (each.id, None)
        for span in spans(str(each.per), each.align, term.first, term.last, today + _AHEAD)
    ]
    if not known:
        return values
    said = str(values["period"]).strip().upper()
    named = next((span.name for span in known if span.name.upper() == said), "")
    if not named:
        near = [span.name for span in known if span.first <= today][-_NEAR:] or [known[0].name]
        words = _("{name} is no period of clause {clause}; the last ones are called {names}")
        clause = clause or contract.name
        raise WrongUsage(words.format(name=values["period"], clause=clause, names=series(near)))
    return {**values, "period": named}


def _grade(world: World, _ledger: Ledger, site: str, values: Values) -> Values:
    contract = contract_for(world, site)
    grades = contract.requirements.grades if contract and contract.requirements else ()
    if contract is not None and grades:
        _known(str(values["grade"]), [each.id for each in grades], _("the contract has no grade {name}"))
    return values


def _problem_class(world: World, _ledger: Ledger, site: str, values: Values) -> Values:
    contract = contract_for(world, site)
    classes = (
        {rule.class_id: rule.class_name for rule in contract.deductions.rules if rule.class_id}
        if contract
        else {}
    )
    said = str(values["problem_class"])
    said = next((name for name, title in classes.items() if title == said), said)
    if classes:
        _known(said, classes, _("the contract has no class of problems {name}"))
    return {**values, "problem_class": said}


def _quota(world: World, _ledger: Ledger, site: str, values: Values) -> Values:
    contract = contract_for(world, site)
    if contract is not None:
        _known(
            str(values["quota"]), [each.id for each in contract.quotas], _("the contract has no quota {name}")
        )
    return values


def _identity(_world: World, _ledger: Ledger, _site: str, values: Values) -> Values:
    try:
        return {**values, "identity": masked_identity(str(values["identity"]))}
    except ValueError as wrong:
        raise WrongUsage(str(wrong)) from None


def _until(world: World, _ledger: Ledger, _site: str, values: Values) -> Values:
    until = datetime.fromisoformat(str(values["until"]))
    if until > world.clock.now():
        words = _("{time} has not come yet; an entry tells what happened")
        raise WrongUsage(words.format(time=f"{until:%Y-%m-%d %H:%M}"))
    return values


def _run(world: World, _ledger: Ledger, _site: str, values: Values) -> Values:
    return {**values, "run": world.records.run(str(values["run"])).id}


def _known(name: str, known: Iterable[str], words: str) -> None:
    known = list(known)
    if name not in known:
        raise WrongUsage(words.format(name=name) + meant(name, known))


_RULES: Mapping[str, Callable[[World, Ledger, str, Values], Values]] = {
    "clause": _clause,
    "period": _period,
    "grade": _grade,
    "problem_class": _problem_class,
    "quota": _quota,
    "identity": _identity,
    "until": _until,
    "run": _run,
}
