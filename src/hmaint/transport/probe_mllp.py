"""Whether an HL7 interface takes a connection and keeps it; nothing is sent."""

from __future__ import annotations

import time
from collections.abc import Mapping

from hmaint.model.inventory import Scalar
from hmaint.transport.budget import Budget

_PATIENCE = 1.0


def ask_mllp(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Connect to `address` and `port`, wait a second, hang up: `kept` is False where the other side hung up first.

    A proxy whose interface behind it is dead takes connections and drops them at once.
    """
    begun = time.monotonic()
    link = budget.dial(str(settings["address"]), int(settings["port"] or 0))
    elapsed = round((time.monotonic() - begun) * 1000)
    with link:
        link.settimeout(min(_PATIENCE, budget.left()))
        try:
            kept = bool(link.recv(1))
        except TimeoutError:
            kept = True
        except OSError:
            kept = False
    answer = "接受并保持连接" if kept else "接受连接后立即断开"
    return {"kept": kept, "elapsed_ms": elapsed, "answer": answer}
