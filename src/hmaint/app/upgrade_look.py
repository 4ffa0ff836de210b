"""The looking steps of a plan (preflight, verify): held against what is there, read-only as every look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hmaint.app.tools import open_tools
from hmaint.app.world import World
from hmaint.engine.plan import make_plan
from hmaint.engine.run import Finished, run_plan
from hmaint.engine.trip import Tools
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.inventory import Site
from hmaint.model.playbook import Level, Playbook, worst
from hmaint.model.run import Check, Finding

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of it: the worst level, and every check."""

    level: Level
    checks: tuple[Check, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found not good."""
        return tuple(finding for check in self.checks for finding in check.findings)

    @property
    def good(self) -> bool:
        """Whether everything was looked at and found good."""
        return self.level is Level.OK

    @property
    def reason(self) -> str:
        """In a line what was not good, and what could not be looked at."""
        bad = [check for check in self.checks if check.level not in {Level.OK, Level.SKIPPED}]
        bad.sort(key=lambda check: -check.level.rank)
        if not bad and not self.good:
            return _("every check was left out, nothing was seen")
        told = [f"{check.target} {check.title}: {one_line(check.summary, 120)}" for check in bad[:_SHOWN]]
        return "; ".join(told) + (f" (+{len(bad) - _SHOWN})" if len(bad) > _SHOWN else "")

    def facts(self) -> list[Mapping[str, object]]:
        """Every check, as the journal keeps it."""
        return [
            {
                "id": c.id,
                "target": c.target,
                "title": c.title,
                "level": str(c.level),
                "told": one_line(c.summary, 200),
            }
            for c in self.checks
        ]


def look(world: World, site: Site, playbook: Playbook, targets: Sequence[str] = ()) -> Looked:
    """Run looking steps on the site, or on some of its targets alone, over connections of their own."""
    with open_tools(world) as tools:
        return look_over(world, site, playbook, tools, targets)


def look_over(
    world: World, site: Site, playbook: Playbook, tools: Tools, targets: Sequence[str] = ()
) -> Looked:
    """Run the looking steps on the site, or on some of its targets alone."""
    plan = make_plan(playbook, site)
    if targets:
        plan = replace(plan, jobs=tuple(job for job in plan.jobs if job.target.name in targets))
    plan = replace(plan, jobs=tuple(job for job in plan.jobs if job.steps))
    checks: list[Check] = []
    sent: list[dict[str, object]] = []
    for events in run_plan(plan, tools):
        for event in events:
            if isinstance(event, Finished):
                checks += event.visit.checks
                name = event.visit.result.name
                sent += [
                    {"target": name, "sent": what, "outcome": how, "ms": ms}
                    for what, how, ms in event.visit.sent
                ]
    world.audit.write(sent, operator=world.operator, at=world.clock.now())
    return Looked(_level(checks), tuple(checks))


def _level(checks: Sequence[Check]) -> Level:
    """The worst level; where nothing was looked at, or every check was left out, nothing was seen: that is not good."""
    level = worst([check.level for check in checks]) if checks else Level.UNKNOWN
    return Level.UNKNOWN if level is Level.SKIPPED else level
