"""The gates before an upgrade, judged by what the records, the targets and the operator say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hmaint.app.backup_status import standings
from hmaint.app.contract import contract_of
from hmaint.app.upgrade_approval import Papers, papers_of
from hmaint.app.upgrade_desk import desks, lock_name, unfinished
from hmaint.app.upgrade_ended import ENDED, ran_at
from hmaint.app.upgrade_fix_look import rows_shut
from hmaint.app.upgrade_look import look
from hmaint.app.upgrade_plan import Prepared
from hmaint.app.world import World
from hmaint.duty.upgrade_gates import judge_gates, outside
from hmaint.duty.upgrade_known import BackupState, Known
from hmaint.engine.upgrade import ActState, State
from hmaint.errors import Refused, WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.contract_change import Gate
from hmaint.model.playbook import Level
from hmaint.model.upgrade import BackupWanted
from hmaint.model.upgrade_act import RenderedPlan
from hmaint.model.upgrade_gate import Gates
from hmaint.store.lock import at_it

CHANGING = ("upgrade", "data-fix")
"""The commands whose runs change a site."""
_RUNS = 10_000
"""Runs among which the last change is looked for: a site that is inspected every minute has as many in a week."""


def gates(world: World, prepared: Prepared, *, supervisor: str = "", own: str = "") -> Gates:
    """Judge every gate now; `own` is the run that is asking, which is not in its own way.

    Refused where a target could not be looked at: then nothing can be said of any gate.
    """
    rendered = prepared.rendered()
    papers = papers_of(world, rendered.plan.site, rendered.plan.name)
    judged = judge_gates(known(world, prepared, rendered, papers, supervisor=supervisor, own=own))
    rows = rows_shut(prepared.drawn.acts, prepared.previews, papers.rows(rendered.digest))
    return replace(judged, shut=(*judged.shut, *rows))


def refuse_unfit(world: World, prepared: Prepared) -> str:
    """Refused where `preflight` finds something critical now, or cannot see; what else it finds is handed back."""
    if not prepared.plan.preflight.steps:
        return ""
    looked = look(world, prepared.site, prepared.plan.preflight)
    if looked.level in {Level.CRITICAL, Level.UNKNOWN}:
        raise Refused(_("preflight is not good, so nothing was begun: {reason}").format(reason=looked.reason))
    return "" if looked.good else looked.reason


def refuse_late(world: World, prepared: Prepared, state: State, reason: str) -> None:
    """Refused where a run would go on with its acts outside of its window, and nobody says who allowed it.

    A plan that turns back when the window is over does so by itself.
    """
    rendered = prepared.rendered()
    left = any(state.standing(act.id).state is not ActState.DONE for act in rendered.acts)
    if state.back or reason.strip() or not left or rendered.plan.rollback.on_overrun == "rollback":
        return
    if why := outside(rendered.plan.window, world.clock.now(), prepared.offsets):
        words = _(
            "{why}; who allows that it goes on is said with --reason, or put it back: hmaint upgrade rollback"
        )
        raise Refused(words.format(why=why))


def known(  # noqa: PLR0913 - all that gates judge by
    world: World, prepared: Prepared, rendered: RenderedPlan, papers: Papers, *, supervisor: str, own: str
) -> Known:
    """Gather what the gates judge by."""
    plan = rendered.plan
    return Known(
        rendered,
        world.clock.now(),
        prepared.offsets,
        papers.approvals,
        _done_at(world, rendered),
        papers.requested(rendered.digest),
        supervisor,
        {each.name: _backup(world, prepared, each) for each in plan.backups},
        _changed_at(world, plan.site, own),
        _busy(world, plan.site, own),
        _contract(world, plan.site),
    )


def _backup(world: World, prepared: Prepared, wanted: BackupWanted) -> BackupState:
    """How a backup stood when it was verified last, whatever its age: that is judged with the others."""
    of = next((each.of for each in prepared.site.backups if each.name == wanted.name), "")
    nobody = BackupState(wanted.name, of, Level.UNKNOWN, "")
    try:
        found = standings(
            world.workspace, (prepared.site.name,), wanted.max_age, world.clock.now(), (wanted.name,)
        )
    except WrongUsage:
        return nobody
    last = found[0]
    made = _made_at(world, last.run, wanted.name, last.at)
    return BackupState(wanted.name, of, last.level, last.summary, last.at, made, last.run)


def _made_at(world: World, run: str, backup: str, at: datetime | None) -> datetime | None:
    """When the backup itself was made, as the verification saw it."""
    if not run or at is None or not world.has_records:
        return None
    try:
        record = world.records.run(run)
    except WrongUsage:
        return None
    ages = [m.value for m in record.metrics if m.target == backup and m.name == "backup.age_hours"]
    return at - timedelta(hours=ages[-1]) if ages else None


def _done_at(world: World, rendered: RenderedPlan) -> datetime | None:
    """When this very plan was done last, by the journals of this laptop and the records."""
    ends = [
        ran_at(each).ended
        for each in desks(world)
        if (state := each.state()).head.get("digest") == rendered.digest and state.ended == "done"
    ]
    this = {"digest": rendered.digest, "state": "done"}
    ends += [
        each.at
        for each in papers_of(world, rendered.plan.site, rendered.plan.name).entries
        if each.event == ENDED and this.items() <= each.body.items()
    ]
    return max((each for each in ends if each is not None), default=None)


def _changed_at(world: World, site: str, own: str) -> datetime | None:
    """When hmaint changed the site last, as far as its latest runs tell."""
    if not world.has_records:
        return None
    ends = [
        run.finished_at or run.started_at
        for run in world.records.runs(site, limit=_RUNS)
        if run.command in CHANGING and run.id != own and run.level is not Level.SKIPPED
    ]
    return max(ends, default=None)


def _busy(world: World, site: str, own: str) -> str:
    holder = at_it(world.workspace.locks, lock_name(site))
    if holder and not (own and own in holder):
        return holder
    open_run = unfinished(world, site)
    if open_run is not None and open_run.run != own:
        words = _("the upgrade {run} of this site is not over: hmaint upgrade resume or rollback")
        return words.format(run=open_run.run)
    return ""


def _contract(world: World, site: str) -> tuple[Gate, ...]:
    contract = contract_of(world, site)
    return contract.upgrade.gates if contract and contract.upgrade else ()
