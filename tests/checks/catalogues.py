"""Runs a shipped catalogue against one real database, as an inspection would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hmaint.database.apart import ApartSession
from hmaint.database.session import Session, open_session
from hmaint.engine.plan import Job
from hmaint.engine.rows import Previous
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, visit
from hmaint.expr.condition import compile_condition
from hmaint.kit.clock import SystemClock
from hmaint.kit.redact import Redactor
from hmaint.kit.resources import shipped
from hmaint.load.playbook import load_playbook
from hmaint.model.inventory import Database, Host, Limits, Site
from hmaint.model.look import Probe, Rows, Seen
from hmaint.model.playbook import Level, Playbook
from hmaint.model.run import Check
from hmaint.step.sql import KIND
from hmaint.transport.line import Door


def catalogue(name: str) -> Playbook:
    """A shipped catalogue, with the one kind of step it needs."""
    return load_playbook(
        shipped("playbooks") / "checks" / f"{name}.yaml", workspace=None, kinds={"sql": KIND}
    )


@dataclass(frozen=True)
class Inspection:
    """What came out, check by check."""

    checks: Mapping[str, Check]
    rows: Mapping[str, Previous]
    """What was read, for a next inspection to compare with; an hour older, so that rates make sense."""
    scope: Mapping[str, object] = field(default_factory=dict)
    """The names the catalogue's conditions and sentences knew."""
    applicable: frozenset[str] = frozenset()
    """The checks that are for this server's flavour, version and uptime."""

    def levels(self, *levels: Level) -> dict[str, str]:
        """The checks at these levels, with what they say."""
        return {check.id: check.summary for check in self.checks.values() if check.level in levels}


def inspect(  # noqa: PLR0913, PLR0917 - the two last have defaults, and are named where they are given
    playbook: Playbook,
    database: Database,
    password: str | None,
    folder: Path,
    before: Mapping[str, Previous] | None = None,
    uptime: int | None = None,
    **variables: object,
) -> Inspection:
    """One inspection of one database with every check of the catalogue.

    `before` is what an earlier inspection read; `uptime` makes a server just started pass for one that has run so
    many seconds; `variables` override the catalogue's.
    """

    def opened(target: Database) -> Session | ApartSession:
        session = open_session(target, password, folder)
        if uptime is not None:
            session.facts = {**session.facts, "uptime": uptime}
        return session

    def no_door(host: Host) -> Door:
        raise AssertionError(host.name)

    def no_probe(probe: Probe, limits: Limits) -> Rows:
        raise AssertionError(probe.kind, limits)

    clock = SystemClock()
    tools = Tools(
        clock=clock,
        kind_of={"sql": KIND}.__getitem__,
        door_of=no_door,
        open_database=opened,
        probe=no_probe,
        mask=Redactor(secrets=() if password is None else (password,)),
    )
    job = Job(database, playbook.steps)
    site = Site("icu", "重症监护系统", databases=(database,))
    known = {**playbook.vars, **variables}
    errand = Errand(job, site, known, tools, previous=before or {})
    seen = visit(errand)
    assert seen.result.error is None, seen.result.error
    scope = errand.scope(seen.result.facts)
    earlier = clock.now() - timedelta(hours=1)
    return Inspection(
        {check.id: check for check in seen.checks},
        {o.step: Previous(o.table.rows, earlier) for o in seen.observations if o.seen is Seen.OBSERVED},
        scope,
        frozenset(s.id for s in playbook.steps if not s.when or compile_condition(s.when)(scope)),
    )
