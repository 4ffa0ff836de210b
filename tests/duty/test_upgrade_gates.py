"""Each gate before an upgrade, shut and open, by the minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from hmaint.app.kinds import KINDS
from hmaint.app.upgrade_gates import refuse_late
from hmaint.duty.upgrade_gates import judge_gates, span
from hmaint.duty.upgrade_known import Approval, BackupState, Known
from hmaint.engine.acts import draw, render
from hmaint.engine.upgrade import ActState, Standing, State
from hmaint.errors import Refused
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import speak
from hmaint.load.plan import load_plan
from hmaint.model.contract_change import Gate
from hmaint.model.inventory import Backup, Database, Host, Site
from hmaint.model.playbook import Level
from hmaint.model.upgrade import Rollback
from hmaint.model.upgrade_act import RenderedPlan, TargetIdentity
from tests.load.plans import PLAN, folder

SITE = Site(
    "icu",
    "重症监护系统",
    hosts=tuple(Host(name, "icu", address="10.0.0.1", roles=("app",)) for name in ("icu-app-1", "icu-app-2")),
    databases=(Database("icu-main", "icu", "mysql"),),
    backups=(Backup("icu-full", "icu", "/backup/*.sql", of="icu-main"),),
)
NOW = datetime(2026, 11, 28, 22, 30, tzinfo=CHINA)
"""Within the plan's window, 22:00 to 02:00."""
SOON = timedelta(hours=2)


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> RenderedPlan:
    plan = load_plan(folder(tmp_path_factory.mktemp("plans")), kinds=KINDS)
    return render(plan, draw(plan, SITE), [TargetIdentity("icu-app-1", "host", "10.0.0.1:22", "key", "id")])


def known(rendered: RenderedPlan, **changes: object) -> Known:
    good = BackupState("icu-full", "icu-main", Level.OK, "", NOW - SOON, NOW - SOON, "R-1")
    approval = Approval("G-1", rendered.digest, "李主任", "同意", NOW - SOON, ("f" * 64,))
    whole = Known(
        rendered,
        NOW,
        {"icu-app-1": 0.0, "icu-app-2": 1.0, "icu-main": 0.0},
        (approval,),
        requested=True,
        supervisor="王工",
        backups={"icu-full": good},
    )
    return replace(whole, **changes)  # type: ignore[arg-type] # words of its fields


def shut(known: Known) -> dict[str, str]:
    return {each.gate: each.reason for each in judge_gates(known).shut}


def test_with_everything_there_every_gate_is_open(rendered: RenderedPlan) -> None:
    gates = judge_gates(known(rendered))
    assert gates.shut == ()
    assert gates.open


def approval(rendered: RenderedPlan, **changes: object) -> Approval:
    return replace(known(rendered).approvals[0], **changes)  # type: ignore[arg-type] # words of its fields


def test_an_approval_is_for_one_run_that_is_done(rendered: RenderedPlan) -> None:
    assert "must be approved again" in shut(known(rendered, used=NOW - timedelta(minutes=5)))["approval"]
    assert shut(known(rendered, used=NOW - timedelta(hours=3))) == {}
    again = (*known(rendered).approvals, approval(rendered, at=NOW))
    assert shut(known(rendered, used=NOW - timedelta(minutes=5), approvals=again)) == {}


def test_nobody_the_wrong_person_and_empty_words_approve_nothing(rendered: RenderedPlan) -> None:
    for approvals, words in (
        ((), "nobody has approved it"),
        ((approval(rendered, by="路人"),), "nobody on the plan's list"),
        ((approval(rendered, text="  "),), "nobody on the plan's list"),
        ((approval(rendered, digest="0" * 64),), "the approval is void"),
    ):
        assert words in shut(known(rendered, approvals=approvals))["approval"]


def test_an_old_approval_beside_one_of_this_plan_is_in_nobodys_way(rendered: RenderedPlan) -> None:
    both = (approval(rendered, digest="0" * 64), approval(rendered))
    assert "approval" not in shut(known(rendered, approvals=both))


# (minutes from the window's beginning, seconds the target is ahead, which gate is shut)
WINDOW = [
    (-1, 0, "window"),
    (0, 0, ""),
    (239, 0, "estimate"),
    (240, 0, "window"),
    (241, 0, "window"),
    (-1, 120, ""),
    (1, -120, "window"),
    (-7, 7 * 60, ""),
    (2 * 60 + 1, 0, ""),
]


