"""What a contract asks of the records: whatever else they tell changes nothing of what it makes owed. Pure."""

from __future__ import annotations

from hmaint.duty.acts import needs, needs_of_papers
from hmaint.duty.triggered import wanted_after
from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract


@dataclass(frozen=True, slots=True)
class Asked:
    """The acts and the events that count."""

    acts: frozenset[str]
    """What meets something or is shown beside it. What a person put down under a clause counts whatever it shows."""
    events: frozenset[str]
    judged: frozenset[str]
    """Those of the events after which something is owed on a condition only."""


def asked_by(contract: Contract) -> Asked:
    """All that a contract asks for."""
    found: set[str] = set()
    for each in contract.obligations:
        found.update(*needs(each), *needs_of_papers(each.evidence))
    for duty in contract.triggered:
        found |= wanted_after(duty)
    return Asked(
        frozenset(found),
        frozenset(duty.on for duty in contract.triggered),
        frozenset(duty.on for duty in contract.triggered if duty.when is not None),
    )
