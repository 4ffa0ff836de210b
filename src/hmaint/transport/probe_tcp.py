"""Whether a port takes connections."""

from __future__ import annotations

import time
from collections.abc import Mapping

from hmaint.model.inventory import Scalar
from hmaint.transport.budget import Budget


def ask_tcp(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Connect to `address` and `port`, send nothing, hang up; raises CouldNotLook when nobody answers."""
    begun = time.monotonic()
    budget.dial(str(settings["address"]), int(settings["port"] or 0)).close()
    return {"elapsed_ms": round((time.monotonic() - begun) * 1000)}
