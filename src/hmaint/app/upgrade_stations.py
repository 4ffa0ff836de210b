"""The hosts of a run: how each is reached, where the run lies on it, and its lease, had or given back."""

from __future__ import annotations

import os
import re
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from hmaint.app.upgrade_desk import Desk
from hmaint.app.upgrade_person import Person, discreet
from hmaint.app.world import World
from hmaint.engine.trip import Tools
from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.clock import seconds
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.inventory import Host, Limits, Site
from hmaint.model.upgrade_act import RenderedPlan
from hmaint.transport.lease import Holder
from hmaint.transport.line import Line
from hmaint.transport.station import Station

FOLDER = "/var/tmp/hmaint"  # noqa: S108 - on the target, checked to be ours alone before anything lies there
"""Where leases and runs lie on a host unless its variable hmaint_folder says otherwise."""
PATIENCE = 600.0
"""Seconds a host may be gone before the run pauses."""
_LONG = 315_360_000.0
"""Seconds a visit to a host may last: an upgrade ends when it ends."""


def _holder(world: World, desk: Desk) -> Holder:
    """Who asks for the leases of a run: this very process on this laptop."""
    owner = one_line(f"{world.operator} on {socket.gethostname()}", 80)
    return Holder(desk.run, desk.token(), f"{os.getpid()}-{secrets.token_hex(6)}", owner)


def stations_of(  # noqa: PLR0913, PLR0917 - a station a host, and all it works with
    world: World,
    rendered: RenderedPlan,
    site: Site,
    tools: Tools,
    desk: Desk,
    person: Person,
    patience: float | None,
) -> dict[str, Station]:
    """A station for each host a plan acts on. Refused where a host is gone from the site."""
    holder, person = _holder(world, desk), discreet(world, person)
    names = dict.fromkeys(act.target for act in rendered.acts if act.target_kind == "host")
    found: dict[str, Station] = {}
    for name in names:
        host = site.host(name)
        if host is None:
            raise Refused(_("the site has no host {name} any more").format(name=name))
        found[name] = Station(
            name,
            _way(tools, site, host),
            _folder(rendered, host),
            holder,
            patience=_patience(rendered, name) if patience is None else patience,
            abandoned=person.signals.abandon,
            hear=person.hear,
            mask=world.redactor.redact,
        )
    return found


def _way(tools: Tools, site: Site, host: Host) -> Callable[[], Line]:
    limits: Limits = replace(host.limits, command=_LONG, host=_LONG)
    patient = replace(host, limits=limits)
    return lambda: tools.door_of(patient).open(patient, site)


def _patience(rendered: RenderedPlan, name: str) -> float:
    said = rendered.variables.get(name, {}).get("hmaint_patience")
    try:
        return seconds(str(said)) if said else PATIENCE
    except ValueError as wrong:
        raise Refused(_("hmaint_patience is no duration: {reason}").format(reason=wrong)) from None


def _folder(rendered: RenderedPlan, host: Host) -> str:
    folder = str(rendered.variables.get(host.name, {}).get("hmaint_folder") or FOLDER)
    if not re.fullmatch(r"/[A-Za-z0-9._/@+-]{1,200}", folder) or ".." in folder.split("/"):
        words = _("{host}: hmaint_folder must be an absolute path of plain letters")
        raise Refused(words.format(host=host.name))
    return folder


def take_all(stations: Mapping[str, Station], how: str) -> None:
    """Take every lease, or give back those that were taken."""
    taken: list[Station] = []
    try:
        for station in stations.values():
            station.take(how)
            taken.append(station)
    except CouldNotLook as failure:
        give_back(taken, how)
        raise Refused(
            _("{host} cannot be reached: {reason}").format(host=station.name, reason=failure.reason)
        ) from None
    except BaseException:
        give_back(taken, how)
        raise


def give_back(taken: list[Station], how: str) -> None:
    """Give back what was taken, as far as hosts can be reached: freed after `new`, else kept for the run."""
    for station in taken:
        with suppress(CouldNotLook, Refused):
            (station.release if how == "new" else station.rest)()


def leases(stations: Mapping[str, Station], how: str) -> dict[str, object]:
    """The leases as the journal keeps them: their numbers, and how far each clock is ahead."""
    return {
        "how": how,
        "fences": {name: station.fence for name, station in stations.items()},
        "skew": {name: round(station.skew) for name, station in stations.items()},
    }
