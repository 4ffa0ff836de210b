"""Check values of runs: of what they change with, and that tomorrow's hmaint still reckons yesterday's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from hmaint.model.playbook import Level
from hmaint.model.run import Check, Metric, RunRecord
from hmaint.store.seal import FORM, seal_of, target_seals
from tests.store.samples import NOON, a_finding, a_run, a_target

CHECK = Check("linux.disk", "icu-app-1", "磁盘", "磁盘", Level.WARNING, "已用 83.1%")
RUN = replace(
    a_run(),
    state="finished",
    finished_at=NOON,
    level=Level.WARNING,
    targets=(a_target(), a_target("icu-db-1", Level.OK)),
    checks=(CHECK,),
    findings=(a_finding(),),
    metrics=(Metric("icu-app-1", "disk.used_pct", 83.1, "/data", "%"),),
)


def test_the_way_check_values_are_reckoned_is_fixed() -> None:
    """Whoever changes it gives it another FORM: values of years lie in chains out there."""
    assert (FORM, seal_of(RUN)) == (1, "1addb301d7e71460a56b9ac9203ea9039a9d0d2033f70b5a42bbd45b1d51e037")


@pytest.mark.parametrize(
    "changed",
    [
        replace(RUN, level=Level.OK),
        replace(RUN, state="interrupted"),
        replace(RUN, operator="李工"),
        replace(RUN, started_at=NOON.replace(hour=13)),
        replace(RUN, targets=RUN.targets[:1]),
        replace(RUN, targets=(replace(RUN.targets[0], error="x"), RUN.targets[1])),
        replace(RUN, checks=()),
        replace(RUN, checks=(replace(CHECK, level=Level.OK),)),
        replace(RUN, checks=(replace(CHECK, summary="已用 8.1%"),)),
        replace(RUN, findings=()),
        replace(RUN, metrics=(replace(RUN.metrics[0], value=8.1),)),
    ],
)
def test_whatever_of_a_verdict_changes_is_another_value(changed: RunRecord) -> None:
    assert seal_of(changed) != seal_of(RUN)


@pytest.mark.parametrize(
    "same",
    [
        replace(RUN, reports=("reports/x.docx",)),
        replace(RUN, redacted={"mobile": 3}),
        replace(RUN, targets=RUN.targets[::-1]),
        replace(RUN, started_at=RUN.started_at.astimezone(UTC)),
        replace(RUN, targets=(replace(RUN.targets[0], elapsed_ms=9), RUN.targets[1])),
    ],
)
def test_what_is_no_verdict_changes_nothing(same: RunRecord) -> None:
    assert seal_of(same) == seal_of(RUN)


def test_a_target_has_a_value_of_its_own() -> None:
    changed = replace(RUN, checks=(replace(CHECK, level=Level.OK),))
    before, after = target_seals(RUN), target_seals(changed)
    assert [name for name in before if before[name] != after[name]] == ["icu-app-1"]