@pytest.mark.parametrize(("minutes", "ahead", "gate"), WINDOW)
def test_the_window_is_judged_by_the_targets_clock_over_midnight(
    rendered: RenderedPlan, minutes: int, ahead: int, gate: str
) -> None:
    now = rendered.plan.window.start + timedelta(minutes=minutes)
    states = {"icu-full": replace(known(rendered).backups["icu-full"], made_at=now, verified_at=now)}  # type: ignore[index] # it is given
    offsets: Mapping[str, float | None] = dict.fromkeys(("icu-app-1", "icu-main"), float(ahead))
    found = judge_gates(known(rendered, now=now, offsets=offsets, backups=states))
    assert [each.gate for each in found.shut] == ([gate] if gate else [])
    assert bool(found.warnings) is (abs(ahead) >= 60)


def test_one_target_outside_the_window_is_enough_and_both_clocks_are_told(rendered: RenderedPlan) -> None:
    now = rendered.plan.window.start + timedelta(minutes=1)
    found = judge_gates(known(rendered, now=now, offsets={"icu-app-1": 0.0, "icu-app-2": -420.0}))
    reason = next(each.reason for each in found.shut if each.gate == "window")
    assert "icu-app-2" in reason
    assert "21:54:00" in reason
    assert "22:01:00" in reason
    assert any("-420 s off" in each for each in found.warnings)


def test_a_target_that_tells_no_time_is_judged_by_the_laptops_and_said(rendered: RenderedPlan) -> None:
    found = judge_gates(known(rendered, offsets={"icu-app-1": None}))
    assert found.open
    assert any("did not tell its time" in each for each in found.warnings)


def test_what_does_not_fit_into_the_rest_of_the_window_does_not_begin(rendered: RenderedPlan) -> None:
    end = rendered.plan.window.end
    needed = timedelta(seconds=span(rendered.acts))
    fits = known(rendered, now=end - needed - timedelta(seconds=2), changed_at=None)
    states = {"icu-full": replace(known(rendered).backups["icu-full"], made_at=fits.now)}  # type: ignore[index] # it is given
    assert "estimate" not in shut(replace(fits, backups=states))
    late = replace(fits, now=end - needed + timedelta(seconds=2), backups=states)
    assert "min are needed" in shut(late)["estimate"]
    patient = replace(rendered, acts=tuple(replace(act, interruptible=True) for act in rendered.acts))
    assert "estimate" not in shut(replace(late, rendered=patient, approvals=(approval(patient),)))


@pytest.mark.parametrize(
    ("there", "words"),
    [("", "not said to be present"), ("张工", "is 王工, not 张工"), (" 王工 ", "")],
)
def test_the_supervisor_is_the_one_the_plan_names(rendered: RenderedPlan, there: str, words: str) -> None:
    assert words in shut(known(rendered, supervisor=there)).get("supervisor", "")


# (what differs of a good backup, part of the reason)
BACKUPS = [
    ({"verified_at": None}, "never verified"),
    ({"level": Level.UNKNOWN, "summary": "读不完"}, "did not find it good (unknown): 读不完"),
    ({"level": Level.CRITICAL}, "did not find it good"),
    ({"level": Level.WARNING}, "did not find it good"),
    ({"made_at": None}, "how old it is was not seen"),
    ({"made_at": NOW - timedelta(hours=24, minutes=1)}, "at most 24 h"),
    ({"of": "his-main"}, "is a backup of his-main, not of icu-main"),
]


@pytest.mark.parametrize(("differs", "words"), BACKUPS)
def test_a_backup_that_is_not_known_to_be_good_young_and_right_shuts_the_gate(
    rendered: RenderedPlan, differs: dict[str, object], words: str
) -> None:
    good = known(rendered).backups["icu-full"]  # type: ignore[index] # it is given
    bad = replace(good, **differs)  # type: ignore[arg-type] # words of its fields
    reasons = [each.reason for each in judge_gates(known(rendered, backups={"icu-full": bad})).shut]
    assert any(words in each for each in reasons), reasons


