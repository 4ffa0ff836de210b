"""Looks at middleware on this very machine through the real door, as an inspection would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hmaint.app.kinds import KINDS
from hmaint.engine.plan import Job, selects
from hmaint.engine.rows import Previous
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, Visit, visit
from hmaint.kit.clock import SystemClock
from hmaint.kit.redact import Redactor
from hmaint.load.playbook import load_playbook
from hmaint.model.inventory import Host, Limits, Middleware, Site
from hmaint.model.run import Check
from hmaint.transport.local import LocalDoor

HOUR = timedelta(hours=1)
MOMENT = timedelta(seconds=1)
"""What a test has just started has not run for longer."""


def inspect(
    name: Middleware, *ids: str, before: Mapping[str, Previous] | None = None, **variables: object
) -> Visit:
    """One visit with the checks of one middleware, or some of them; `variables` override the catalogue's."""
    playbook = load_playbook("checks/middleware", workspace=None, kinds=KINDS)
    limits = Limits(command=60, host=180)
    host = Host("app", "icu", connection="local", middleware=(name,), limits=limits, vars=variables)
    steps = tuple(s for s in playbook.steps if selects(s.on, host) and (not ids or s.id in ids))
    door = LocalDoor()
    tools = Tools(SystemClock(), KINDS.__getitem__, lambda _: door, never, never, Redactor())
    site = Site("icu", "重症监护系统", hosts=(host,))
    return visit(Errand(Job(host, steps), site, playbook.vars, tools, previous=before or {}))


def never(*_: object) -> None:
    """A door that no check of middleware goes through."""
    raise AssertionError("a check of middleware asked something else than a host")


def checks(seen: Visit) -> dict[str, Check]:
    """The checks by id."""
    assert seen.result.error is None, seen.result.error
    return {check.id: check for check in seen.checks}


def kept(seen: Visit, ago: timedelta = MOMENT) -> dict[str, Previous]:
    """What a visit read, so long ago, for a later one to compare with."""
    at = SystemClock().now() - ago
    return {o.step: Previous(o.table.rows, at) for o in seen.observations}
