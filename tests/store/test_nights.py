"""Which targets were visited when, and which runs never ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hmaint.model.playbook import Level
from hmaint.store.records import Records
from tests.store.samples import NOON, a_run, a_target

COMMAND = "backup-verify"


def keep(
    records: Records,
    day: int,
    *targets: str,
    site: str = "icu",
    state: str = "finished",
    command: str = COMMAND,
) -> None:
    run = replace(a_run(f"R-{site}-{day}-{command}", site=site, day=day), playbook=command)
    records.begin_run(run)
    for target in targets:
        records.append(run.id, site, a_target(target), [], [])
    if state != "killed":
        records.finish_run(run.id, run.started_at, Level.OK, state=state)


def test_visits_and_unfinished_runs_are_told_apart(tmp_path: Path) -> None:
    with Records.open(tmp_path / "records.db") as records:
        keep(records, 0, "a", "b")
        keep(records, 1, "a", state="interrupted")
        keep(records, 2, state="killed")
        keep(records, 3, "a", site="lis")
        keep(records, 4, "a", command="inspect")
        keep(records, -9, "a")
        keep(records, 3650, "a", site="his")
        nights, since = records.nights, NOON - timedelta(days=1)
        assert nights.attended(COMMAND, "icu", since) == {"a": (NOON, NOON + timedelta(days=1)), "b": (NOON,)}
        assert nights.unfinished(COMMAND, "icu", since) == (
            NOON + timedelta(days=1),
            NOON + timedelta(days=2),
        )
        assert nights.last_finished(COMMAND, NOON + timedelta(days=3)) == {
            "icu": NOON,
            "lis": NOON + timedelta(days=3),
        }