def test_a_backup_older_than_the_last_change_shuts_the_gate(rendered: RenderedPlan) -> None:
    assert "before the last change" in shut(known(rendered, changed_at=NOW - timedelta(hours=1)))["backup"]
    assert "backup" not in shut(known(rendered, changed_at=NOW - timedelta(hours=3)))


def test_a_plan_that_changes_a_database_wants_a_backup_of_it(rendered: RenderedPlan) -> None:
    bare = replace(rendered, plan=replace(rendered.plan, backups=()))
    reason = shut(known(bare, backups={}))["backup"]
    assert "changes icu-main and names no backup of it" in reason


def test_another_run_on_the_site_shuts_the_gate(rendered: RenderedPlan) -> None:
    assert shut(known(rendered, busy="at work already: …"))["site"] == "at work already: …"


CONTRACT = {
    "test": {"tests": ""},
    "risk_assessment": {"risks": ()},
    "backup": {"backups": ()},
    "notify_lead": {"notices": ()},
    "release_notes": {"release_notes": None},
    "test_report": {"test_report": None},
    "continuous_run": {"observe": None},
}


@pytest.mark.parametrize("gate", CONTRACT)
def test_what_a_contract_wants_beforehand_is_wanted(rendered: RenderedPlan, gate: str) -> None:
    wanted = (Gate(gate),)
    assert "contract" not in shut(known(rendered, contract=wanted))
    lacking = replace(rendered, plan=replace(rendered.plan, **CONTRACT[gate]))  # type: ignore[arg-type] # its fields
    assert "the contract wants" in shut(known(lacking, contract=wanted))["contract"]
    assert "contract" not in shut(known(lacking, contract=(Gate(gate, required=False),)))


def test_a_contract_that_wants_it_in_writing_wants_a_request_and_evidence(rendered: RenderedPlan) -> None:
    written = (Gate("application"), Gate("written_approval"))
    assert "contract" not in shut(known(rendered, contract=written))
    assert "written application" in shut(known(rendered, contract=written, requested=False))["contract"]
    bare = (approval(rendered, evidence=()),)
    assert "approval in writing" in shut(known(rendered, contract=written, approvals=bare))["contract"]


def test_a_rollback_that_would_not_fit_is_told(rendered: RenderedPlan) -> None:
    late = rendered.plan.window.end - timedelta(seconds=span(rendered.acts) * 1.5)
    states = {"icu-full": replace(known(rendered).backups["icu-full"], made_at=late)}  # type: ignore[index] # it is given
    found = judge_gates(known(rendered, now=late, backups=states))
    assert found.open
    assert any("rollback near the end" in each for each in found.warnings)


def test_steps_that_take_the_system_down_are_told_where_a_contract_wants_none(tmp_path: Path) -> None:
    plan = load_plan(folder(tmp_path, PLAN), kinds=KINDS)
    whole = render(plan, draw(plan, SITE), [])
    found = judge_gates(known(whole, contract=(Gate("no_impact"),)))
    assert any("no impact" in each for each in found.warnings)


def test_a_run_goes_on_outside_of_its_window_only_where_somebody_says_who_allowed_it(
    rendered: RenderedPlan,
) -> None:
    end = rendered.plan.window.end
    whole = State({act.id: Standing(act.id, ActState.DONE) for act in rendered.acts})

    def late(
        state: State, *, minutes: float = 1.0, ahead: float = 0.0, reason: str = "", of: str = "finish"
    ) -> bool:
        plan = replace(rendered, plan=replace(rendered.plan, rollback=Rollback("auto", of)))  # type: ignore[arg-type] # one of its words
        world = SimpleNamespace(clock=SimpleNamespace(now=lambda: end + timedelta(minutes=minutes)))
        prepared = SimpleNamespace(rendered=lambda: plan, offsets={"icu-app-1": ahead})
        try:
            refuse_late(world, prepared, state, reason)  # type: ignore[arg-type] # all that it asks
        except Refused as refusal:
            return "--reason" in str(refusal)
        return False

    assert late(State())
    assert late(State(), minutes=-1, ahead=90)
    assert late(State(), reason=" ")
    assert not late(State(), minutes=-1)
    assert not late(State(), reason="李主任电话同意")
    assert not late(State(back=True))
    assert not late(whole)
    assert not late(State(), of="rollback")
