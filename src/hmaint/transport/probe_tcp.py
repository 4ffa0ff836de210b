"""Whether a port takes connections."""

from __future__ import annotations

import time
from collections.abc import Mapping

from hmaint.model.inventory import Scalar
from hmaint.transport.budget import Budget
from hmaint.transport.dial import NobodyListens


def ask_tcp(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Connect to `address` and `port`, send nothing, hang up: `open`, and the time it took.

    A port that the machine refuses is seen to be closed; raises CouldNotLook when nobody answers at all.
    """
    begun = time.monotonic()
    try:
        budget.dial(str(settings["address"]), int(settings["port"] or 0)).close()
    except NobodyListens:
        taken = False
    else:
        taken = True
    said = "可以连接" if taken else "连接被拒绝，端口没有程序监听"
    return {"open": taken, "elapsed_ms": round((time.monotonic() - begun) * 1000), "answer": said}
