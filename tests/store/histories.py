"""Twelve monthly runs of one site with known curves: growing, cleaned up, flat."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hmaint.kit.clock import CHINA
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Metric
from hmaint.store.records import Records
from tests.store.samples import a_run, a_target

FIRST = datetime(2025, 12, 20, 9, tzinfo=CHINA)
MONTHS = 12
GROWTH = 2.0
"""Points a month."""
CURVES = {
    "/data": lambda month: 60 + GROWTH * month + (22 if month == 4 else 0),
    "/log": lambda month: 50 + GROWTH * month - (12 if month >= 7 else 0),
    "/": lambda _month: 41.0,
}
"""One outlier, one clean-up, and one that goes nowhere."""


def keep_history(place: Path, site: str = "icu") -> None:
    """Keep the runs in the records of a workspace."""
    dice = random.Random(3)  # noqa: S311 - made-up figures
    with Records.open(place / ".hmaint" / "records.db") as records:
        for month in range(MONTHS):
            at = FIRST + timedelta(days=30.4 * month)
            run = replace(a_run(f"R-{at:%Y%m%d-%H%M%S}-{site}", site=site), started_at=at)
            records.begin_run(run)
            metrics = tuple(
                Metric("app", "disk.used_pct", curve(month) + dice.gauss(0, 0.2), mount, "%")
                for mount, curve in CURVES.items()
            )
            size = Metric("app", "mysql.size.size_mb", 1000.0 + 50 * month, "icu", "MB")
            check = Check(
                "linux.disk.usage", "app", "磁盘", "磁盘", Level.OK, "看了", metrics=(*metrics, size)
            )
            records.append(run.id, site, a_target("app", Level.OK), [check], [])
            records.finish_run(run.id, at + timedelta(minutes=1), Level.OK)
