"""Two records of one site side by side: what is new, put right, worse, better, set up otherwise. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from hmaint.engine.alterations import alterations
from hmaint.engine.gaps import Looks
from hmaint.model.difference import Alteration, Difference, Kept, Move, Shift
from hmaint.model.playbook import Level
from hmaint.model.run import Finding, Metric, RunRecord, State

_BAD = (Level.WARNING, Level.CRITICAL)
_POINTS = 5.0
_SHARE = 0.2
"""What a figure may move by without being told: five points of a percentage, a fifth of anything else."""
Place = tuple[str, str]


def compare(before: Kept, after: Kept, *, known: Collection[str] | None = None) -> Difference:
    """Say what the second of two runs shows otherwise than the first.

    A finding is gone only where the second run looked at the whole of its check. `known` are the targets the site
    has now: one the second run did not visit is removed only if it is not among them (None: nobody knows).
    """
    ours = _Pair(before, after)
    altered = alterations(before, after)
    names = [{target.name: target for target in kept.run.targets} for kept in (before, after)]
    lost = [name for name in names[0] if name not in names[1]]
    removed = tuple(name for name in lost if known is not None and name not in known)
    return Difference(
        before.run,
        after.run,
        new=ours.new(altered),
        gone=ours.gone(altered),
        worse=ours.moved(1),
        better=ours.moved(-1),
        configuration=ours.with_findings(altered),
        added=tuple(name for name in names[1] if name not in names[0]),
        removed=removed,
        unexamined=ours.looks[0].missing_in(ours.looks[1], leave=removed),
        examined=ours.looks[1].missing_in(ours.looks[0], leave=[n for n in names[1] if n not in names[0]]),
        undecided=ours.undecided(),
        figures=_shifts(before.run.metrics, after.run.metrics),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """The findings of a change of configuration, by target, check and subject."""

    places: frozenset[tuple[str, str, str]]

    def covers(self, finding: Finding) -> bool:
        return (finding.target, finding.check, finding.subject) in self.places


def _told(altered: Iterable[Alteration]) -> _Told:
    return _Told(frozenset((each.target, each.check, each.subject) for each in altered))


class _Pair:
    """Two records with their findings by id and their looks by target and check."""

    def __init__(self, before: Kept, after: Kept) -> None:
        self.looks = (Looks(before), Looks(after))
        self.found = (_findings(before.run), _findings(after.run))
        self.setup = frozenset(
            (target, look.step)
            for target, looks in after.observations.items()
            for look in looks
            if look.identity is not None
        )

    def new(self, altered: Iterable[Alteration]) -> tuple[Move, ...]:
        told, (was, now) = _told(altered), self.found
        return tuple(
            Move(each, None, each.level, blind=not self.looks[0].seen(each))
            for each in now.values()
            if each.id not in was and not told.covers(each)
        )

    def gone(self, altered: Iterable[Alteration]) -> tuple[Move, ...]:
        told = _told(altered)
        return tuple(
            Move(each, each.level, None, accepted=(each.target, each.check) in self.setup)
            for each in self._missing()
            if self.looks[1].whole(each) and not told.covers(each)
        )

    def undecided(self) -> tuple[Finding, ...]:
        return tuple(each for each in self._missing() if not self.looks[1].whole(each))

    def _missing(self) -> list[Finding]:
        was, now = self.found
        return [each for each in was.values() if each.id not in now]

    def moved(self, direction: int) -> tuple[Move, ...]:
        was, now = self.found
        pairs = [(was[each.id], each) for each in now.values() if each.id in was]
        return tuple(
            Move(later, earlier.level, later.level)
            for earlier, later in pairs
            if (later.level.rank - earlier.level.rank) * direction > 0
        )

    def with_findings(self, altered: Iterable[Alteration]) -> tuple[Alteration, ...]:
        """Alterations with the finding each made, where it made one."""
        at = {(f.target, f.check, f.subject): f for f in self.found[1].values()}
        return tuple(_named(each, at.get((each.target, each.check, each.subject))) for each in altered)


def _named(altered: Alteration, finding: Finding | None) -> Alteration:
    return altered if finding is None else replace(altered, level=finding.level, finding=finding.id)


def _findings(run: RunRecord) -> Mapping[str, Finding]:
    return {f.id: f for f in run.findings if f.level in _BAD and f.state is not State.RESOLVED}


def _shifts(before: Iterable[Metric], after: Iterable[Metric]) -> tuple[Shift, ...]:
    was = {(m.target, m.name, m.subject): m for m in before}
    pairs = [(was.get((m.target, m.name, m.subject)), m) for m in after]
    return tuple(Shift(old, new) for old, new in pairs if old is not None and _beyond_noise(old, new))


def _beyond_noise(old: Metric, new: Metric) -> bool:
    moved = abs(new.value - old.value)
    return moved >= (_POINTS if new.unit == "%" else max(_SHARE * abs(old.value), 1e-9))
