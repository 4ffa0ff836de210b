"""A plan as it would be done, as JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hmaint.duty.upgrade_gates import span
from hmaint.model.upgrade_act import Act, Script, Sql

if TYPE_CHECKING:
    from hmaint.app.upgrade_check import Checked

SCHEMA = "hmaint.upgrade-check/1"


def as_object(checked: Checked) -> Mapping[str, object]:
    """The whole check, for programs."""
    plan, rendered = checked.prepared.plan, checked.rendered
    acts = checked.prepared.drawn.acts
    return {
        "schema": SCHEMA,
        "plan": plan.name,
        "kind": plan.kind,
        "site": plan.site,
        "from": plan.from_version,
        "to": plan.to_version,
        "digest": rendered.digest if rendered else None,
        "window": {"from": plan.window.start.isoformat(), "to": plan.window.end.isoformat()},
        "estimate_s": round(span(acts)),
        "observe_s": round(plan.observe.length) if plan.observe else 0,
        "point_of_no_return": plan.point_of_no_return or None,
        "targets": [_target(name, checked) for name in checked.prepared.met],
        "acts": [_act(act, checked) for act in acts],
        "preflight": [
            {"id": c.id, "target": c.target, "level": str(c.level), "summary": c.summary}
            for c in checked.preflight.checks
        ],
        "gates": None
        if checked.gates is None
        else [{"gate": s.gate, "reason": s.reason, "cure": s.cure or None} for s in checked.gates.shut],
        "warnings": list(checked.gates.warnings) if checked.gates else [],
        "changed_since_approval": list(checked.changes),
        "sound": checked.sound,
    }


def _target(name: str, checked: Checked) -> Mapping[str, object]:
    met = checked.prepared.met[name]
    who = met.identity
    return {
        "name": name,
        "seen": who is not None,
        "reason": met.reason or None,
        "host_key": who.host_key or None if who else None,
        "machine_id": who.machine_id or None if who else None,
        "database_id": who.database_id or None if who else None,
        "clock_offset_s": met.offset,
    }


def _act(act: Act, checked: Checked) -> Mapping[str, object]:
    seen = checked.prepared.previews.get(act.id)
    return {
        "id": act.id,
        "step": act.step,
        "target": act.target,
        "kind": act.kind,
        "wave": act.wave,
        "says": act.says,
        "do": text_of(act.do) or None,
        "probe": text_of(act.probe) or None,
        "undo": text_of(act.undo) or None,
        "reversal": str(act.reversal),
        "beyond": act.beyond,
        "estimate_s": act.estimate,
        "timeout_s": act.timeout,
        "outage": act.outage,
        "now": seen.standing if seen else None,
        "diff": list(seen.diff) if seen else [],
    }


def text_of(deed: object) -> str:
    """A script or statements as text; empty for what is neither."""
    match deed:
        case Script():
            return deed.text
        case Sql():
            return ";\n".join(each.text for each in deed.statements)
    return ""
