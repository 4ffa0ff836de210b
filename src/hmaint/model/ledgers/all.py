"""Every ledger by the kind of its entries."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.model.ledger import Ledger
from hmaint.model.ledgers.change import CHANGE
from hmaint.model.ledgers.drill import DRILL
from hmaint.model.ledgers.duty import COUNT, DOWNTIME, PERFORMED
from hmaint.model.ledgers.log import LOG
from hmaint.model.ledgers.meeting import MEETING
from hmaint.model.ledgers.pledge import PLEDGE
from hmaint.model.ledgers.training import TRAINING
from hmaint.model.ledgers.upkeep import PATCH, RESTART, VULNERABILITY
from hmaint.model.ledgers.warning import WARNING

LEDGERS: Mapping[str, Ledger] = {
    each.kind: each
    for each in (
        LOG, TRAINING, CHANGE, MEETING, PATCH, VULNERABILITY, DRILL, PLEDGE, RESTART, PERFORMED, COUNT, DOWNTIME,
        WARNING,
    )
}  # fmt: skip
"""What people put on record through these commands; incidents, confirmations and articles have owners of their own."""
