"""Which hand does an act, and the secrets all of them need."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.app.upgrade_approval import papers_of
from hmaint.app.upgrade_desk import Desk
from hmaint.app.upgrade_fix import FixHand
from hmaint.app.upgrade_hand import Hand
from hmaint.app.upgrade_host import HostHand
from hmaint.app.upgrade_laptop import LaptopHand
from hmaint.app.upgrade_person import Person
from hmaint.app.upgrade_plan import Prepared
from hmaint.app.upgrade_sql import SqlHand
from hmaint.app.world import World
from hmaint.errors import CouldNotLook, Refused
from hmaint.model.data_fix import Fix
from hmaint.model.upgrade_act import Act, Ask, Http, Pause, Reboot, RenderedPlan, Script, Sql
from hmaint.transport.station import Station


def learn(world: World, rendered: RenderedPlan) -> None:
    """Have every secret of the plan before anything begins: to be there when it is needed, and masked from then on."""
    for act in rendered.acts:
        parts: list[object] = [act.do, act.probe, act.undo, act.undone]
        if isinstance(act.do, Reboot):
            parts += [act.do.start, act.do.ready]
        for script in parts:
            for secret in script.secrets.values() if isinstance(script, Script) else ():
                try:
                    world.secret_of(secret)
                except CouldNotLook as failure:
                    raise Refused(failure.reason) from None


def hands_of(
    world: World, desk: Desk, prepared: Prepared, stations: Mapping[str, Station], person: Person
) -> dict[str, Hand]:
    """The hand of each act, by its id."""
    rendered = prepared.rendered()
    host = HostHand(rendered.plan, stations, world.secret_of, lambda act: desk.state().decisions.get(act, ""))
    laptop = LaptopHand(person.ask, person.signals.stop, world.operator)
    approved = papers_of(world, rendered.plan.site, rendered.plan.name).rows(rendered.digest)
    rows = FixHand(world, desk, prepared.site, approved or {})
    scripts = SqlHand(world, desk, prepared.site)
    return {act.id: _hand(act, host, laptop, rows, scripts) for act in rendered.acts}


def _hand(act: Act, host: Hand, laptop: Hand, rows: Hand, scripts: Hand) -> Hand:
    if isinstance(act.do, Fix):
        return rows
    if isinstance(act.do, Sql):
        return scripts
    return laptop if isinstance(act.do, Ask | Http | Pause) else host
