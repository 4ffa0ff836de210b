"""Diagnose a site in trouble: one read-only look, put in order against the report and the last inspection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from hmaint.app import incident as incidents
from hmaint.app.difference import kept
from hmaint.app.inspect import Opened, Request, inspect
from hmaint.app.knowledge import Hit, nearest
from hmaint.app.world import World
from hmaint.engine.compare import compare
from hmaint.engine.diagnosis import Report, diagnose
from hmaint.engine.run import WORKERS, Event
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.diagnosis import Cause, Diagnosis
from hmaint.model.difference import Difference, Kept
from hmaint.model.incident import Event as Happening
from hmaint.model.incident import Incident
from hmaint.model.look import Observation
from hmaint.model.run import RunRecord
from hmaint.store.failures import RecordsFailure

PLAYBOOK = "incident/diagnose"
_LEAST, _MOST = timedelta(hours=2), timedelta(days=7)
"""How far back logs are read at least, and at most."""
_BEFORE = timedelta(hours=1)
"""Logs are read from so long before the report: people report when they have waited for a while."""
_FAR = 200
"""So many runs are looked through for the last inspection."""
_NAMED = 5
"""So many causes are put on record in words; the run has them all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be diagnosed: an incident, or a site without one."""

    site: str
    incident: Incident | None = None
    words: str = ""
    """What a person adds to the report."""
    playbook: str = PLAYBOOK
    limit: str = ""
    workers: int = WORKERS


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it."""

    wanted: Wanted
    run: RunRecord
    diagnosis: Diagnosis
    near: tuple[Hit, ...] = ()
    entry: str = ""
    """The id of the entry that puts it on the incident's record."""


def wanted(world: World, number: str, site: str, words: str = "") -> Wanted:
    """Find what is meant: the incident of that number, or a site. WrongUsage for both, neither, or none such."""
    if bool(number) == bool(site):
        raise WrongUsage(_("say either an incident or --site SITE"))
    if not number:
        return Wanted(world.site(site).name, words=words)
    found = incidents.find(world, number)
    return Wanted(world.site(found.site).name, found, words)


def diagnose_site(world: World, asked: Wanted, hear: Callable[[Opened | Event], None]) -> Told:
    """Look once, without changing anything, and say in order what looks wrong and why.

    The look is a run like any other; the incident gets an entry that names it.
    """
    before = _last_inspection(world, asked.site)
    request = Request(
        asked.site,
        asked.playbook,
        asked.limit,
        workers=asked.workers,
        command="incident diagnose",
        since=_since(asked.incident, world.clock.now()),
    )
    run = inspect(world, request, hear).ordered()
    looks = _looks(world, run)
    report = Report(_reported(asked), _difference(world, before, run, looks), looks)
    found = diagnose(run, report)
    near = nearest(world, asked.site, _described(asked, found.causes))
    return Told(asked, run, found, near, _recorded(world, asked, found))


def _since(incident: Incident | None, now: datetime) -> str:
    reach = _LEAST
    if incident is not None:
        began = min(incident.reported, incident.occurred or incident.reported)
        reach = min(max(_LEAST, now - began + _BEFORE), _MOST)
    return f"{round(reach.total_seconds() / 60)}m"


def _reported(asked: Wanted) -> str:
    incident = asked.incident
    said = () if incident is None else (incident.what, incident.texts.get("manifestation", ""))
    return "\n".join(filter(None, (*said, asked.words)))


def _described(asked: Wanted, causes: Sequence[Cause]) -> str:
    """What articles are looked for by: the report, and the likeliest causes."""
    found = [f"{each.title} {each.findings[0].summary}" for each in causes[:2]]
    return "\n".join([_reported(asked), *found])


def _last_inspection(world: World, site: str) -> str:
    heads = world.records.runs(site=site, limit=_FAR)
    return next((run.id for run in heads if run.command == "inspect" and run.state == "finished"), "")


def _looks(world: World, run: RunRecord) -> Mapping[str, tuple[Observation, ...]]:
    # Where the records would not take the run, its findings are at hand and what stands behind them is not.
    with suppress(RecordsFailure):
        return world.records.observed(run.id)
    return {}


def _difference(
    world: World, before: str, run: RunRecord, looks: Mapping[str, tuple[Observation, ...]]
) -> Difference | None:
    if not before:
        return None
    with suppress(RecordsFailure, WrongUsage):
        return compare(kept(world, world.records.run(before).ordered()), Kept(run, looks))
    return None


def _recorded(world: World, asked: Wanted, found: Diagnosis) -> str:
    if asked.incident is None:
        return ""
    saying = incidents.Saying({"run": found.run, "text": in_words(found), "causes": _causes(found)})
    return incidents.tell(world, asked.incident.id, Happening.DIAGNOSED, saying).entry.id


def _causes(found: Diagnosis) -> list[dict[str, object]]:
    return [
        {
            "id": each.id,
            "title": each.title,
            "target": each.target,
            "level": str(each.level),
            "summary": each.findings[0].summary,
            "findings": [finding.id for finding in each.findings],
        }
        for each in found.causes
    ]


def in_words(found: Diagnosis) -> str:
    """The diagnosis in a few lines, as records and forms have it; Chinese, whatever the operator's language."""
    lines = [
        f"{number}. {each.title}（{each.target}）：{each.findings[0].summary}"
        for number, each in enumerate(found.causes[:_NAMED], 1)
    ]
    if not found.causes:
        lines.append(f"已看的 {found.examined} 项中没有发现异常")
    if found.unseen:
        lines.append(f"未能查看 {len(found.unseen)} 处，不能据此判断正常")
    return "\n".join(lines)
