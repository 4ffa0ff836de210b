"""The gates about what must be kept beforehand: backups that were verified, and the papers a contract wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hmaint.duty.upgrade_known import BackupState, Known, moment
from hmaint.kit.i18n import _
from hmaint.model.playbook import Level
from hmaint.model.upgrade import BackupWanted
from hmaint.model.upgrade_act import Sql
from hmaint.model.upgrade_gate import Shut


def backup_gates(known: Known) -> Iterator[Shut]:
    """UF27, UF28: verified and found good, young enough, of the database changed, newer than the last change."""
    plan, states = known.rendered.plan, known.backups or {}
    for wanted in plan.backups:
        reason = _backup_fault(wanted, states.get(wanted.name), known)
        if reason:
            cure = f"hmaint backup-verify --site {plan.site} --backup {wanted.name}"
            yield Shut("backup", f"{wanted.name}: {reason}", cure)
    covered = {states[each.name].of for each in plan.backups if each.name in states}
    changed = dict.fromkeys(act.target for act in known.rendered.acts if isinstance(act.do, Sql))
    for database in changed:
        if database not in covered:
            words = _("the plan changes {database} and names no backup of it")
            yield Shut("backup", words.format(database=database))


def _backup_fault(wanted: BackupWanted, state: BackupState | None, known: Known) -> str:
    if state is None or state.verified_at is None:
        return _("it was never verified")
    if wanted.of and state.of != wanted.of:
        return _("it is a backup of {of}, not of {wanted}").format(of=state.of or "-", wanted=wanted.of)
    if state.level is not Level.OK:
        words = _("its verification did not find it good ({level}): {summary}")
        return words.format(level=state.level, summary=state.summary)
    return _age_fault(wanted, state, known)


def _age_fault(wanted: BackupWanted, state: BackupState, known: Known) -> str:
    if state.made_at is None:
        return _("how old it is was not seen")
    age = (known.now - state.made_at).total_seconds()
    if age > wanted.max_age:
        words = _("it is {age} h old, at most {most} h are allowed")
        return words.format(age=f"{age / 3600:.1f}", most=f"{wanted.max_age / 3600:g}")
    if known.changed_at is not None and state.made_at < known.changed_at:
        words = _(
            "it was made at {made}, before the last change of this site at {changed}: make a new one first"
        )
        return words.format(made=moment(state.made_at), changed=moment(known.changed_at))
    return ""


def contract_gates(known: Known) -> Iterator[Shut]:
    """What the contract itself wants before an upgrade."""
    for gate in known.contract:
        if gate.required and (reason := _gate_fault(gate.id, known)):
            yield Shut("contract", reason)


def _gate_fault(gate: str, known: Known) -> str:
    plan = known.rendered.plan
    missing = {
        "test": not plan.tests,
        "risk_assessment": not plan.risks,
        "backup": not plan.backups,
        "notify_lead": not plan.notices,
        "release_notes": plan.release_notes is None,
        "test_report": plan.test_report is None,
        "application": not known.requested,
        "written_approval": not any(
            each.digest == known.rendered.digest and each.evidence for each in known.approvals
        ),
        "continuous_run": plan.observe is None,
    }
    return _contract_words()[gate] if missing.get(gate, False) else ""


def _contract_words() -> Mapping[str, str]:
    return {
        "test": _("the contract wants it tested: say tests"),
        "risk_assessment": _("the contract wants a risk assessment: say risks"),
        "backup": _("the contract wants a backup before it: say backups"),
        "notify_lead": _("the contract wants the lead told beforehand: say notices"),
        "release_notes": _("the contract wants release notes: say release_notes"),
        "test_report": _("the contract wants a test report: say test_report"),
        "application": _(
            "the contract wants a written application of this very plan: hmaint upgrade request"
        ),
        "written_approval": _("the contract wants the approval in writing: approve it with --evidence"),
        "continuous_run": _("the contract wants it watched until it is stable: say observe"),
    }
