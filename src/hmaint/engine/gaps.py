"""What a run looked at, check by check, so that not looking is never taken for having seen nothing."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

from hmaint.model.difference import Gap, Kept
from hmaint.model.look import Seen
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding

_SEEN = (Level.OK, Level.WARNING, Level.CRITICAL)
_NOT_ASKED = "该次巡检没有这一项"
_NOT_VISITED = "该次巡检没有到访此对象"


class Looks:
    """The checks of one run by target and id."""

    def __init__(self, kept: Kept) -> None:
        self._checks = {(check.target, check.id): check for check in kept.run.checks}
        self._errors = {target.name: target.error for target in kept.run.targets}
        # A check that had nothing to compare with yet was skipped, and yet somebody looked.
        self._observed = {
            (look.target, look.step)
            for looks in kept.observations.values()
            for look in looks
            if look.seen is Seen.OBSERVED
        }

    def seen(self, finding: Finding) -> bool:
        """Whether the check of a finding was looked at."""
        check = self._checks.get((finding.target, finding.check))
        return check is not None and self._looked(check)

    def whole(self, finding: Finding) -> bool:
        """Whether the whole check of a finding was examined, so that what is not there is gone."""
        check = self._checks.get((finding.target, finding.check))
        return check is not None and check.whole

    def _looked(self, check: Check) -> bool:
        skipped = check.level is Level.SKIPPED and (check.target, check.id) in self._observed
        return check.level in _SEEN or skipped

    def missing_in(self, other: Looks, *, leave: Collection[str] = ()) -> tuple[Gap, ...]:
        """What these looked at and the others did not, and why; what is wholly missing of a target is one gap."""
        mine = [check for check in self._checks.values() if self._looked(check) and check.target not in leave]
        gaps: list[Gap] = []
        for target, group in groupby(mine, key=lambda check: check.target):
            checks = list(group)
            missed = [check for check in checks if not other.has(check)]
            if len(missed) == len(checks):
                gaps.append(Gap(target, "", "", other.why_not(target), len(missed)))
            else:
                gaps += [Gap(target, check.id, check.title, other.why(check)) for check in missed]
        return tuple(gaps)

    def has(self, check: Check) -> bool:
        """Whether these looked at a check too."""
        mine = self._checks.get((check.target, check.id))
        return mine is not None and self._looked(mine)

    def why(self, check: Check) -> str:
        """Why these did not look at a check."""
        mine = self._checks.get((check.target, check.id))
        return mine.summary if mine is not None else _NOT_ASKED

    def why_not(self, target: str) -> str:
        """Why these looked at nothing of a target."""
        if target not in self._errors:
            return _NOT_VISITED
        return self._errors[target] or _NOT_ASKED
