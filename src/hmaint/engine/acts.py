"""A plan for the real targets: every step rendered for every target, in the order in which it will be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from hmaint.engine.acts_place import Placed, Seat, seated
from hmaint.engine.acts_render import acting_of
from hmaint.engine.plan import selects
from hmaint.engine.plan_document import document_of
from hmaint.engine.trip import scope_of
from hmaint.errors import BadFile, Fault, Place
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.model.inventory import Database, Device, Endpoint, Host, Site, Target
from hmaint.model.upgrade import PlanStep, UpgradePlan
from hmaint.model.upgrade_act import Act, RenderedPlan, TargetIdentity

T = TypeVar("T", Host, Database, Endpoint, Device)

NOBODY = "-"
"""Stands for the target of what is done on none."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The acts of a plan in their order, before anybody has looked at a target."""

    acts: tuple[Act, ...]
    checkpoints: tuple[int, ...]
    variables: Mapping[str, Mapping[str, object]]


def site_of(plan: UpgradePlan, site: Site) -> Site:
    """The site as a plan sees it: each target's variables with what the plan says of it alone."""
    return replace(
        site,
        hosts=tuple(_own(plan, each) for each in site.hosts),
        databases=tuple(_own(plan, each) for each in site.databases),
        endpoints=tuple(_own(plan, each) for each in site.endpoints),
        devices=tuple(_own(plan, each) for each in site.devices),
    )


def draw(plan: UpgradePlan, site: Site) -> Drawn:
    """Render every step for every target it is for; BadFile with all that cannot be."""
    seen = site_of(plan, site)
    placed = [Placed(step, _targets(step, seen)) for step in plan.steps]
    faults = [*_target_faults(plan, seen), *_empty(placed), *_blind(plan, seen)]
    acts = list[Act]()
    order, checkpoints = seated(placed, plan.rollout)
    beyond = _beyond(plan)
    for seat in order:
        if seat.step.on is not None and seat.target is None:  # it fits no target, which is a fault of its own
            continue
        try:
            acts.append(_act(plan, seen, seat, beyond))
        except ValueError as wrong:
            where = seat.target.name if seat.target else NOBODY
            faults.append(Fault(seat.step.place, f"{seat.step.id}@{where}: {wrong}"))
    if faults:
        raise BadFile(list(dict.fromkeys(faults)))
    variables = {t.name: {**plan.vars, **seen.vars, **t.vars} for p in placed for t in p.targets}
    return Drawn(tuple(acts), checkpoints, variables)


def render(plan: UpgradePlan, drawn: Drawn, identities: Sequence[TargetIdentity]) -> RenderedPlan:
    """Bind what was drawn to targets that were looked at."""
    document, digest = document_of(plan, drawn.acts, drawn.variables, identities)
    return RenderedPlan(
        plan, drawn.acts, tuple(identities), document, digest, drawn.checkpoints, drawn.variables
    )


def _own(plan: UpgradePlan, target: T) -> T:
    return replace(target, vars={**target.vars, **plan.per_target.get(target.name, {})})


def _targets(step: PlanStep, site: Site) -> tuple[Target, ...]:
    if step.on is None:
        return ()
    return tuple(target for target in site.targets() if selects(step.on, target))


def _target_faults(plan: UpgradePlan, site: Site) -> Iterator[Fault]:
    names = [target.name for target in site.targets()]
    place = Place(str(plan.path))
    wanted = [("targets", name) for name in plan.per_target]
    wanted += [("canary", plan.rollout.canary)] if plan.rollout.canary else []
    for word, name in wanted:
        if name not in names:
            words = _("{word}: site {site} has no {name}").format(word=word, site=site.name, name=name)
            yield Fault(place, words + meant(name, names))
    backups = {each.name: each for each in site.backups}
    for each in plan.backups:
        if each.name not in backups:
            words = _("{word}: site {site} has no {name}").format(
                word="backups", site=site.name, name=each.name
            )
            yield Fault(place, words + (meant(each.name, backups) if backups else ""))
        elif each.of and backups[each.name].of != each.of:
            words = _("backup {name} is of {of}, not of {wanted}")
            of = backups[each.name].of or NOBODY
            yield Fault(place, words.format(name=each.name, of=of, wanted=each.of))


def _empty(placed: Sequence[Placed]) -> Iterator[Fault]:
    for each in placed:
        if each.step.on is not None and not each.targets:
            words = _("step {id} fits no target of the site")
            yield Fault(each.step.place, words.format(id=each.step.id))
        if any(isinstance(t, Host) and t.platform != "linux" for t in each.targets):
            words = _("step {id}: upgrades of Windows hosts are not done by hmaint")
            yield Fault(each.step.place, words.format(id=each.step.id))


def _blind(plan: UpgradePlan, site: Site) -> Iterator[Fault]:
    """Looking steps that would look at nothing: what is not looked at must never count as good."""
    for look in (*plan.preflight.steps, *plan.verify.steps):
        if not any(selects(look.on, target) for target in site.targets()):
            words = _("step {id} fits no target of the site")
            yield Fault(look.place, words.format(id=look.id))
    first = [target for target in site.targets() if target.name == plan.rollout.canary]
    if first and not any(selects(look.on, target) for look in plan.verify.steps for target in first):
        words = _("canary {name}: no step of verify looks at it, so nobody would know whether it is well")
        yield Fault(Place(str(plan.path)), words.format(name=plan.rollout.canary))


def _beyond(plan: UpgradePlan) -> frozenset[str]:
    ids = [step.id for step in plan.steps]
    if not plan.point_of_no_return:
        return frozenset()
    return frozenset(ids[ids.index(plan.point_of_no_return) :])


def _act(plan: UpgradePlan, site: Site, seat: Seat, beyond: frozenset[str]) -> Act:
    step, target = seat.step, seat.target
    scope = {
        "vars": {**plan.vars, **site.vars},
        "site": {"name": site.name, "title": site.title, "vars": site.vars},
    }
    if target is not None:
        scope = scope_of(target, site, plan.vars)
    acting = acting_of(plan, step, target, scope)
    return Act(
        id=f"{step.id}@{target.name if target else NOBODY}",
        step=step.id,
        title=step.title,
        kind=step.kind,
        target=target.name if target else NOBODY,
        target_kind=_kind(step, target),
        wave=seat.wave,
        do=acting.do,
        probe=acting.probe,
        undo=acting.undo,
        undone=acting.undone,
        reversal=acting.reversal,
        estimate=step.estimate,
        timeout=step.timeout,
        interruptible=step.interruptible,
        outage=step.outage,
        beyond=step.id in beyond,
        says=acting.says,
    )


def _kind(step: PlanStep, target: Target | None) -> Literal["host", "database", "endpoint", "person"]:
    match target:
        case Host():
            return "host"
        case Database():
            return "database"
        case Endpoint() | Device():
            return "endpoint"
    return "person" if step.kind == "ask" else "endpoint"
