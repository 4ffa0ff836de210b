"""Whether a target could be reached at all: one line for people where its steps would be forty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hmaint.engine.judge import finding_id
from hmaint.model.inventory import Site, Target
from hmaint.model.playbook import Level, Step
from hmaint.model.run import Check, Finding

CONTACT = "target.contact"
CATEGORY = "连通性"
_TITLES = {
    "host": "可登录并执行检查",
    "database": "可连接并查询",
    "endpoint": "可探测",
    "device": "可通过 SNMP 查询",
}


def reached(target: Target, missing_belts: tuple[str, ...]) -> Check:
    """The check of a target that let itself be examined, with what its read-only protection lacks."""
    told = f"可连接并检查（只读保护不完整：{'；'.join(missing_belts)}）" if missing_belts else "可连接并检查"
    return Check(CONTACT, target.name, _TITLES[target.kind], CATEGORY, Level.OK, told)


def not_reached(target: Target, site: Site, reason: str) -> Check:
    """The check of a target that gave nothing, with the one finding that says so."""
    finding = Finding(
        id=finding_id(site.name, CONTACT, target.name, "", unseen=True),
        check=CONTACT,
        target=target.name,
        subject="",
        level=Level.UNKNOWN,
        title="未能检查该对象",
        summary=reason,
        category=CATEGORY,
        advice="排除连接故障后重新巡检；本次不能对该对象作出任何结论",
    )
    bare = reached(target, ())
    return replace(bare, level=Level.UNKNOWN, summary=reason, findings=(finding,), complete=False)


def not_asked(step: Step, target: Target, reason: str) -> Check:
    """The check of a step whose target was not reached; its finding is the target's own."""
    return Check(step.id, target.name, step.title, step.category, Level.UNKNOWN, reason, complete=False)


def nothing_to_ask(target: Target) -> Check:
    """The check of a target for which the playbook has no step: neither good nor bad."""
    words = "巡检方案中没有适用于该对象的检查项"
    return Check("target.steps", target.name, "适用的检查项", CATEGORY, Level.SKIPPED, words)


def belts_of(facts: Mapping[str, object]) -> tuple[str, ...]:
    """What the read-only protection of a database lacks, as its session said."""
    belts = facts.get("missing_belts", ())
    return tuple(str(belt) for belt in belts) if isinstance(belts, tuple) else ()
