"""The twins of the Windows catalogue as recordings: what a throwaway Windows host gives for each script it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hmaint.app.kinds import KINDS
from hmaint.engine.facts_windows import FACTS
from hmaint.engine.plan import selects
from hmaint.engine.trip import scope_of
from hmaint.load.playbook import render_args
from hmaint.model.inventory import Host, Site
from hmaint.model.look import Fragment
from hmaint.model.playbook import Step
from hmaint.step.kind import Context
from tests.checks.hosts import NOW, catalogue
from tests.checks.windows_hosts import facts
from tests.checks.windows_twins import TWINS
from tests.services.windows import Windows

NOW_ROW = {"now": "2026-11-21T01:30:00Z"}


def record(server: Windows, host: Host, release: str, *, ill: bool, **told: object) -> None:
    """Let a server answer every script of the catalogue as a host of that release, ill or healthy, would.

    Scripts that several checks share give the rows of all of them.
    """
    server.record(FACTS.script, rows=_lines(facts(release, **told).out))
    rows: dict[str, list[object]] = {}
    for step, fragment in asked(host):
        twin = TWINS.get(step.id)
        found = [NOW_ROW] if twin is None else _lines((twin.bad if ill else twin.good).out)
        known = rows.setdefault(fragment.script, [])
        known += [row for row in found if row not in known]
    for script, found in rows.items():
        server.record(script, rows=found)


def asked(host: Host) -> Iterator[tuple[Step, Fragment]]:
    """Every check for a host with the one script it asks, as at a first inspection."""
    playbook = catalogue("checks/windows")
    site = Site("icu", "重症监护系统", hosts=(host,))
    for step in playbook.steps:
        if selects(step.on, host):
            kind, scope = KINDS[step.do], scope_of(host, site, playbook.vars)
            args = render_args(step, kind, scope)
            (fragment,) = kind.ask(args, Context(host, site, playbook.vars, {}, NOW))
            assert isinstance(fragment, Fragment)
            yield step, fragment


def _lines(raw: bytes) -> list[object]:
    return [json.loads(line) for line in raw.decode().splitlines()]
