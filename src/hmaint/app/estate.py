"""Manuals and plans of a site, told from its inventory and the playbooks that fit it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from hmaint.app.estate_known import known_of
from hmaint.app.kinds import KINDS
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.engine.plan import address_of, selects
from hmaint.load.playbook import list_playbooks, load_playbook
from hmaint.model.inventory import Site

if TYPE_CHECKING:  # a command that makes none of these papers need not load them
    from hmaint.report.estate import Estate
    from hmaint.report.operation import Inspection

DEPLOYMENT, OPERATION = "deployment-manual", "operation-manual"
EMERGENCY, RECOVERY = "emergency-plan", "disaster-recovery-plan"
_INSPECTIONS = ("inspect/weekly", "inspect/monthly", "inspect/quarterly", "inspect/security")
"""The order of the year's rounds; a workspace's own inspections follow."""
_DIGITS = 12


def told_of(world: World, site: str, form: str) -> Told:
    """Tell a site on one of the four forms; WrongUsage for a site that is not in the inventory."""
    there = world.site(site)
    data = _TELLERS[form](world, _estate(world, there))
    return Told(data, (f"inventory/{site}",), world.clock.now().date())


def _estate(world: World, site: Site) -> Estate:
    from hmaint.report.estate import Estate  # noqa: PLC0415 - see above

    mark = sha256(world.inventory.path.read_bytes()).hexdigest()[:_DIGITS]
    addresses = {target.name: address_of(target) for target in site.targets()}
    source = f"资产清单 {site.name}（{mark}）"
    known = known_of(world, site.name)
    return Estate(world.inventory, site, addresses, source, world.operator, world.clock.now(), known)


def _deployment(_world: World, estate: Estate) -> Mapping[str, object]:
    from hmaint.report.deployment import deployment_manual  # noqa: PLC0415 - see above

    return deployment_manual(estate)


def _operation(world: World, estate: Estate) -> Mapping[str, object]:
    from hmaint.report.operation import operation_manual  # noqa: PLC0415 - see above

    return operation_manual(estate, _inspections(world, estate.site))


def _inspections(world: World, site: Site) -> list[Inspection]:
    """Every inspection playbook with those of its steps that some target of the site gets."""
    from hmaint.report.operation import Inspection  # noqa: PLC0415 - see above

    root = world.workspace.root
    there = {name for name, _title, _where in list_playbooks(root) if name.startswith("inspect/")}
    found = []
    for name in (*filter(there.__contains__, _INSPECTIONS), *sorted(there - set(_INSPECTIONS))):
        playbook = load_playbook(name, workspace=root, kinds=KINDS)
        steps = tuple(
            step for step in playbook.steps if any(selects(step.on, target) for target in site.targets())
        )
        if steps:
            found.append(Inspection(name, playbook.title, playbook.mode, steps))
    return found


def _emergency(_world: World, estate: Estate) -> Mapping[str, object]:
    from hmaint.report.plans import emergency_plan  # noqa: PLC0415 - see above

    return emergency_plan(estate)


def _recovery(_world: World, estate: Estate) -> Mapping[str, object]:
    from hmaint.report.plans import recovery_plan  # noqa: PLC0415 - see above

    return recovery_plan(estate)


_TELLERS: Mapping[str, Callable[[World, Estate], Mapping[str, object]]] = {
    DEPLOYMENT: _deployment,
    OPERATION: _operation,
    EMERGENCY: _emergency,
    RECOVERY: _recovery,
}
