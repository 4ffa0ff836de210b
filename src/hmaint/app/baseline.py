"""Baselines: what a run found is written down as what is right, and later runs are held against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hmaint.app.world import World
from hmaint.engine.plan import Job, Plan
from hmaint.engine.run import Finished
from hmaint.engine.visit import Visit
from hmaint.load.baseline import Entries, Rows, hold, load_baseline, save_baseline
from hmaint.model.inventory import Site
from hmaint.model.look import Observation
from hmaint.model.playbook import Changed, Level, Step


def baseline_of(world: World, plan: Plan) -> Entries:
    """What the workspace says should be there, by target and step; BadFile where it cannot be compared."""
    baseline = load_baseline(world.workspace.root, plan.site.name)
    keys = {
        step.id: step.judge.key for job in plan.jobs for step in job.steps if isinstance(step.judge, Changed)
    }
    hold(baseline, [target.name for target in plan.site.targets()], keys)
    return baseline.entries


@dataclass(frozen=True, slots=True)
class Unlearned:
    """A check that could not be learned, and why."""

    target: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Learned:
    """What was written, and what was left as it was."""

    path: Path
    rows: int
    added: int
    removed: int
    unlearned: tuple[Unlearned, ...] = ()


@dataclass
class Lesson:
    """Listens to a run, and writes down what it found once it is over."""

    _found: dict[str, dict[str, Rows]] = field(default_factory=dict)
    _unlearned: list[Unlearned] = field(default_factory=list)

    def hear(self, event: object) -> None:
        """Take what a visit found; all other events are no news."""
        if isinstance(event, Finished):
            found, unlearned = _lesson(event.job, event.visit)
            self._found[event.job.target.name] = found
            self._unlearned += unlearned

    def write(self, world: World, site: Site) -> Learned:
        """Put it into the workspace; entries of what this run did not examine stay as they are."""
        before = load_baseline(world.workspace.root, site.name).entries
        after = {name: dict(before.get(name, {})) for name in before.keys() | self._found.keys()}
        for name, steps in self._found.items():
            after[name] |= steps
        path = save_baseline(
            world.workspace.root, site.name, {name: after[name] for name in after if after[name]}
        )
        was, now = _flat(before), _flat(after)
        rows = sum(len(each) for steps in self._found.values() for each in steps.values())
        return Learned(path, rows, len(now - was), len(was - now), tuple(self._unlearned))


def _flat(entries: Entries) -> set[tuple[object, ...]]:
    return {
        (target, step, *sorted(map(str, row.items())))
        for target, steps in entries.items()
        for step, rows in steps.items()
        for row in rows
    }


def _lesson(job: Job, visit: Visit) -> tuple[dict[str, Rows], list[Unlearned]]:
    looks = {look.step: look for look in visit.observations}
    checks = {check.id: check for check in visit.checks}
    found: dict[str, Rows] = {}
    unlearned: list[Unlearned] = []
    for step in job.steps:
        if not _learnable(step, job):
            continue
        look, check = looks.get(step.id), checks.get(step.id)
        if check is not None and check.level is Level.UNKNOWN:
            unlearned.append(Unlearned(job.target.name, step.title, check.summary))
        elif look is not None and look.identity is not None:
            found[step.id] = _rows(look)
        elif check is not None and check.level is not Level.SKIPPED:
            unlearned.append(Unlearned(job.target.name, step.title, check.summary))
    return found, unlearned


def _learnable(step: Step, job: Job) -> bool:
    """Whether a step compares with a baseline at all: not what merely happened, nor what the inventory declares."""
    judge = step.judge
    if not isinstance(judge, Changed) or not judge.lasting:
        return False
    return not (judge.against and getattr(job.target, judge.against, None))


def _rows(look: Observation) -> Rows:
    assert look.identity is not None  # noqa: S101 - the caller has seen to it
    identity, rows = look.identity, look.table.rows
    names = dict.fromkeys((*identity.key, *([identity.subject] if identity.subject else [])))
    kept = rows if identity.kept is None else tuple(rows[number] for number in identity.kept)
    wanted: dict[tuple[object, ...], Mapping[str, object]] = {
        tuple(row.get(name) for name in identity.key): {name: row.get(name) for name in names} for row in kept
    }
    return tuple(wanted.values())  # type: ignore[arg-type] # scalars, as the rows they come from
