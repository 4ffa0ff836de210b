"""The life of findings: new, open, recurring, resolved. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hmaint.kit.frozen import dataclass
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, State

_ALIVE = (State.NEW, State.OPEN, State.RECURRING)


@dataclass(frozen=True, slots=True)
class Known:
    """A finding as earlier runs left it."""

    finding: Finding
    state: State


def live(known: Mapping[str, Known], checks: Iterable[Check]) -> tuple[Finding, ...]:
    """What one target's checks mean for its findings: those there, with their state, then those seen gone.

    A finding is resolved only by a look at the whole of its check: one that came out unknown, skipped or
    incomplete, or in which anything could not be seen, resolves nothing; nor does a run that did not ask.
    A resolved finding keeps its words and is at level ok.
    """
    checks = tuple(checks)
    present = _present(checks)
    whole = {check.id for check in checks} - {check.id for check in checks if not check.whole}
    here = (replace(finding, state=_state(known.get(finding.id))) for finding in present.values())
    gone = (
        replace(each.finding, state=State.RESOLVED, level=Level.OK)
        for identity, each in known.items()
        if each.state in _ALIVE and identity not in present and each.finding.check in whole
    )
    return (*here, *gone)


def _present(checks: tuple[Check, ...]) -> dict[str, Finding]:
    """Findings by id; of two with one id (two rows with one subject) the worse is kept."""
    present: dict[str, Finding] = {}
    for finding in (each for check in checks for each in check.findings):
        kept = present.get(finding.id)
        if kept is None or finding.level.rank > kept.level.rank:
            present[finding.id] = finding
    return present


def _state(known: Known | None) -> State:
    if known is None:
        return State.NEW
    return State.OPEN if known.state in _ALIVE else State.RECURRING
